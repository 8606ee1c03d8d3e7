"""The tiers of a program as steps to draw: where each begins, what it brings, and what a draft makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from loyalty_site.web.format import currency_sign
from programs.drafts import Working
from programs.terms import Level, Terms, Tiers
from programs.wording import Speech, perks_of, speech
from programs.wording.promises import threshold


@dataclass(frozen=True, slots=True)
class Step:
    """One tier; `at` in points, whole money or visits, `money` says it where it is money, `people` who has counted.

    `drafted` says what is other in a draft than in the latest version.
    """

    code: str
    name: str
    at: int
    perks: tuple[str, ...]
    money: str = ""
    people: str = ""
    drafted: tuple[str, ...] = ()

    def with_people(self, people: str) -> Step:
        return replace(self, people=people)


def stairs(terms: Terms, currency: str, before: Terms | None = None) -> list[Step]:
    """The steps of a program, lowest first; none without tiers. `before` are the terms that a draft departs from."""
    tiers = terms.tiers
    if tiers is None:
        return []
    words = speech(currency, terms.unit)
    earlier = before.tiers.by_code if before and before.tiers else {}
    return [
        Step(
            level.code,
            level.name,
            level.at,
            (*perks_of(level, words), *rule_names(terms, level)),
            money=words.price(str(level.at)) if tiers.basis == "spend" else "",
            drafted=tuple(drafted(level, earlier.get(level.code), tiers, words)) if before else (),
        )
        for level in tiers.levels
    ]


def drafted(level: Level, before: Level | None, tiers: Tiers, words: Speech) -> Iterator[str]:
    """What a draft changes of a level, each in a word or two."""
    if before is None:
        yield _("New in draft")
        return
    for now, then in said_apart(level, before, tiers, words):
        if now != then:
            yield _("Was %(before)s") % {"before": then}


def said_apart(level: Level, before: Level, tiers: Tiers, words: Speech) -> Iterator[tuple[str, str]]:
    yield level.name, before.name
    yield short_threshold(level, tiers, words), short_threshold(before, tiers, words)
    yield words.factor(level.multiplier), words.factor(before.multiplier)
    yield _("gift of %s") % words.number(level.entry_gift), _("gift of %s") % words.number(before.entry_gift)
    yield _("%s%% off") % words.number(level.discount_percent), _("%s%% off") % words.number(before.discount_percent)


def short_threshold(level: Level, tiers: Tiers, words: Speech) -> str:
    return threshold(level, tiers, words) if tiers.basis == "spend" else words.number(level.at)


def rule_names(terms: Terms, level: Level) -> list[str]:
    """The rules made for a tier."""
    return [rule.name for rule in terms.rules if level.code in rule.when.tiers]


def unit_of(levels: Tiers, terms: Terms, currency: str) -> str:
    """What the steps are counted in."""
    match levels.basis:
        case "spend":
            return currency_sign(currency)
        case "visits":
            return _("visits")
        case _:
            return speech(currency, terms.unit).many


def stairs_of(working: Working, currency: str) -> dict[str, Any]:
    """The stairs of a program as it is being worked on: `steps`, their `unit`, the names of levels that are `gone`."""
    terms, before = working.terms, working.base.terms if working.base and working.is_changed else None
    steps = stairs(terms, currency, before)
    earlier = before.tiers.levels if before and before.tiers else ()
    gone = [level.name for level in earlier if level.code not in {step.code for step in steps}]
    return {"steps": steps, "unit": unit_of(terms.tiers, terms, currency) if terms.tiers else "", "gone": gone}

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
from programs.wording.promises import counted_sentence, threshold


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
    if level.name != before.name:
        yield was(before.name)
    if level.at != before.at:
        yield was(short_threshold(before, tiers, words))
    new, old = [*short_perks(level, words)], [*short_perks(before, words)]
    for perk, earlier in zip(new, old, strict=True):
        if perk != earlier:
            yield was(earlier) if earlier else _("New: %(perk)s") % {"perk": perk}


def was(before: str) -> str:
    return _("Was %(before)s") % {"before": before}


def short_perks(level: Level, words: Speech) -> Iterator[str]:
    """What a level brings, always in the same three places; nothing for what it does not."""
    yield words.factor(level.multiplier) if level.multiplier != 1 else ""
    yield _("%(percent)s%% off") % {"percent": words.number(level.discount_percent)} if level.discount_percent else ""
    yield _("gift of %(points)s") % {"points": words.number(level.entry_gift)} if level.entry_gift else ""


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
    counted = counted_sentence(terms.tiers) if terms.tiers else ""
    unit = unit_of(terms.tiers, terms, currency) if terms.tiers else ""
    return {"steps": steps, "unit": unit, "counted": counted, "gone": gone}

"""The tiers of a program as steps to draw: where each begins, and what it brings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from loyalty_site.web.format import currency_sign
from programs.terms import Level, Terms, Tiers
from programs.wording import perks_of, speech


@dataclass(frozen=True, slots=True)
class Step:
    """One tier; `at` in points, whole money or visits, `money` says it where it is money, `people` who has counted."""

    code: str
    name: str
    at: int
    perks: tuple[str, ...]
    money: str = ""
    people: str = ""

    def with_people(self, people: str) -> Step:
        return replace(self, people=people)


def stairs(terms: Terms, currency: str) -> list[Step]:
    """The steps of a program, lowest first; none without tiers."""
    levels = terms.tiers.levels if terms.tiers else ()
    words = speech(currency, terms.unit)
    is_money = terms.tiers is not None and terms.tiers.basis == "spend"
    return [
        Step(
            level.code,
            level.name,
            level.at,
            (*perks_of(level, words), *rule_names(terms, level)),
            money=words.price(str(level.at)) if is_money else "",
        )
        for level in levels
    ]


def rule_names(terms: Terms, level: Level) -> list[str]:
    """The rules made for a tier."""
    return [rule.name for rule in terms.running_rules if level.code in rule.when.tiers]


def unit_of(levels: Tiers, terms: Terms, currency: str) -> str:
    """What the steps are counted in."""
    match levels.basis:
        case "spend":
            return currency_sign(currency)
        case "visits":
            return _("visits")
        case _:
            return speech(currency, terms.unit).many

"""How the portal greets a member: by first name, with one true fact of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Member
from members.reading.bonuses import bonuses_now
from members.reading.purses import Purse
from programs.models import Merchant
from programs.terms import Rule

TODAY = {
    "mon": gettext_lazy("It is Monday"),
    "tue": gettext_lazy("It is Tuesday"),
    "wed": gettext_lazy("It is Wednesday"),
    "thu": gettext_lazy("It is Thursday"),
    "fri": gettext_lazy("It is Friday"),
    "sat": gettext_lazy("It is Saturday"),
    "sun": gettext_lazy("It is Sunday"),
}


def fact_of_the_day(member: Member, merchant: Merchant, held: Sequence[Purse], *, now: datetime) -> str:
    """The bonus that a purchase would meet now, in a sentence; empty when there is none.

    The engine is asked only if some rule has a date, weekday or hours at all.
    """
    if not any(is_timed(rule) for purse in held for rule in purse.terms.purchase_rules):
        return ""
    for bonus in bonuses_now(member, merchant, now=now):
        if purse := purse_with(bonus["code"], held):
            return fact(bonus, purse)
    return ""


def is_timed(rule: Rule) -> bool:
    return bool(rule.when.weekdays or rule.when.hours or rule.when.starts_on or rule.when.ends_on)


def purse_with(code: str, held: Sequence[Purse]) -> Purse | None:
    return next((purse for purse in held if any(rule.code == code for rule in purse.terms.purchase_rules)), None)


def fact(bonus: dict[str, Any], purse: Purse) -> str:
    """It is Tuesday, so your points are doubled today."""
    weekday = next((why["was"] for why in bonus["why"] if why["code"] == "weekday"), "")
    occasion = str(TODAY[weekday]) if weekday else str(bonus["name"])
    words = {"occasion": occasion, "effect": effect(bonus["give"], purse), "limits": limits(bonus["why"], purse)}
    if weekday:
        return _("%(occasion)s, so %(effect)s today%(limits)s.") % words
    return _("%(occasion)s: %(effect)s today%(limits)s.") % words


def effect(give: dict[str, Any], purse: Purse) -> str:
    speech = purse.speech
    if "multiplier" in give:
        factor, words = (
            Decimal(give["multiplier"]),
            {"points": speech.many, "factor": speech.factor(give["multiplier"])},
        )
        if factor == 2:
            return _("your %(points)s are doubled") % words
        if factor == 3:
            return _("your %(points)s are tripled") % words
        return _("your %(points)s count %(factor)s") % words
    if "per" in give:
        gain = {"points": speech.points(give["points"]), "money": speech.price(give["per"])}
        return _("you get %(points)s more for every %(money)s") % gain
    return _("a purchase brings %(points)s more") % {"points": speech.points(give["points"])}


def limits(why: Sequence[dict[str, Any]], purse: Purse) -> str:
    """Until when in the day, and from which amount on."""
    found = ""
    for condition in why:
        if condition["code"] == "hours":
            found += _(" until %(time)s") % {"time": condition["needs"][1]}
        if condition["code"] == "min_amount":
            found += _(", from %(money)s on") % {"money": purse.speech.price(condition["needs"])}
    return found

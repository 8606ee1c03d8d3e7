"""The explanation of an award as JSON: what it started from, every rule and why, stacking, rounding, caps, carry.

It stands alone: from nothing else `programs.keeping` values the award again after a refund, and `programs.wording`
puts it into words. Money and exact points are text, whole points are numbers, parts that did nothing are left out.
"""

from decimal import Decimal
from typing import Any

from programs.asking import Answer
from programs.purchases import Purchase
from programs.reckoning import TIER, Reckoning
from programs.rounding import text
from programs.stacking import ZERO, Effect
from programs.terms import Rule

Explain = dict[str, Any]


def explain_of(reckoning: Reckoning, *, qualifying: int, carry: Decimal) -> Explain:
    """Write the explanation of one award."""
    earning = reckoning.terms.earning
    explain: Explain = {
        "event": reckoning.event,
        "base": base_part(reckoning.purchase, reckoning.base),
        "rate": earning.rate_in_words,
        "base_points": text(reckoning.composed.base),
        "rules": rules_part(reckoning),
        "stacking": earning.stacking,
        "exact": text(reckoning.exact),
        "rounding": earning.rounding,
        "points": reckoning.points,
        "qualifying": qualifying,
    }
    return explain | extras_of(reckoning, carry)


def extras_of(reckoning: Reckoning, carry: Decimal) -> Explain:
    """The parts that only some programs and orders have."""
    terms, extras = reckoning.terms, Explain()
    if reckoning.level:
        extras["tier"] = tier_part(reckoning)
    if terms.tiers and terms.tiers.basis != "points":
        extras["basis"] = terms.tiers.basis
    if terms.earning.cap and reckoning.room is not None:
        limit, cut = terms.earning.cap, reckoning.whole - reckoning.points
        extras["cap"] = {"points": limit.points, "per": limit.per, "room": reckoning.room, "cut": cut}
    if terms.earning.carry_over and reckoning.event == "purchase":
        brought, left = text(reckoning.standing.carry), text(carry)
        extras["carry"] = {"in": brought, "points": text(reckoning.carried), "out": left}
    if len(reckoning.parcels) > 1:
        extras["parcels"] = parcels_part(reckoning)
    return extras


def base_part(purchase: Purchase, eligible: Decimal) -> Explain:
    part = {"amount": str(purchase.amount), "eligible": str(eligible)}
    for name in ("points_money", "shipping", "gift_card"):
        if money := getattr(purchase, name):
            part[name] = str(money)
    return part


def tier_part(reckoning: Reckoning) -> Explain:
    """The member's level; its points only if its factor counted."""
    level, effects = reckoning.level, reckoning.effects
    assert level is not None  # noqa: S101 - asked for only with a level
    part: Explain = {"code": level.code, "name": level.name, "multiplier": str(level.multiplier)}
    if effects and effects[0].code == TIER:
        part["points"] = text(reckoning.composed.given[0])
    return part


def rules_part(reckoning: Reckoning) -> list[Explain]:
    """Every rule that was asked, in its order."""
    first = 1 if reckoning.effects and reckoning.effects[0].code == TIER else 0
    places = iter(range(first, len(reckoning.effects)))
    return [
        fired_part(answer, reckoning, next(places)) if answer.fired else silent_part(answer)
        for answer in reckoning.answers
    ]


def silent_part(answer: Answer) -> Explain:
    return {"code": answer.rule.code, "name": answer.rule.name, "fired": False, "why": answer.why}


def fired_part(answer: Answer, reckoning: Reckoning, place: int) -> Explain:
    rule, effect = answer.rule, reckoning.effects[place]
    offered, given = reckoning.composed.offered[place], reckoning.composed.given[place]
    part: Explain = {
        "code": rule.code,
        "name": rule.name,
        "fired": True,
        "why": answer.why,
        "give": rule.given,
        "points": text(given),
    }
    if effect.lines_only:
        part["lines"] = True
    if rule.given.get("each") == "item":
        part["fixed"] = text(effect.fixed)
    if effect.room is not None:
        part["room"] = effect.room
    if offered > given:
        part["cut"] = {"points": text(offered - given), "by": limit_of(rule, reckoning, effect)}
    if not offered and is_beaten(effect, reckoning):
        part["beaten"] = True
    return part


def is_beaten(effect: Effect, reckoning: Reckoning) -> bool:
    """Whether the effect would have counted, had another bonus not been better."""
    is_bonus = effect.factor is None or effect.factor > 1
    return reckoning.terms.earning.stacking == "best" and is_bonus and (reckoning.base > ZERO or effect.fixed > ZERO)


def limit_of(rule: Rule, reckoning: Reckoning, effect: Effect) -> str:
    """Name what left so little room: the cap's period, or the budget."""
    if rule.cap is None:
        return "budget"
    left_by_cap = max(0, rule.cap.points - reckoning.standing.rule_earned.get(rule.code, 0))
    return rule.cap.per if left_by_cap == effect.room else "budget"


def parcels_part(reckoning: Reckoning) -> list[list[Any]]:
    """Money by the line rules that count it."""
    sums: dict[frozenset[str], Decimal] = {}
    for parcel in reckoning.parcels:
        sums[parcel.codes] = sums.get(parcel.codes, ZERO) + parcel.amount
    return [[str(amount), sorted(codes)] for codes, amount in sums.items()]

"""The explanation of an award as JSON: what it started from, every rule and why, stacking, rounding, caps, carry.

An entry keeps the short form, which repeats nothing that the terms of its version say. With them `programs.unfolding`
makes the whole of it again, `programs.keeping` values the award after a refund, and `programs.wording` words it.
Money and exact points are text, whole points are numbers, parts that did nothing are left out.
"""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from programs.calendar import zone_of
from programs.purchases import Purchase
from programs.reckoning import TIER, Reckoning
from programs.rounding import text
from programs.stacking import ONE, ZERO, Parcel
from programs.terms import Effect, Rule

Explain = dict[str, Any]


def explain_of(reckoning: Reckoning, *, event: str, qualifying: int, carry: Decimal) -> Explain:
    """Write the explanation of one award: its eligible money and points, and what else there is to say."""
    base, points, purchase = reckoning.base, reckoning.points, reckoning.purchase
    explain: Explain = {"base": str(base), "points": points}
    if not reckoning.is_order:
        explain["event"] = event
    if purchase.points_money or purchase.shipping or purchase.gift_card:
        explain["paid"] = paid_part(purchase)
    if qualifying != points:
        explain["qualifying"] = qualifying
    if reckoning.exact != points:
        explain["exact"] = text(reckoning.exact)
    add_terms(explain, reckoning, carry)
    return explain | rules_part(reckoning, event) if reckoning.answers else explain


def stopped_explain(purchase: Purchase, stop: str, *, event: str, qualifying: int) -> Explain:
    """Write the explanation of what earned nothing because the program was paused, or had closed."""
    explain: Explain = {"base": str(purchase.eligible), "points": 0, "stopped": stop}
    if event != "purchase":
        explain["event"] = event
    if purchase.points_money or purchase.shipping or purchase.gift_card:
        explain["paid"] = paid_part(purchase)
    return explain | {"qualifying": qualifying} if qualifying else explain


def add_terms(explain: Explain, reckoning: Reckoning, carry: Decimal) -> None:
    """What the level gave, the room under the account's cap, the carry: where the terms have such things."""
    if level := reckoning.level:
        explain["tier"] = level.code
        if level.multiplier != ONE:
            explain["tier_points"] = text(reckoning.composed.given[0])
    if reckoning.room is not None:
        explain["room"] = reckoning.room
    if reckoning.terms.earning.carry_over and reckoning.is_order:
        explain["carry"] = {"in": text(reckoning.standing.carry), "out": text(carry)}


def paid_part(purchase: Purchase) -> Explain:
    """What was paid, and what of it does not earn; gift cards do not lower what earns."""
    part = {"amount": str(purchase.amount)}
    for name in ("points_money", "shipping", "gift_card"):
        if money := getattr(purchase, name):
            part[name] = str(money)
    return part


def rules_part(reckoning: Reckoning, event: str) -> Explain:
    """Every rule that was asked: what it gave, or the codes of the conditions that stopped it; and what they saw."""
    composed, effects = reckoning.composed, reckoning.effects
    place = 1 if effects and effects[0].code == TIER else 0
    rules: Explain = {}
    for rule, failed in reckoning.answers:
        if failed:
            rules[rule.code] = failed
        else:
            rules[rule.code] = fired_part(
                rule, reckoning, effects[place], composed.offered[place], composed.given[place]
            )
            place += 1
    part: Explain = {"rules": rules}
    if asked := reckoning.terms.asks_for(event):
        part["seen"] = seen_part(reckoning, asked)
    if len(reckoning.parcels) > 1:
        part["parcels"] = parcels_part(reckoning.parcels)
    return part


def fired_part(rule: Rule, reckoning: Reckoning, effect: Effect, offered: Decimal, given: Decimal) -> str | Explain:
    """The points that a rule gave; with the room its limits left, where it has any, and what they cut."""
    if rule.is_plain:
        return text(given)
    part: Explain = {"points": text(given)}
    if rule.counts_pieces:
        part["fixed"] = text(effect.fixed)
    if effect.room is not None:
        part["room"] = effect.room
    if offered > given:
        part["cut"] = {"points": text(offered - given), "by": limit_of(rule, reckoning, effect)}
    return part


def limit_of(rule: Rule, reckoning: Reckoning, effect: Effect) -> str:
    """Name what left so little room: the cap's period, or the budget."""
    if rule.cap is None:
        return "budget"
    left_by_cap = max(0, rule.cap.points - reckoning.standing.rule_earned.get(rule.code, 0))
    return rule.cap.per if left_by_cap == effect.room else "budget"


def seen_part(reckoning: Reckoning, asked: Collection[str]) -> Explain:
    """The facts that the rules asked for: the moment on the merchant's clock, the place, the channel, the tier."""
    purchase, part = reckoning.purchase, Explain()
    if "at" in asked:
        clock = purchase.placed_at.astimezone(zone_of(purchase.zone))
        part["at"] = clock.isoformat()[:16]
    if "location" in asked:
        part["location"] = purchase.location
    if "channel" in asked:
        part["channel"] = purchase.channel
    if "tier" in asked and reckoning.level is None:
        part["tier"] = reckoning.standing.tier_code
    return part


def parcels_part(parcels: list[Parcel]) -> list[list[Any]]:
    """Money by the line rules that count it."""
    sums: dict[frozenset[str], Decimal] = {}
    for parcel in parcels:
        sums[parcel.codes] = sums.get(parcel.codes, ZERO) + parcel.amount
    return [[str(amount), sorted(codes)] for codes, amount in sums.items()]

"""What an award is worth on the part of an order that stays, by the award's own recorded terms and never by today's."""

from decimal import Decimal
from typing import Any, NamedTuple

from programs.returning import Returned
from programs.rounding import rounded, settled, unrewarded
from programs.stacking import ONE, ZERO, Parcel, compose
from programs.terms import Effect, Terms
from programs.tiers import counted
from programs.unfolding import unfold

Explain = dict[str, Any]
NOTHING_BY_LINE = Returned({}, {})


class Kept(NamedTuple):
    """What stays of an award: points, qualifying, and the carry that it leaves."""

    points: int
    qualifying: int
    carry: Decimal


def keep(explain: Explain, terms: Terms, remaining: Decimal) -> int:
    """Say how many points stay when `remaining` of the eligible money stays: the award worked out again, rounded once.

    Never more than was awarded, nothing when nothing remains, never less for more money. Claw back the difference
    to what was kept before, and partial refunds add up to the whole.
    """
    return kept(explain, terms, remaining).points


def kept(explain: Explain, terms: Terms, remaining: Decimal, returned: Returned = NOTHING_BY_LINE) -> Kept:
    """Say what stays of points, qualifying and carry when `remaining` of the eligible money stays.

    `explain` is the entry's own, `terms` those of its version. What was `returned` by line goes from the parcels that
    counted it; the rest of the refund from all in proportion.
    """
    carry = explain.get("carry", {})
    if remaining <= 0:
        return Kept(0, 0, Decimal(carry.get("in", 0)))
    if remaining < Decimal(explain["base"]):
        return reckon_again(unfold(explain, terms), remaining, returned)
    points: int = explain["points"]
    return Kept(points, explain.get("qualifying", points), Decimal(carry.get("out", 0)))


def reckon_again(explain: Explain, remaining: Decimal, returned: Returned = NOTHING_BY_LINE) -> Kept:
    """Work out an award that is explained in full again, on the money that remains."""
    base = Decimal(explain["base"]["eligible"])
    points, per = Decimal(explain["rate"]["points"]), Decimal(explain["rate"]["per"])
    rate, carried = points / per, Decimal(explain.get("carry", {}).get("in", 0)) * points / per
    parcels = parcels_again(explain, base, remaining, returned)
    effects = effects_again(explain, base, remaining, returned)
    composed = compose(parcels, effects, rate=rate, stacking=explain["stacking"])
    exact = settled(sum(composed.given, composed.base + carried)) if "stopped" not in explain else ZERO
    whole = rounded(exact, explain["rounding"])
    base_points = rounded(settled(remaining * rate + carried), explain["rounding"])
    qualifying = counted(explain.get("basis", "points"), base=remaining, base_points=base_points)
    carry = unrewarded(exact - whole, rate) if "carry" in explain else ZERO
    return Kept(min(whole, explain["points"]), min(qualifying, explain["qualifying"]), carry)


def parcels_again(explain: Explain, base: Decimal, remaining: Decimal, returned: Returned) -> list[Parcel]:
    """Read the parcels back: without what came back by line, and shrunk by what came back besides."""
    whole = base - returned.total
    parcels = ((Decimal(amount), frozenset(codes)) for amount, codes in explain.get("parcels", [[base, []]]))
    return [Parcel((amount - returned.money.get(codes, ZERO)) * remaining / whole, codes) for amount, codes in parcels]


def effects_again(
    explain: Explain, base: Decimal, remaining: Decimal, returned: Returned = NOTHING_BY_LINE
) -> list[Effect]:
    """Read the effects back; a bonus falls away with its last line, or when less than its minimum amount remains."""
    tier = explain.get("tier", {})
    effects = [Effect("", factor=Decimal(tier["multiplier"]))] if "points" in tier else []
    for rule in explain["rules"]:
        if rule["fired"] and (pieces_left := returned.pieces_left.get(rule["code"], ONE)):
            effect = effect_again(rule, pieces_left * remaining / (base - returned.total))
            takes_away = effect.factor is not None and effect.factor < ONE
            if takes_away or remaining >= least_of(rule):
                effects.append(effect)
    return effects


def effect_again(rule: Explain, part: Decimal) -> Effect:
    """Read one effect back; points for each piece shrink with the part of the money that remains."""
    give = rule["give"]
    factor = Decimal(give["multiplier"]) if "multiplier" in give else None
    rate = Decimal(give["points"]) / Decimal(give["per"]) if "per" in give else ZERO
    fixed = (
        ZERO
        if factor is not None or rate
        else Decimal(rule["fixed"]) * part
        if "fixed" in rule
        else Decimal(give["points"])
    )
    return Effect(
        rule["code"], factor=factor, rate=rate, fixed=fixed, lines_only="lines" in rule, room=rule.get("room")
    )


def least_of(rule: Explain) -> Decimal:
    return max((Decimal(why["needs"]) for why in rule["why"] if why["code"] == "min_amount"), default=ZERO)

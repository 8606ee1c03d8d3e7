"""The arithmetic of one award, from the answers of the rules to whole points; every step is kept to be explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from programs.asking import Answer, effect_of, parcels_of
from programs.purchases import Purchase, Standing
from programs.rounding import apportion, rounded, settled, unrewarded
from programs.stacking import ONE, ZERO, Composed, Effect, Parcel, compose
from programs.terms import Level, Terms
from programs.tiers import counted

TIER = ""


@dataclass(slots=True)
class Reckoning:
    """All that was worked out for one award."""

    terms: Terms
    purchase: Purchase
    standing: Standing
    event: str
    level: Level | None
    base: Decimal
    answers: Sequence[Answer]
    effects: list[Effect]
    parcels: list[Parcel]
    shares: list[Decimal]
    composed: Composed
    carried: Decimal
    exact: Decimal
    whole: int
    room: int | None
    points: int


def reckon(
    terms: Terms, purchase: Purchase, standing: Standing, *, level: Level | None, answers: Sequence[Answer], event: str
) -> Reckoning:
    """Work out the points. The carry of earlier orders counts at the base rate: it has been multiplied before."""
    base, earning = purchase.eligible, terms.earning
    fired = [answer.rule for answer in answers if answer.fired]
    effects = [Effect(TIER, factor=level.multiplier)] if level and level.multiplier != ONE else []
    effects += [effect_of(rule, purchase.lines, standing) for rule in fired]
    parcels, shares = parcels_of(purchase.lines, base, fired)
    composed = compose(parcels, effects, rate=earning.rate, stacking=earning.stacking)
    is_order = event == "purchase"
    carried = standing.carry * earning.rate if earning.carry_over and is_order else ZERO
    exact = settled(sum(composed.given, composed.base + carried))
    whole = rounded(exact, earning.rounding)
    room = room_of(terms, standing) if is_order else None
    points = whole if room is None else min(whole, room)
    return Reckoning(
        terms, purchase, standing, event, level, base, answers, effects, parcels, shares, composed,
        carried, exact, whole, room, points,
    )  # fmt: skip


def room_of(terms: Terms, standing: Standing) -> int | None:
    """Count the points that the account may still earn from orders in the cap's period; None without a cap."""
    cap = terms.earning.cap
    return None if cap is None else max(0, cap.points - standing.earned.get(cap.per, 0))


def qualifying_of(reckoning: Reckoning) -> int:
    """Count what the order adds towards tiers."""
    if reckoning.event != "purchase":
        return 0
    terms, base = reckoning.terms, reckoning.base
    base_points = rounded(settled(base * terms.earning.rate + reckoning.carried), terms.earning.rounding)
    return counted(terms.tiers.basis if terms.tiers else "points", base=base, base_points=base_points)


def carry_out_of(reckoning: Reckoning) -> Decimal:
    """Say how much money the order leaves unrewarded, to count towards the next."""
    if reckoning.event != "purchase":
        return reckoning.standing.carry
    earning = reckoning.terms.earning
    return unrewarded(reckoning.exact - reckoning.whole, earning.rate) if earning.carry_over else ZERO


def line_points_of(reckoning: Reckoning) -> tuple[int, ...]:
    """Split the points over the lines by what each came to, with the bonuses on it."""
    if not reckoning.shares:
        return ()
    worth = reckoning.composed.worth[: len(reckoning.shares)] if len(reckoning.parcels) > 1 else reckoning.shares
    return apportion(reckoning.points, worth if any(worth) else reckoning.shares)


def rule_points_of(reckoning: Reckoning) -> dict[str, int]:
    """Say in whole points what each rule gave: differences of the rounded running sum, so that all add up.

    The account's cap cuts the last bonus first.
    """
    running, given = reckoning.carried + reckoning.composed.base, dict[str, int]()
    for effect, part in zip(reckoning.effects, reckoning.composed.given, strict=True):
        before = min(rounded(settled(running), reckoning.terms.earning.rounding), reckoning.points)
        running += part
        after = min(rounded(settled(running), reckoning.terms.earning.rounding), reckoning.points)
        if effect.code != TIER:
            given[effect.code] = after - before
    return given

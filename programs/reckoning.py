"""The arithmetic of one award, from the answers of the rules to whole points; every step is kept to be explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from programs.asking import Answer, effect_of, parcels_of, shares_of
from programs.purchases import Award, Purchase, Standing
from programs.rounding import apportion, settled, unrewarded, whole_points
from programs.stacking import ONE, ZERO, Composed, Parcel, compose
from programs.terms import Effect, Level, Terms
from programs.tiers import counted

TIER = ""


@dataclass(slots=True)
class Reckoning:
    """All that was worked out for one award; `whole` points become `points` within the `room` of the account's cap."""

    terms: Terms
    purchase: Purchase
    standing: Standing
    is_order: bool
    level: Level | None
    base: Decimal
    answers: Sequence[Answer]
    effects: list[Effect]
    parcels: list[Parcel]
    composed: Composed
    carried: Decimal
    exact: Decimal
    whole: int
    room: int | None
    points: int


def reckon(
    terms: Terms,
    purchase: Purchase,
    standing: Standing,
    *,
    base: Decimal,
    level: Level | None,
    answers: Sequence[Answer],
    is_order: bool,
) -> Reckoning:
    """Work out the points. The carry of earlier orders counts at the base rate: it has been multiplied before."""
    earning, lines = terms.earning, purchase.lines
    fired = [rule for rule, failed in answers if not failed]
    effects = [effect_of(rule, lines, standing) for rule in fired]
    if level and level.multiplier != ONE:
        effects.insert(0, Effect(TIER, level.multiplier))
    parcels = parcels_of(lines, base, fired)
    composed = compose(parcels, effects, rate=earning.rate, stacking=earning.stacking)
    carried = standing.carry * earning.rate if earning.carry_over and is_order else ZERO
    exact = settled(sum(composed.given, composed.base + carried))
    whole = whole_points(exact, earning.rounding)
    room = room_of(terms, standing) if is_order else None
    points = whole if room is None else min(whole, room)
    return Reckoning(
        terms, purchase, standing, is_order, level, base, answers, effects, parcels, composed, carried, exact, whole,
        room, points,
    )  # fmt: skip


def room_of(terms: Terms, standing: Standing) -> int | None:
    """Count the points that the account may still earn from orders in the cap's period; None without a cap."""
    cap = terms.earning.cap
    return None if cap is None else max(0, cap.points - standing.earned.get(cap.per, 0))


def qualifying_of(reckoning: Reckoning) -> int:
    """Count what the order adds towards tiers."""
    if not reckoning.is_order:
        return 0
    terms, base = reckoning.terms, reckoning.base
    if terms.tiers and terms.tiers.basis != "points":
        return counted(terms.tiers.basis, base=base, base_points=0)
    if not reckoning.effects:
        return reckoning.whole
    return whole_points(base * terms.earning.rate + reckoning.carried, terms.earning.rounding)


def carry_out_of(reckoning: Reckoning) -> Decimal:
    """Say how much money the order leaves unrewarded, to count towards the next."""
    if not reckoning.is_order:
        return reckoning.standing.carry
    earning = reckoning.terms.earning
    return unrewarded(reckoning.exact - reckoning.whole, earning.rate) if earning.carry_over else ZERO


def rule_points_of(reckoning: Reckoning) -> dict[str, int]:
    """Say in whole points what each rule gave: differences of the rounded running sum, so that all add up.

    The account's cap cuts the last bonus first.
    """
    if not reckoning.effects:
        return {}
    running, given, rounding = (
        reckoning.carried + reckoning.composed.base,
        dict[str, int](),
        reckoning.terms.earning.rounding,
    )
    before = min(whole_points(running, rounding), reckoning.points)
    for effect, part in zip(reckoning.effects, reckoning.composed.given, strict=True):
        running += part
        after = min(whole_points(running, rounding), reckoning.points)
        if effect.code != TIER:
            given[effect.code] = after - before
        before = after
    return given


def line_points(award: Award) -> tuple[int, ...]:
    """Split an award's points over the lines by what each came to, bonuses included; the largest remainders win."""
    if not award.lines:
        return ()
    worth = award.worth if any(award.worth) else shares_of(award.lines, award.base)
    return apportion(award.points, worth)

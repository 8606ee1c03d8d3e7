"""How several bonuses on one order combine: multiply, add bonuses, or best only.

An order is a few *parcels* of eligible money; a rule about certain lines counts only the parcels that carry its code.
A factor below 1 takes away before any bonus counts, whatever the stacking. Points that are not a multiple of the base
are added, never multiplied.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from programs.terms import Effect
from programs.terms.earning import Stacking

ZERO, ONE = Decimal(0), Decimal(1)
ANYWHERE = frozenset[str]()


class Parcel(NamedTuple):
    """Eligible money, and the codes of the line rules that count it."""

    amount: Decimal
    codes: frozenset[str] = ANYWHERE


class Composed(NamedTuple):
    """Points of the base, of each effect before and after its room, and of each parcel without fixed points."""

    base: Decimal
    offered: list[Decimal]
    given: list[Decimal]
    worth: list[Decimal]


def compose(parcels: Sequence[Parcel], effects: Sequence[Effect], *, rate: Decimal, stacking: Stacking) -> Composed:
    """Work out what every effect adds to the base, in exact points. Effects count in their order."""
    worth = [parcel.amount * rate for parcel in parcels]
    composed = Composed(sum(worth, ZERO), [ZERO] * len(effects), [ZERO] * len(effects), worth)
    if not effects:
        return composed
    bonuses = []
    for place, effect in enumerate(effects):
        if effect.factor is not None and effect.factor < ONE:
            apply(composed, place, effect, gains(effect, parcels, worth))
        else:
            bonuses.append(place)
    counted = worth if stacking == "multiply" else tuple(worth)
    if stacking == "best":
        bonuses = best(bonuses, effects, parcels, counted)
    for place in bonuses:
        apply(composed, place, effects[place], gains(effects[place], parcels, counted))
    return composed


def gains(effect: Effect, parcels: Sequence[Parcel], worth: Sequence[Decimal]) -> list[Decimal]:
    """What an effect adds to each parcel; fixed points belong to no parcel."""
    code, factor, rate, _fixed, lines_only, _room = effect
    if factor is not None:
        extra = factor - ONE
        if not lines_only:
            return [points * extra for points in worth]
        return [points * extra if code in parcel[1] else ZERO for points, parcel in zip(worth, parcels, strict=True)]
    if not rate:
        return [ZERO] * len(worth)
    return [amount * rate if not lines_only or code in codes else ZERO for amount, codes in parcels]


def within_room(points: Decimal, effect: Effect) -> Decimal:
    return points if effect.room is None or points <= effect.room else Decimal(effect.room)


def apply(composed: Composed, place: int, effect: Effect, parts: Sequence[Decimal]) -> None:
    """Add an effect to the parcels, scaled down if its room is too small."""
    offered = sum(parts, effect.fixed)
    given = within_room(offered, effect)
    composed.offered[place], composed.given[place] = offered, given
    for number, part in enumerate(parts):
        composed.worth[number] += part if given == offered else part * given / offered


def best(
    places: Sequence[int], effects: Sequence[Effect], parcels: Sequence[Parcel], worth: Sequence[Decimal]
) -> list[int]:
    """Choose the one bonus that gives most after its room; the first of equals."""

    def worth_of(place: int) -> Decimal:
        effect = effects[place]
        return within_room(sum(gains(effect, parcels, worth), effect.fixed), effect)

    return [max(places, key=worth_of)] if places else []

"""Whole points out of exact ones: rounded once, split without loss. Decimal only."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from programs.terms.earning import Rounding

DECIMAL_ROUNDING = {"floor": ROUND_FLOOR, "half_up": ROUND_HALF_UP, "ceiling": ROUND_CEILING}
DIGITS = 12
BEYOND_ALL = Decimal(10) ** 15  # no account holds so many, and no digits are left to settle
CARRY_DIGITS = 6  # what lies below is the trace of a division, not money
CARRY_STEP = Decimal("0.001")


def rounded(points: Decimal, rounding: Rounding) -> int:
    """Round an order's points once, after every factor; binary floats never touch them."""
    return int(points.to_integral_value(DECIMAL_ROUNDING[rounding]))


def settled(points: Decimal) -> Decimal:
    """Undo the last digit of a division that has no end: three thirds are one, not 0.999…"""
    if points >= BEYOND_ALL:
        return points
    settled_points = round(points, DIGITS)
    return points if settled_points == points else settled_points


def whole_points(points: Decimal, rounding: Rounding) -> int:
    """Round exact points as one does an order's; what is whole already, which is the rule, is not rounded."""
    units = int(points)
    return units if units == points else rounded(settled(points), rounding)


def unrewarded(points: Decimal, rate: Decimal) -> Decimal:
    """Turn what rounding left over back into money at the base rate; up to the next thousandth, so nobody loses."""
    if points <= 0:
        return Decimal(0)
    return round(points / rate, CARRY_DIGITS).quantize(CARRY_STEP, ROUND_CEILING).normalize() + 0


def apportion(units: int, weights: Sequence[Decimal]) -> tuple[int, ...]:
    """Split whole units by weight so that they add up; the largest remainders get what is left.

    Of equal remainders the first comes first. Weights are not negative; if all are 0 they count the same.
    """
    if not weights:
        return ()
    total = sum(weights, Decimal(0))
    if total == 0:
        weights, total = [Decimal(1)] * len(weights), Decimal(len(weights))
    quotas = [divmod(units * weight, total) for weight in weights]
    shares = [int(quotient) for quotient, _ in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda place: -quotas[place][1])
    for place in by_remainder[: units - sum(shares)]:
        shares[place] += 1
    return tuple(shares)


def text(points: Decimal) -> str:
    """Write exact points without an exponent and without idle zeros."""
    whole = int(points)
    return str(whole) if whole == points else f"{settled(points).normalize():f}"

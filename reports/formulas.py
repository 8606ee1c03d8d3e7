"""The arithmetic behind figures. Pure; where there is nothing to divide by there is no figure: None, shown as "–"."""

from __future__ import annotations

from decimal import Decimal

Number = int | Decimal


def share(part: Number, whole: Number) -> Decimal | None:
    """Part / whole, between 0 and 1 for counts; None of nothing."""
    return Decimal(part) / Decimal(whole) if whole else None


def net_promoter_score(*, promoters: int, passives: int, detractors: int) -> Decimal | None:
    """Share of promoters (9 and 10) minus share of detractors (6 and below), in points from −100 to +100.

    After F. Reichheld, "The One Number You Need to Grow", Harvard Business Review, 2003.
    """
    part = share(promoters - detractors, promoters + passives + detractors)
    return None if part is None else 100 * part


def customer_lifetime_value(
    *, years: Number | None, average_order: Decimal | None, orders_a_year: Number | None
) -> Decimal | None:
    """Years of relationship × average order × orders a year (t × c × f), in the currency of the order."""
    if years is None or average_order is None or orders_a_year is None:
        return None
    return years * average_order * orders_a_year


def repeat_rate(*, repeat_customers: int, customers: int) -> Decimal | None:
    """Customers with two or more orders / customers."""
    return share(repeat_customers, customers)


def redemption_rate(*, redeemed: int, issued: int) -> Decimal | None:
    """Points redeemed / points issued; above 1 where members spend what they saved before."""
    return share(redeemed, issued)


def change(now: Number | None, before: Number | None) -> Decimal | None:
    """Growth as a share of what was before: 0.063 is +6.3 %; None where there is nothing to compare with."""
    if now is None or not before:
        return None
    return Decimal(now) / Decimal(before) - 1


def difference(now: Number | None, before: Number | None) -> Decimal | None:
    """The difference of two shares; times 100 it is percentage points."""
    return None if now is None or before is None else Decimal(now) - Decimal(before)

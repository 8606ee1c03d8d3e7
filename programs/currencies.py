"""Currencies: which we know, and how many decimals each one's money has (ISO 4217 by way of CLDR)."""

from decimal import Decimal
from functools import cache

from babel.core import get_global
from babel.numbers import get_currency_precision

MOST = Decimal(10) ** 9
CURRENCY_CHOICES = [(code, code) for code in sorted(get_global("all_currencies")) if len(code) == 3]


@cache
def decimals_of(currency: str) -> int:
    """How many decimals the currency has: JPY 0, PLN 2, KWD 3."""
    return get_currency_precision(currency)


def fits(amount: Decimal, currency: str) -> bool:
    """Whether the amount can be written with the currency's own decimals."""
    return amount == round(amount, decimals_of(currency))


def is_sized(amount: Decimal) -> bool:
    """Whether the amount is a number that can be counted with; what is not is larger than any shop's, or NaN."""
    return amount.is_finite() and abs(amount) < MOST

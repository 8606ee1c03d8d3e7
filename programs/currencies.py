"""Currencies: which we know, and how many decimals each one's money has (ISO 4217 by way of CLDR)."""

from decimal import Decimal
from functools import cache

from babel.core import get_global
from babel.numbers import get_currency_name, get_currency_precision, get_territory_currencies

MOST = Decimal(10) ** 9
CURRENCY_CHOICES = [(code, code) for code in sorted(get_global("all_currencies")) if len(code) == 3]
COUNTRIES = sorted(code for code in get_global("territory_zones") if len(code) == 2 and code.isalpha())
TENDER = sorted({code for country in COUNTRIES for code in get_territory_currencies(country)})


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


@cache
def named(*, locale: str) -> list[tuple[str, str]]:
    """Every currency that somebody pays with today, by its name: (PLN, Polish zloty, PLN)."""
    names = [(code, f"{get_currency_name(code, locale=locale)}, {code}") for code in TENDER]
    return sorted(names, key=lambda choice: choice[1].casefold())


def of_country(country: str) -> str:
    """The currency in which a country pays; nothing where there is none of its own or another."""
    return next(iter(get_territory_currencies(country)), "")

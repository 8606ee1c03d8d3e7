"""What an everyday purchase comes to in each currency: amounts for examples, at a usual level of prices."""

from decimal import Decimal

from programs.currencies import decimals_of
from programs.price_levels import coin_of

# About two coffees and a bag of beans; with an odd remainder, so that rounding shows.
EVERYDAY = {
    "AUD": "24.50", "BRL": "68.50", "CAD": "24.50", "CHF": "21.50", "CLP": "12500", "CNY": "86.50", "COP": "48500",
    "CZK": "345", "DKK": "145", "EUR": "18.50", "GBP": "16.50", "HUF": "4850", "IDR": "125000", "ILS": "68",
    "INR": "845", "ISK": "2850", "JPY": "1200", "KRW": "18500", "KWD": "12.000", "MXN": "320", "NOK": "245",
    "NZD": "26.50", "PHP": "645", "PLN": "48.50", "RON": "74.50", "RUB": "1450", "SEK": "215", "SGD": "22.50",
    "THB": "385", "TRY": "685", "UAH": "640", "USD": "19.50", "VND": "185000", "ZAR": "245",
}  # fmt: skip
USUAL = Decimal("24.50")  # in everyday coins


def everyday_amount(currency: str) -> Decimal:
    """An everyday purchase, written with the currency's own decimals; a guess for currencies that are not listed."""
    known = EVERYDAY.get(currency)
    amount = Decimal(known) if known else USUAL * coin_of(currency)
    return amount.quantize(Decimal(1).scaleb(-decimals_of(currency)))

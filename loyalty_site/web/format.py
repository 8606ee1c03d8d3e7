"""Numbers, money and moments as people read them. Pure: locale, zone and year are arguments.

Locales are Babel names ("en", "pl", "zh_Hans"). Spaces inside a number or before its unit do not break.
"""

from datetime import date, datetime
from decimal import Decimal, localcontext
from unicodedata import east_asian_width
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, get_currency_precision

MINUS = "\u2212"
SPACE = "\u00a0"
NO_VALUE = "\u2013"
LONG_ENOUGH = 28  # digits, as decimals have them anywhere else

# A merchant has one currency, so its short sign is clear; Babel would write "PLN" and "JP¥" for foreigners.
SIGNS = {
    "AUD": "$", "BRL": "R$", "CAD": "$", "CNY": "¥", "CZK": "Kč", "DKK": "kr", "EUR": "€", "GBP": "£", "HUF": "Ft",
    "ILS": "₪", "INR": "₹", "JPY": "¥", "KRW": "₩", "MXN": "$", "NOK": "kr", "NZD": "$", "PLN": "zł", "RON": "lei",
    "SEK": "kr", "SGD": "$", "TRY": "₺", "UAH": "₴", "USD": "$", "VND": "₫",
}  # fmt: skip
LEADING_SIGNS = {"$", "R$", "£", "€", "¥", "₩", "₹", "₪"}


def written(number: Decimal | int | float, pattern: str, *, locale: str) -> str:
    """Write a number by a pattern of Babel, with a true minus; one of any length, which absurd terms come to."""
    exact = Decimal(str(number))
    with localcontext(prec=LONG_ENOUGH + abs(exact.adjusted())):
        return format_decimal(exact, pattern, locale=locale).replace("-", MINUS)


def currency_sign(currency: str) -> str:
    """Return the short sign of an ISO 4217 code, or the code itself where none is customary."""
    return SIGNS.get(currency, currency)


def money_number(amount: Decimal | int, currency: str, *, locale: str) -> str:
    """Write an amount with the decimals of its currency and without the sign: 48.50, 1,980, 12.345."""
    places = get_currency_precision(currency)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return written(amount, pattern, locale=locale)


def money(amount: Decimal | int, currency: str, *, locale: str) -> str:
    """Write an amount with its sign where the reader's language puts it: 48.50 zł, $48.50, 48,50 zł."""
    number, sign = money_number(amount, currency, locale=locale), currency_sign(currency)
    if sign in LEADING_SIGNS and sign_leads(locale):
        minus = MINUS if number.startswith(MINUS) else ""
        return minus + sign + number.removeprefix(MINUS)
    return number + SPACE + sign


def sign_leads(locale: str) -> bool:
    pattern: str = Locale.parse(locale).currency_formats["standard"].pattern
    return pattern.startswith("\u00a4")


def money_short(amount: Decimal | int, currency: str, *, locale: str) -> str:
    """Write an amount in whole units of its currency, for tiles and axes: 84,310 zł."""
    whole = whole_number(round(amount), locale=locale)
    sign = currency_sign(currency)
    return sign + whole if sign in LEADING_SIGNS and sign_leads(locale) else whole + SPACE + sign


def whole_number(number: int, *, locale: str) -> str:
    """Write points or people with their thousands apart: 1,240 or 1 240."""
    return written(number, "#,##0", locale=locale)


def signed(number: int, *, locale: str) -> str:
    """Write a movement with its sign: +96, −14 with a real minus, 0."""
    return ("+" if number > 0 else "") + whole_number(number, locale=locale)


def percent(share: Decimal | float | None, *, locale: str, places: int = 1) -> str:
    """Write a share (0.37) as a percentage (37.0%); no share at all is a dash."""
    if share is None:
        return NO_VALUE
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return written(Decimal(str(share)) * 100, pattern, locale=locale) + "%"


def moment(instant: datetime, *, zone: str | ZoneInfo, this_year: int, locale: str) -> str:
    """Write an instant on the merchant's clock: 17 Nov, 08:31, with the year when it is not this one."""
    local = instant.astimezone(ZoneInfo(str(zone)))
    time = format_skeleton("Hm", local, tzinfo=local.tzinfo, locale=date_locale(locale))
    return day(local.date(), this_year=this_year, locale=locale) + (SPACE if is_chinese(locale) else ", ") + time


def day(value: date, *, this_year: int, locale: str) -> str:
    """Write a date: 17 Nov, with the year when it is not this one."""
    skeleton = "MMMd" if value.year == this_year else "yMMMd"
    return format_skeleton(skeleton, value, locale=date_locale(locale)).replace(" ", SPACE)


def month(value: date, *, locale: str) -> str:
    """Write a month as a heading: November 2026, listopad 2026."""
    return format_date(value, "LLLL y" if not is_chinese(locale) else "y年M月", locale=date_locale(locale))


def date_locale(locale: str) -> str:
    """Plain English means day before month here; Babel's "en" is American."""
    return "en_GB" if locale == "en" else locale


def is_chinese(locale: str) -> bool:
    return locale.startswith("zh")


def initials(name: str) -> str:
    """Take the letters for an avatar: Anna Kowalczyk is AK, 王小明 is 王, nobody and a card's number are a dot."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words or any(word.isdigit() for word in words):
        return "·"
    if east_asian_width(words[0][0]) == "W":
        return words[0][0]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

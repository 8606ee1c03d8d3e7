"""Numbers, money and moments, in the three languages we speak."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_site.web import format as formats

ANY_SPACE = str.maketrans({"\u00a0": " ", "\u202f": " "})
NOVEMBER_17 = datetime(2026, 11, 17, 7, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "written"),
    [
        ("48.50", "PLN", "en", "48.50 zł"),
        ("48.50", "PLN", "pl", "48,50 zł"),
        ("48.50", "PLN", "zh_Hans", "48.50 zł"),
        ("1240.5", "PLN", "pl", "1 240,50 zł"),
        ("48.50", "USD", "en", "$48.50"),
        ("48.50", "USD", "pl", "48,50 $"),
        ("48.50", "EUR", "zh_Hans", "€48.50"),
        ("1980", "JPY", "en", "¥1,980"),
        ("1980", "JPY", "zh_Hans", "¥1,980"),
        ("12.345", "KWD", "en", "12.345 KWD"),
        ("-48.5", "USD", "en", "−$48.50"),
        ("-48.5", "PLN", "en", "−48.50 zł"),
        ("0", "PLN", "en", "0.00 zł"),
    ],
)
def test_money_has_the_decimals_of_its_currency_and_the_sign_where_the_reader_expects_it(
    amount, currency, locale, written
):
    assert formats.money(Decimal(amount), currency, locale=locale).translate(ANY_SPACE) == written


def test_money_never_breaks_between_number_and_sign():
    assert formats.money(Decimal("1240.50"), "PLN", locale="pl") == "1\u00a0240,50\u00a0zł"


def test_whole_money_drops_the_decimals():
    assert formats.money_short(Decimal("84310.49"), "PLN", locale="en") == "84,310\u00a0zł"
    assert formats.money_short(Decimal("84310.49"), "USD", locale="en") == "$84,310"


@pytest.mark.parametrize(("locale", "written"), [("en", "1,240"), ("pl", "1 240"), ("zh_Hans", "1,240")])
def test_points_keep_their_thousands_apart(locale, written):
    assert formats.whole_number(1240, locale=locale).translate(ANY_SPACE) == written


@pytest.mark.parametrize(("number", "written"), [(96, "+96"), (-14, "−14"), (0, "0"), (-1500, "−1,500")])
def test_a_movement_shows_its_sign_with_a_real_minus(number, written):
    assert formats.signed(number, locale="en") == written


@pytest.mark.parametrize(
    ("share", "locale", "written"),
    [("0.35", "en", "35.0%"), ("0.375", "pl", "37,5%"), (None, "en", "–"), ("-0.018", "en", "−1.8%")],
)
def test_a_share_is_a_percentage_and_no_share_a_dash(share, locale, written):
    assert formats.percent(share and Decimal(share), locale=locale) == written


@pytest.mark.parametrize(
    ("locale", "year", "written"),
    [
        ("en", 2026, "17 Nov, 08:31"),
        ("en", 2027, "17 Nov 2026, 08:31"),
        ("pl", 2026, "17 lis, 08:31"),
        ("pl", 2027, "17 lis 2026, 08:31"),
        ("zh_Hans", 2026, "11月17日 08:31"),
        ("zh_Hans", 2027, "2026年11月17日 08:31"),
    ],
)
def test_a_moment_is_on_the_shops_clock_and_leaves_out_this_year(locale, year, written):
    moment = formats.moment(NOVEMBER_17, zone="Europe/Warsaw", this_year=year, locale=locale)
    assert moment.translate(ANY_SPACE) == written


def test_a_moment_after_midnight_belongs_to_the_shops_next_day():
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    moment = formats.moment(late, zone="Europe/Warsaw", this_year=2026, locale="en")
    assert moment.translate(ANY_SPACE) == "1 Jan 2027, 00:30"


@pytest.mark.parametrize(
    ("locale", "written"), [("en", "November 2026"), ("pl", "listopad 2026"), ("zh_Hans", "2026年11月")]
)
def test_a_month_is_a_heading(locale, written):
    assert formats.month(date(2026, 11, 1), locale=locale) == written


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Kowalczyk", "AK"),
        ("Ewa Maria Dąbrowska", "ED"),
        ("łukasz", "Ł"),
        ("王小明", "王"),
        ("  ", "·"),
        ("", "·"),
        ("(deleted) member", "M"),
        ("CD 5933 2973", "·"),
    ],
)
def test_initials_are_first_and_last_or_one_character(name, letters):
    assert formats.initials(name) == letters


@given(st.decimals(min_value="-1e60", max_value="1e60", allow_nan=False, allow_infinity=False))
def test_a_number_of_any_length_is_written(number: Decimal) -> None:
    digits = formats.written(number, "#,##0.##", locale="en").replace(",", "").replace(formats.MINUS, "-")
    assert abs(Decimal(digits) - number) <= Decimal("0.005")

"""Figures in words: each test's name finishes "it …"."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from reports import kpis, wording
from reports.kpis import Figure, Kpi, Unit, Value
from reports.periods import Period


def tile(kpi: Kpi, value: Value, before: Value, *, currency: str = "PLN", weeks: int = 4) -> wording.Tile:
    return wording.tile(Figure(kpi, Period(weeks, date(2026, 11, 23)), value, before, ()), currency)


def test_compares_a_count_by_growth() -> None:
    shown = tile(kpis.ACTIVE_MEMBERS, 642, 604)
    assert (shown.value, shown.unit, shown.delta, shown.direction, shown.before) == (
        "642", "", "+6.3%", "up", "604 before",
    )  # fmt: skip


def test_compares_a_share_in_percentage_points() -> None:
    shown = tile(kpis.POINTS_SPENT, Decimal("0.37"), Decimal("0.388"))
    assert (shown.value, shown.unit, shown.delta, shown.direction) == ("37", "%", "−1.8\u00a0pp", "down")
    assert shown.before == "38.8% before"


@pytest.mark.parametrize(
    ("currency", "value", "unit"), [("PLN", "84,310", "zł"), ("USD", "$84,310", ""), ("KWD", "84,310", "KWD")]
)
def test_sets_money_with_the_sign_of_its_currency(currency: str, value: str, unit: str) -> None:
    shown = tile(kpis.SALES, Decimal("84310.00"), None, currency=currency)
    assert (shown.value, shown.unit, shown.delta, shown.before) == (value, unit, "", "nothing before")


def test_shows_a_dash_for_no_figure() -> None:
    shown = tile(kpis.CAME_BACK, None, None)
    assert (shown.value, shown.unit, shown.delta) == ("–", "", "")


def test_does_not_divide_by_an_empty_period() -> None:
    assert tile(kpis.ACTIVE_MEMBERS, 5, 0).delta == ""
    assert tile(kpis.ACTIVE_MEMBERS, 5, 0).before == "0 before"


def test_calls_what_rounds_to_nothing_flat() -> None:
    assert tile(kpis.SALES, Decimal("1000.2"), Decimal("1000.0")).direction == "flat"


def test_names_the_period_in_the_label() -> None:
    assert tile(kpis.CAME_BACK, None, None).label == "Came back within 4 weeks"
    assert tile(kpis.CAME_BACK, None, None, weeks=1).label == "Came back within 1 week"


@pytest.mark.parametrize(
    ("hour", "words"), [(4, "Good evening"), (5, "Good morning"), (12, "Good afternoon"), (18, "Good evening")]
)
def test_greets_by_the_hour(hour: int, words: str) -> None:
    assert wording.greeting(datetime(2026, 11, 24, hour), "Marta") == f"{words}, Marta"  # noqa: DTZ001


def test_writes_days_as_the_language_does() -> None:
    day = date(2026, 11, 24)
    assert (wording.long_day(day), wording.weekday_and_day(day)) == ("Tuesday 24 November", "Tue 24 Nov")
    with translation.override("pl"):
        assert "24 listopada" in wording.long_day(day)
        assert wording.written(Decimal("0.375"), Unit.SHARE, "PLN") == "37,5%"
    with translation.override("zh-hans"):
        assert wording.weekday_and_day(day) == "11月24日周二"

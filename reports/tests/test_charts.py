"""Charts: each test's name finishes "it …"."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from reports import charts, plots
from reports.history import Day, History
from reports.periods import Period

LAST = date(2026, 11, 23)
PERIOD = Period(4, LAST)


def history(days: int = 56, **fields: int) -> History:
    found = {LAST - timedelta(days=n): Day(1, Decimal(n), Decimal(0), fields.get("earned", 10), 4) for n in range(days)}
    return History(found, {})


def test_lines_up_weekdays_with_the_period_before() -> None:
    points = charts.sales_points(history(), PERIOD)
    assert len(points) == 28
    assert all(point.day.weekday() == point.previous_day.weekday() for point in points)
    assert (points[-1].sales, points[-1].previous_sales) == (0, 28)


def test_adds_a_year_up_by_weeks() -> None:
    points = charts.sales_points(history(400), Period(52, LAST))
    assert len(points) == 52
    assert points[-1].sales == sum(range(7))


def test_shows_at_least_twelve_weeks_of_points_as_far_as_they_are_known() -> None:
    assert len(charts.points_weeks(history(200), PERIOD)) == 12
    assert len(charts.points_weeks(history(28), PERIOD)) == 4
    assert charts.points_weeks(history(), PERIOD)[-1] == charts.PointsWeek(date(2026, 11, 17), 70, 28)


@pytest.mark.parametrize(("count", "step"), [(7, 1), (28, 1), (91, 1), (52, 7), (12, 7), (1, 1)])
def test_puts_at_most_seven_dates_below_on_the_same_weekday(count: int, step: int) -> None:
    days = [LAST + timedelta(days=n * step) for n in range(count)]
    ticks = charts.tick_positions(days, step=step)
    assert 1 <= len(ticks) <= 7
    if step == 1 and count > 7:
        assert len({days[tick].weekday() for tick in ticks}) == 1


def test_says_in_the_table_what_the_picture_shows() -> None:
    plot = plots.sales_plot(charts.sales_points(history(), PERIOD), PERIOD, "PLN")
    assert plot is not None
    line = plot.drawing["series"][0]
    assert plot.rows[-1] == ["Tue 27 Oct", "27\u00a0zł", "Tue 29 Sept", "55\u00a0zł"]
    assert (line["y"][0], line["text"][0], plot.drawing["labels"][0]) == (27.0, "27\u00a0zł", "Tue 27 Oct")
    assert len(plot.rows) == len(set(plot.drawing["labels"])) == 28


def test_follows_the_language_of_the_reader() -> None:
    with translation.override("pl"):
        plot = plots.points_plot(charts.points_weeks(history(200, earned=1000), PERIOD))
    assert plot is not None
    assert plot.rows[0][:2] == ["17 lis", "7\u00a0000"]
    assert plot.drawing["separators"] == ",\u00a0"


def test_draws_nothing_for_a_shop_without_sales() -> None:
    empty = History({}, {})
    assert plots.sales_plot(charts.sales_points(empty, PERIOD), PERIOD, "PLN") is None
    assert plots.points_plot(charts.points_weeks(empty, PERIOD)) is None

"""Charts ready to be drawn, in the active language: what plotly gets as JSON, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import get_decimal_symbol, get_group_symbol
from django.utils.translation import gettext as _

from loyalty_site.web import format as formats
from reports.charts import DAILY_UNTIL, PointsWeek, SalesPoint, tick_positions
from reports.periods import Period
from reports.wording import locale, short_day, weekday_and_day


@dataclass(frozen=True, slots=True)
class Plot:
    """`drawing` for `static/js/charts.js`; `heads` and `rows` for people who would rather read."""

    drawing: dict[str, Any]
    heads: list[str]
    rows: list[list[str]]


def sales_plot(points: Sequence[SalesPoint], period: Period, currency: str) -> Plot | None:
    """A line of sales and a dotted one of the period before; None where nothing was sold."""
    if not any(point.sales or point.previous_sales for point in points):
        return None
    step = 1 if period.weeks <= DAILY_UNTIL else 7
    days = [point.day for point in points]
    now = [written(point.sales, currency) for point in points]
    before = [written(point.previous_sales, currency) for point in points]
    previous_days = [weekday_and_day(point.previous_day) for point in points]
    series = [
        {"kind": "line", "colour": "--chart-1", "y": numbers(point.sales for point in points), "text": now},
        {
            "kind": "dotted",
            "colour": "--chart-prev",
            "y": numbers(point.previous_sales for point in points),
            "text": [f"{day} · {money}" for day, money in zip(previous_days, before, strict=True)],
        },
    ]
    labels = [weekday_and_day(day) for day in days]
    table = [list(row) for row in zip(labels, now, previous_days, before, strict=True)]
    heads = [_("Day") if step == 1 else _("Week from"), _("Sales"), _("Period before"), _("Sales then")]
    return Plot(drawing(labels, days, series, step=step), heads, table[::-1])


def points_plot(weeks: Sequence[PointsWeek]) -> Plot | None:
    """Two bars a week; None where no points moved."""
    if not any(week.earned or week.spent for week in weeks):
        return None
    labels = [short_day(week.day) for week in weeks]
    earned, spent = [points(week.earned) for week in weeks], [points(week.spent) for week in weeks]
    series = [
        bars("--chart-1", [week.earned for week in weeks], earned, _("Earned")),
        bars("--chart-2", [week.spent for week in weeks], spent, _("Spent")),
    ]
    table = [list(row) for row in zip(labels, earned, spent, strict=True)]
    picture = drawing(labels, [week.day for week in weeks], series, step=7)
    return Plot(picture, [_("Week from"), _("Earned"), _("Spent")], table[::-1])


def bars(colour: str, heights: list[int], texts: list[str], name: str) -> dict[str, Any]:
    return {"kind": "bar", "colour": colour, "y": heights, "text": [f"{text} {name.lower()}" for text in texts]}


def drawing(labels: list[str], days: Sequence[date], series: list[dict[str, Any]], *, step: int) -> dict[str, Any]:
    """The whole picture but its colours, which are the page's: labels are unique, some of them get a date below."""
    ticks = tick_positions(days, step=step)
    texts = [short_day(days[position]) for position in ticks]
    if step == 1 and texts:
        texts[0] = labels[ticks[0]]
    return {
        "labels": labels,
        "ticks": [labels[position] for position in ticks],
        "tickTexts": texts,
        "separators": get_decimal_symbol(locale()) + get_group_symbol(locale()),
        "series": series,
    }


def numbers(values: Any) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def written(money: Decimal | None, currency: str) -> str:
    return formats.NO_VALUE if money is None else formats.money_short(money, currency, locale=locale())


def points(count: int) -> str:
    return formats.whole_number(count, locale=locale())

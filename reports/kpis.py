"""The catalogue of figures. A figure is a declaration: its words, its arithmetic, and the rows it can be traced to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.models import Merchant
from reports import evidence, formulas
from reports.history import History, Sums
from reports.periods import Period

SPARK_POINTS = 12  # weeks of trend behind a figure


class Unit(Enum):
    """How a number is written; a change of a share is in percentage points."""

    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    POINTS = "points"


class RowsOf(Protocol):
    def __call__(self, merchant: Merchant, period: Period, *, as_of: datetime) -> evidence.Rows: ...


Value = int | Decimal | None
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Column:
    """One number of the daily table that leads to a figure."""

    label: Words
    unit: Unit
    value: Callable[[Sums], Value]


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure: `value` of what a period adds up to, `columns` of a day, `rows` that anybody can count again.

    Labels may say %(period)s, such as "4 weeks". `rows_template` shows a page of `rows`.
    """

    code: str
    label: Words
    unit: Unit
    formula: Words
    value: Callable[[Sums], Value]
    columns: Sequence[Column]
    rows: RowsOf
    rows_template: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of one period, the one before, and its trend: the same figure as of each of the last weeks."""

    kpi: Kpi
    period: Period
    value: Value
    before: Value
    trend: tuple[Value, ...]

    @property
    def delta(self) -> Decimal | None:
        """Against the period before: the difference of shares, or growth as a share."""
        compare = formulas.difference if self.kpi.unit is Unit.SHARE else formulas.change
        return compare(self.value, self.before)


def active(sums: Sums) -> int:
    return sums.people.active


def previously_active(sums: Sums) -> int:
    return sums.people.previous


def returned(sums: Sums) -> int:
    return sums.people.returned


def came_back(sums: Sums) -> Decimal | None:
    return formulas.share(sums.people.returned, sums.people.previous)


def net_sales(sums: Sums) -> Decimal:
    return sums.net_sales


def points_spent(sums: Sums) -> Decimal | None:
    return formulas.redemption_rate(redeemed=sums.redeemed, issued=sums.earned)


ACTIVE_MEMBERS = Kpi(
    "active-members", _("Active members"), Unit.COUNT,
    formula=_("members with at least one order in the period"),
    value=active,
    columns=[Column(_("Active, %(period)s to this day"), Unit.COUNT, active)],
    rows=evidence.buyers, rows_template="reports/dashboard/rows_buyers.html",
)  # fmt: skip

CAME_BACK = Kpi(
    "came-back", _("Came back within %(period)s"), Unit.SHARE,
    formula=_("members who bought in this period and in the one before / members who bought in the one before"),
    value=came_back,
    columns=[
        Column(_("Bought in the period before"), Unit.COUNT, previously_active),
        Column(_("Came back"), Unit.COUNT, returned),
        Column(_("Share"), Unit.SHARE, came_back),
    ],
    rows=evidence.earlier_buyers, rows_template="reports/dashboard/rows_earlier_buyers.html",
)  # fmt: skip

SALES = Kpi(
    "sales", _("Sales from members"), Unit.MONEY,
    formula=_("what members paid for orders − what they were given back"),
    value=net_sales,
    columns=[
        Column(_("Orders"), Unit.COUNT, lambda sums: sums.orders),
        Column(_("Paid"), Unit.MONEY, lambda sums: sums.sales),
        Column(_("Given back"), Unit.MONEY, lambda sums: sums.refunds),
        Column(_("Sales"), Unit.MONEY, net_sales),
    ],
    rows=evidence.sales, rows_template="reports/dashboard/rows_sales.html",
)  # fmt: skip

POINTS_SPENT = Kpi(
    "points-spent", _("Share of points spent"), Unit.SHARE,
    formula=_("points redeemed for rewards, less those of cancelled vouchers / points earned"),
    value=points_spent,
    columns=[
        Column(_("Earned"), Unit.POINTS, lambda sums: sums.earned),
        Column(_("Spent"), Unit.POINTS, lambda sums: sums.redeemed),
        Column(_("Share"), Unit.SHARE, points_spent),
    ],
    rows=evidence.points, rows_template="reports/dashboard/rows_points.html",
)  # fmt: skip

CATALOGUE = {kpi.code: kpi for kpi in (ACTIVE_MEMBERS, CAME_BACK, SALES, POINTS_SPENT)}


def figures(kpis: Iterable[Kpi], history: History, period: Period) -> list[Figure]:
    """Work figures out; there is no "before", and no week of a trend, unless the rows cover all of it."""
    now = history.sums(period)
    before = history.sums(period.previous) if history.covers(period.previous) else None
    trend = list(sums_of_last_weeks(history, period))
    return [
        Figure(kpi, period, value_of(kpi, now), value_of(kpi, before), tuple(value_of(kpi, sums) for sums in trend))
        for kpi in kpis
    ]


def value_of(kpi: Kpi, sums: Sums | None) -> Value:
    return None if sums is None else kpi.value(sums)


def sums_of_last_weeks(history: History, period: Period) -> Iterator[Sums | None]:
    """The period as it looked at the end of each of the last twelve weeks, oldest first."""
    for weeks in reversed(range(SPARK_POINTS)):
        earlier = period.earlier(weeks)
        if history.covers(earlier):
            yield history.sums(earlier)


def reach(period: Period) -> Period:
    """The days that a figure of a period needs: two periods, or as many as its trend."""
    return Period(max(2 * period.weeks, period.weeks + SPARK_POINTS - 1), period.last)

"""Figures: each test's name finishes "it …"."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from members.tests import factories
from programs.models import Merchant
from reports import home, kpis
from reports.kpis import Figure, Kpi
from reports.periods import WEEKS, Period
from reports.tests import shops

pytestmark = pytest.mark.django_db

EVERY = pytest.mark.parametrize("weeks", WEEKS)


def figure(kpi: Kpi, merchant: Merchant, *, weeks: int = 4) -> Figure:
    period = Period(weeks, shops.LAST)
    return kpis.figures([kpi], home.history_of(merchant, period), period)[0]


def test_counts_members_with_an_order_in_the_period() -> None:
    merchant = shops.busy().merchant
    found = figure(kpis.ACTIVE_MEMBERS, merchant)
    assert (found.value, found.before, found.delta) == (2, 2, 0)


def test_says_how_many_of_the_earlier_buyers_came_back() -> None:
    merchant = shops.busy().merchant
    found = figure(kpis.CAME_BACK, merchant)
    assert found.value == Decimal("0.5")


def test_takes_what_was_given_back_off_the_sales() -> None:
    merchant = shops.busy().merchant
    found = figure(kpis.SALES, merchant)
    assert (found.value, found.before) == (Decimal("141.00"), Decimal("150.00"))
    assert round(found.delta or 0, 2) == Decimal("-0.06")


def test_shares_points_spent_by_points_earned() -> None:
    merchant = shops.busy().merchant
    found = figure(kpis.POINTS_SPENT, merchant)
    assert round(found.value or 0, 4) == Decimal("0.2667")  # 40 / (100 + 25 + 25)
    assert round(found.delta or 0, 4) == Decimal("0.2667")


def test_has_no_period_before_the_shop_began() -> None:
    merchant = shops.busy().merchant
    assert figure(kpis.SALES, merchant, weeks=13).value == Decimal("441.00")
    assert figure(kpis.SALES, merchant, weeks=13).before is None


def test_has_no_figures_for_an_empty_shop() -> None:
    merchant = factories.shop().merchant
    for kpi in kpis.CATALOGUE.values():
        found = figure(kpi, merchant)
        assert (found.value, found.before, found.delta, found.trend) == (None, None, None, ())


@EVERY
def test_agrees_with_its_rows(weeks: int) -> None:
    merchant = shops.busy().merchant
    period, as_of = Period(weeks, shops.LAST), home.mark_of(merchant).filled_at
    assert as_of is not None
    rows = {code: kpi.rows(merchant, period, as_of=as_of) for code, kpi in kpis.CATALOGUE.items()}
    values = {code: figure(kpi, merchant, weeks=weeks).value for code, kpi in kpis.CATALOGUE.items()}
    assert rows["active-members"].count() == values["active-members"]
    earlier = rows["came-back"].count()
    back = rows["came-back"].filter(order_count__gt=0).count()
    assert values["came-back"] == (Decimal(back) / earlier if earlier else None)
    assert sum(row["money"] for row in rows["sales"]) == values["sales"]
    spent = -(rows["points-spent"].exclude(kind="earn").aggregate(sum=Sum("points"))["sum"] or 0)
    earned = rows["points-spent"].filter(kind="earn").aggregate(sum=Sum("points"))["sum"]
    assert values["points-spent"] == Decimal(spent) / earned


def test_leaves_out_of_figure_and_rows_what_came_after_the_fill() -> None:
    merchant = shops.busy().merchant
    as_of = home.mark_of(merchant).filled_at
    assert as_of is not None
    merchant.orders.filter(reference="Cleo-2").update(recorded_at=as_of + timedelta(seconds=1))
    rows = kpis.SALES.rows(merchant, Period(4, shops.LAST), as_of=as_of)
    assert "Cleo-2" not in {row["receipt"] for row in rows}


def test_draws_the_trend_of_the_last_weeks_that_are_covered() -> None:
    merchant = shops.busy().merchant
    trend = figure(kpis.SALES, merchant).trend
    assert 2 <= len(trend) <= kpis.SPARK_POINTS
    assert trend[-1] == Decimal("141.00")

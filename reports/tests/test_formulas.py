"""Formulas: each test's name finishes "it …"."""

from decimal import Decimal

from loyalty_site.web.format import percent
from reports import formulas


def test_scores_promoters_against_detractors() -> None:
    assert formulas.net_promoter_score(promoters=50, passives=30, detractors=20) == 30
    assert formulas.net_promoter_score(promoters=0, passives=0, detractors=4) == -100


def test_multiplies_years_average_order_and_frequency() -> None:
    value = formulas.customer_lifetime_value(years=3, average_order=Decimal("40.00"), orders_a_year=6)
    assert value == Decimal("720.00")


def test_rates_customers_who_came_twice() -> None:
    rate = formulas.repeat_rate(repeat_customers=45, customers=120)
    assert percent(rate, locale="en") == "37.5%"


def test_rates_points_redeemed_of_points_issued() -> None:
    assert percent(formulas.redemption_rate(redeemed=3500, issued=10000), locale="en") == "35.0%"


def test_has_no_figure_for_an_empty_shop() -> None:
    nothing = [
        formulas.net_promoter_score(promoters=0, passives=0, detractors=0),
        formulas.customer_lifetime_value(years=None, average_order=None, orders_a_year=None),
        formulas.repeat_rate(repeat_customers=0, customers=0),
        formulas.redemption_rate(redeemed=0, issued=0),
        formulas.change(5, 0),
        formulas.change(None, 5),
        formulas.difference(None, Decimal(1)),
    ]
    assert nothing == [None] * 7
    assert percent(None, locale="en") == "–"


def test_compares_with_the_period_before() -> None:
    assert round(formulas.change(642, 604) or 0, 3) == Decimal("0.063")
    assert formulas.difference(Decimal("0.37"), Decimal("0.388")) == Decimal("-0.018")

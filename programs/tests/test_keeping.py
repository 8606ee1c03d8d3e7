"""What stays of an award after refunds, by the award's own recorded terms."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from programs.earning import Standing, evaluate, keep, kept
from programs.keeping import reckon_again
from programs.unfolding import unfold

from .factories import any_purchase, any_terms, lines, purchase, rule, standings, terms

BRONZE = Standing(tier_code="bronze")


def explained(amount, standing=BRONZE, under=None, **parts):
    """What an entry keeps, and the terms of its version."""
    under = under or terms()
    return evaluate(under, purchase(amount, **parts), standing).explain, under


def left(award, *remaining):
    return [keep(*award, Decimal(money)) for money in remaining]


def test_it_plays_scenario_17_four_quarters_make_the_whole():
    assert left(explained("10.00"), "7.50", "5.00", "2.50", "0.00") == [7, 5, 2, 0]


def test_it_plays_scenario_7_a_capped_award_goes_back_whole():
    capped = terms(earning={"cap": {"points": 500, "per": "day"}})
    award = explained("120.00", replace(BRONZE, earned={"day": 450}), capped)
    assert left(award, "120.00", "60.00", "20.00", "0.00") == [50, 50, 20, 0]


def test_it_keeps_the_factors_of_the_award():
    award = explained("100.00", Standing(tier_code="gold"), terms(rules=[rule(give={"multiplier": "2"})]))
    assert left(award, "100.00", "50.00", "0.00") == [300, 150, 0]


def test_it_keeps_fixed_points_until_too_little_or_nothing_remains():
    bonus = terms(rules=[rule(when={"min_amount": "20.00"}, give={"points": 50})])
    assert left(explained("100.00", under=bonus), "100.00", "20.00", "19.99", "0") == [150, 70, 19, 0]


def test_it_shrinks_what_certain_lines_and_pieces_gave():
    beans = {"when": {"categories": ["beans"]}}
    basket = lines("40.00", category="beans") + lines("20.00")
    double = explained("60.00", under=terms(rules=[rule(**beans, give={"multiplier": "2"})]), lines=basket)
    assert left(double, "60.00", "30.00") == [100, 50]
    pieces = explained("60.00", under=terms(rules=[rule(**beans, give={"points": 10, "each": "item"})]), lines=basket)
    assert left(pieces, "60.00", "30.00", "0") == [70, 35, 0]


def test_it_returns_the_carry_that_an_order_brought_or_used():
    stars = terms(earning={"points": 1, "per": "50.00", "carry_over": True})
    first, second = explained("30.00", under=stars), explained("20.00", Standing(carry=Decimal(30)), stars)
    assert kept(*first, Decimal(10)) == (0, 0, 10)
    assert kept(*first, Decimal(0)) == (0, 0, 0)
    assert kept(*second, Decimal(20)) == (1, 1, 0)
    assert kept(*second, Decimal(10)) == (0, 0, 40)
    assert kept(*second, Decimal(0)) == (0, 0, 30)


def test_it_keeps_qualifying_by_its_basis():
    assert kept(*explained("100.00", Standing(tier_code="gold")), Decimal(40)).qualifying == 40
    assert kept(*explained("9.90", under=terms(tiers={"basis": "spend"})), Decimal("4.50")).qualifying == 5
    assert kept(*explained("9.90", under=terms(tiers={"basis": "visits"})), Decimal("4.50")).qualifying == 1


@given(any_terms(), any_purchase(), standings, st.lists(st.integers(0, 1000), min_size=2, max_size=6))
def test_it_never_keeps_more_than_was_awarded_nor_less_for_more_money(under, bought, standing, thousandths):
    award = evaluate(under, bought, standing)
    stays = [kept(award.explain, under, award.base * part / 1000) for part in sorted(thousandths)]
    for fewer, more in pairwise(stays):
        assert 0 <= fewer.points <= more.points <= award.points
        assert 0 <= fewer.qualifying <= more.qualifying <= award.qualifying
    assert keep(award.explain, under, Decimal(0)) == 0


@given(any_terms(), any_purchase(), standings)
def test_it_finds_everything_it_needs_in_the_explanation(under, bought, standing):
    award = evaluate(under, bought, standing)
    if award.base:
        again = reckon_again(unfold(award.explain, under), award.base)
        assert again == (award.points, award.qualifying, award.carry)

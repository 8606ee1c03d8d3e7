"""Rounding once, splitting without loss."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.rounding import apportion, rounded, settled, text, unrewarded

weights = st.lists(st.decimals(min_value=0, max_value=10_000, places=2), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("points", "floor", "half_up", "ceiling"), [("2.5", 2, 3, 3), ("2.49", 2, 2, 3), ("3", 3, 3, 3), ("0.5", 0, 1, 1)]
)
def test_it_rounds_three_ways(points, floor, half_up, ceiling):
    ways = [rounded(Decimal(points), way) for way in ("floor", "half_up", "ceiling")]
    assert ways == [floor, half_up, ceiling]


@given(st.integers(0, 100_000), weights)
def test_it_splits_so_that_parts_add_up_and_stay_within_one_of_their_quota(units, given_weights):
    parts, total = apportion(units, given_weights), sum(given_weights)
    assert sum(parts) == units
    for part, weight in zip(parts, given_weights, strict=True):
        assert total == 0 or abs(part - units * weight / total) < 1


def test_it_splits_nothing_over_no_lines_and_evenly_over_lines_of_no_weight():
    assert apportion(5, []) == ()
    assert apportion(5, [Decimal(0)] * 3) == (2, 2, 1)


def test_it_settles_a_division_without_end():
    assert settled(Decimal(10) / 3 * 3) == 10
    assert settled(Decimal("1.125")) == Decimal("1.125")


def test_it_writes_points_plainly():
    assert [text(Decimal(points)) for points in ("62.00", "50.50", "0", "1E+2")] == ["62", "50.5", "0", "100"]


def test_it_turns_a_remainder_into_money_without_loss():
    assert unrewarded(Decimal("0.6"), Decimal(1) / 50) == 30
    assert unrewarded(Decimal("0.5"), Decimal(3)) == Decimal("0.167")
    assert unrewarded(Decimal(0), Decimal(1)) == 0

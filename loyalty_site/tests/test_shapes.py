"""The geometry of drawings, against the numbers of the design."""

from hypothesis import given
from hypothesis import strategies as st

from loyalty_site.web import shapes


def test_a_sparkline_runs_from_margin_to_margin_and_ends_in_its_dot():
    spark = shapes.spark([0, 10, 5])
    assert spark is not None
    assert spark.line == "M0.0 29.0L44.0 3.0L88.0 16.0"
    assert (spark.end_x, spark.end_y) == (88.0, 16.0)


def test_a_sparkline_needs_two_values_and_lies_flat_when_nothing_changes():
    assert shapes.spark([]) is None
    assert shapes.spark([4, None]) is None
    flat = shapes.spark([4, 4])
    assert flat is not None
    assert flat.line == "M0.0 16.0L88.0 16.0"


def test_a_ladder_fills_between_even_stops_as_in_the_design():
    ladder = shapes.ladder([480, 60, 110, 150, 240, 1200], 318)
    assert ladder is not None
    assert [stop.points for stop in ladder.stops] == [60, 110, 150, 240, 480]
    assert [stop.x for stop in ladder.stops] == [75.2, 140.4, 205.6, 270.8, 336.0]
    assert [stop.is_next for stop in ladder.stops] == [False, False, False, False, True]
    assert ladder.run == 292.0


def test_a_ladder_of_reached_rewards_is_full_and_one_without_rewards_is_not_drawn():
    full = shapes.ladder([60, 110], 500)
    assert full is not None
    assert full.run == 336.0
    assert shapes.ladder([], 500) is None


@given(prices=st.lists(st.integers(1, 10_000), min_size=1, max_size=12), balance=st.integers(-500, 20_000))
def test_the_run_of_a_ladder_stays_on_its_rail_and_passes_exactly_the_reached_stops(prices, balance):
    ladder = shapes.ladder(prices, balance)
    assert ladder is not None
    assert shapes.LADDER_START <= ladder.run <= shapes.LADDER_END
    assert len(ladder.stops) <= shapes.LADDER_STOPS
    for stop in ladder.stops:
        assert stop.reached == (balance >= stop.points)


@given(st.lists(st.integers(0, 100_000), min_size=3, max_size=3).filter(any))
def test_a_split_bar_is_as_wide_as_its_parts_and_never_wider_than_itself(parts):
    spans = shapes.split(*parts)
    filled = [span for span, part in zip(spans, parts, strict=True) if part]
    assert abs(sum(span.width for span in filled) + 0.6 * (len(filled) - 1) - 100) < 0.05
    assert all(span.width == 0 for span, part in zip(spans, parts, strict=True) if not part)


def test_a_share_stays_between_nothing_and_everything():
    assert shapes.share(2860, 4000) == 71.5
    assert shapes.share(9, 4) == 100
    assert shapes.share(-3, 4) == 0
    assert shapes.share(0, 0) == 0

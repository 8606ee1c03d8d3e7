"""Levels: reached, kept, announced and lost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.terms import Tiers
from programs.tiers import Review, counted, level_of, natural, next_level, review

from .factories import terms

TIERS = terms().tiers
START = date(2026, 7, 1)


def tiers(**parts) -> Tiers:
    return terms(tiers=parts).tiers


def reviewed(code="gold", qualifying=800, day=START, demote_on=None, pinned_until=None, under=TIERS) -> Review:
    return review(under, code=code, qualifying=qualifying, day=day, demote_on=demote_on, pinned_until=pinned_until)


@pytest.mark.parametrize(
    ("qualifying", "code"),
    [(0, "bronze"), (499, "bronze"), (500, "silver"), (1500, "gold"), (9999, "gold"), (-5, "bronze")],
)
def test_it_finds_the_level_that_is_reached(qualifying, code):
    assert natural(TIERS, qualifying).code == code


def test_it_finds_neighbours_and_takes_an_unknown_code_for_the_lowest():
    assert next_level(TIERS, "bronze").code == "silver"
    assert next_level(TIERS, "gold") is None
    assert level_of(TIERS, "platinum").code == "bronze"
    assert level_of(TIERS, "").code == "bronze"


def test_it_plays_scenario_20():
    """600 earned, 550 spent: spending is not asked about, so the member is still Silver."""
    assert reviewed(code="silver", qualifying=600) == Review("silver", None, False)


def test_it_plays_scenario_21():
    assert reviewed(qualifying=1600, day=date(2026, 6, 30)) == Review("gold", None, False)
    warned = reviewed(qualifying=800, day=date(2026, 7, 1))
    assert warned == Review("gold", date(2026, 8, 1), True)
    assert reviewed(day=date(2026, 7, 31), demote_on=warned.demote_on) == Review("gold", date(2026, 8, 1), False)
    assert reviewed(day=date(2026, 8, 1), demote_on=warned.demote_on) == Review("silver", None, False)
    assert reviewed(qualifying=1500, day=date(2026, 7, 20), demote_on=warned.demote_on) == Review("gold", None, False)


def test_it_upgrades_at_once_over_several_levels():
    assert reviewed(code="bronze", qualifying=2000) == Review("gold", None, False)


def test_it_falls_one_step_at_a_time_if_the_terms_say_so():
    under = tiers(downgrade="one_step")
    fallen = reviewed(qualifying=0, demote_on=START, under=under)
    assert fallen == Review("silver", None, False)
    assert reviewed(code="silver", qualifying=0, under=under) == Review("silver", START + timedelta(days=31), True)


def test_it_never_falls_if_the_terms_say_so():
    assert reviewed(qualifying=0, demote_on=START, under=tiers(downgrade="never")) == Review("gold", None, False)


def test_it_falls_at_once_without_grace():
    assert reviewed(qualifying=0, under=tiers(grace_days=0)) == Review("bronze", None, False)


def test_it_keeps_a_pinned_level_through_its_day_then_warns():
    assert reviewed(qualifying=0, pinned_until=START, demote_on=START) == Review("gold", None, False)
    assert reviewed(qualifying=0, pinned_until=START - timedelta(days=1)) == Review(
        "gold", START + timedelta(days=31), True
    )


def test_it_lets_a_pinned_member_rise():
    assert reviewed(code="silver", qualifying=1500, pinned_until=START) == Review("gold", None, False)


@given(
    st.integers(0, 3000),
    st.sampled_from(["bronze", "silver", "gold"]),
    st.sampled_from(["natural", "one_step", "never"]),
    st.integers(0, 60),
)
def test_it_warns_once_and_comes_to_rest_at_the_natural_level_or_above(qualifying, code, downgrade, grace):
    under, state, warnings = tiers(downgrade=downgrade, grace_days=grace), Review(code, None, False), 0
    for passed in range(200):
        state = reviewed(state.code, qualifying, START + timedelta(days=passed), state.demote_on, under=under)
        warnings += state.warned
    rests = [level.code for level in under.levels]
    assert rests.index(state.code) >= rests.index(natural(under, qualifying).code)
    if downgrade != "never":
        assert state.code == natural(under, qualifying).code
    assert warnings <= 2


def test_it_counts_points_money_or_visits():
    assert counted("points", base=Decimal("9.90"), base_points=9) == 9
    assert counted("spend", base=Decimal("9.90"), base_points=9) == 10
    assert counted("visits", base=Decimal("9.90"), base_points=9) == 1

"""Local days as instants, on ordinary days and on those when clocks jump."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.calendar import (
    add_months,
    available_at,
    end_of_day,
    expiry_of,
    local_day,
    period_start,
    start_of_day,
    window_start,
)
from programs.terms import parse

from .factories import document, terms

WARSAW = "Europe/Warsaw"
ZONES = [
    "Europe/Warsaw", "Africa/Cairo", "America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Asia/Kathmandu",
    "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns", "Asia/Tehran", "UTC",
]  # fmt: skip
zones = st.sampled_from(ZONES)
days = st.dates(date(1990, 1, 1), date(2040, 12, 31))
instants = st.integers(631152000, 2240524800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
round_to = st.sampled_from(["month", "quarter", "year"])
fixed_dates = st.lists(st.sampled_from(["12-31", "02-29", "06-30", "01-01"]), min_size=1)
expiries = st.one_of(
    st.fixed_dictionaries({"kind": st.just("after"), "days": st.integers(0, 800)}, optional={"round_to": round_to}),
    st.fixed_dictionaries({"kind": st.just("after"), "months": st.integers(0, 60)}, optional={"round_to": round_to}),
    st.fixed_dictionaries({"kind": st.just("dates"), "dates": fixed_dates}),
    st.fixed_dictionaries({"kind": st.just("inactivity"), "months": st.integers(1, 60)}),
)


def expiry(**parts):
    return parse(document() | {"expiry": parts}).expiry


def last_valid_day(parts, available, zone=WARSAW):
    return local_day(expiry_of(expiry(**parts), available, zone) - timedelta(microseconds=1), zone)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_it_starts_a_day_at_local_midnight():
    assert start_of_day(date(2026, 1, 10), WARSAW) == utc(2026, 1, 9, 23)
    assert start_of_day(date(2026, 7, 10), ZoneInfo(WARSAW)) == utc(2026, 7, 9, 22)
    assert start_of_day(date(2026, 7, 10), WARSAW).tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("Africa/Cairo", date(2026, 4, 24), utc(2026, 4, 23, 22)),
        ("America/Sao_Paulo", date(2018, 11, 4), utc(2018, 11, 4, 3)),
        ("America/Toronto", date(1919, 3, 31), utc(1919, 3, 31, 4, 30)),
        ("America/Havana", date(2026, 11, 1), utc(2026, 11, 1, 4)),
        ("Pacific/Apia", date(2011, 12, 30), utc(2011, 12, 30, 10)),
        ("Pacific/Apia", date(2011, 12, 31), utc(2011, 12, 30, 10)),
    ],
    ids=["Cairo jumps over midnight", "Sao Paulo jumped over midnight", "Toronto jumped from before midnight",
         "Havana has midnight twice", "Samoa skipped a day", "and the next day began there"],
)  # fmt: skip
def test_it_starts_a_day_at_its_first_instant(zone, day, start):
    assert start_of_day(day, zone) == start


@given(days, zones)
def test_it_puts_nothing_of_a_day_before_its_start(day, zone):
    start = start_of_day(day, zone)
    assert local_day(start, zone) >= day > local_day(start - timedelta(seconds=1), zone)
    assert end_of_day(day, zone) == start_of_day(day + timedelta(days=1), zone) >= start


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), -13, date(2025, 2, 28)),
    ],
)
def test_it_clips_months(day, months, moved):
    assert add_months(day, months) == moved


def test_it_expires_at_the_end_of_the_local_day():
    assert expiry_of(expiry(kind="after", months=12), utc(2026, 1, 10, 9), WARSAW) == utc(2027, 1, 10, 23)
    assert expiry_of(expiry(kind="after", months=6), utc(2026, 1, 10, 23, 30), WARSAW) == utc(2026, 7, 11, 22)
    assert expiry_of(expiry(kind="dates", dates=["12-31"]), utc(2026, 5, 5), WARSAW) == utc(2026, 12, 31, 23)
    assert expiry_of(expiry(kind="never"), utc(2026, 5, 5), WARSAW) is None


def test_it_plays_scenario_13():
    """Earned 20 Jan, pending 14 days, valid to the end of the month of availability: from 3 Feb through 28 Feb."""
    waiting = terms(earning={"pending_days": 14})
    available = available_at(waiting, utc(2026, 1, 20, 11), WARSAW)
    assert available == utc(2026, 2, 2, 23)
    assert expiry_of(expiry(kind="after", days=0, round_to="month"), available, WARSAW) == utc(2026, 2, 28, 23)


def test_it_makes_points_available_at_once_without_a_wait():
    assert available_at(terms(), utc(2026, 1, 20, 11), WARSAW) == utc(2026, 1, 20, 11)


@pytest.mark.parametrize(
    ("parts", "last_day"),
    [
        ({"kind": "after", "days": 30}, date(2026, 6, 14)),
        ({"kind": "after", "days": 30, "round_to": "month"}, date(2026, 6, 30)),
        ({"kind": "after", "days": 50, "round_to": "quarter"}, date(2026, 9, 30)),
        ({"kind": "after", "months": 12, "round_to": "year"}, date(2027, 12, 31)),
        ({"kind": "dates", "dates": ["12-31", "05-15"]}, date(2026, 5, 15)),
        ({"kind": "dates", "dates": ["05-14"]}, date(2027, 5, 14)),
        ({"kind": "dates", "dates": ["02-29"]}, date(2027, 2, 28)),
        ({"kind": "inactivity", "months": 6}, date(2026, 11, 15)),
    ],
)
def test_it_knows_every_kind_of_expiry(parts, last_day):
    assert last_valid_day(parts, utc(2026, 5, 15, 10)) == last_day


@given(expiries, instants, zones)
def test_it_never_expires_before_points_are_available(parts, available, zone):
    expires_at = expiry_of(expiry(**parts), available, zone)
    assert expires_at > available


@given(expiries, instants, zones)
def test_it_expires_only_where_a_local_day_starts(parts, available, zone):
    expires_at = expiry_of(expiry(**parts), available, zone)
    assert expires_at == start_of_day(local_day(expires_at, zone), zone)


@given(instants, zones, st.integers(1, 400))
def test_it_never_makes_points_available_before_the_order(occurred, zone, pending):
    assert available_at(terms(earning={"pending_days": pending}), occurred, zone) > occurred


@pytest.mark.parametrize(
    ("period", "start"),
    [
        ("day", utc(2026, 11, 17, 23)),
        ("week", utc(2026, 11, 15, 23)),
        ("month", utc(2026, 10, 31, 23)),
        ("year", utc(2025, 12, 31, 23)),
    ],
)
def test_it_starts_periods_in_the_merchants_zone(period, start):
    assert period_start(period, utc(2026, 11, 18, 12), WARSAW) == start


def test_it_starts_a_lifetime_before_all_time_and_refuses_other_periods():
    assert period_start("lifetime", utc(2026, 1, 1), WARSAW) < utc(1900, 1, 1)
    with pytest.raises(ValueError, match="fortnight"):
        period_start("fortnight", utc(2026, 1, 1), WARSAW)


def test_it_lets_a_purchase_leave_a_rolling_window_on_the_same_day_a_year_later():
    window = terms().tiers.window
    placed_at = utc(2025, 7, 1, 10)
    assert window_start(window, utc(2026, 6, 30, 21, 59), WARSAW) <= placed_at
    assert window_start(window, utc(2026, 6, 30, 22), WARSAW) > placed_at


def test_it_starts_other_windows_at_new_year_or_never():
    assert window_start(
        terms(tiers={"window": {"kind": "calendar_year"}}).tiers.window, utc(2026, 6, 1), WARSAW
    ) == utc(2025, 12, 31, 23)
    assert window_start(terms(tiers={"window": {"kind": "lifetime"}}).tiers.window, utc(2026, 6, 1), WARSAW) is None

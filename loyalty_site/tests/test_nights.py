"""A night runs when the merchant's own day has turned, once, and a missed one is caught up."""

from datetime import UTC, date, datetime

import pytest

from loyalty_site import jobs, nights
from loyalty_site.models import Job
from loyalty_site.tests import kinds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def job_kinds(settings) -> None:
    settings.JOB_KINDS = kinds.KINDS
    settings.NIGHT_CALENDAR = "loyalty_site.tests.kinds.shops"


def test_each_merchants_day_turns_by_its_own_clock() -> None:
    warsaw_only = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    both = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
    assert dict(nights.due(now=warsaw_only)) == {1: [date(2026, 3, 1)]}
    assert dict(nights.due(now=both)) == {1: [date(2026, 3, 1)], 2: [date(2026, 3, 1)]}


def test_the_day_turns_at_local_midnight_when_clocks_change() -> None:
    assert nights.last_closed_day("Europe/Warsaw", datetime(2026, 3, 29, 21, 59, tzinfo=UTC)) == date(2026, 3, 28)
    assert nights.last_closed_day("Europe/Warsaw", datetime(2026, 3, 29, 22, 0, tzinfo=UTC)) == date(2026, 3, 29)


def test_missed_nights_are_caught_up_each_with_its_own_date() -> None:
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert nights.catch_up(1, now=now)
    ran = Job.objects.of_merchant(1).order_by("id").values_list("kind", "business_on")
    assert list(ran) == [(kind, date(2026, 3, day)) for day in (1, 2, 3) for kind in ("mark", "mark-more")]


def test_a_night_that_has_run_is_not_due_again() -> None:
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    nights.catch_up(1, now=now)
    count = Job.objects.count()
    assert nights.catch_up(1, now=now)
    assert Job.objects.count() == count
    assert 1 not in dict(nights.due(now=now))


def test_a_night_waits_for_a_job_that_another_worker_is_on() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    job = jobs.open_job("mark", 1, date(2026, 3, 1))
    elsewhere = jobs.claim_chunk(job, now=datetime.now(UTC))
    assert not nights.catch_up(1, now=now)
    assert not Job.objects.filter(kind="mark-more").exists()
    jobs.run_chunk(elsewhere, now=now)
    assert nights.catch_up(1, now=now)


def test_a_failed_job_does_not_hold_up_the_rest_of_the_night(settings) -> None:
    settings.JOB_KINDS = {"broken": kinds.OTHERS["broken"]} | kinds.KINDS
    assert nights.night(1, date(2026, 3, 1))
    states = dict(Job.objects.values_list("kind", "state"))
    assert states == {"broken": Job.State.FAILED, "mark": Job.State.DONE, "mark-more": Job.State.DONE}


def test_a_night_tries_again_what_failed_and_belongs_to_its_own_day(settings, monkeypatch) -> None:
    """Birthdays of the 1st are not found on the 2nd; an expiry is, so that its failed night is left alone."""
    settings.JOB_KINDS = {name: kinds.OTHERS[name] for name in ("sour", "sour-dated")}
    monkeypatch.setattr(kinds, "SOUR", {3})
    nights.night(1, date(2026, 3, 1))
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.FAILED}
    monkeypatch.setattr(kinds, "SOUR", set())
    nights.night(1, date(2026, 3, 2))
    first = Job.objects.filter(business_on=date(2026, 3, 1))
    assert dict(first.values_list("kind", "state")) == {"sour": Job.State.FAILED, "sour-dated": Job.State.DONE}
    assert first.get(kind="sour-dated").result == {"rows": 40}
    assert kinds.worked_ids(date(2026, 3, 1)).count(3) == 1  # by the dated one


def test_a_failed_night_is_resolved_by_a_later_one_unless_it_belongs_to_its_day(settings, monkeypatch) -> None:
    settings.JOB_KINDS = {name: kinds.OTHERS[name] for name in ("sour", "sour-dated")}
    monkeypatch.setattr(kinds, "SOUR", {3})
    nights.night(1, date(2026, 3, 1))
    unresolved = Job.objects.of_merchant(1).unresolved(jobs.dated_kinds())
    assert unresolved.count() == 2
    monkeypatch.setattr(kinds, "SOUR", set())
    jobs.drain(jobs.open_job("sour", 1, date(2026, 3, 2)))
    jobs.drain(jobs.open_job("sour-dated", 1, date(2026, 3, 2)))
    assert unresolved.get().kind == "sour-dated"


def test_a_night_stops_when_it_is_late_and_goes_on_later() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert not nights.catch_up(1, now=now, until=datetime.now(UTC))
    assert not Job.objects.filter(state=Job.State.DONE).exists()
    assert nights.catch_up(1, now=now)


def test_a_night_calls_for_help_with_each_job_once() -> None:
    called: list[str] = []
    for _again in range(2):
        nights.night(1, date(2026, 3, 1), call=lambda job: called.append(job.kind))
    assert called == ["mark", "mark-more"]

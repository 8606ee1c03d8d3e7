"""A broken account is named, and everybody else is done."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError

from loyalty_site import bisecting, jobs
from loyalty_site.models import MOST_ATTEMPTS, Job
from loyalty_site.tests import kinds

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
DAY = date(2026, 3, 4)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def job_kinds(settings) -> None:
    settings.JOB_KINDS = kinds.OTHERS


@pytest.fixture
def sour(monkeypatch) -> set[int]:
    monkeypatch.setattr(kinds, "SOUR", set())
    return kinds.SOUR


def test_it_does_everybody_but_the_broken_ones_and_names_those(sour) -> None:
    sour |= {1, 17, 18, 40}
    job = jobs.drain(jobs.open_job("sour", 1, DAY), clock=lambda: NOW)
    assert kinds.worked_ids(DAY) == [row for row in range(1, 41) if row not in sour]
    assert (job.state, job.result) == (Job.State.FAILED, {"rows": 36})
    named = [tuple(row) for chunk in job.chunks.all() for row in chunk.broken]
    assert named == [(row, f"ValueError: {row} is sour") for row in sorted(sour)]
    assert job.error.splitlines() == [f"ValueError: {row} is sour" for row in sorted(sour)]


def test_it_costs_a_healthy_range_one_try(sour, monkeypatch) -> None:
    tried: list[tuple[int, int]] = []
    outcome = bisecting.work_around(lambda first, last: tried.append((first, last)) or {"rows": 1}, [(1, 1000)])
    assert (tried, outcome.figures, outcome.broken) == ([(1, 1000)], {"rows": 1}, [])


def test_it_leaves_nothing_behind_of_a_range_that_raised(sour) -> None:
    """The work writes before it raises; none of that may stay, nor be written twice."""
    sour.add(20)
    jobs.drain(jobs.open_job("sour", 1, DAY), clock=lambda: NOW)
    done = kinds.worked_ids(DAY)
    assert len(done) == len({*done}) == 39


def test_it_gives_up_on_a_range_where_everybody_is_broken(sour, monkeypatch) -> None:
    """Then it is not the accounts: the range waits for a person, and says why."""
    monkeypatch.setattr(bisecting, "MOST_BROKEN", 5)
    sour |= set(range(1, 11))
    job = jobs.drain(jobs.open_job("sour", 1, DAY), clock=lambda: NOW)
    assert kinds.worked_ids(DAY) == list(range(11, 41))
    first = job.chunks.order_by("first_id")[0]
    assert (first.state, first.attempt, first.broken) == (Job.State.FAILED, MOST_ATTEMPTS, [])
    assert "is sour" in job.error


def test_it_blames_no_account_for_what_passes(monkeypatch) -> None:
    """A deadlock is nobody's fault: the whole range rests for some seconds, and is done."""
    troubles = [OperationalError("deadlock detected")]

    def work(*_: object) -> dict[str, int]:
        if troubles:
            raise troubles.pop()
        return {"rows": 1}

    monkeypatch.setattr(kinds, "SOUR_JOB", jobs.JobKind("Sour", kinds.ranges, work, is_of_accounts=True))
    job = jobs.drain(jobs.open_job("sour", 1, DAY), clock=lambda: NOW)
    assert job.is_open
    waiting = job.chunks.get(state=Job.State.WAITING)
    assert (waiting.error, waiting.broken) == ("OperationalError: deadlock detected", [])
    assert jobs.sweep(now=NOW) == []
    later = NOW + timedelta(seconds=5)
    assert jobs.sweep(now=later) == [job.pk]
    assert jobs.drain(job, clock=lambda: later).result == {"rows": 4}


def test_a_second_go_at_a_failed_job_does_only_those_it_left_out(sour) -> None:
    sour.add(7)
    job = jobs.drain(jobs.open_job("sour", 1, DAY), clock=lambda: NOW)
    sour.clear()
    again = jobs.drain(jobs.reopen(job), clock=lambda: NOW)
    assert (again.state, again.error, again.result) == (Job.State.DONE, "", {"rows": 40})
    assert not again.chunks.exclude(broken=[]).exists()
    assert kinds.worked_ids(DAY) == list(range(1, 41))
    assert jobs.reopen(again).state == Job.State.DONE


def test_figures_add_up_lists_join_and_words_stay() -> None:
    assert bisecting.added([{"a": 1, "off": [1], "day": "x"}, {"a": 2, "off": [2], "day": "y"}, {}]) == {
        "a": 3,
        "off": [1, 2],
        "day": "y",
    }

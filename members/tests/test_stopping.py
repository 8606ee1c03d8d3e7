"""Pausing and closing: each test's name finishes "it …"."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from loyalty_site import jobs
from loyalty_site.models import User
from members.tests.at_once import at_once
from programs import drafts, stopping, terms, versions
from programs.models import Merchant, Program
from programs.phases import Phase, phase_of
from programs.stopping import OPEN, PAUSED, RESUMED, closed
from programs.terms import TermsRefused
from programs.tests.factories import document
from programs.versions import PublishedMeanwhile, Schedule, current

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def program() -> Program:
    merchant = Merchant.objects.create(name="Bean", slug="bean", zone_name="Europe/Warsaw", currency="PLN")
    made = Program.objects.create(merchant=merchant, name="Points", code="points")
    versions.publish(made, document(), effective_at=NOW - timedelta(days=9), author=None)
    return made


def change(program: Program, state: dict[str, Any], *, after: int = 1, now: datetime = NOW) -> Any:
    return stopping.change_state(program, state, after=after, by=None, now=now)


def phase(program: Program, *, now: datetime) -> Phase:
    return phase_of(current(program, now=now).terms, now, program.merchant.zone)


def test_pauses_at_once_and_goes_on_again(program: Program) -> None:
    change(program, PAUSED)
    assert phase(program, now=NOW) is Phase.PAUSED
    change(program, RESUMED, after=2, now=NOW + timedelta(hours=1))
    assert phase(program, now=NOW + timedelta(hours=1)) is Phase.RUNNING
    assert terms.dump(current(program, now=NOW + timedelta(hours=2)).terms) == terms.dump(terms.parse(document()))


def test_closes_by_the_shops_own_days(program: Program) -> None:
    change(program, closed(date(2026, 11, 30), date(2026, 12, 31)))
    at = [datetime(2026, 11, 30, 22, 59, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)]
    at += [datetime(2026, 12, 31, 22, 59, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)]
    assert [phase(program, now=one) for one in at] == [Phase.CLOSING, Phase.CLOSED, Phase.CLOSED, Phase.OVER]
    program.refresh_from_db()
    assert program.points_end_at == at[-1]


def test_keeps_no_end_of_points_that_a_later_version_took_back(program: Program) -> None:
    change(program, closed(date(2026, 11, 30), date(2026, 12, 31)))
    change(program, OPEN, after=2)
    program.refresh_from_db()
    assert program.points_end_at is None


def test_puts_the_state_into_what_is_announced(program: Program) -> None:
    versions.publish(program, document(clawback="within_balance"), effective_at=NEXT_MONTH, author=None)
    change(program, PAUSED, after=2)
    then = current(program, now=NEXT_MONTH).terms
    assert (then.paused, then.clawback) == (True, "within_balance")


def test_puts_the_state_into_the_draft_which_stays_on_top(program: Program) -> None:
    by = User.objects.create_user("marta@example.com", name="Marta")
    drafts.replace(program, document(clawback="within_balance"), by=by, now=NOW)
    change(program, PAUSED)
    after = drafts.working(program, now=NOW)
    assert (after.terms.paused, after.terms.clawback, after.is_behind) == (True, "within_balance", False)


@pytest.mark.parametrize(
    ("state", "path"),
    [
        (closed(date(2026, 11, 21), None), "closing.last_day"),
        (closed(date(2026, 11, 30), date(2026, 12, 29)), "closing.until"),
        (closed(date(2026, 11, 21), date(2027, 3, 1)), "closing.last_day"),
    ],
)
def test_promises_no_end_that_would_surprise(program: Program, state: dict[str, Any], path: str) -> None:
    with pytest.raises(TermsRefused) as refused:
        change(program, state)
    assert refused.value.faults[0][0] == path
    assert program.versions.count() == 1


def test_brings_an_announced_end_forward_by_no_day_that_is_near(program: Program) -> None:
    change(program, closed(date(2026, 11, 30), date(2027, 6, 30)))
    later = datetime(2027, 1, 10, 12, tzinfo=UTC)
    with pytest.raises(TermsRefused, match="2027-02-09"):
        change(program, closed(date(2026, 11, 30), date(2027, 1, 31)), after=2, now=later)
    change(program, closed(date(2026, 11, 30), date(2027, 8, 31)), after=2, now=later)


def test_lets_one_of_two_owners_at_once_succeed(program: Program) -> None:
    pause, close = partial(change, program, PAUSED), partial(change, program, closed(date(2026, 12, 31), None))
    answers = at_once(pause, close, pause)
    assert sum(isinstance(answer, PublishedMeanwhile) for answer in answers) == 2
    assert len(Schedule([program.pk]).versions[program.pk]) == 2


def test_is_out_of_use_once_it_is_over_and_in_use_again_with_a_new_version(program: Program) -> None:
    change(program, closed(date(2026, 11, 30), date(2026, 12, 31)))
    over = datetime(2027, 1, 1, 2, tzinfo=UTC)
    job = jobs.open_job("expire", program.merchant_id, date(2026, 12, 31))
    jobs.drain(job, clock=lambda: over)
    program.refresh_from_db()
    assert not program.is_active
    assert Schedule.running(program.merchant).program_ids == []
    change(program, OPEN, after=2, now=over)
    program.refresh_from_db()
    assert program.is_active
    assert phase(program, now=over) is Phase.RUNNING

"""Two beats, a double click, a caught-up week: whatever runs a night, and however often, it happens once."""

import itertools
import math
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, connection

from loyalty_site import jobs, nights
from loyalty_site.models import Job
from members import audit, crediting
from members.models import Account, LedgerEntry, Notice
from members.tests import factories
from programs import terms
from programs.models import Program

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 5, 4)
NIGHT = datetime(2026, 5, 4, 22, 10, tzinfo=UTC)
CAKE = {"code": "cake", "name": "Cake", "when": {"event": "birthday"}, "give": {"points": 50}}
YEAR = {"code": "year", "name": "Year", "when": {"event": "anniversary"}, "give": {"points": 20}}
TERMS = terms.P0 | {"rules": [CAKE, YEAR], "expiry_notice_days": [1]}
COUNT = 12


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    """Everybody has a birthday and an anniversary on 5 May, a tier that ends, and points that expire on three days."""
    monkeypatch.setattr("members.celebrating.AT_ONCE", 4)
    monkeypatch.setattr("members.chunks.SIZE", 4)
    monkeypatch.setattr("members.notices.AT_ONCE", 4)
    monkeypatch.setattr("members.expiry.LOTS_AT_ONCE", 4)
    program = factories.shop(terms_document=TERMS)
    for number in range(COUNT):
        account = factories.account(
            program=program, born_on=date(1990, 5, 5), now=datetime(2024, 5, 5, 9, tzinfo=UTC), name=f"Member {number}"
        )
        factories.order(account, "600.00", at=datetime(2025, 5, 4, 9, tzinfo=UTC))
        for days in range(3):
            last = DAY + timedelta(days=days)
            crediting.credit(
                account=account,
                points=10,
                reason="gift",
                reference=f"{account.pk}:{days}",
                now=factories.NOW,
                through=last,
            )
    return program


def at_once(*work: Callable[[], object]) -> None:
    """Run each in a thread with a connection of its own."""

    def closed(one: Callable[[], object]) -> None:
        one()
        connection.close()

    workers = [threading.Thread(target=closed, args=[one]) for one in work]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def a_night(program: Program, closed: date = DAY) -> Callable[[], object]:
    return lambda: nights.night(program.merchant_id, closed, clock=lambda: NIGHT)


def check_that_it_happened_once(program: Program) -> None:
    lately = LedgerEntry.objects.filter(program=program, occurred_at__gt=datetime(2026, 5, 4, tzinfo=UTC))
    gifts = [
        event
        for reference in lately.filter(kind="earn").values_list("reference", flat=True)
        for event in [reference.split(":")[0]]
    ]
    assert (gifts.count("birthday"), gifts.count("anniversary"), len(gifts)) == (COUNT, COUNT, 2 * COUNT)
    assert lately.filter(kind="expire").count() == 2 * COUNT  # of the purchase, and the first gift
    assert Notice.objects.filter(kind="expiry").count() == COUNT
    assert Notice.objects.filter(kind="tier-warning").count() == COUNT
    off = audit.work(program.merchant_id, DAY, 0, 2**62, NIGHT)
    assert (off["accounts"], off["unbalanced"]) == (COUNT, 0)


def test_three_nights_at_once_are_one(program: Program) -> None:
    at_once(*[a_night(program)] * 3)
    a_night(program)()
    check_that_it_happened_once(program)
    assert {*Job.objects.values_list("state", flat=True)} == {Job.State.DONE}


def test_a_job_run_again_while_it_runs_does_its_work_once(program: Program) -> None:
    """The button of the jobs page, pressed twice while the night is on."""

    def click() -> None:
        for kind in ("expire", "review-tiers", "celebrate", "notices"):
            jobs.drain(jobs.open_job(kind, program.merchant_id, DAY, again=True), clock=lambda: NIGHT)

    at_once(a_night(program), click, click)
    a_night(program)()
    click()
    check_that_it_happened_once(program)
    assert {*Job.objects.values_list("state", flat=True)} == {Job.State.DONE}


def test_customers_who_buy_meanwhile_lose_nothing(program: Program) -> None:
    accounts = list(Account.objects.filter(program=program).select_related("program__merchant", "member"))

    def buy() -> None:
        for number, account in enumerate(accounts):
            factories.order(account, "10.00", at=NIGHT, reference=f"meanwhile-{number}")

    at_once(a_night(program), buy, a_night(program))
    a_night(program)()
    assert LedgerEntry.objects.filter(program=program, order__reference__startswith="meanwhile").count() == COUNT
    assert audit.work(program.merchant_id, DAY, 0, 2**62, NIGHT)["unbalanced"] == 0


class PowerCut:
    """Lets a worker run some statements more, and none after them, until the power is back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left, self.execute = math.inf, psycopg.Cursor.execute
        monkeypatch.setattr(psycopg.Cursor, "execute", lambda cursor, *args, **kw: self.instead(cursor, *args, **kw))

    def instead(self, cursor: psycopg.Cursor, *args: Any, **options: Any) -> psycopg.Cursor:
        self.left -= 1
        if self.left < 0:
            cursor.connection.close()
            raise psycopg.OperationalError("no power")
        return self.execute(cursor, *args, **options)

    def after(self, statements: int, work: Callable[[], object]) -> None:
        self.left = statements
        with suppress(OperationalError, InterfaceError):
            work()
        self.left = math.inf
        connection.close()


@pytest.mark.parametrize("kind", ["expire", "review-tiers", "celebrate", "notices"])
def test_a_batch_that_dies_at_any_statement_is_done_once(kind: str, program: Program, monkeypatch) -> None:
    power, minutes, statements = PowerCut(monkeypatch), itertools.count(), 0
    job = jobs.open_job(kind, program.merchant_id, DAY)
    while job.is_open:
        power.after(statements, lambda: jobs.drain(job, clock=lambda: NIGHT + timedelta(minutes=next(minutes))))
        statements += 1
        job.chunks.filter(state=Job.State.RUNNING).update(attempt=0)  # so much bad luck no single night has
        assert audit.work(program.merchant_id, DAY, 0, 2**62, NIGHT)["unbalanced"] == 0
        job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert statements > 12  # all of a chunk's, from the lease to the figures, and the job's own
    a_night(program)()
    check_that_it_happened_once(program)


def test_missed_nights_are_made_up_each_with_its_own_date(program: Program) -> None:
    """Three nights at once, as after a power cut: what belongs to a day bears the date of that day."""
    for days in range(3):
        a_night(program, DAY + timedelta(days=days))()
    told = Notice.objects.filter(kind="expiry").values_list("notice_on", "subject_on").distinct().order_by("notice_on")
    assert list(told) == [(DAY + timedelta(days=1), DAY + timedelta(days=2))]  # what was over by then is not told of
    gifts = LedgerEntry.objects.filter(program=program, reference__startswith="birthday:")
    assert {*gifts.values_list("occurred_at", flat=True)} == {datetime(2026, 5, 4, 22, tzinfo=UTC)}

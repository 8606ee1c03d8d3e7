"""Sweeps, workers and publishers at the same time, over real connections: what a version asks for happens once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from loyalty_site import jobs
from loyalty_site.models import Job
from members import chunks, following
from members.models import Account, Notice, TierChange, VersionJob
from members.tests import factories
from members.tests.at_once import at_once
from members.tests.factories import NOW
from members.tests.test_moves import LEVELS, document
from programs import versions
from programs.models import Program, ProgramVersion
from programs.versions import Way

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 24
BOTH = Way(moves_tiers="now", notifies=True)


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    """Members with 450 points each: bronze, and silver from 400 on."""
    monkeypatch.setattr(chunks.ranges_among, "__kwdefaults__", {"size": 4})
    program = factories.shop(terms_document=document(*LEVELS))
    for number in range(COUNT):
        account = factories.account(program=program, email=f"m{number}@example.com")
        factories.order(account, "450.00", at=NOW - timedelta(days=1))
    return program


def publish(program: Program, silver: int, *, gift: int = 50) -> ProgramVersion:
    lower = document(("bronze", 0, 0), ("silver", silver, gift), ("gold", 1500, 0))
    return versions.publish(program, lower, effective_at=NOW, author=None, way=BOTH)


def sweep() -> None:
    following.sweep(now=NOW)


def work() -> None:
    for job in Job.objects.open().order_by("pk"):
        jobs.drain(job, clock=lambda: NOW)


def figures(program: Program) -> dict[str, Any]:
    return {
        "silver": Account.objects.filter(program=program, tier_code="silver").count(),
        "steps": TierChange.objects.filter(program=program, cause="edited").count(),
        "gifts": program.entries.filter(reference__startswith="gift:").count(),
        "notices": Notice.objects.filter(program=program, kind="new-terms").count(),
    }


ONCE = {"silver": COUNT, "steps": COUNT, "gifts": COUNT, "notices": COUNT}


def test_opens_each_job_once_however_many_sweep() -> None:
    program = factories.shop(terms_document=document(*LEVELS))
    factories.member(merchant=program.merchant)
    publish(program, 400)
    at_once(sweep, sweep, sweep, sweep)
    assert sorted(Job.objects.values_list("kind", flat=True)) == ["move-tiers", "tell-of-terms"]
    assert VersionJob.objects.count() == 2


def test_moves_and_tells_everybody_once_though_sweeps_and_workers_crowd(program: Program) -> None:
    publish(program, 400)
    at_once(sweep, sweep, work, work)
    at_once(sweep, work, work, work)
    work()
    assert figures(program) == ONCE
    at_once(sweep, work)
    for kind in ("move-tiers", "tell-of-terms"):
        job = jobs.open_job(kind, program.merchant_id, VersionJob.objects.first().business_on, again=True)  # type: ignore[union-attr]
        jobs.drain(job, clock=lambda: NOW)
    assert figures(program) == ONCE


def test_customers_who_buy_meanwhile_are_moved_once_and_get_one_gift(program: Program) -> None:
    publish(program, 400)
    sweep()
    accounts = list(Account.objects.filter(program=program).select_related("program__merchant").order_by("pk"))

    def buy() -> None:
        for account in accounts[::2]:
            factories.order(account, "10.00", at=NOW, reference=f"meanwhile-{account.pk}")

    at_once(buy, work, work)
    work()
    found = figures(program)
    assert (found["silver"], found["gifts"]) == (COUNT, COUNT)
    assert TierChange.objects.filter(program=program, to_code="silver").count() == COUNT


def test_a_version_that_comes_while_a_job_is_at_work_gets_its_turn(program: Program) -> None:
    publish(program, 460)
    sweep()
    publish(program, 440, gift=0)
    sweep()
    assert VersionJob.objects.filter(kind="move-tiers").count() == 1, "the job is open for the first one"
    work()
    assert figures(program)["silver"] == 0, "the second one is in force, and its job is not open yet"
    sweep()
    work()
    assert figures(program) | {"gifts": 0} == ONCE | {"gifts": 0}

"""Workers that die in the middle of every batch of a night, again and again: each test's name finishes "it …"."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.conf import settings

from loyalty_site import jobs
from loyalty_site.models import Job
from members import chunks, expiry
from members.tests.factories import NOW
from programs.models import Merchant
from tests.faults import books, deaths, night_shop, seeds
from tests.faults.night_shop import TONIGHT

DEATHS = 2  # in each batch; a chunk is given up after five
AFTER_A_LEASE = jobs.LEASE + timedelta(seconds=1)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "SIZE", 9)
    monkeypatch.setattr(expiry, "LOTS_AT_ONCE", 9)


def drain(kind: str, merchant_id: int, now: datetime) -> Job:
    return jobs.drain(jobs.open_job(kind, merchant_id, TONIGHT), clock=lambda: now)


def control() -> tuple[dict[str, Any], dict[str, int]]:
    """A night in peace: what it leaves behind, and how many moments each of its jobs has."""
    merchant = night_shop.open_shop()
    moments = {kind: deaths.moments_of(partial(drain, kind, merchant.pk, NOW)) for kind in settings.JOB_KINDS}
    return night_shop.picture(merchant), moments


def harass(kind: str, merchant: Merchant, moments: int, dice: Random) -> int:
    """Kill worker after worker that takes the job up, sometimes with a second one beside it; count the deaths."""
    died = 0
    for number in range(DEATHS):
        work = partial(drain, kind, merchant.pk, NOW + number * AFTER_A_LEASE)
        if dice.random() < 0.7:
            workers = [deaths.start(work, dies_at=dice.randrange(moments))]
        else:
            workers = [deaths.start(work)]
            deaths.kill(workers[0], after=dice.uniform(0, moments / 4000))
        if dice.random() < 0.3:
            workers.append(deaths.start(work))
        died += sum(map(deaths.end, workers))
    return died


def finish(kind: str, merchant: Merchant) -> None:
    """Somebody takes up what is left; the server may need a moment to notice that the dead are dead."""
    deadline = time.monotonic() + deaths.PATIENCE
    while drain(kind, merchant.pk, NOW + DEATHS * AFTER_A_LEASE).is_open:
        assert time.monotonic() < deadline, kind
        time.sleep(0.02)


@pytest.mark.parametrize("seed", seeds.rounds(2))
def test_ends_the_night_as_in_peace_though_workers_die_in_every_batch(seed: str) -> None:
    expected, moments = control()
    merchant = night_shop.open_shop()
    died = 0
    for kind in settings.JOB_KINDS:
        died += harass(kind, merchant, moments[kind], seeds.drawn(seed, kind))
        finish(kind, merchant)
    print(f"seed {seed}: {died} deaths")
    assert died >= len(settings.JOB_KINDS)
    assert night_shop.picture(merchant) == expected
    books.assert_sound(merchant, now=NOW + timedelta(days=1))

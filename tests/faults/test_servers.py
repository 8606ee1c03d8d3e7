"""The database and the queue killed under load, and started again as a supervisor would: "it …"."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from random import Random

import pytest
from django.db import OperationalError, connections

from loyalty_site import jobs, nights, tasks
from loyalty_site.models import Job
from members import chunks, expiry
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Merchant
from tests.faults import books, deaths, night_shop, seeds
from tests.faults.night_shop import TONIGHT
from tests.faults.shop_system import ShopSystem
from tests.faults.site import Site, wait_until
from tests.faults.test_web import assert_each_order_counts_once

ORDERS, AT_ONCE = 90, 6
STRIKES = 5 if seeds.ROUNDS else 2

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "SIZE", 9)
    monkeypatch.setattr(expiry, "LOTS_AT_ONCE", 9)


def night_in_peace() -> Merchant:
    merchant = night_shop.open_shop()
    assert nights.night(merchant.pk, TONIGHT, clock=lambda: NOW)
    return merchant


def close_night(merchant_id: int) -> None:
    """A worker that a supervisor starts again whenever the database throws it out, until the night is over."""
    for number in itertools.count():
        now = NOW + number * 2 * jobs.LEASE  # what its predecessor held is free again
        try:
            if nights.night(merchant_id, TONIGHT, clock=partial(datetime.fromisoformat, now.isoformat())):
                return
        except OperationalError:
            time.sleep(0.05)
        finally:
            connections.close_all()


def strikes_of(site: Site, dice: Random) -> Callable[[], None]:
    """What happens to the database: its first process dies, or one of its connections."""
    return site.kill_database if dice.random() < 0.5 else partial(site.kill_backend, dice.randrange(100))


@pytest.mark.parametrize("seed", seeds.rounds(1))
def test_keeps_what_it_answered_though_the_database_dies(site: Site, seed: str) -> None:
    """Orders over the API, and the batches of another shop's night, both in the middle of it."""
    dice, expected = seeds.drawn(seed), night_shop.picture(night_in_peace())
    shop, other = ShopSystem(factories.shop()), night_shop.open_shop()
    site.start_web()
    shop.port = site.port
    worker = deaths.start(partial(close_night, other.pk))
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(shop.sends, map(str, range(ORDERS)), at_once=AT_ONCE)
        for answered in sorted(dice.sample(range(5, ORDERS - 20), STRIKES)):
            wait_until(lambda answered=answered: len(shop.answers) >= answered, f"answer {answered}")
            strikes_of(site, dice)()
            connections.close_all()
            site.start()
    sending.result()
    assert not deaths.end(worker)
    print(f"seed {seed}: {STRIKES} crashes, answers {dict(shop.statuses)}")
    assert {"0", "503"} & set(shop.statuses), "the database died while nobody asked for it"
    assert_each_order_counts_once(shop)
    assert night_shop.picture(other) == expected
    books.assert_sound(other, now=NOW)


@pytest.mark.parametrize("seed", seeds.rounds(1))
def test_takes_every_order_at_once_though_the_queue_dies(site: Site, seed: str, settings) -> None:
    """A purchase never asks for the queue; work that was hinted at is found without it."""
    site.start_web()
    shop = ShopSystem(factories.shop(), port=site.port)
    shop.sends(["1000"], at_once=1)
    site.kill_queue()
    shop.over.clear()
    shop.sends(map(str, range(ORDERS // 3)), at_once=AT_ONCE)
    assert set(shop.statuses) == {"201"}, "an order had to wait for the queue"
    other = night_shop.open_shop()
    job = jobs.open_job("expire", other.pk, TONIGHT)
    tasks.hint(job)
    site.start()
    assert job.pk in jobs.sweep(now=NOW)
    assert jobs.drain(job, clock=lambda: NOW).state == Job.State.DONE
    assert_each_order_counts_once(shop)

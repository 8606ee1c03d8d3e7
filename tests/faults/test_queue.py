"""A queue that is full, or gone, or says everything twice: purchases and clicks go on, the work is found. "it …"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import settings as site_settings
from django.test import Client
from django.urls import reverse
from kombu import pools

from loyalty_site import jobs, nights, tasks
from loyalty_site.celery import app, broker_url
from loyalty_site.models import Job
from members.models import LedgerEntry
from members.tests import factories
from members.tests.calling import Shop
from members.tests.factories import NOW
from programs.models import Merchant, Role
from rewards import redeeming
from rewards.models import Redemption
from rewards.tests.factories import reward
from tests.faults import books, deaths, night_shop
from tests.faults.night_shop import TONIGHT
from tests.faults.site import Site

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture
def queue(site: Site, settings) -> Iterator[redis.Redis]:
    """This process's cache and queue, on a Valkey of the test's own."""
    settings.CACHES = {"default": site_settings.CACHES["default"] | {"LOCATION": site.redis_url()}}
    before = app.conf.broker_url
    listen_to(broker_url(site.redis_url()))
    yield redis.Redis.from_url(site.redis_url())
    listen_to(before)


def listen_to(url: str) -> None:
    """Let Celery forget the connections it has, and the server they lead to."""
    pools.reset()
    app.conf.broker_url, app._pool, app.amqp._producer_pool = url, None, None


def fill(queue: redis.Redis) -> None:
    """No more writes: the server says OOM to each."""
    queue.config_set("maxmemory-policy", "noeviction")
    queue.config_set("maxmemory", "1")
    with pytest.raises(redis.exceptions.ResponseError):
        queue.set("x", "y")


def bring_down(queue: redis.Redis, site: Site, how: str) -> None:
    if how == "full":
        fill(queue)
    else:
        site.kill_queue()


@pytest.mark.parametrize("how", ["full", "dead"])
def test_takes_orders_and_clicks_while_the_queue_does_not(site: Site, queue: redis.Redis, how: str) -> None:
    account = factories.account(program=factories.shop())
    merchant, cup = account.program.merchant, reward(program=account.program, points_price=30)
    shop, ewa = Shop(factories.api_key(merchant=merchant)), factories.staff(merchant=merchant, role=Role.CASHIER)
    till = Client()
    till.force_login(ewa.user)
    bring_down(queue, site, how)
    order = {"reference": "1", "member": account.member.number, "amount": "60.00"}
    assert shop.post("/orders", order).status_code == 201
    spent = {"reference": "1", "member": account.member.number, "reward": cup.pk}
    assert shop.post("/redemptions", spent).status_code == 201
    address = reverse("till-purchase-record", args=[merchant.slug, account.member.number])
    assert till.post(address, {"amount": "40.00", "reference": str(uuid4())}).status_code < 400
    account.refresh_from_db()
    assert account.balance == 60 - 30 + 40


@pytest.mark.parametrize("how", ["full", "dead"])
def test_lets_people_sign_in_and_out_without_the_cache(site: Site, queue: redis.Redis, how: str, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "30/m/ip"}
    ewa = factories.staff(merchant=factories.shop().merchant, role=Role.CASHIER)
    bring_down(queue, site, how)
    door = Client()
    answer = door.post(reverse("account_login"), {"login": ewa.user.email, "password": factories.PASSWORD})
    assert answer.status_code == 302
    assert door.get(reverse("till-home", args=[ewa.merchant.slug])).status_code == 200
    assert door.post(reverse("account_logout")).status_code == 302
    assert door.get(reverse("till-home", args=[ewa.merchant.slug])).status_code == 302


@pytest.mark.parametrize("how", ["full", "dead"])
def test_finds_work_that_the_queue_did_not_take(site: Site, queue: redis.Redis, how: str) -> None:
    merchant = night_shop.open_shop()
    job = jobs.open_job("expire", merchant.pk, TONIGHT)
    bring_down(queue, site, how)
    tasks.hint(job)
    tasks.sweep()
    tasks.turn_the_day()
    assert Job.objects.get(pk=job.pk).is_open
    assert job.pk in jobs.sweep(now=NOW)
    assert jobs.drain(job, clock=lambda: NOW).result["lots"] == night_shop.MEMBERS


# --- Everything twice --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_does_once_what_it_is_told_twice_at_the_same_time() -> None:
    """Each message of a night is delivered to three workers at once, and the whole night again afterwards."""
    expected = night_shop.picture(closed(night_shop.open_shop()))
    merchant = night_shop.open_shop()
    workers = [deaths.start(partial(close, merchant.pk)) for _ in range(3)]
    assert [deaths.end(worker) for worker in workers] == [False] * 3
    close(merchant.pk)
    assert night_shop.picture(merchant) == expected
    books.assert_sound(merchant, now=NOW)


def closed(merchant: Merchant) -> Merchant:
    close(merchant.pk)
    return merchant


def close(merchant_id: int) -> None:
    """One delivery: it helps with the night until it is over."""
    while not nights.night(merchant_id, TONIGHT, clock=lambda: NOW):
        pass


@pytest.mark.django_db(transaction=True)
def test_sweeps_once_though_two_sweepers_are_at_it() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00")
    cup = reward(program=account.program, points_price=10, stock=50)
    for number in range(8):
        redeeming.redeem(account=account, reward=cup, reference=str(number), now=NOW)
    sweepers = [deaths.start(partial(redeeming.sweep_lapsed, NOW + timedelta(days=1))) for _ in range(3)]
    assert [deaths.end(sweeper) for sweeper in sweepers] == [False] * 3
    cup.refresh_from_db()
    assert (cup.stock, Redemption.objects.filter(state="lapsed").count()) == (50, 8)
    assert LedgerEntry.objects.filter(kind="restore").count() == 8
    books.assert_sound(account.program.merchant, now=NOW + timedelta(days=1))

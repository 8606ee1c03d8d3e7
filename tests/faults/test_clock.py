"""Machines whose clocks are wrong by a day, ahead or behind: what is time-dependent goes by the database. "it …"."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.functions import Now

from loyalty_site import clock, nights
from members import ledger
from members.models import Account, LedgerEntry, Order
from members.movements import Movement
from members.tests import factories
from members.tests.calling import Shop
from programs.models import Merchant
from programs.terms import P0
from rewards.models import Redemption
from rewards.tests.factories import reward

A_DAY, AN_HOUR, A_MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
HOURLY = P0 | {"expiry": {"kind": "never"}}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]


@contextmanager
def machine(off: timedelta) -> Iterator[None]:
    """Be a machine whose clock is wrong, from before its first connection."""
    connection.close()
    clock.correction.clear()
    with time_machine.travel(datetime.now().astimezone() + off, tick=True):
        yield
        connection.close()
    clock.correction["by"] = clock.NONE


def database_time() -> datetime:
    return Merchant.objects.annotate(at=Now()).values_list("at", flat=True)[0]


@pytest.fixture
def account() -> Account:
    return factories.account(program=factories.shop(terms_document=HOURLY))


@pytest.fixture(params=[A_DAY, -A_DAY], ids=["ahead", "behind"])
def off(request: pytest.FixtureRequest) -> timedelta:
    return request.param


def call(account: Account) -> Shop:
    return Shop(factories.api_key(merchant=account.program.merchant))


def credit(account: Account, *, ends_in: timedelta) -> None:
    """A hundred points that end in an hour, or ended an hour ago: lots end at any instant the ledger is given."""
    earned_at = clock.now() - 3 * A_DAY
    movement = Movement(
        account_id=account.pk, kind="earn", points=100, reference="c", occurred_at=earned_at, available_at=earned_at,
        expires_at=clock.now() + ends_in,
    )  # fmt: skip
    with transaction.atomic():
        ledger.post([movement], ledger.lock([account.pk]), now=earned_at)


def test_dates_an_order_by_the_database(account: Account, off: timedelta) -> None:
    shop = call(account)
    with machine(off):
        answer = shop.post("/orders", {"reference": "1", "member": account.member.number, "amount": "20.00"})
    assert answer.status_code == 201
    assert abs(Order.objects.get().placed_at - database_time()) < A_MINUTE
    assert abs(LedgerEntry.objects.get().occurred_at - database_time()) < A_MINUTE


@pytest.mark.parametrize(("ends_in", "status"), [(AN_HOUR, 201), (-AN_HOUR, 409)])
def test_spends_points_until_they_end_by_the_database(
    account: Account, off: timedelta, ends_in: timedelta, status: int
) -> None:
    credit(account, ends_in=ends_in)
    cup, shop = reward(program=account.program), call(account)
    with machine(off):
        answer = shop.post("/redemptions", {"reference": "1", "member": account.member.number, "reward": cup.pk})
    assert answer.status_code == status
    assert Redemption.objects.count() == (status == 201)
    assert all(abs(one.redeemed_at - database_time()) < A_MINUTE for one in Redemption.objects.all())


@pytest.mark.parametrize(("ends_in", "balance"), [(AN_HOUR, 100), (-30 * AN_HOUR, 0)])
def test_expires_points_when_they_end_by_the_database(
    account: Account, off: timedelta, ends_in: timedelta, balance: int
) -> None:
    credit(account, ends_in=ends_in)
    with machine(off):
        call_command("expire_points", stdout=StringIO())
    account.refresh_from_db()
    assert account.balance == balance


def test_closes_no_day_that_is_not_over(account: Account, off: timedelta) -> None:
    right = list(nights.due(now=clock.now()))
    with machine(off):
        assert list(nights.due(now=clock.now())) == right


def test_asks_for_the_time_once_for_each_connection(account: Account, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert abs(clock.now() - datetime.now().astimezone()) < A_MINUTE

"""Transactions that the database turns back: the person who asked never hears of it. Each name finishes "it …"."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import psycopg
import pytest
from django.db import connection, connections
from psycopg import IsolationLevel

from members import expiry, orders, tiering
from members.models import Account, LedgerEntry
from members.new_orders import NewOrder
from members.tests import factories
from members.tests.factories import NOW
from members.tests.test_ledger_concurrency import at_once
from programs import terms
from programs.models import Program
from rewards import redeeming
from rewards.tests.factories import reward
from tests.faults import books

LOOKS_BACK = terms.P0 | {"earning": {"points": 1, "per": "1.00", "cap": {"points": 500, "per": "day"}}}
ROUNDS = 6

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]


def stranger() -> psycopg.Connection:
    """A connection that is none of Django's, and that waits longer before it looks for a deadlock."""
    place = connection.settings_dict
    known = {"host": place["HOST"], "port": place["PORT"], "user": place["USER"], "password": place["PASSWORD"]}
    line = psycopg.connect(dbname=place["NAME"], **{name: value for name, value in known.items() if value})
    line.execute("SET deadlock_timeout = '20s'")
    return line


def hold(line: psycopg.Connection, account: Account) -> None:
    line.execute("SELECT FROM members_account WHERE id = %s FOR UPDATE", [account.pk])


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def batch(program: Program, accounts: list[Account], name: str) -> list[orders.RecordedOrder]:
    wanted = [
        NewOrder(reference=f"{name}-{n}", member_id=account.member_id, amount=Decimal(10), placed_at=NOW)
        for n, account in enumerate(accounts)
    ]
    return orders.record_many(wanted, merchant=program.merchant, now=NOW)


def test_decides_again_when_it_loses_a_deadlock() -> None:
    """We hold the first account and want the second, somebody else the other way round; we are turned back."""
    program = factories.shop()
    first, second = (factories.account(program=program, name=name) for name in ("Anna", "Ben"))
    line, before = stranger(), deadlocks()
    hold(line, second)
    results: list[orders.RecordedOrder] = []
    ours = threading.Thread(target=lambda: (results.extend(batch(program, [first, second], "o")), connection.close()))
    ours.start()
    while not is_held(first):
        pass
    hold(line, first)  # granted once ours was turned back
    line.rollback()
    ours.join()
    line.close()
    assert [result.points for result in results] == [10, 10]
    assert deadlocks() == before + 1
    books.assert_sound(program.merchant, now=NOW)


def is_held(account: Account) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM members_account WHERE id = %s FOR UPDATE SKIP LOCKED", [account.pk])
        return cursor.fetchone() is None


def test_lets_nobody_wait_in_a_circle_whatever_they_do_and_in_whatever_order() -> None:
    """Batches, redemptions, expiries and reviews over the same accounts take them in the same order."""
    program = factories.shop()
    accounts = [factories.account(program=program, name=f"M{n}") for n in range(5)]
    batch(program, accounts, "start")
    cup, before = reward(program=program, points_price=1), deadlocks()
    ids = [account.pk for account in accounts]
    for turn in range(ROUNDS):
        at_once(
            lambda turn=turn: batch(program, accounts, f"a{turn}"),
            lambda turn=turn: batch(program, accounts[::-1], f"b{turn}"),
            lambda: expiry.expire_accounts(ids[::-1], now=NOW),
            lambda: tiering.review_accounts(program, ids[::-1], day=NOW.date(), now=NOW),
            *[
                lambda turn=turn, one=one: redeeming.redeem(
                    account=one, reward=cup, reference=f"{turn}-{one.pk}", now=NOW
                )
                for one in accounts[::-1]
            ],
        )
    assert deadlocks() == before
    assert LedgerEntry.objects.filter(kind="redeem").count() == ROUNDS * len(accounts)
    books.assert_sound(program.merchant, now=NOW)


@contextmanager
def isolated(level: IsolationLevel) -> Iterator[None]:
    """Let new connections of Django see one moment only, so that who comes second is turned back with 40001."""
    options = connection.settings_dict["OPTIONS"]
    connections.close_all()
    options["isolation_level"] = level
    yield
    connections.close_all()
    del options["isolation_level"]


@pytest.mark.parametrize("document", [terms.P0, LOOKS_BACK], ids=["ordinary", "looks-back"])
@pytest.mark.parametrize("level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE])
def test_decides_again_when_it_cannot_be_serialized(level: IsolationLevel, document: dict) -> None:
    program = factories.shop(terms_document=document)
    account = factories.account(program=program)
    with isolated(level):
        for turn in range(ROUNDS):
            at_once(*[lambda name=f"{turn}-{n}": batch(program, [account], name) for n in range(3)])
    account.refresh_from_db()
    assert (account.order_count, account.order_total) == (3 * ROUNDS, 30 * ROUNDS)
    books.assert_sound(program.merchant, now=NOW)

"""The two demo shops replayed under their own terms: every entry, tier and open point as their ledgers have them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count, Sum

from demo import bean_and_leaf, cdnow_records, life
from loyalty_site import clock
from members.models import Account, LedgerEntry, PointsLot
from members.replaying import running
from members.replaying.span import span_of
from members.tests import factories
from programs import calendar
from programs.models import Program
from programs.versions import Schedule

pytestmark = pytest.mark.django_db


def is_reproduced(program: Program, *, days: int, now: datetime) -> int:
    """Replay the last days as they were, hold what comes out against the ledger, and count what was compared."""
    zone = program.merchant.zone
    start = calendar.start_of_day(calendar.local_day(now, zone) - timedelta(days=days), zone)
    span = span_of(program, start=start, end=now)
    tally = running.replay(span, 0, 2**62, [Schedule([program.pk])], issued={})[0]
    earned = LedgerEntry.objects.filter(program=program, kind="earn", occurred_at__gte=start)
    lots = PointsLot.objects.filter(program=program).open().exclude(expires_at__lte=now)
    assert tally.differing == []
    assert sum(tally.days.values()) == earned.aggregate(points=Sum("points"))["points"]
    assert tally.tiers == dict(Account.objects.filter(program=program).values_list("tier_code").annotate(Count("id")))
    assert tally.held == lots.aggregate(points=Sum("remaining"))["points"]
    return tally.compared


@contextmanager
def statements_end_within(seconds: int) -> Iterator[None]:
    """Cancel statements that take longer: those that join whole tables where they should look rows up."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{seconds}s'")
        yield
        cursor.execute("SET LOCAL statement_timeout = 0")


@pytest.fixture
def _counted_when_small() -> None:
    """The database knows its tables as they were with a handful of rows, as it does right after an import."""
    account = factories.account(program=factories.shop())
    for days in range(3):
        factories.order(account, "10.00", at=clock.now() - timedelta(days=days))
    factories.adjustment(account, -5, now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def believe(rows: int) -> None:
    """Let the database believe that each table of members holds so many rows in all its pages.

    It believes in none when it counts while a long transaction writes them, and in a handful where it counted a small
    table whose pages were full of rows that are gone.
    """
    with connection.cursor() as cursor:
        if connection.pg_version < 180_000:
            pytest.skip("Only PostgreSQL 18 and later can be told how many rows it should believe in.")
        cursor.execute(
            "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', relname::text, "
            "'relpages', greatest(pg_relation_size(oid) / 8192, 1)::int, 'reltuples', %s::real) "
            "FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace "
            "AND (relname LIKE 'members_%%' OR oid IN ("
            "SELECT indexrelid FROM pg_index WHERE indrelid::regclass::text LIKE 'members_%%'))",
            [rows],
        )


@pytest.mark.usefixtures("_counted_when_small")
def test_the_real_orders_of_a_record_shop_come_out_as_posted() -> None:
    now = clock.now()
    with statements_end_within(30):
        program = cdnow_records.build("records", now=now).programs.select_related("merchant").get()
    with statements_end_within(2):
        assert is_reproduced(program, days=700, now=now) == 6_919
        assert is_reproduced(program, days=90, now=now) > 100


@pytest.mark.usefixtures("_counted_when_small")
def test_a_replay_reads_as_fast_whatever_the_database_believes_of_its_tables() -> None:
    now = clock.now()
    program = cdnow_records.build("records", now=now).programs.select_related("merchant").get()
    for rows in (0, 3):
        believe(rows)
        with statements_end_within(2):
            assert is_reproduced(program, days=700, now=now) == 6_919
            assert is_reproduced(program, days=90, now=now) > 100


def test_the_life_of_a_coffee_shop_comes_out_as_posted() -> None:
    now = clock.now()
    today = calendar.local_day(now, bean_and_leaf.ZONE)
    opens_on = calendar.add_months(today, -8)
    shop = bean_and_leaf.found("coffee", opens_on=opens_on, today=today)
    life.Life(shop, members=60, opens_on=opens_on, now=now, seed="replay").live()
    assert is_reproduced(shop.program, days=300, now=now) > 200
    assert is_reproduced(shop.program, days=90, now=now) > 50

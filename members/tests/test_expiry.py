"""Expiry: each test's name finishes "it …"."""

from datetime import UTC, datetime, timedelta

import pytest

from members import audit, expiry
from members.models import LedgerEntry, PointsLot
from members.tests import factories

pytestmark = pytest.mark.django_db

ENDS_AT = datetime(2027, 3, 10, 23, tzinfo=UTC)  # local midnight of Warsaw, a year after factories.NOW
AN_INSTANT = timedelta(microseconds=1)


def test_posts_nothing_before_the_instant_and_everything_at_it() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "48.50")
    early = expiry.expire_accounts([account.pk], now=ENDS_AT - AN_INSTANT)
    due = expiry.expire_accounts([account.pk], now=ENDS_AT)
    assert (early.entry_count, due.entry_count, due.points, due.account_count) == (0, 1, 48, 1)
    account.refresh_from_db()
    assert account.balance == 0


def test_posts_a_lot_once_with_the_lots_own_instant_however_late() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "48.50")
    for days in (3, 4):
        expiry.work(account.program.merchant_id, None, account.pk, account.pk, ENDS_AT + timedelta(days=days))
    entry = LedgerEntry.objects.get(kind="expire")
    assert (entry.points, entry.occurred_at, entry.balance_after) == (-48, ENDS_AT, 0)
    assert audit.work(account.program.merchant_id, None, 0, 2**62, ENDS_AT)["unbalanced"] == 0


def test_leaves_another_shops_points_and_those_that_are_spent_alone() -> None:
    spent, strange = (factories.account(program=factories.shop()) for _ in range(2))
    for account in (spent, strange):
        factories.order(account, "48.50")
    factories.adjustment(spent, -48)
    done = expiry.work(spent.program.merchant_id, None, 0, 2**62, ENDS_AT)
    assert done == {"lots": 0, "points": 0, "members": 0}
    assert PointsLot.objects.open().get().account == strange


def test_plans_only_accounts_whose_lots_end_with_the_day_and_cuts_between_accounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = factories.shop()
    accounts = [factories.account(program=program) for _ in range(3)]
    for account in (*accounts[:2], *accounts[:2]):
        factories.order(account, "10.00")
    factories.order(accounts[2], "10.00", at=factories.NOW + timedelta(days=9))
    day = (ENDS_AT - AN_INSTANT).date()
    monkeypatch.setattr(expiry, "LOTS_AT_ONCE", 2)
    assert expiry.plan(program.merchant_id, day - timedelta(days=1)) == []
    assert expiry.plan(program.merchant_id, day) == [(account.pk, account.pk) for account in accounts[:2]]
    assert expiry.plan(program.merchant_id, None)[-1][1] == accounts[2].pk

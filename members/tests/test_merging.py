"""Merging two members, and undoing it."""

from datetime import timedelta
from typing import Any

import pytest

from members import audit
from members.merging import apart, together
from members.models import Account, Member, Merge, PointsLot
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role

pytestmark = pytest.mark.django_db


class Two:
    """A shop with two members who are one person, and a manager."""

    def __init__(self, **terms: Any) -> None:
        self.program = factories.shop(**terms)
        self.merchant = self.program.merchant
        self.anna = factories.account(program=self.program, name="Anna Kowalczyk", email="anna@example.com")
        self.ania = factories.account(program=self.program, name="Ania Kowalczyk", phone="+48 600 100 200")
        self.manager = factories.staff(merchant=self.merchant, role=Role.MANAGER)

    def merge(self, *, days: int = 1, **fields: Any) -> Merge:
        at = NOW + timedelta(days=days)
        return together.merge(self.ania.member, into=self.anna.member, by=self.manager, now=at, **fields)

    def undo(self, merge: Merge, *, days: int = 2) -> Merge:
        return apart.undo(merge, by=self.manager, now=NOW + timedelta(days=days))

    def balances(self) -> tuple[int, int]:
        kept = Account.objects.in_bulk([self.anna.pk, self.ania.pk])
        return kept[self.anna.pk].balance, kept[self.ania.pk].balance

    def assert_books_balance(self) -> None:
        _count, off = audit.prove(self.merchant.pk, 0, 2**62)
        assert off == []
        assert audit.total(self.program) == []


def lots_of(account: Account) -> list[tuple[int, Any, Any]]:
    lots = PointsLot.objects.open().filter(account=account).spend_order()
    return [(lot.remaining, lot.available_at, lot.expires_at) for lot in lots]


def test_it_keeps_the_end_of_every_lot() -> None:
    two = Two()
    factories.order(two.anna, "100.00", at=NOW - timedelta(days=60))
    factories.order(two.ania, "30.00", at=NOW - timedelta(days=90))
    factories.order(two.ania, "50.00", at=NOW)
    expected = sorted(lots_of(two.anna) + lots_of(two.ania), key=lambda lot: lot[2])
    two.merge()
    assert lots_of(two.anna) == expected
    assert two.balances() == (180, 0)
    two.assert_books_balance()


def test_an_undo_restores_both() -> None:
    two = Two()
    factories.order(two.anna, "100.00", at=NOW - timedelta(days=60))
    factories.order(two.ania, "30.00", at=NOW)
    before = state(two)
    two.undo(two.merge())
    assert state(two) == before
    two.assert_books_balance()


def state(two: Two) -> Any:
    return [
        (
            list(PointsLot.objects.open().filter(account=account).order_by("pk").values()),
            Account.objects.filter(pk=account.pk).values().get(),
            Member.objects.filter(pk=account.member_id).values().get(),
            list(account.member.orders.order_by("pk").values()),
        )
        for account in (two.anna, two.ania)
    ]

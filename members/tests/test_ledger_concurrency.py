"""Two and more real connections at once: each test's name finishes "it …"."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from members import adjusting, audit, enrolling, orders, refunds
from members.models import Account, Adjustment, LedgerEntry, Refund
from members.new_orders import NewOrder
from members.refunds import NewRefund
from members.tests import factories
from members.tests.at_once import at_once
from members.tests.factories import NOW
from programs import terms
from programs.models import Role

pytestmark = pytest.mark.django_db(transaction=True)


def assert_books_balance(account: Account) -> None:
    checked = audit.work(account.program.merchant_id, None, 0, 2**62, NOW)
    assert checked["unbalanced"] == 0


def test_records_an_order_sent_twice_at_the_same_time_once() -> None:
    account = factories.account(program=factories.shop())
    new = NewOrder(reference="77", member_id=account.member_id, amount=Decimal(60), placed_at=NOW)
    send = lambda: orders.record(new, merchant=account.program.merchant, now=NOW)  # noqa: E731
    results = at_once(*[send] * 4)
    assert sorted(result.is_new for result in results) == [False, False, False, True]
    assert len({result.entries[0].entry_id for result in results}) == 1
    assert LedgerEntry.objects.count() == 1
    assert_books_balance(account)


def test_loses_no_order_when_eight_arrive_at_once() -> None:
    account = factories.account(program=factories.shop())
    sends = [
        lambda n=n: orders.record(
            NewOrder(reference=str(n), member_id=account.member_id, amount=Decimal(100), placed_at=NOW),
            merchant=account.program.merchant,
            now=NOW,
        )
        for n in range(8)
    ]
    at_once(*sends)
    account.refresh_from_db()
    assert (account.order_count, account.qualifying) == (8, 800)
    assert account.balance == 100 * 5 + 120 * 3
    assert_books_balance(account)


def test_loses_no_adjustment_when_eight_people_adjust_one_card_at_once() -> None:
    account = factories.account(program=factories.shop())
    people = [factories.staff(merchant=account.program.merchant, role=Role.OWNER) for _ in range(8)]
    at_once(*[lambda by=by: factories.adjustment(account, 10, by=by) for by in people])
    account.refresh_from_db()
    assert account.balance == 80
    assert_books_balance(account)


@pytest.mark.parametrize("card_count", [1, 2])
def test_waits_for_approval_when_two_adjustments_at_once_pass_the_daily_limit(card_count: int) -> None:
    shop = factories.shop()
    accounts = [factories.account(program=shop, name=f"M{n}") for n in range(card_count)]
    ewa = factories.staff(merchant=shop.merchant, role=Role.CASHIER, adjust_limit=200, adjust_limit_day=500)
    factories.adjustment(accounts[0], 150, by=ewa)
    factories.adjustment(accounts[0], 200, by=ewa)
    adds = [
        lambda n=n: adjusting.adjust(
            account=accounts[n % card_count], points=100, reason="late", by=ewa, reference=f"x{n}", now=NOW
        )
        for n in range(4)
    ]
    states = sorted(adjustment.state for adjustment in at_once(*adds))
    assert states == [Adjustment.State.POSTED, *[Adjustment.State.WAITING] * 3]
    assert sum(Account.objects.values_list("balance", flat=True)) == 450
    assert_books_balance(accounts[0])


def test_keeps_two_batches_over_the_same_members_from_waiting_in_a_circle() -> None:
    shop = factories.shop()
    accounts = [factories.account(program=shop, name=f"M{n}") for n in range(6)]

    def batch(name: str, members: list[Account]) -> list[Any]:
        wanted = [
            NewOrder(reference=f"{name}{n}", member_id=account.member_id, amount=Decimal(10), placed_at=NOW)
            for n, account in enumerate(members)
        ]
        return orders.record_many(wanted, merchant=shop.merchant, now=NOW)

    for turn in range(5):
        at_once(lambda n=turn: batch(f"a{n}-", accounts), lambda n=turn: batch(f"b{n}-", accounts[::-1]))
    assert set(Account.objects.values_list("balance", flat=True)) == {100}
    assert_books_balance(accounts[0])


def test_records_a_refund_sent_twice_at_the_same_time_once() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "60.00", reference="O1")
    early = NewRefund(reference="R0", order_reference="O2", amount=Decimal(5))
    late = NewRefund(reference="R1", order_reference="O1", amount=Decimal(20))
    for new in (early, late):
        at_once(*[lambda new=new: refunds.record(new, merchant=account.program.merchant, now=NOW)] * 3)
    assert Refund.objects.count() == 2
    account.refresh_from_db()
    assert account.balance == 40


def test_enrols_one_of_two_people_with_the_same_phone_at_the_same_time() -> None:
    merchant = factories.shop().merchant
    person = enrolling.NewMember(name="Anna", phone="+48 601 234 567")
    results = at_once(*[lambda: enrolling.enrol(person, merchant=merchant, now=NOW)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["Member", "NotAllowed"]


def test_gives_no_more_than_a_rules_budget_to_many_at_once() -> None:
    rule = {"code": "gift", "name": "Gift", "give": {"points": 60}, "budget": 100}
    shop = factories.shop(terms_document=terms.P0 | {"rules": [rule]})
    accounts = [factories.account(program=shop, name=f"M{n}") for n in range(6)]
    at_once(*[lambda account=account: factories.order(account, "1.00") for account in accounts])
    assert sum(Account.objects.values_list("balance", flat=True)) == 100 + len(accounts)
    assert_books_balance(accounts[0])

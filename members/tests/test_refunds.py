"""Refunds: each test's name finishes "it …"."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from members import expiry, refunds, tiering
from members.models import Account, Refund
from members.refunds import NewRefund, RecordedRefund
from members.refusals import BadAmount, ExceedsOrder, Waiting
from members.tests import factories
from members.tests.factories import NOW
from programs.tests.factories import document

pytestmark = pytest.mark.django_db


def refund(account: Account, order: str, amount: str, *, reference: str, now: datetime = NOW) -> RecordedRefund:
    new = NewRefund(reference=reference, order_reference=order, amount=Decimal(amount))
    return refunds.refund(new, merchant=account.program.merchant, now=now)


def test_takes_back_exactly_the_whole_in_four_quarters() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "10.00", reference="O")
    taken = [refund(account, "O", "2.50", reference=f"R{n}").points for n in range(4)]
    assert taken == [-3, -2, -3, -2]
    with pytest.raises(ExceedsOrder):
        refund(account, "O", "2.50", reference="R5")
    account.refresh_from_db()
    assert (account.balance, account.qualifying, account.order_count) == (0, 0, 0)


def test_waits_for_an_order_that_has_not_come() -> None:
    account = factories.account(program=factories.shop())
    with pytest.raises(Waiting):
        refund(account, "O1", "20.00", reference="R1")
    factories.order(account, "60.00", reference="O1")
    assert list(account.entries.order_by("id").values_list("points", flat=True)) == [60, -20]


def test_leaves_a_refund_waiting_that_is_larger_than_its_order() -> None:
    account = factories.account(program=factories.shop())
    for reference, amount in (("large", "60.01"), ("small", "20.00")):
        with pytest.raises(Waiting):
            refund(account, "O1", amount, reference=reference)
    factories.order(account, "60.00", reference="O1")
    assert Refund.objects.get(order=None).reference == "large"
    account.refresh_from_db()
    assert account.balance == 40


def test_makes_a_debt_that_the_next_credit_pays_first() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00", reference="O")
    factories.adjustment(account, -90)
    refund(account, "O", "100.00", reference="R")
    account.refresh_from_db()
    assert (account.balance, account.debt) == (-90, 90)
    factories.order(account, "50.00")
    account.refresh_from_db()
    assert (account.balance, account.debt, account.lots.open().count()) == (-40, 40, 0)


def test_does_not_take_expired_points_twice() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00", reference="O")
    factories.adjustment(account, -40)
    later = NOW + timedelta(days=400)
    expiry.expire_accounts([account.pk], now=later)
    assert refund(account, "O", "100.00", reference="R", now=later).points == -40


def test_returns_the_first_result_for_the_same_refund() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "10.00", reference="O")
    first = refund(account, "O", "2.50", reference="R")
    again = refund(account, "O", "2.50", reference="R")
    assert (again.is_new, again.points) == (False, first.points)


def test_sweeps_up_a_refund_that_crossed_its_order() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "60.00", reference="O1")
    Refund.objects.create(
        merchant=account.program.merchant,
        source="till",
        reference="R1",
        order_reference="O1",
        amount=Decimal(20),
        refunded_at=NOW,
    )
    assert (refunds.sweep_waiting(NOW), refunds.sweep_waiting(NOW)) == (1, 0)
    account.refresh_from_db()
    assert account.balance == 40


def test_leaves_the_tier_window_alone_when_the_order_has_left_it() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "300.00", at=NOW - timedelta(days=400), reference="old")
    factories.order(account, "600.00")
    refund(account, "old", "300.00", reference="R")
    account.refresh_from_db()
    assert account.qualifying == 600
    tomorrow = NOW + timedelta(days=1)
    tiering.review_accounts(account.program, [account.pk], day=tomorrow.date(), now=tomorrow)
    factories.order(account, "10.00", at=tomorrow)
    account.refresh_from_db()
    assert account.qualifying == 610


@pytest.mark.parametrize("basis", ["points", "spend", "visits"])
def test_takes_back_what_the_order_counted_for_tiers(basis: str) -> None:
    tiers = document()["tiers"] | {"basis": basis}
    account = factories.account(program=factories.shop(terms_document=document(tiers=tiers)))
    factories.order(account, "59.60", reference="O")
    refund(account, "O", "19.60", reference="R1")
    account.refresh_from_db()
    assert account.qualifying == (1 if basis == "visits" else 40)
    refund(account, "O", "40.00", reference="R2")
    account.refresh_from_db()
    assert account.qualifying == 0


def test_takes_back_the_carry_that_the_order_left() -> None:
    terms = document(earning={"per": "50.00", "carry_over": True})
    account = factories.account(program=factories.shop(terms_document=terms))
    factories.order(account, "70.00", reference="O")
    left = []
    for number, amount in enumerate(("30.00", "40.00")):
        refund(account, "O", amount, reference=f"R{number}")
        account.refresh_from_db()
        left.append((account.balance, account.carry))
    assert left == [(0, 40), (0, 0)]


def test_counts_an_order_out_that_had_earned_nothing() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "0.50", reference="O")
    assert refund(account, "O", "0.50", reference="R").points == 0
    account.refresh_from_db()
    assert (account.order_count, account.order_total) == (0, 0)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e30", "0", "-1"])
def test_refuses_what_is_no_amount(amount: str) -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "10.00", reference="O")
    with pytest.raises(BadAmount):
        refund(account, "O", amount, reference="R")

"""Orders: each test's name finishes "it …"."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from members import orders
from members.models import Account, LedgerEntry, Order, TierChange
from members.new_orders import NewOrder
from members.refusals import BadAmount, Conflict, TooManyPoints, UnknownMember, WrongCurrency
from members.tests import factories
from members.tests.factories import NOW
from programs import terms, versions
from programs.earning import Line
from programs.tests.factories import document

pytestmark = pytest.mark.django_db


def test_earns_points_and_opens_a_lot_that_expires() -> None:
    account = factories.account(program=factories.shop())
    recorded = factories.order(account, "48.50")
    account.refresh_from_db()
    lot = account.lots.get()
    assert (recorded.points, account.balance, account.order_count) == (48, 48, 1)
    assert (lot.remaining, lot.expires_at) == (48, datetime(2027, 3, 10, 23, tzinfo=UTC))


def test_answers_a_retry_with_the_first_result() -> None:
    account = factories.account(program=factories.shop())
    first = factories.order(account, "60.00", reference="77")
    again = factories.order(account, "60.00", reference="77")
    assert (again.order_id, again.is_new) == (first.order_id, False)
    assert [entry.entry_id for entry in again.entries] == [entry.entry_id for entry in first.entries]
    assert LedgerEntry.objects.count() == 1


def test_answers_a_retry_with_the_tier_that_the_order_left() -> None:
    account = factories.account(program=factories.shop())
    sent = {"amount": "60.00", "reference": "77"}
    assert factories.order(account, **sent).entries[0].tier_code == "bronze"
    assert factories.order(account, "700.00").entries[0].tier_code == "silver"
    assert factories.order(account, **sent).entries[0].tier_code == "bronze"


def test_knows_a_retry_that_spells_its_amount_or_instant_otherwise() -> None:
    account = factories.account(program=factories.shop())
    first = factories.order(account, "60.00", reference="77", at=NOW)
    for amount, at in (("60.0", NOW), ("6E+1", NOW), ("60.00", NOW.astimezone(account.program.merchant.zone))):
        again = factories.order(account, amount, reference="77", at=at)
        assert (again.order_id, again.is_new) == (first.order_id, False)


def test_refuses_the_same_reference_with_other_content() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "60.00", reference="77")
    with pytest.raises(Conflict):
        factories.order(account, "75.00", reference="77")
    assert LedgerEntry.objects.get().points == 60


def test_answers_a_reference_twice_in_one_batch_once() -> None:
    account = factories.account(program=factories.shop())
    new = NewOrder(reference="1", member_id=account.member_id, amount=Decimal(10), placed_at=NOW)
    other = replace(new, amount=Decimal(11))
    results = orders.record_many([new, new, other], merchant=account.program.merchant, now=NOW)
    assert [type(result).__name__ for result in results] == ["RecordedOrder", "RecordedOrder", "Conflict"]
    assert Order.objects.count() == 1


def test_lets_a_bad_order_not_spoil_the_others() -> None:
    account = factories.account(program=factories.shop())
    good = NewOrder(reference="1", member_id=account.member_id, amount=Decimal(10), placed_at=NOW)
    batch = [
        good,
        replace(good, reference="2", currency="EUR"),
        replace(good, reference="3", amount=Decimal("-1")),
        replace(good, reference="4", amount=Decimal("1.001")),
        replace(good, reference="5", member_id=0),
        replace(good, reference="6"),
    ]
    results = orders.record_many(batch, merchant=account.program.merchant, now=NOW)
    kinds = [type(result) for result in results]
    assert kinds[1:5] == [WrongCurrency, BadAmount, BadAmount, UnknownMember]
    account.refresh_from_db()
    assert account.balance == 20


def test_moves_a_member_up_at_once_but_earns_at_the_old_tier() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "480.00")
    assert factories.order(account, "100.00").points == 100
    account.refresh_from_db()
    assert (account.tier_code, account.qualifying) == ("silver", 580)
    assert factories.order(account, "100.00").points == 120
    account.refresh_from_db()
    assert account.qualifying == 680
    assert TierChange.objects.get().to_code == "silver"


def test_says_why_an_order_earned_nothing() -> None:
    document = terms.P0 | {"earning": {"points": 1, "per": "50.00", "carry_over": True}, "tiers": None}
    account = factories.account(program=factories.shop(terms_document=document))
    assert factories.order(account, "30.00").points == 0
    account.refresh_from_db()
    assert (account.carry, account.entries.get().points) == (Decimal(30), 0)
    assert factories.order(account, "20.00").points == 1
    account.refresh_from_db()
    assert account.carry == 0


def test_holds_to_a_daily_cap_until_local_midnight() -> None:
    capped = terms.P0["earning"] | {"cap": {"points": 500, "per": "day"}}
    account = factories.account(program=factories.shop(terms_document=terms.P0 | {"earning": capped, "tiers": None}))
    factories.order(account, "450.00")
    assert factories.order(account, "120.00").points == 50
    assert factories.order(account, "120.00", at=datetime(2026, 3, 10, 23, 0, tzinfo=UTC)).points == 120


def test_leaves_what_later_days_earned_out_of_the_cap_of_a_backdated_order() -> None:
    capped = terms.P0["earning"] | {"cap": {"points": 500, "per": "day"}}
    account = factories.account(program=factories.shop(terms_document=terms.P0 | {"earning": capped, "tiers": None}))
    factories.order(account, "500.00")
    assert factories.order(account, "80.00", at=NOW - timedelta(days=1), now=NOW).points == 80


def test_counts_today_s_orders_beside_one_from_before_there_were_tiers() -> None:
    merchant = factories.merchant()
    program = factories.program(merchant=merchant, terms_document={**terms.P0, "tiers": None})
    versions.publish(program, terms.P0, effective_at=NOW - timedelta(days=10), author=None)
    account = factories.account(program=program)
    factories.order(account, "400.00")
    factories.order(account, "50.00", at=NOW - timedelta(days=20), now=NOW)
    account.refresh_from_db()
    assert account.qualifying == 450


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "1e30", "99999999999"])
def test_refuses_what_is_no_amount(amount: str) -> None:
    with pytest.raises(BadAmount):
        factories.order(factories.account(program=factories.shop()), amount)


def test_holds_to_a_rules_cap_for_each_member() -> None:
    rule = {"code": "double", "name": "Double", "give": {"multiplier": "2"}, "cap": {"points": 50, "per": "month"}}
    account = factories.account(program=factories.shop(terms_document=terms.P0 | {"rules": [rule], "tiers": None}))
    assert [factories.order(account, "40.00").points for _again in range(3)] == [80, 50, 40]


def test_expires_at_once_what_a_backdated_order_earned_too_long_ago() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "10.00", at=NOW - timedelta(days=500), now=NOW)
    account.refresh_from_db()
    assert account.balance == 0
    assert list(account.entries.order_by("id").values_list("kind", "points")) == [("earn", 10), ("expire", -10)]


def test_keeps_backdated_points_alive_by_what_came_after_them() -> None:
    program = factories.shop(terms_document=terms.P0 | {"expiry": {"kind": "inactivity", "months": 6}})
    account = factories.account(program=program)
    factories.order(account, "5.00", at=datetime(2025, 8, 1, 10, tzinfo=UTC))
    days = [datetime(2025, month, 1, 10, tzinfo=UTC) for month in (4, 12)]
    news = [
        factories.NewOrder(reference=f"{day}", member_id=account.member_id, amount=Decimal(10), placed_at=day)
        for day in days
    ]
    orders.record_many(news, merchant=program.merchant, now=NOW)
    factories.order(account, "10.00", at=datetime(2024, 9, 1, 10, tzinfo=UTC), now=NOW)
    lots = account.lots.order_by("entry").values_list("remaining", "expires_at")
    until_june = datetime(2026, 6, 1, 22, tzinfo=UTC)
    assert list(lots)[1:] == [(10, until_june), (10, until_june), (0, datetime(2025, 3, 1, 23, tzinfo=UTC))]


def test_previews_without_recording() -> None:
    account = factories.account(program=factories.shop())
    new = NewOrder(reference="1", member_id=account.member_id, amount=Decimal("48.50"))
    (movement,) = orders.preview(new, merchant=account.program.merchant, now=NOW)
    assert movement.points == 48
    assert not Order.objects.exists()
    assert Account.objects.get().balance == 0


ABSURD = {"earning": {"points": 1_000_000_000, "per": "0.000001"}, "tiers": None}


@pytest.mark.parametrize("terms", [ABSURD, ABSURD | {"expiry": {"kind": "inactivity", "months": 6}}])
def test_refuses_more_points_than_an_account_holds_and_records_the_others(terms: dict[str, Any]) -> None:
    account = factories.account(program=factories.shop(terms_document=document(**terms)))
    with pytest.raises(TooManyPoints, match="99999999999 points"):
        factories.order(account, "999999999.99")
    batch = [
        NewOrder(reference=f"O{amount}", member_id=account.member_id, amount=Decimal(amount), placed_at=NOW)
        for amount in ("0", "5", "999999999.99")
    ]
    results = orders.record_many(batch, merchant=account.program.merchant, now=NOW)
    assert [type(result) for result in results] == [orders.RecordedOrder, TooManyPoints, TooManyPoints]
    assert account.member.orders.count() == 1


@pytest.mark.parametrize(
    "line", [Line(amount=Decimal("NaN")), Line(amount=Decimal("1e30")), Line(quantity=Decimal("1e12"))]
)
def test_refuses_lines_that_are_no_numbers(line: Line) -> None:
    account = factories.account(program=factories.shop())
    with pytest.raises(BadAmount):
        factories.order(account, "10.00", lines=(line,))

"""Caps, budgets, gifts and undoing under real connections at once: each test's name finishes "it …"."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from members import audit, enrolling, events, orders, refunds, undoing
from members.enrolling import NewMember
from members.events import NewEvent
from members.models import Account, LedgerEntry, Member, Order
from members.new_orders import NewOrder
from members.refunds import NewRefund
from members.refusals import Conflict, ExceedsOrder
from members.tests import factories
from members.tests.at_once import at_once
from members.tests.factories import NOW
from programs.tests.factories import document

pytestmark = pytest.mark.django_db(transaction=True)

SILVER = [
    {"code": "bronze", "name": "Bronze", "at": 0},
    {"code": "silver", "name": "Silver", "at": 500, "entry_gift": 40},
]
REVIEW = {"code": "review", "name": "Review", "when": {"event": "review"}, "give": {"points": 10}}


def account(**terms: Any) -> Account:
    return factories.account(program=factories.shop(terms_document=document(**terms)))


def buy(account: Account, reference: str, amount: str) -> orders.RecordedOrder:
    new = NewOrder(reference=reference, member_id=account.member_id, amount=Decimal(amount), placed_at=NOW)
    return orders.record(new, merchant=account.program.merchant, now=NOW)


def report(account: Account, reference: str) -> events.ReportedEvent:
    new = NewEvent(member=account.member, event="review", reference=reference)
    return events.report(new, merchant=account.program.merchant, now=NOW)


def balance(account: Account) -> int:
    account.refresh_from_db()
    assert audit.work(account.program.merchant_id, None, 0, 2**62, NOW)["unbalanced"] == 0
    return account.balance


def test_gives_no_more_than_a_daily_cap_to_eight_orders_at_once() -> None:
    anna = account(earning={"cap": {"points": 500, "per": "day"}}, tiers=None)
    at_once(*[lambda n=n: buy(anna, f"O{n}", "120.00") for n in range(8)])
    assert balance(anna) == 500


def test_gives_no_more_than_a_rules_cap_to_orders_and_a_budget_to_events_at_once() -> None:
    bonus = {"code": "bonus", "name": "Bonus", "give": {"points": 30}, "cap": {"points": 100, "per": "week"}}
    anna = account(rules=[bonus, REVIEW | {"budget": 25}], tiers=None)
    ben = factories.account(program=anna.program, name="Ben")
    at_once(
        *[lambda n=n: buy(anna, f"O{n}", "1.00") for n in range(5)],
        *[lambda n=n, who=who: report(who, f"E{n}-{who.pk}") for n in range(2) for who in (anna, ben)],
    )
    assert balance(anna) + balance(ben) == 5 + 100 + 25


def test_takes_back_exactly_the_whole_in_four_quarters_at_once() -> None:
    anna = account(tiers=None)
    buy(anna, "O", "10.00")
    quarters = [NewRefund(reference=f"R{n}", order_reference="O", amount=Decimal("2.50")) for n in range(5)]
    answers = at_once(
        *[lambda new=new: refunds.refund(new, merchant=anna.program.merchant, now=NOW) for new in quarters]
    )
    assert sum(isinstance(answer, ExceedsOrder) for answer in answers) == 1
    assert sorted(answer.points for answer in answers if not isinstance(answer, ExceedsOrder)) == [-3, -3, -2, -2]
    assert balance(anna) == 0


def test_applies_a_refund_that_crosses_its_order() -> None:
    anna = account(tiers=None)
    early = NewRefund(reference="R", order_reference="O", amount=Decimal(20))
    at_once(
        lambda: buy(anna, "O", "60.00"),
        lambda: refunds.record(early, merchant=anna.program.merchant, now=NOW),
    )
    refunds.sweep_waiting(NOW)
    assert balance(anna) == 40


def test_gives_one_entry_gift_when_eight_orders_reach_a_tier_at_once() -> None:
    anna = account(tiers=document()["tiers"] | {"levels": SILVER})
    at_once(*[lambda n=n: buy(anna, f"O{n}", "100.00") for n in range(8)])
    assert balance(anna) == 840
    assert LedgerEntry.objects.filter(reference__startswith="gift:").count() == 1


def test_undoes_once_when_undone_twice_at_once() -> None:
    anna = account(tiers=document()["tiers"] | {"levels": SILVER})
    buy(anna, "O", "500.00")
    by, order = factories.staff(merchant=anna.program.merchant), Order.objects.get()
    soon = NOW + timedelta(seconds=5)
    at_once(*[lambda: undoing.undo_purchase(Order.objects.get(pk=order.pk), by=by, now=soon)] * 3)
    assert balance(anna) == 0
    assert anna.entries.count() == 4


def test_counts_an_event_reported_twice_at_once_once() -> None:
    anna = account(rules=[REVIEW])
    answers = at_once(*[lambda: report(anna, "E")] * 4)
    assert sorted(answer.is_new for answer in answers) == [False, False, False, True]
    assert balance(anna) == 10


def test_enrols_one_member_for_a_form_sent_twice_at_once() -> None:
    merchant = factories.merchant()
    people = [NewMember(name=name, reference="form") for name in ("Ewa", "Ewa", "Ewa", "Iga")]
    answers = at_once(*[lambda new=new: enrolling.enrol(new, merchant=merchant, now=NOW) for new in people])
    assert Member.objects.count() == 1
    assert any(isinstance(answer, Conflict) for answer in answers)

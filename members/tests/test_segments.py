"""Segments: each test's name finishes "it …"."""

from decimal import Decimal

import pytest

from loyalty_site.models import AuditEvent
from members import orders, segments
from members.models import Account
from members.new_orders import NewOrder
from members.refusals import NotAllowed
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role
from programs.tests.factories import document

pytestmark = pytest.mark.django_db

STUDENTS = {"code": "students", "name": "Students", "when": {"segments": ["student"]}, "give": {"multiplier": "2"}}


def account() -> Account:
    return factories.account(program=factories.shop(terms_document=document(rules=[STUDENTS])))


def put(account: Account, *words: str) -> None:
    boss = factories.staff(merchant=account.program.merchant, role=Role.MANAGER)
    segments.put_into(account.member, words, by=boss, now=NOW)


def test_keeps_each_word_once_and_writes_down_who_changed_it() -> None:
    anna = account()
    put(anna, "  student", "new  in town", "student", "")
    put(anna, "new in town", "student")
    anna.member.refresh_from_db()
    assert anna.member.segments == ["new in town", "student"]
    assert AuditEvent.objects.get(action=segments.SET).details["after"] == ["new in town", "student"]


def test_previews_as_it_records() -> None:
    anna = account()
    put(anna, "student")
    order = NewOrder(reference="O", member_id=anna.member_id, amount=Decimal(10))
    assert [wish.points for wish in orders.preview(order, merchant=anna.program.merchant, now=NOW)] == [20]


def test_counts_for_each_member_of_a_batch_apart() -> None:
    anna = account()
    ben = factories.account(program=anna.program, name="Ben")
    put(anna, "student")
    batch = [NewOrder(reference=f"O{one.pk}", member_id=one.member_id, amount=Decimal(10)) for one in (anna, ben)]
    recorded = orders.record_many(batch, merchant=anna.program.merchant, now=NOW)
    assert [outcome.points for outcome in recorded if isinstance(outcome, orders.RecordedOrder)] == [20, 10]


@pytest.mark.parametrize("words", [["x" * 121], [f"word {n}" for n in range(21)]])
def test_refuses_what_nobody_could_read(words: list[str]) -> None:
    with pytest.raises(NotAllowed):
        put(account(), *words)


def test_names_what_the_rules_look_at() -> None:
    assert segments.asked_for(account().program.merchant, now=NOW) == ["student"]

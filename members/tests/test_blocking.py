"""Tests of blocked cards; every name finishes "it ..."."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loyalty_site.models import AuditEvent
from members import adjusting, blocking, events
from members.events import NewEvent
from members.models import Account, Adjustment
from members.refusals import CardBlocked, NotAllowed, OwnCard
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role, Staff
from programs.tests.factories import document

pytestmark = pytest.mark.django_db

REVIEW = {"code": "review", "name": "Review", "when": {"event": "review"}, "give": {"points": 50}}


@pytest.fixture
def anna() -> Account:
    held = factories.account(program=factories.shop(terms_document=document(rules=[REVIEW])), email="anna@example.com")
    factories.order(held, "500.00")
    return held


@pytest.fixture
def zofia(anna: Account) -> Staff:
    return factories.staff(merchant=anna.program.merchant, role=Role.MANAGER)


def blocked(account: Account, by: Staff) -> Account:
    blocking.block(account.member, "Card was found in the street", by=by, now=NOW)
    return Account.objects.select_related("member", "program__merchant").get(pk=account.pk)


def test_it_blocks_with_a_reason_and_lets_the_card_be_used_again(anna, zofia):
    member = blocked(anna, zofia).member
    assert (member.is_blocked, member.blocked_by, member.blocked_at) == (True, zofia, NOW)
    blocking.block(member, "again", by=zofia, now=NOW + timedelta(days=1))
    member = blocking.unblock(member, by=zofia, now=NOW)
    assert (member.is_blocked, member.blocked_by, member.blocked_reason) == (False, None, "")
    actions = list(AuditEvent.objects.filter(subject=member.number).order_by("pk").values_list("action", flat=True))
    assert actions == [blocking.BLOCKED, blocking.UNBLOCKED]


def test_it_writes_no_reason_into_the_audit_log(anna, zofia):
    blocked(anna, zofia)
    assert "street" not in str(AuditEvent.objects.get(action=blocking.BLOCKED).details)


def test_it_wants_a_reason_and_a_manager(anna, zofia):
    with pytest.raises(NotAllowed, match="Say why"):
        blocking.block(anna.member, " ", by=zofia, now=NOW)
    with pytest.raises(NotAllowed, match="manager"):
        blocking.block(anna.member, "Why not", by=factories.staff(merchant=anna.program.merchant), now=NOW)


def test_it_lets_nobody_unblock_their_own_card(anna, zofia):
    blocked(anna, zofia)
    own = factories.staff(
        merchant=anna.program.merchant, role=Role.OWNER, user=factories.user(email="anna@example.com")
    )
    with pytest.raises(OwnCard):
        blocking.unblock(anna.member, by=own, now=NOW)


def test_it_adds_no_points_to_a_blocked_card_but_takes_some(anna, zofia):
    held = blocked(anna, zofia)
    with pytest.raises(CardBlocked):
        factories.adjustment(held, 10, by=zofia)
    assert factories.adjustment(held, -10, by=zofia).state == Adjustment.State.POSTED


def test_it_approves_no_points_for_a_card_blocked_meanwhile(anna, zofia):
    waiting = factories.adjustment(anna, 300, by=factories.staff(merchant=anna.program.merchant))
    blocked(anna, zofia)
    with pytest.raises(CardBlocked):
        adjusting.decide(adjustment=waiting, by=zofia, is_approved=True, now=NOW)
    assert adjusting.decide(adjustment=waiting, by=zofia, is_approved=False, now=NOW).entry_id is None


def test_it_rewards_no_event_of_a_blocked_card(anna, zofia):
    member = blocked(anna, zofia).member
    with pytest.raises(CardBlocked):
        events.report(NewEvent(member=member, event="review", reference="E1"), merchant=member.merchant, now=NOW)


def test_it_goes_on_counting_purchases(anna, zofia):
    held = blocked(anna, zofia)
    before = held.balance
    factories.order(held, "20.00", at=NOW + timedelta(minutes=1))
    held.refresh_from_db()
    assert held.balance > before

"""Reported events: each test's name finishes "it …"."""

from datetime import timedelta
from typing import Any

import pytest

from members import events
from members.events import NewEvent, ReportedEvent
from members.models import Account, LedgerEntry, Referral
from members.refusals import Conflict, NotAllowed, OwnCard
from members.tests import factories
from members.tests.at_once import at_once
from members.tests.factories import NOW
from programs.tests.factories import document

pytestmark = pytest.mark.django_db

REVIEW = {"code": "review", "name": "Review", "when": {"event": "review"}, "give": {"points": 10}}


def account(**rule: object) -> Account:
    return factories.account(program=factories.shop(terms_document=document(rules=[REVIEW | rule])))


def report(account: Account, *, reference: str = "E", event: str = "review", **fields: Any) -> ReportedEvent:
    new = NewEvent(member=account.member, event=event, reference=reference, **fields)
    return events.report(new, merchant=account.program.merchant, now=NOW)


def test_earns_once_for_each_reference() -> None:
    anna = account()
    first, again = report(anna), report(anna)
    assert (first.points, first.is_new, again.points, again.is_new) == (10, True, 10, False)
    assert first.entries == again.entries
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("other", [{"event": "survey"}, {"occurred_at": NOW - timedelta(hours=1)}])
def test_calls_other_content_under_the_same_reference_a_conflict(other: dict[str, Any]) -> None:
    anna = account()
    report(anna)
    with pytest.raises(Conflict):
        report(anna, **other)


def test_keeps_an_entry_of_nought_that_says_the_cap_was_reached() -> None:
    anna = account(cap={"points": 15, "per": "day"})
    assert [report(anna, reference=name).points for name in ("E1", "E2", "E3")] == [10, 5, 0]
    assert report(anna, reference="E3").is_new is False


def test_looks_up_the_cap_of_the_day_it_happened() -> None:
    capped = REVIEW | {"cap": {"points": 15, "per": "day"}}
    terms = document(rules=[capped], tiers=None)  # tiers would look back a year
    anna = factories.account(program=factories.shop(terms_document=terms))
    before = NOW - timedelta(days=40)
    assert [report(anna, reference=name, occurred_at=before).points for name in ("E1", "E2", "E3")] == [10, 5, 0]
    assert report(anna, reference="E4").points == 10


def test_expires_at_once_what_is_over_by_now() -> None:
    anna = account()
    assert report(anna, occurred_at=NOW - timedelta(days=500)).points == 10
    anna.refresh_from_db()
    assert anna.balance == 0


def test_opens_the_account_that_is_missing() -> None:
    anna = account()
    later = factories.program(merchant=anna.program.merchant, terms_document=document(rules=[REVIEW]), code="more")
    assert report(anna).points == 20
    assert later.accounts.get().balance == 10


def test_refuses_ones_own_card_another_shops_and_events_that_report_themselves() -> None:
    anna, other = account(), account()
    cashier = factories.staff(merchant=anna.program.merchant)
    anna.member.user = cashier.user
    anna.member.save()
    with pytest.raises(OwnCard):
        report(anna, recorded_by=cashier)
    with pytest.raises(NotAllowed):
        events.report(
            NewEvent(member=other.member, event="review", reference="E"), merchant=anna.program.merchant, now=NOW
        )
    with pytest.raises(NotAllowed):
        report(other, event="purchase")


def test_names_the_events_that_the_terms_reward() -> None:
    assert events.rewarded(account().program.merchant, now=NOW) == ["review"]


@pytest.mark.django_db(transaction=True)
def test_lets_one_of_two_bring_a_friend_at_once() -> None:
    program = factories.shop(
        terms_document=document(
            rules=[{"code": "friend", "name": "Friend", "when": {"event": "referral"}, "give": {"points": 100}}]
        )
    )
    anna, ben, cleo = (factories.member(merchant=program.merchant, name=name) for name in ("Anna", "Ben", "Cleo"))
    wishes = [NewEvent(member=one, event="referral", referred=cleo, reference=one.name) for one in (anna, ben)]
    told = at_once(*[lambda wish=wish: events.report(wish, merchant=program.merchant, now=NOW) for wish in wishes])
    assert sorted(isinstance(answer, NotAllowed) for answer in told) == [False, True]
    assert Referral.objects.get().friend == cleo
    assert sum(Account.objects.values_list("balance", flat=True)) == 100

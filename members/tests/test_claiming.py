"""Cards whose owners turn up later; every name finishes "it …"."""

from __future__ import annotations

from typing import Any

import pytest

from members import claiming, enrolling, finding
from members.claiming import NotClaimable
from members.enrolling import NewMember
from members.models import Member
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Merchant
from programs.terms import P0

pytestmark = pytest.mark.django_db
WELCOME = {"code": "welcome", "name": "Welcome", "when": {"event": "sign_up"}, "give": {"points": 5}}


@pytest.fixture
def shop() -> Merchant:
    return factories.shop(terms_document=P0 | {"rules": [WELCOME]}).merchant


def blank(shop: Merchant, number: str = "BL5555", **details: Any) -> Member:
    new = NewMember(number=number, is_sign_up=False, **details)
    return enrolling.enrol(new, merchant=shop, now=NOW)


def claimed(shop: Merchant, number: str = "bl 5555", email: str = "ola@example.com") -> Member:
    user = factories.user()
    return claiming.claim(number, user, NewMember(name="Ola", email=email), merchant=shop, now=NOW)


def test_a_card_that_was_handed_out_becomes_its_owners_with_its_points(shop: Merchant) -> None:
    card = blank(shop)
    factories.order(card.accounts.get(), "30.00")
    member = claimed(shop)
    assert (member.pk, member.name, member.email) == (card.pk, "Ola", "ola@example.com")
    assert member.user is not None
    assert member.accounts.get().balance == 35  # what was bought, and what joining earns


def test_joining_earns_once_however_often_it_is_pressed(shop: Merchant) -> None:
    blank(shop)
    user, new = factories.user(), NewMember(name="Ola")
    first, again = (claiming.claim("BL5555", user, new, merchant=shop, now=NOW) for _press in range(2))
    assert first == again
    assert first.accounts.get().balance == 5


@pytest.mark.parametrize(
    "details", [{"name": "Eve"}, {"email": "eve@example.com"}, {"phone": "+48601234567"}, {"customer_number": "C1"}]
)
def test_it_gives_nobody_a_card_that_says_whose_it_is(shop: Merchant, details: dict[str, str]) -> None:
    blank(shop, **details)
    with pytest.raises(NotClaimable):
        claimed(shop)


def test_it_answers_alike_for_blocked_unknown_foreign_and_replaced_cards(shop: Merchant) -> None:
    Member.objects.filter(pk=blank(shop, "BL1111").pk).update(is_blocked=True)
    blank(factories.merchant(), "BL2222")
    answers = set()
    for number in ("BL1111", "BL2222", "BL3333", ""):
        with pytest.raises(NotClaimable) as refusal:
            claimed(shop, number)
        answers.add(str(refusal.value.words))
    assert len(answers) == 1


def test_it_refuses_an_address_that_is_on_another_card(shop: Merchant) -> None:
    blank(shop)
    factories.member(merchant=shop, email="ola@example.com", user=factories.user())
    with pytest.raises(NotClaimable):
        claimed(shop)


def test_who_has_a_card_keeps_it(shop: Merchant) -> None:
    blank(shop)
    held = factories.member(merchant=shop, user=factories.user())
    assert claiming.claim("BL5555", held.user, NewMember(), merchant=shop, now=NOW) == held
    assert finding.exactly(shop, "BL5555").user is None


def test_a_proven_phone_takes_its_card_home_and_keeps_what_is_written_on_it(shop: Merchant) -> None:
    card = factories.member(merchant=shop, name="Ola Zielińska", phone="+48601234567")
    user = factories.user(email="ola@example.com")
    member = claiming.take_home(card, user, NewMember(email=user.email), now=NOW)
    assert (member.user, member.name, member.phone, member.email) == (user, card.name, card.phone, user.email)


def test_a_proven_phone_does_not_take_what_somebody_signs_in_to(shop: Merchant) -> None:
    card = factories.member(merchant=shop, phone="+48601234567", user=factories.user())
    with pytest.raises(NotClaimable):
        claiming.take_home(card, factories.user(), NewMember(), now=NOW)


def test_a_card_that_was_blocked_meanwhile_is_not_taken_home(shop: Merchant) -> None:
    card = blank(shop, phone="+48 601 222 333")
    Member.objects.filter(pk=card.pk).update(is_blocked=True)
    with pytest.raises(NotClaimable):
        claiming.take_home(card, factories.user(), NewMember(), now=NOW)

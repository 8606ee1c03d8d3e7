"""Cards in the dashboard: each test's name finishes "it …"."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from members.models import CardNumber, Member
from members.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Member:
    return factories.member(merchant=factories.shop().merchant, number="BL48217730")


@pytest.fixture(autouse=True)
def kuba(client: Client, anna: Member) -> Any:
    staff = factories.staff(merchant=anna.merchant)
    client.force_login(staff.user)
    return staff


def page_of(member: Member) -> str:
    return reverse("dashboard-member-cards", args=[member.merchant.slug, member.number])


def test_it_replaces_a_card_and_says_which_works_now(client: Client, anna: Member) -> None:
    wish = {"replaces": anna.number, "reason": "lost", "number": "bl 5555-0001"}
    answer = client.post(page_of(anna), wish, follow=True)
    text = answer.content.decode()
    assert "is BL 5555 0001 now" in text
    assert "BL 4821 7730" in text
    assert client.get(page_of(anna)).status_code == 404


def test_it_says_what_is_wrong_with_a_number(client: Client, anna: Member) -> None:
    factories.member(merchant=anna.merchant, number="BL50")
    for number, words in (("BL50", "another card"), ("no", "no card number")):
        answer = client.post(page_of(anna), {"replaces": anna.number, "reason": "lost", "number": number})
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_it_stops_a_card_that_was_merged(client: Client, anna: Member) -> None:
    other = CardNumber.objects.create(
        merchant=anna.merchant, number="BL99", member=anna, works=True, reason=CardNumber.Reason.MERGED
    )
    address = reverse("dashboard-card-stop", args=[anna.merchant.slug, anna.number, other.pk])
    assert "BL 99 works no more" in client.post(address, follow=True).content.decode()
    other.refresh_from_db()
    assert not other.works


def test_it_lists_many_cards_with_the_same_queries(
    client: Client, anna: Member, kuba: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        CardNumber.objects.create(
            merchant=anna.merchant, number=f"OLD{number}", member=anna, works=False, reason="lost", by=kuba
        )
    with django_assert_max_num_queries(8):
        client.get(page_of(anna))


# --- at the till ---------------------------------------------------------------------------------


def found_at_till(client: Client, shop: Any, text: str) -> str:
    return client.get(reverse("till-member-find", args=[shop.slug]), {"q": text}).content.decode()


@pytest.mark.parametrize(
    ("text", "is_card"),
    [("bl 1234 5674", True), ("BL12345675", False), ("2900001234567", True), ("601234567", False), ("Anna", False)],
)
def test_the_till_offers_to_start_what_can_be_a_card(client: Client, anna: Member, text: str, is_card: bool) -> None:
    assert ("Start this card" in found_at_till(client, anna.merchant, text)) is is_card


def test_a_started_card_opens_and_waits_for_its_owner(client: Client, anna: Member) -> None:
    start = reverse("till-card-start", args=[anna.merchant.slug])
    for _press in range(2):
        answer = client.post(start, {"number": "bl 1234 5674"})
        assert answer.url == reverse("till-member-show", args=[anna.merchant.slug, "BL12345674"])
    card = anna.merchant.members.get(number="BL12345674")
    assert (card.name, card.email, card.user, card.consents) == ("", "", None, [])


def test_a_replaced_card_is_not_started_again(client: Client, anna: Member) -> None:
    client.post(page_of(anna), {"replaces": anna.number, "reason": "lost"})
    text = found_at_till(client, anna.merchant, "BL48217730")
    assert "Start this card" not in text
    assert "was replaced" in text
    answer = client.post(reverse("till-card-start", args=[anna.merchant.slug]), {"number": "BL48217730"}, follow=True)
    assert "was replaced or merged" in answer.content.decode()

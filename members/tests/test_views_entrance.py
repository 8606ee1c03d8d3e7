"""The ways into the portal: each test's name finishes "it …"."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from loyalty_site.models import User
from members import enrolling
from members.models import Member
from members.reading import cards
from members.tests import factories
from members.tests.agreeing import ticked
from members.tests.factories import NOW
from members.tests.portal import holder

pytestmark = pytest.mark.django_db


# --- ways in -------------------------------------------------------------------------------------


def code_sent_to(email: str) -> str:
    (letter,) = [letter for letter in mail.outbox if letter.to == [email]]
    found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(letter.body), re.MULTILINE)
    assert found, letter.body
    return found[1]


def enter_code(client: Client, address: str, email: str) -> Any:
    """Ask for a code at an address, type it in, and follow to where it leads."""
    asked = client.post(address, {"email": email})
    assert asked.status_code == 302, asked.content.decode()
    return client.post(asked.url, {"code": code_sent_to(email)}, follow=True)


def test_a_member_signs_in_by_a_code_and_the_card_becomes_theirs(client: Client) -> None:
    member = factories.member(merchant=factories.shop().merchant, email="Anna@example.com")
    slug = member.merchant.slug
    history = reverse("portal-history", args=[slug])
    answer = enter_code(client, reverse("portal-sign-in", args=[slug]) + f"?next={history}", "anna@example.com")
    assert answer.redirect_chain[-1][0] == history
    member.refresh_from_db()
    assert member.user.email == "anna@example.com"
    assert not member.user.has_usable_password()


def test_sign_in_answers_the_same_for_an_address_nobody_knows(client: Client) -> None:
    member = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    address = reverse("portal-sign-in", args=[member.merchant.slug])
    known, unknown = (Client().post(address, {"email": email}) for email in ("anna@example.com", "eve@example.com"))
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [letter.to for letter in mail.outbox] == [["anna@example.com"]]
    assert not User.objects.filter(email="eve@example.com").exists()


def test_sign_in_leads_back_only_into_its_own_portal(client: Client) -> None:
    member = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    address = reverse("portal-sign-in", args=[member.merchant.slug]) + "?next=https://evil.example/p/"
    answer = enter_code(client, address, "anna@example.com")
    assert answer.redirect_chain[-1][0] == reverse("portal-home", args=[member.merchant.slug])


def test_never_hands_over_a_blocked_card_or_one_that_is_somebody_elses(client: Client) -> None:
    blocked = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    Member.objects.filter(pk=blocked.pk).update(is_blocked=True)
    linked = factories.member(merchant=factories.merchant(), email="anna@example.com", user=factories.user())
    own = factories.member(merchant=factories.merchant(), email="anna@example.com")
    enter_code(client, reverse("portal-sign-in", args=[own.merchant.slug]), "anna@example.com")
    owners = {member.pk: member.user_id for member in Member.objects.all()}
    assert owners == {
        blocked.pk: None,
        linked.pk: linked.user_id,
        own.pk: User.objects.get(email="anna@example.com").pk,
    }


def test_leaves_a_second_card_of_the_same_shop_alone(client: Client) -> None:
    own = factories.member(merchant=factories.shop().merchant, user=factories.user(email="anna@example.com"))
    other = factories.member(merchant=own.merchant, email="anna@example.com")
    enter_code(client, reverse("portal-sign-in", args=[own.merchant.slug]), "anna@example.com")
    other.refresh_from_db()
    assert other.user is None


def test_a_card_whose_address_comes_later_opens_without_signing_in_again(client: Client) -> None:
    first = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    enter_code(client, reverse("portal-sign-in", args=[first.merchant.slug]), "anna@example.com")
    second = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    assert client.get(reverse("portal-home", args=[second.merchant.slug])).status_code == 200


def test_a_password_opens_no_card_by_its_address(client: Client) -> None:
    member = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    factories.user(email="anna@example.com")
    client.post(reverse("account_login"), {"login": "anna@example.com", "password": factories.PASSWORD})
    assert client.session["_auth_user_id"]
    assert client.get(reverse("portal-home", args=[member.merchant.slug])).status_code == 404
    assert "No shop has a card" in client.get(reverse("me-cards")).content.decode()
    member.refresh_from_db()
    assert member.user is None


def test_somebody_new_joins_after_the_address_is_proven(client: Client) -> None:
    shop = factories.shop().merchant
    address = reverse("portal-join", args=[shop.slug])
    step = enter_code(client, address, "ola@example.com")
    assert step.redirect_chain[-1][0] == address
    assert not shop.members.exists()
    answer = client.post(address, {"name": "Ola Zielińska", "phone": ""} | ticked(shop), follow=True)
    assert "Hello, Ola" in answer.content.decode()
    assert shop.members.get().email == "ola@example.com"


def test_joining_leads_a_member_to_the_card_there_is(client: Client) -> None:
    member = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    answer = enter_code(client, reverse("portal-join", args=[member.merchant.slug]), "anna@example.com")
    assert answer.redirect_chain[-1][0] == reverse("portal-home", args=[member.merchant.slug])
    assert member.merchant.members.count() == 1


def test_joining_with_somebody_elses_phone_is_refused_in_words(client: Client) -> None:
    member = factories.member(merchant=factories.shop().merchant, phone="+48601234567")
    client.force_login(factories.user(email="ola@example.com"))
    typed = {"name": "Ola", "phone": "+48 601 234 567"} | ticked(member.merchant)
    answer = client.post(reverse("portal-join", args=[member.merchant.slug]), typed)
    assert answer.status_code == 422
    assert "Ask at the shop" in answer.content.decode()


@pytest.mark.parametrize("name", ["portal-sign-in", "portal-join"])
def test_the_ways_into_a_shop_that_does_not_exist_are_not_found(client: Client, name: str) -> None:
    assert client.get(reverse(name, args=["nowhere"])).status_code == 404


# --- my cards ------------------------------------------------------------------------------------


def test_my_cards_opens_a_single_card_at_once(client: Client) -> None:
    account = holder()
    client.force_login(account.member.user)
    assert client.get(reverse("me-cards")).url == reverse("portal-home", args=[account.member.merchant.slug])


def test_my_cards_lists_several_with_what_is_on_them(client: Client) -> None:
    account = holder()
    factories.order(account, "318.00", at=timezone.now())
    second = factories.shop(name="CDNOW Records").merchant
    factories.member(merchant=second, user=account.member.user)
    client.force_login(account.member.user)
    text = client.get(reverse("me-cards")).content.decode()
    assert "318\u00a0points" in text
    assert "CDNOW Records" in text


def test_my_cards_takes_the_same_queries_for_many_cards(django_assert_num_queries) -> None:
    user = factories.user()
    for _number in range(5):
        factories.member(merchant=factories.shop().merchant, user=user)
    cards.cards_of(user, now=NOW)  # terms are parsed once per process
    with django_assert_num_queries(4):
        cards.cards_of(user, now=NOW)


def test_my_cards_shows_staff_without_a_card_the_way_to_their_shop(client: Client) -> None:
    staff = factories.staff(merchant=factories.shop().merchant)
    client.force_login(staff.user)
    assert "You have no card of your own" in client.get(reverse("me-cards")).content.decode()


def test_joining_twice_at_once_makes_one_card() -> None:
    shop, ola = factories.shop().merchant, factories.user(email="ola@example.com")
    new = enrolling.NewMember(name="Ola", email=ola.email)
    first, again = (enrolling.join(ola, new, merchant=shop, now=NOW) for _press in range(2))
    assert (first, first.user) == (again, ola)

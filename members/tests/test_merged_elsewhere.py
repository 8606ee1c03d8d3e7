"""Whoever was merged is known over the API and at the sign-in: each test's name finishes "it …"."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from loyalty_site.models import User
from members import signing_in
from members.merging import together
from members.models import Account, Member
from members.reading.cards import cards_of
from members.tests import factories
from members.tests.calling import Shop
from members.tests.factories import NOW
from programs.models import Program, Role

pytestmark = pytest.mark.django_db
GONE = {"name": "Ania Kowalczyk", "email": "ania@example.com", "phone": "+48600100200"}


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def anna(program: Program) -> Account:
    return factories.account(program=program, name="Anna Kowalczyk", email="anna@example.com")


@pytest.fixture
def ania(program: Program, anna: Account) -> Member:
    """A card with 30 points that was merged into Anna's."""
    account = factories.account(program=program, **GONE)
    factories.order(account, "30.00")
    manager = factories.staff(merchant=program.merchant, role=Role.MANAGER)
    together.merge(account.member, into=anna.member, by=manager, now=NOW)
    return account.member


@pytest.fixture
def shop(program: Program) -> Shop:
    return Shop(factories.api_key(merchant=program.merchant))


@pytest.mark.parametrize("name", ["number", "email", "phone"])
def test_the_api_answers_with_the_member_who_stays(shop: Shop, anna: Account, ania: Member, name: str) -> None:
    answer = shop.get(f"/members/{getattr(ania, name)}")
    assert answer.status_code == 200
    assert answer.json()["number"] == anna.member.number
    assert answer.json()["accounts"][0]["balance"] == 30


@pytest.mark.parametrize("name", ["number", "email", "phone"])
def test_an_order_over_the_api_earns_where_the_points_are(shop: Shop, anna: Account, ania: Member, name: str) -> None:
    answer = shop.post("/orders", {"reference": "A-1", "member": getattr(ania, name), "amount": "20.00"})
    assert answer.status_code == 201, answer.json()
    anna.refresh_from_db()
    assert anna.balance == 50


def test_the_api_gives_an_address_that_moved_to_nobody_else(shop: Shop, ania: Member) -> None:
    assert shop.post("/members", {"name": "Ania", "email": ania.email}).status_code == 409
    assert Member.objects.count() == 2


@pytest.mark.parametrize("email", ["anna@example.com", "ania@example.com"])
def test_either_address_signs_in_to_the_one_card(anna: Account, ania: Member, email: str) -> None:
    signing_in.know_customer(email)
    user = User.objects.get(email=email)
    signing_in.connect_cards(user)
    (card,) = cards_of(user, now=NOW)
    assert card.member == anna.member
    client = Client()
    client.force_login(user)
    page = client.get(reverse("portal-home", args=[anna.program.merchant.slug]))
    assert page.status_code == 200
    assert "Anna" in page.content.decode()

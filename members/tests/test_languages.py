"""The language in which a shop speaks: the member's own, the browser's among the shop's, else its main one."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from members.models import Member
from members.tests import factories

pytestmark = pytest.mark.django_db


def member(**fields: object) -> Member:
    merchant = factories.merchant(slug="cafe", language="pl", other_languages=["en"])
    factories.program(merchant=merchant)
    return factories.member(merchant=merchant, user=factories.user(), **fields)


def greeted(member: Member, accepts: str) -> str:
    client = Client(headers={"Accept-Language": accepts})
    client.force_login(member.user)
    answer = client.get(reverse("portal-home", args=["cafe"]))
    return f"{answer['Content-Language']}: {'Hello, Anna' if 'Hello, Anna' in answer.text else 'Dzień dobry, Anna'}"


@pytest.mark.parametrize(
    ("own", "accepts", "spoken"),
    [
        ("", "en-GB,en;q=0.9", "en: Hello, Anna"),
        ("", "pl", "pl: Dzień dobry, Anna"),
        ("", "zh-CN,zh", "pl: Dzień dobry, Anna"),
        ("", "fr, en;q=0.5", "en: Hello, Anna"),
        ("", "pl;q=0.2, en;q=0.5", "en: Hello, Anna"),
        ("", "", "pl: Dzień dobry, Anna"),
        ("en", "pl", "en: Hello, Anna"),
        ("pl", "en", "pl: Dzień dobry, Anna"),
    ],
)
def test_it_speaks(own: str, accepts: str, spoken: str) -> None:
    assert greeted(member(language=own), accepts) == spoken


def test_the_ways_in_speak_the_shops_languages() -> None:
    factories.merchant(slug="cafe", language="zh-hans", other_languages=[])
    answer = Client(headers={"Accept-Language": "pl"}).get(reverse("portal-join", args=["cafe"]))
    assert answer["Content-Language"] == "zh-hans"
    assert "加入" in answer.text


def test_a_member_chooses_among_them() -> None:
    anna = member()
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(anna.user)
    address = reverse("portal-you", args=["cafe"])
    assert 'name="language"' in client.get(address).text
    client.post(address, {"name": "Anna", "phone": "", "language": "pl"})
    anna.refresh_from_db()
    assert anna.language == "pl"
    assert client.get(address)["Content-Language"] == "pl"
    assert client.post(address, {"name": "Anna", "phone": "", "language": "fr"}).status_code == 422


def test_a_shop_of_one_language_asks_nothing() -> None:
    anna = member(language="pl")
    anna.merchant.other_languages = []
    anna.merchant.save()
    client = Client()
    client.force_login(anna.user)
    address = reverse("portal-you", args=["cafe"])
    assert 'name="language"' not in client.get(address).text
    client.post(address, {"name": "Anna Nowak", "phone": ""})
    anna.refresh_from_db()
    assert (anna.name, anna.language) == ("Anna Nowak", "pl")

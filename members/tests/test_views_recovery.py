"""A lost card on the way from a phone number to the portal: each test's name finishes "it …"."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from loyalty_site import mail
from loyalty_site.models import AuditEvent
from members import recovering
from members.models import Member, PhoneCode
from members.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def phones(settings: Any) -> None:
    settings.SMS_URL = "demo:"


@pytest.fixture
def anna() -> Member:
    return factories.member(merchant=factories.shop().merchant, phone="+48601234567", number="BL48217730")


def page(name: str, shop: Any) -> str:
    return reverse(f"portal-card-{name}", args=[shop.slug])


def ask(client: Client, shop: Any, phone: str = "601 234 567") -> Any:
    answer = client.post(page("find", shop), {"phone": phone})
    recovering.send_due(now=PhoneCode.objects.latest("pk").asked_at)
    return answer


def enter(client: Client, shop: Any, code: str = "") -> Any:
    sent = re.search(r"\d{6}", mail.letters()[0].body) if mail.letters() else None
    return client.post(page("code", shop), {"code": code or (sent[0] if sent else "000000")}, follow=True)


def test_a_phone_leads_to_the_number_of_its_card(client: Client, anna: Member) -> None:
    assert ask(client, anna.merchant).url == page("code", anna.merchant)
    answer = enter(client, anna.merchant)
    assert answer.redirect_chain[-1][0] == page("found", anna.merchant)
    assert "BL 4821 7730" in answer.content.decode()
    assert AuditEvent.objects.get(action="card-found").subject == anna.number


def test_it_answers_alike_for_a_phone_that_nobody_has(client: Client, anna: Member) -> None:
    known, unknown = Client(), Client()
    answers = [ask(known, anna.merchant), ask(unknown, anna.merchant, "+48 699 999 999")]
    assert len({(answer.status_code, answer.url) for answer in answers}) == 1
    wrong = [enter(visitor, anna.merchant, "123") for visitor in (known, unknown)]
    bodies = {re.sub(r"\b[A-Za-z0-9_-]{32,}\b", "", answer.content.decode()) for answer in wrong}
    assert {answer.status_code for answer in wrong} == {422}
    assert len(bodies) == 1


def test_another_browser_does_not_see_the_card(client: Client, anna: Member) -> None:
    ask(client, anna.merchant)
    enter(client, anna.merchant)
    assert Client().get(page("found", anna.merchant)).url == page("find", anna.merchant)
    other = factories.merchant()
    assert client.get(page("found", other)).url == page("find", other)


def test_the_card_comes_along_when_its_owner_signs_up(client: Client, anna: Member) -> None:
    ask(client, anna.merchant)
    enter(client, anna.merchant)
    user = factories.user(email="anna@example.com")
    client.force_login(user)
    form = client.get(reverse("portal-join", args=[anna.merchant.slug])).context["form"]
    assert "card" not in form.fields
    ticked = {name: field.choices[0][0] for name, field in form.fields.items() if name.startswith("agree_terms")}
    answer = client.post(reverse("portal-join", args=[anna.merchant.slug]), {"name": "Anna K."} | ticked)
    assert answer.url == reverse("portal-home", args=[anna.merchant.slug])
    anna.refresh_from_db()
    assert (anna.user, anna.name, anna.phone) == (user, "Anna K.", "+48601234567")


def test_guessing_is_held_back(client: Client, anna: Member) -> None:
    ask(client, anna.merchant)
    statuses = [enter(client, anna.merchant, "1").status_code for _guess in range(12)]
    assert statuses[-1] == 429


def test_there_is_no_such_page_where_no_message_reaches_a_phone(client: Client, anna: Member, settings: Any) -> None:
    settings.SMS_URL = ""
    assert client.get(page("find", anna.merchant)).status_code == 404
    sign_in = client.get(reverse("portal-sign-in", args=[anna.merchant.slug])).content.decode()
    assert page("find", anna.merchant) not in sign_in


def test_it_says_what_is_no_phone_number(client: Client, anna: Member) -> None:
    answer = client.post(page("find", anna.merchant), {"phone": "x"})
    assert answer.status_code == 422
    assert "country code" in answer.content.decode()

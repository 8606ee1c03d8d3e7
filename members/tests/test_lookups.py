"""Tests of holding back whoever walks through members; every name finishes "it …"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from loyalty_site import cache as forgetful
from loyalty_site.models import AuditEvent
from members import lookups
from members.tests import factories
from members.tests.calling import Shop
from programs.models import Program, Role, Staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def few(settings: Any) -> None:
    """Three in a minute, fifteen in an hour; of keys ten times as many."""
    settings.LOOKUPS_PER_HOUR = 15


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def kuba(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.MANAGER)


@pytest.fixture
def client(kuba: Staff) -> Client:
    client = Client()
    client.force_login(kuba.user)
    return client


def pages(program: Program, area: str, count: int) -> list[str]:
    members = [factories.member(merchant=program.merchant) for _ in range(count)]
    return [f"/{area}/{program.merchant.slug}/members/{member.number}/" for member in members]


@pytest.mark.parametrize("area", ["m", "till"])
def test_holds_back_who_opens_one_member_after_the_other(client: Client, program: Program, area: str) -> None:
    opened = pages(program, area, 5)
    with time_machine.travel(NOW, tick=False):
        assert [client.get(page).status_code for page in opened] == [200, 200, 200, 429, 429]
        assert client.get(opened[0]).status_code == 200, "the customer at the counter stays"
        refusal = client.get(opened[4])
    assert refusal.headers["Retry-After"] == "30"
    assert "Wait 1 minute" in refusal.content.decode()
    with time_machine.travel(NOW + timedelta(seconds=30), tick=False):
        assert client.get(opened[4]).status_code == 200


def test_holds_back_for_the_rest_of_an_hour(client: Client, program: Program) -> None:
    statuses = []
    for minute, page in enumerate(pages(program, "till", 16)):
        with time_machine.travel(NOW + timedelta(minutes=minute), tick=False):
            answer = client.get(page)
        statuses.append(answer.status_code)
    assert statuses == [200] * 15 + [429]
    assert answer.headers["Retry-After"] == str(45 * 60 - 30)


@pytest.mark.parametrize("path", ["till/{}/find/?q=60{}11", "m/{}/members/?q=60{}11", "m/{}/members/60{}11/"])
def test_counts_numbers_that_are_nobodys(client: Client, program: Program, path: str) -> None:
    with time_machine.travel(NOW, tick=False):
        answers = [client.get("/" + path.format(program.merchant.slug, number)) for number in range(4)]
    assert {answer.status_code for answer in answers[:3]} <= {200, 404}
    assert answers[3].status_code == 429


def test_lets_somebody_type(client: Client, program: Program) -> None:
    with time_machine.travel(NOW, tick=False):
        for end in range(2, 13):
            address = f"/till/{program.merchant.slug}/find/?q={'601234567890'[:end]}"
            assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
        assert client.get(f"/m/{program.merchant.slug}/members/").status_code == 200


def test_counts_each_number_that_begins_alike(client: Client, program: Program) -> None:
    with time_machine.travel(NOW, tick=False):
        texts = ["6012", "60121", "60122", "60123", "60124"]
        statuses = [client.get(f"/till/{program.merchant.slug}/find/?q={text}").status_code for text in texts]
    assert statuses == [200, 200, 200, 200, 429]


def test_a_panel_opens_the_page_that_says_so(client: Client, program: Program) -> None:
    with time_machine.travel(NOW, tick=False):
        for page in pages(program, "till", 3):
            client.get(page)
        address = f"/till/{program.merchant.slug}/find/?q=anna"
        refusal = client.get(address, headers={"HX-Request": "true"})
    assert (refusal.status_code, refusal.headers["HX-Redirect"]) == (429, address)


def test_writes_it_down_once_an_hour(client: Client, kuba: Staff, program: Program) -> None:
    opened = pages(program, "m", 6)
    with time_machine.travel(NOW, tick=False):
        for page in opened:
            client.get(page)
    event = AuditEvent.objects.get(action=lookups.HELD_BACK)
    assert (event.merchant_id, event.actor) == (program.merchant.pk, kuba.user)


def test_counts_each_person_and_shop_apart(client: Client, program: Program) -> None:
    other = Client()
    other.force_login(factories.staff(merchant=program.merchant).user)
    opened = pages(program, "m", 4)
    with time_machine.travel(NOW, tick=False):
        for page in opened:
            client.get(page)
        assert other.get(opened[3]).status_code == 200


def test_holds_nobody_back_without_the_cache(client: Client, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetful.ForgetfulCache, "silent_until", float("inf"))
    assert [client.get(page).status_code for page in pages(program, "till", 5)] == [200] * 5


def test_holds_back_a_key_that_asks_for_strangers_only(program: Program, settings: Any) -> None:
    settings.LOOKUPS_PER_HOUR = 1
    settings.API_REQUESTS_PER_MINUTE = 0
    shop, anna = Shop(factories.api_key(merchant=program.merchant)), factories.member(merchant=program.merchant)
    with time_machine.travel(NOW, tick=False):
        assert [shop.get(f"/members/{anna.number}").status_code for _ in range(4)] == [200] * 4
        assert [shop.get(f"/members/6{number}/entries").status_code for number in range(3)] == [404, 404, 429]
        refusal = shop.get(f"/members/{anna.number}")
    assert (refusal.json()["code"], refusal.headers["Retry-After"]) == ("too-many-requests", "30")
    assert AuditEvent.objects.filter(action=lookups.HELD_BACK).count() == 1

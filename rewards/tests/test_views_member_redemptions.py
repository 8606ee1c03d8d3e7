"""Tests of the list of what one member had; every name finishes "it ..."."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from members.models import Account
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role
from rewards import redeeming
from rewards.models import Redemption
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Account:
    held = factories.account(program=factories.shop())
    factories.order(held, "500.00")
    return held


@pytest.fixture
def client(anna: Account) -> Client:
    client = Client()
    client.force_login(factories.staff(merchant=anna.program.merchant, role=Role.CASHIER).user)
    return client


def address(account: Account) -> str:
    return f"/m/{account.program.merchant.slug}/members/{account.member.number}/rewards/"


def redeem(account: Account, times: int) -> list[Redemption]:
    cup = reward(program=account.program, points_price=10, name="Any coffee")
    return [
        redeeming.redeem(account=account, reward=cup, reference=f"r{number}", now=NOW + timedelta(seconds=number))
        for number in range(times)
    ]


def test_it_says_how_each_reward_ended(anna, client):
    used, cancelled, _open = redeem(anna, 3)
    redeeming.use(used, by=factories.staff(merchant=anna.program.merchant, name="Zofia Maj"), now=NOW)
    redeeming.cancel(cancelled, now=NOW)
    page = client.get(address(anna)).content.decode()
    for words in ("Any coffee", "Used", "Zofia", "Cancelled", "Open until"):
        assert words in page


def test_it_gives_a_panel_the_latest_and_a_page_all(anna, client):
    redeem(anna, 30)
    rows = client.get(address(anna), headers={"HX-Request": "true", "HX-Target": "redemptions"})
    assert rows.content.decode().count("Any coffee") == 5
    page = client.get(address(anna))
    assert page.content.decode().count("Any coffee") == 25
    older = client.get(address(anna), {"before": page.context["slice"]["older"]})
    assert older.content.decode().count("Any coffee") == 5


def test_it_shows_what_somebody_had_who_became_this_member(anna, client):
    other = factories.account(program=anna.program, name="Ania")
    factories.order(other, "100.00")
    redeem(other, 1)
    other.member.merged_into = anna.member
    other.member.save()
    assert "Any coffee" in client.get(address(anna)).content.decode()

"""Tests of the dashboard pages about rewards; every name finishes "it ..."."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.tests import factories
from programs import terms
from programs.models import Program, Role
from rewards import redeeming
from rewards.models import Reward
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def program() -> Program:
    return factories.shop(terms_document=terms.PRESETS["coffee-shop"])


@pytest.fixture
def client(program: Program) -> Client:
    return client_of(program, Role.MANAGER)


def client_of(program: Program, role: Role) -> Client:
    client = Client()
    staff = factories.staff(merchant=program.merchant, role=role)
    client.force_login(staff.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(program: Program, path: str = "") -> str:
    return f"/m/{program.merchant.slug}/rewards/{path}"


def typed(program: Program, **changes: Any) -> dict[str, Any]:
    return {
        "program": program.pk,
        "name": "Any coffee",
        "icon": "cup",
        "points_price": "150",
        "money_value": "14.00",
        "limit_per": "month",
        "voucher_minutes": "15",
        "is_active": "on",
    } | changes


def test_it_lists_rewards_with_what_was_redeemed(program, client):
    offered = reward(program=program, points_price=50, min_tier="gold", limit_times=2)
    reward(program=program, name="Old mug", is_active=False)
    account = factories.account(program=program)
    factories.adjustment(account, 100, now=NOW)
    gold = {"tier_code": "gold"}
    type(account).objects.filter(pk=account.pk).update(**gold)
    account.refresh_from_db()
    for reference in ("one", "two"):
        redemption = redeeming.redeem(account=account, reward=offered, reference=reference, now=NOW)
    redeeming.cancel(redemption, now=NOW)
    text = client.get(address(program)).content.decode()
    for words in ("50\u00a0points", "Gold and above, 2× a month", "Old mug", '<td class="r">1</td>'):
        assert words in text


def test_it_asks_as_often_for_many_rewards_as_for_few(program, client):
    def queries() -> int:
        client.get(address(program))
        with CaptureQueriesContext(connection) as captured:
            client.get(address(program))
        return len(captured)

    reward(program=program)
    few = queries()
    for number in range(10):
        reward(program=program, name=f"Reward {number}")
    assert queries() == few


def test_it_invites_to_the_first_reward(program, client):
    assert "Add the first reward" in client.get(address(program)).content.decode()


def test_it_adds_a_reward(program, client):
    response = client.post(address(program, "add/"), typed(program, stock="12", min_tier="silver"))
    assert response.url == address(program)
    added = Reward.objects.get()
    assert (added.merchant, added.program, added.stock, added.min_tier, added.icon) == (
        program.merchant,
        program,
        12,
        "silver",
        "cup",
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"points_price": "0"}, "greater than or equal to 1"),
        ({"money_value": "1.005"}, "Write fewer digits after the point."),
        ({"min_tier": "platinum"}, "Select a valid choice"),
        ({"voucher_minutes": "0"}, "greater than or equal to 1"),
    ],
)
def test_it_refuses_a_reward_that_cannot_be(program, client, changes, words):
    response = client.post(address(program, "add/"), typed(program, **changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Reward.objects.exists()


def test_it_does_not_offer_programs_of_another_shop(program, client):
    stranger = factories.shop()
    assert client.post(address(program, "add/"), typed(stranger)).status_code == 422


def test_it_changes_a_reward_and_leaves_stock_that_was_sold_meanwhile(program, client):
    offered = reward(program=program, stock=5)
    sent = typed(program, name="Flat white", stock="5")
    assert 'name="initial-stock"' in client.get(address(program, f"{offered.pk}/")).content.decode()
    Reward.objects.filter(pk=offered.pk).update(stock=4)
    client.post(address(program, f"{offered.pk}/"), sent | {"initial-stock": "5"})
    offered.refresh_from_db()
    assert (offered.name, offered.stock) == ("Flat white", 4)


def test_it_takes_a_reward_off_offer(program, client):
    offered = reward(program=program)
    sent = typed(program)
    del sent["is_active"]
    client.post(address(program, f"{offered.pk}/"), sent)
    offered.refresh_from_db()
    assert not offered.is_active


@pytest.mark.parametrize(
    ("worth", "words"), [("12", "points, about 12\u00a0zł"), ("", "points"), ("x", "points"), ("1e30", "points")]
)
def test_it_says_what_the_cost_is_about_while_one_types(program, client, worth, words):
    answer = client.get(address(program, "add/"), {"money_value": worth}, headers={"HX-Request": "true"})
    assert answer.content.decode() == words


def test_it_keeps_cashiers_and_strangers_out(program):
    offered = reward(program=program)
    assert client_of(program, Role.CASHIER).get(address(program)).status_code == 403
    theirs = factories.shop()
    assert client_of(theirs, Role.OWNER).get(address(theirs, f"{offered.pk}/")).status_code == 404


def test_it_leads_to_the_list_where_there_is_no_program_for_a_reward(program, client):
    type(program).objects.update(is_active=False)
    assert client.get(address(program, "add/")).url == address(program)

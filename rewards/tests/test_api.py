"""Rewards and vouchers over the API."""

from __future__ import annotations

from typing import Any

import pytest

from members.models import Account
from members.tests import factories
from members.tests.calling import Shop
from programs.models import Program
from rewards.models import Redemption, Reward
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def account(program: Program) -> Account:
    rich = factories.account(program=program)
    factories.order(rich, "250.00")
    return rich


@pytest.fixture
def coffee(program: Program) -> Reward:
    return reward(program=program, stock=2)


@pytest.fixture
def shop(program: Program) -> Shop:
    return Shop(factories.api_key(merchant=program.merchant))


def wish(account: Account, coffee: Reward, **fields: Any) -> dict[str, Any]:
    return {"reference": "V1", "member": account.member.number, "reward": coffee.pk} | fields


def test_it_lists_what_is_on_offer_by_cursor(program: Program, shop: Shop) -> None:
    names = ["Cup", "Mug", "Pot"]
    for name in names:
        reward(program=program, name=name)
    reward(program=program, name="Old", is_active=False)
    reward(program=factories.shop(), name="Elsewhere")
    first = shop.get("/rewards", limit=2).json()
    second = shop.get("/rewards", limit=2, cursor=first["next"]).json()
    assert [each["name"] for each in first["rewards"] + second["rewards"]] == names
    assert second["next"] is None


def test_it_redeems_once(shop: Shop, account: Account, coffee: Reward) -> None:
    first = shop.post("/redemptions", wish(account, coffee))
    again = shop.post("/redemptions", wish(account, coffee))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["points"], first.json()["reference"]) == ("open", 100, "V1")
    assert Redemption.objects.count() == 1
    tea = reward(program=account.program, name="Tea")
    assert shop.post("/redemptions", wish(account, tea)).json()["code"] == "conflict"


def test_it_says_why_not(shop: Shop, account: Account, coffee: Reward) -> None:
    for number in range(2):
        shop.post("/redemptions", wish(account, coffee, reference=f"V{number}"))
    gone = shop.post("/redemptions", wish(account, coffee, reference="V3"))
    assert (gone.status_code, gone.json()["code"]) == (409, "out-of-stock")
    dear = reward(program=account.program, points_price=51)
    assert shop.post("/redemptions", wish(account, dear, reference="V4")).json()["code"] == "insufficient-points"
    assert shop.post("/redemptions", wish(account, coffee, reward=10**9)).json()["code"] == "not-found"
    elsewhere = reward(program=factories.shop())
    assert shop.post("/redemptions", wish(account, elsewhere)).status_code == 404


def test_a_voucher_is_used_once(shop: Shop, account: Account, coffee: Reward) -> None:
    code = shop.post("/redemptions", wish(account, coffee)).json()["code"]
    used = shop.post(f"/redemptions/{code.lower()}/use")
    assert (used.status_code, used.json()["state"]) == (200, "used")
    twice = shop.post(f"/redemptions/{code}/use")
    assert (twice.status_code, twice.json()["code"]) == (409, "not-allowed")


def test_a_voucher_is_cancelled_and_its_points_come_back(shop: Shop, account: Account, coffee: Reward) -> None:
    code = shop.post("/redemptions", wish(account, coffee)).json()["code"]
    first, again = shop.post(f"/redemptions/{code}/cancel"), shop.post(f"/redemptions/{code}/cancel")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    account.refresh_from_db()
    assert (first.json()["state"], account.balance) == ("cancelled", 250)


def test_it_knows_no_voucher_of_another_shop(shop: Shop) -> None:
    program = factories.shop()
    rich = factories.account(program=program)
    factories.order(rich, "250.00")
    other = Shop(factories.api_key(merchant=program.merchant))
    code = other.post("/redemptions", wish(rich, reward(program=program))).json()["code"]
    assert shop.post(f"/redemptions/{code}/use").status_code == 404
    assert shop.post(f"/redemptions/{code}/cancel").status_code == 404


@pytest.mark.parametrize("sought", ["ewa@example.com", "+48 601 234 567", "K7"])
def test_it_redeems_for_whoever_is_named(program: Program, shop: Shop, coffee: Reward, sought: str) -> None:
    ewa = factories.account(program=program, email="ewa@example.com", phone="601 234 567", customer_number="K7")
    factories.order(ewa, "250.00")
    assert shop.post("/redemptions", wish(ewa, coffee, member=sought)).status_code == 201
    assert Redemption.objects.get().account == ewa


def test_it_says_who_has_no_account_in_the_rewards_program(program: Program, shop: Shop, account: Account) -> None:
    stamps = reward(program=factories.program(merchant=program.merchant, code="stamps"))
    answer = shop.post("/redemptions", wish(account, stamps))
    assert (answer.status_code, answer.json()["code"]) == (409, "not-eligible")
    assert shop.post("/redemptions", wish(account, stamps, member="nobody")).json()["code"] == "unknown-member"

"""Tests of rewards at the till; every name finishes "it …"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.models import Account
from members.tests import factories
from programs.models import Program, Role, Staff
from rewards import redeeming
from rewards.models import Redemption, Reward
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db
PANEL = {"HX-Request": "true"}
NOW = timezone.now()


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def kuba(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.CASHIER)


@pytest.fixture
def till(kuba: Staff) -> Client:
    client = Client()
    client.force_login(kuba.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def anna(program: Program) -> Account:
    account = factories.account(program=program)
    factories.order(account, "318.00", at=NOW - timedelta(days=40))
    return account


def at(program: Program, path: str = "") -> str:
    return f"/till/{program.merchant.slug}/{path}"


def shelf_of(account: Account) -> str:
    return at(account.program, f"members/{account.member.number}/rewards/")


def redeem(till: Client, account: Account, thing: Reward, reference: str = "r1", **extra: Any) -> Any:
    return till.post(f"{shelf_of(account)}{thing.pk}/redeem/", {"reference": reference}, **extra)


def balance_of(account: Account) -> int:
    return Account.objects.values_list("balance", flat=True).get(pk=account.pk)


def test_shows_first_what_can_be_had_now_and_how_far_the_rest_is(till: Client, anna: Account) -> None:
    for name, price in (("Beans", 480), ("Coffee", 150), ("Cupping", 1200)):
        reward(program=anna.program, name=name, points_price=price)
    page = till.get(shelf_of(anna), headers=PANEL).content.decode()
    assert page.index("Coffee") < page.index("Beans") < page.index("Cupping")
    assert "Rewards Anna can have now" in page
    assert "1 of 3" in page
    assert "162 to go" in page
    assert "<html" not in page
    assert "<html" in till.get(shelf_of(anna)).content.decode()


def test_shows_rewards_in_the_same_number_of_queries(till: Client, anna: Account) -> None:
    def count() -> int:
        till.get(shelf_of(anna))  # terms are parsed once per process
        with CaptureQueriesContext(connection) as captured:
            till.get(shelf_of(anna))
        return len(captured)

    reward(program=anna.program, limit_times=1)
    few = count()
    for price in range(10, 20):
        reward(program=anna.program, points_price=price, limit_times=2)
    assert count() == few


def test_hands_a_reward_over_and_undoes_it(till: Client, anna: Account, kuba: Staff) -> None:
    cup = reward(program=anna.program, points_price=150, stock=1)
    page = redeem(till, anna, cup, follow=True).content.decode()
    handed = Redemption.objects.get()
    assert (handed.state, handed.used_by, balance_of(anna)) == (Redemption.State.USED, kuba, 168)
    assert "Any coffee for Anna Kowalczyk" in page
    assert "−150\u00a0points" in page
    for _ in range(2):
        undone = till.post(at(anna.program, f"redemptions/{handed.pk}/undo/"), headers=PANEL)
        assert "undone" in undone.content.decode()
    cup.refresh_from_db()
    assert (balance_of(anna), cup.stock) == (318, 1)


def test_answers_a_panel_with_a_toast_and_news(till: Client, anna: Account) -> None:
    answer = redeem(till, anna, reward(program=anna.program), headers=PANEL)
    assert answer.status_code == 200
    assert "points-changed" in answer["HX-Trigger"]
    assert "hx-post" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_hands_over_once_however_often_it_is_sent(till: Client, anna: Account) -> None:
    cup = reward(program=anna.program)
    for _ in range(2):
        assert redeem(till, anna, cup, headers=PANEL).status_code == 200
    assert Redemption.objects.count() == 1
    assert balance_of(anna) == 218


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"points_price": 400}, "82 points short"),
        ({"stock": 0}, "The last one is gone"),
        ({"min_tier": "gold"}, "for Gold and above"),
        ({"is_active": False}, "not on offer"),
    ],
)
def test_says_why_a_reward_is_refused(till: Client, anna: Account, fields: dict[str, Any], words: str) -> None:
    thing = reward(program=anna.program, **fields)
    for extra in ({}, {"headers": PANEL}):
        refused = redeem(till, anna, thing, **extra)
        assert refused.status_code == 422
        assert words in refused.content.decode()
    assert balance_of(anna) == 318


def test_refuses_to_undo_after_a_minute_or_for_a_colleague(till: Client, anna: Account) -> None:
    redeem(till, anna, reward(program=anna.program))
    undo = at(anna.program, f"redemptions/{Redemption.objects.get().pk}/undo/")
    colleague = Client()
    colleague.force_login(
        factories.staff(merchant=anna.program.merchant).user,
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert colleague.post(undo, headers=PANEL).status_code == 422
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert till.post(undo, headers=PANEL).status_code == 422
    assert balance_of(anna) == 218


def test_knows_nothing_of_another_shop(till: Client, anna: Account) -> None:
    stranger = factories.account(program=factories.shop())
    factories.order(stranger, "500.00", at=NOW)
    theirs = reward(program=stranger.program)
    handed = redeeming.redeem(account=stranger, reward=theirs, reference="x", now=NOW)
    slug = anna.program.merchant.slug
    number = stranger.member.number
    ours = reward(program=anna.program)
    assert till.get(f"/till/{slug}/members/{number}/rewards/").status_code == 404
    assert till.post(f"/till/{slug}/members/{number}/rewards/{ours.pk}/redeem/").status_code == 404
    assert redeem(till, anna, theirs).status_code == 404
    assert till.post(f"/till/{slug}/redemptions/{handed.pk}/undo/").status_code == 404
    assert till.get(f"/till/{slug}/vouchers/", {"code": handed.code}).status_code == 404
    assert till.post(f"/till/{slug}/vouchers/", {"code": handed.code}).status_code == 404


def test_shows_a_voucher_however_its_code_is_written_and_uses_it_once(till: Client, anna: Account) -> None:
    voucher = redeeming.redeem(account=anna, reward=reward(program=anna.program), reference="x", now=NOW)
    typed = f"{voucher.code[:3].lower()} {voucher.code[3:]}"
    page = till.get(at(anna.program, "vouchers/"), {"code": typed}).content.decode()
    assert "Any coffee" in page
    assert "Use voucher" in page
    used = till.post(at(anna.program, "vouchers/"), {"code": typed}, follow=True)
    assert used.redirect_chain[-1][0].endswith(f"members/{anna.member.number}/")
    voucher.refresh_from_db()
    assert voucher.state == Redemption.State.USED
    again = till.post(at(anna.program, "vouchers/"), {"code": typed})
    assert again.status_code == 422
    assert "This voucher was used at" in again.content.decode()


def test_looks_for_a_voucher_where_a_member_was_searched(till: Client, anna: Account) -> None:
    voucher = redeeming.redeem(account=anna, reward=reward(program=anna.program), reference="x", now=NOW)
    voucher.code = "A2B3C4"
    voucher.save()
    factories.member(merchant=anna.program.merchant, name="Not Meant", phone="601 123 400")  # 234 is in this number
    found = till.get(at(anna.program, "find/"), {"q": voucher.code}).content.decode()
    assert f"vouchers/?code={voucher.code}" in found
    assert till.get(at(anna.program, "vouchers/?code=ZZZZZZ"), headers=PANEL).content == b""
    assert "There is no voucher" in till.get(at(anna.program, "vouchers/?code=ZZZZZZ")).content.decode()


def test_says_that_a_voucher_ran_out(till: Client, anna: Account) -> None:
    voucher = redeeming.redeem(
        account=anna, reward=reward(program=anna.program), reference="x", now=NOW - timedelta(hours=1)
    )
    page = till.get(at(anna.program, "vouchers/"), {"code": voucher.code}).content.decode()
    assert "ran out" in page
    assert "Use voucher" not in page

"""Undoing a purchase: each test's name finishes "it …"."""

from datetime import timedelta
from decimal import Decimal

import pytest

from members import refunds, tiering, undoing
from members.models import Account, Order
from members.refunds import NewRefund
from members.refusals import NotAllowed
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role, Staff
from programs.tests.factories import document

pytestmark = pytest.mark.django_db

LEVELS = [
    {"code": "bronze", "name": "Bronze", "at": 0},
    {"code": "silver", "name": "Silver", "at": 500, "entry_gift": 40},
    {"code": "gold", "name": "Gold", "at": 1500, "entry_gift": 100},
]
SOON = NOW + timedelta(seconds=30)


def account() -> Account:
    return factories.account(
        program=factories.shop(terms_document=document(tiers=document()["tiers"] | {"levels": LEVELS}))
    )


def cashier(account: Account) -> Staff:
    return factories.staff(merchant=account.program.merchant)


def undo(account: Account, reference: str) -> int:
    order = Order.objects.get(merchant=account.program.merchant, reference=reference)
    return undoing.undo_purchase(order, by=cashier(account), now=SOON).points


def state(account: Account) -> tuple[str, int, int]:
    account.refresh_from_db()
    return account.tier_code, account.balance, int(account.qualifying)


def test_takes_back_the_tier_and_its_gifts() -> None:
    anna = account()
    factories.order(anna, "100.00")
    factories.order(anna, "1600.00", reference="O")
    assert state(anna) == ("gold", 1840, 1700)
    assert undo(anna, "O") == -1600
    assert state(anna) == ("bronze", 100, 100)
    assert list(anna.entries.order_by("id").values_list("kind", "points")) == [
        ("earn", 100),
        ("earn", 1600),
        ("earn", 40),
        ("earn", 100),
        ("clawback", -1600),
        ("clawback", -40),
        ("clawback", -100),
    ]
    assert undo(anna, "O") == -1600
    assert state(anna) == ("bronze", 100, 100)


def test_gives_the_gift_again_when_the_tier_is_reached_in_earnest() -> None:
    anna = account()
    factories.order(anna, "500.00", reference="O")
    undo(anna, "O")
    factories.order(anna, "500.00", at=SOON + timedelta(minutes=1))
    assert state(anna) == ("silver", 540, 500)


def test_leaves_a_tier_that_other_purchases_reach_too() -> None:
    anna = account()
    factories.order(anna, "500.00", reference="O")
    factories.order(anna, "600.00", at=NOW + timedelta(seconds=10))
    undo(anna, "O")
    assert state(anna) == ("silver", 640, 600)


def test_leaves_a_tier_that_was_there_before_or_that_a_manager_set() -> None:
    anna, ben = account(), account()
    factories.order(anna, "500.00")
    factories.order(anna, "10.00", reference="O")
    undo(anna, "O")
    assert state(anna) == ("silver", 540, 500)
    factories.order(ben, "500.00", reference="O")
    boss = factories.staff(merchant=ben.program.merchant, role=Role.MANAGER)
    tiering.pin(ben, "gold", until=NOW.date(), by=boss, reason="sorry", now=NOW)
    undo(ben, "O")
    assert state(ben)[0] == "gold"


def test_undoes_the_rest_after_a_part_was_brought_back() -> None:
    anna = account()
    factories.order(anna, "100.00", reference="O")
    part = NewRefund(reference="R", order_reference="O", amount=Decimal(30))
    refunds.refund(part, merchant=anna.program.merchant, now=NOW)
    assert undo(anna, "O") == -70
    assert undo(anna, "O") == -70
    assert state(anna) == ("bronze", 0, 0)


def test_says_so_when_nothing_is_left_to_undo() -> None:
    anna = account()
    factories.order(anna, "100.00", reference="O")
    whole = NewRefund(reference="R", order_reference="O", amount=Decimal(100))
    refunds.refund(whole, merchant=anna.program.merchant, now=NOW)
    with pytest.raises(NotAllowed, match="brought back already"):
        undo(anna, "O")


def test_leaves_nothing_that_a_review_could_stumble_over() -> None:
    anna = account()
    factories.order(anna, "500.00", reference="O")
    undo(anna, "O")
    tomorrow = NOW + timedelta(days=1)
    done = tiering.review_accounts(anna.program, [anna.pk], day=tomorrow.date(), now=tomorrow)
    assert (done["up"], done["down"], done["warned"]) == (0, 0, 0)

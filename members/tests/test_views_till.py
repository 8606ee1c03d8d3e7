"""Tests of the till; every name finishes "it …"."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members import noting
from members.models import Account, Adjustment, Order
from members.tests import factories
from programs.models import Program, Role, Staff
from programs.tests.factories import document

pytestmark = pytest.mark.django_db
PANEL = {"HX-Request": "true"}
NOW = timezone.now()
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def kuba(program: Program) -> Staff:
    place = factories.location(merchant=program.merchant)
    return factories.staff(merchant=program.merchant, role=Role.CASHIER, location=place)


@pytest.fixture
def till(kuba: Staff) -> Client:
    return client_of(kuba)


@pytest.fixture
def anna(program: Program) -> Account:
    account = factories.account(program=program, email="anna@example.com", phone="601 234 567")
    factories.order(account, "318.00", at=NOW - timedelta(days=40))
    return account


def client_of(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def at(program: Program, path: str = "") -> str:
    return f"/till/{program.merchant.slug}/{path}"


def page_of(account: Account, path: str = "") -> str:
    return at(account.program, f"members/{account.member.number}/{path}")


def record(till: Client, account: Account, amount: str, **fields: Any) -> Any:
    sent = {"amount": amount, "reference": uuid4(), **fields}
    return till.post(page_of(account, "purchases/"), sent, follow=True)


def adjust(till: Client, account: Account, size: Any, direction: str = "add", **fields: Any) -> Any:
    sent = {"size": size, "direction": direction, "common": "Goodwill", "reference": uuid4(), **fields}
    return till.post(page_of(account, "adjustments/"), sent, follow=True)


def balance_of(account: Account) -> int:
    return Account.objects.values_list("balance", flat=True).get(pk=account.pk)


def queries_of(client: Client, url: str) -> int:
    client.get(url)  # terms are parsed once per process
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


# --- the card ---


def test_shows_what_can_be_spent_and_what_to_say(till: Client, anna: Account) -> None:
    member = anna.member
    member.born_on = (NOW + timedelta(days=3)).date().replace(year=1990)
    member.save()
    kuba = factories.staff(merchant=anna.program.merchant)
    noting.write(member, "Oat milk, always", is_pinned=True, by=kuba, now=NOW)
    page = till.get(page_of(anna)).content.decode()
    for words in ("<b>318</b>", "points to spend", "Bronze", "Oat milk, always", "Birthday"):
        assert words in page


def test_says_what_to_take_off(till: Client, program: Program) -> None:
    levels = [{"code": "guest", "name": "Guest", "at": 0, "discount_percent": "2.5"}]
    member = factories.member(merchant=program.merchant)
    for code, rate in (("ladder", 0), ("both", 1)):
        terms_document = document(tiers={"levels": levels}, earning={"points": rate})
        program = factories.program(merchant=program.merchant, code=code, terms_document=terms_document)
        factories.order(Account(program=program, member=member), "1.00", at=NOW - timedelta(days=2))
    page = till.get(page_of(Account.objects.get(program=program, member=member))).content.decode()
    assert "<b>2.5%</b><span>off every purchase" in page
    assert "2.5% off every purchase" in page


def test_says_what_is_owed(till: Client, anna: Account) -> None:
    cashier = factories.staff(merchant=anna.program.merchant, role=Role.OWNER)
    factories.adjustment(anna, -318, by=cashier, now=NOW)
    record(till, anna, "90.00")
    order = Order.objects.latest("pk")
    factories.adjustment(anna, -90, by=cashier, now=timezone.now())
    till.post(at(anna.program, f"purchases/{order.pk}/undo/"))
    page = till.get(page_of(anna)).content.decode()
    assert "<b>0</b><span>available, 90 to recover</span>" in page


def test_says_that_points_count_double_today_to_those_it_is_for(till: Client, program: Program) -> None:
    today = WEEKDAYS[timezone.now().astimezone(program.merchant.zone).weekday()]
    rule = {
        "code": "double",
        "name": "Double",
        "when": {"weekdays": [today], "tiers": ["gold"]},
        "give": {"multiplier": "2"},
    }
    gold_only = factories.program(merchant=program.merchant, code="gold", terms_document=document(rules=[rule]))
    member = factories.member(merchant=program.merchant)
    account = Account.objects.get(program=gold_only, member=member)
    assert "Double points today" not in till.get(page_of(account)).content.decode()
    factories.order(account, "1600.00", at=NOW - timedelta(days=2))
    assert "Double points today" in till.get(page_of(account)).content.decode()


# --- purchases ---


def test_previews_what_an_amount_earns_and_changes_nothing(till: Client, anna: Account) -> None:
    page = till.get(page_of(anna, "preview/"), {"amount": "48,5"}, headers=PANEL).content.decode()
    for words in ("Anna gets", "+48\u00a0points", "Spendable now", "366 in all", "Record 48.50\u00a0zł"):
        assert words in page
    assert Order.objects.count() == 1


def test_says_why_a_purchase_earns_nothing(till: Client, program: Program) -> None:
    rule = {"code": "big", "name": "Big basket", "when": {"min_amount": "20.00"}, "give": {"multiplier": "2"}}
    rated = factories.program(merchant=program.merchant, code="rated", terms_document=document(rules=[rule]))
    account = Account.objects.get(program=rated, member=factories.member(merchant=program.merchant))
    page = till.get(page_of(account, "preview/"), {"amount": "0.50"}).content.decode()
    assert "0\u00a0points" in page
    assert "Nothing is added" in page
    assert "Big basket did not apply" in page


def test_previews_every_program(till: Client, program: Program) -> None:
    stamps = document(unit={"one": "stamp", "many": "stamps"}, tiers=None)
    factories.program(merchant=program.merchant, code="stamps", terms_document=stamps)
    page = till.get(page_of(factories.account(program=program), "preview/"), {"amount": "7"}).content.decode()
    assert "+7\u00a0points" in page
    assert "+7\u00a0stamps" in page


def test_records_a_purchase_with_its_place_and_person_and_explains_it(till: Client, anna: Account, kuba: Staff) -> None:
    page = record(till, anna, "48.50").content.decode()
    order = Order.objects.latest("pk")
    assert (order.amount, order.source, order.recorded_by, order.location) == (
        Decimal("48.50"), Order.Source.TILL, kuba, kuba.location,
    )  # fmt: skip
    for words in (
        "Anna got",
        "+48\u00a0points",
        "48.50\u00a0zł recorded for Anna Kowalczyk",
        "366 in all",
        "Next person",
    ):
        assert words in page
    assert f"purchases/{order.pk}/undo/" in page


def test_records_a_purchase_once_however_often_it_is_sent(till: Client, anna: Account) -> None:
    reference = uuid4()
    first, again = (record(till, anna, "48.50", reference=reference) for _ in range(2))
    assert first.redirect_chain == again.redirect_chain
    assert Order.objects.count() == 2
    assert balance_of(anna) == 366


def test_explains_a_conflict_and_records_the_second_purchase_only_when_asked_again(till: Client, anna: Account) -> None:
    reference = str(uuid4())
    record(till, anna, "48.50", reference=reference)
    refused = record(till, anna, "50.00", reference=reference)
    assert refused.status_code == 422
    assert "48.50\u00a0zł was recorded by the first press" in refused.content.decode()
    fresh = refused.context["purchase"]["reference"].value()
    assert fresh != reference
    assert balance_of(anna) == 366
    record(till, anna, "50.00", reference=fresh)
    assert balance_of(anna) == 416


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("", "Type the amount"), ("0", "above 0"), ("-5", "in digits"), ("1e3", "in digits"), ("NaN", "in digits"),
        ("1,234", "2 decimals"), ("12.345", "2 decimals"), ("9999999999", "in digits"), ("٣", "in digits"),
    ],
)  # fmt: skip
def test_says_what_is_wrong_with_an_amount(till: Client, anna: Account, amount: str, words: str) -> None:
    page = record(till, anna, amount)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert Order.objects.count() == 1


@pytest.mark.parametrize(("currency", "good", "bad"), [("JPY", "1980", "19.80"), ("KWD", "12.345", "12.3456")])
def test_counts_in_the_decimals_of_the_currency(currency: str, good: str, bad: str) -> None:
    account = factories.account(program=factories.shop(currency=currency))
    till = client_of(factories.staff(merchant=account.program.merchant))
    assert record(till, account, bad).status_code == 422
    assert record(till, account, good).status_code == 200
    assert Order.objects.get().amount == Decimal(good)


def test_undoes_a_purchase_and_says_so_again(till: Client, anna: Account) -> None:
    record(till, anna, "48.50")
    order = Order.objects.latest("pk")
    for _ in range(2):
        answer = till.post(at(anna.program, f"purchases/{order.pk}/undo/"), headers=PANEL)
        assert answer.status_code == 200
        assert "undone" in answer.content.decode()
        assert "points-changed" in answer["HX-Trigger"]
    assert balance_of(anna) == 318


def test_refuses_to_undo_a_purchase_after_a_minute(till: Client, anna: Account) -> None:
    record(till, anna, "48.50")
    order = Order.objects.latest("pk")
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        refused = till.post(at(anna.program, f"purchases/{order.pk}/undo/"), headers=PANEL)
        page = till.post(at(anna.program, f"purchases/{order.pk}/undo/"), follow=True).content.decode()
    assert refused.status_code == 422
    assert "More than a minute has passed" in refused.content.decode()
    assert "More than a minute has passed" in page
    assert balance_of(anna) == 366


def test_lets_nobody_undo_for_a_colleague(till: Client, anna: Account) -> None:
    record(till, anna, "48.50")
    colleague = client_of(factories.staff(merchant=anna.program.merchant))
    refused = colleague.post(at(anna.program, f"purchases/{Order.objects.latest('pk').pk}/undo/"), headers=PANEL)
    assert refused.status_code == 422
    assert balance_of(anna) == 366


def test_knows_no_purchase_of_another_shop_or_from_elsewhere(till: Client, anna: Account) -> None:
    stranger = factories.account(program=factories.shop())
    order = factories.order(stranger, "10.00", at=NOW)
    imported = factories.order(anna, "10.00", at=NOW, source=Order.Source.IMPORT)
    for order_id in (order.order_id, imported.order_id):
        assert till.post(at(anna.program, f"purchases/{order_id}/undo/")).status_code == 404
    assert till.get(page_of(anna), {"order": order.order_id}).status_code == 404


def test_lists_today_with_undo_while_it_is_allowed(till: Client, anna: Account) -> None:
    record(till, anna, "48.50")
    page = till.get(at(anna.program)).content.decode()
    assert "48.50\u00a0zł" in page
    assert "Undo 48.50\u00a0zł for Anna Kowalczyk" in page
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert "Undo 48.50" not in till.get(at(anna.program)).content.decode()


def test_lists_today_in_the_same_number_of_queries(till: Client, anna: Account) -> None:
    record(till, anna, "1.00")
    few = queries_of(till, at(anna.program))
    for _ in range(5):
        record(till, anna, "2.00")
    assert queries_of(till, at(anna.program)) == few


# --- adjustments ---


@pytest.mark.parametrize(("direction", "balance"), [("add", 348), ("take", 288)])
def test_adjusts_with_a_reason_and_undoes_it(till: Client, anna: Account, direction: str, balance: int) -> None:
    page = adjust(till, anna, 30, direction).content.decode()
    made = Adjustment.objects.get()
    assert (balance_of(anna), made.reason) == (balance, "Goodwill")
    assert f"adjustments/{made.pk}/undo/" in page
    till.post(at(anna.program, f"adjustments/{made.pk}/undo/"))
    assert balance_of(anna) == 318


def test_adds_ones_own_words_to_the_reason(till: Client, anna: Account) -> None:
    adjust(till, anna, 30, own="spilled coffee")
    assert Adjustment.objects.get().reason == "Goodwill: spilled coffee"


def test_offers_the_reasons_of_the_shop(till: Client, anna: Account) -> None:
    anna.program.merchant.reasons.create(words="Broken cup")
    assert adjust(till, anna, 30).status_code == 422
    adjust(till, anna, 30, common="Broken cup")
    assert Adjustment.objects.get().reason == "Broken cup"


def test_adjusts_once_however_often_it_is_sent(till: Client, anna: Account) -> None:
    reference = uuid4()
    for _ in range(2):
        adjust(till, anna, 30, reference=reference)
    assert balance_of(anna) == 348


def test_says_clearly_that_an_adjustment_waits(till: Client, anna: Account) -> None:
    page = adjust(till, anna, 201).content.decode()
    assert "+201 for Anna Kowalczyk waits" in page
    assert "waits for a second person" in page
    assert "/undo/" not in page
    assert balance_of(anna) == 318


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"size": ""}, "Type how many points"),
        ({"size": "1.5"}, "whole number"),
        ({"size": "0"}, "above 0"),
        ({"size": "5", "common": ""}, "Say why"),
        ({"size": "5", "common": "nonsense"}, "Select a valid choice"),
        ({"size": "400", "direction": "take"}, "82 points short"),
    ],
)
def test_says_why_points_cannot_be_changed(
    till: Client, anna: Account, kuba: Staff, fields: dict[str, str], words: str
) -> None:
    kuba.adjust_limit = kuba.adjust_limit_day = 10_000
    kuba.save()
    page = adjust(till, anna, **fields)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert balance_of(anna) == 318


def test_refuses_ones_own_card(till: Client, program: Program, kuba: Staff) -> None:
    own = factories.account(program=program, email=kuba.user.email)
    for page in (adjust(till, own, 30), record(till, own, "48.50")):
        assert page.status_code == 422
        assert "own card" in page.content.decode()
    assert balance_of(own) == 0


def test_refuses_to_undo_an_adjustment_after_a_minute(till: Client, anna: Account) -> None:
    adjust(till, anna, 30)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        refused = till.post(at(anna.program, f"adjustments/{Adjustment.objects.get().pk}/undo/"), headers=PANEL)
    assert refused.status_code == 422
    assert balance_of(anna) == 348


def test_knows_no_adjustment_of_another_shop(till: Client, program: Program) -> None:
    stranger = factories.account(program=factories.shop())
    made = factories.adjustment(stranger, 10, now=NOW)
    assert till.post(at(program, f"adjustments/{made.pk}/undo/")).status_code == 404

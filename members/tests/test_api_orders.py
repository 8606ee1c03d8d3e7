"""Orders and refunds over the API."""

from __future__ import annotations

from typing import Any

import pytest

from members import reissuing
from members.models import LedgerEntry, Order
from members.tests import factories
from members.tests.calling import Shop
from programs.models import Program, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def shop(program: Program) -> Shop:
    factories.member(
        merchant=program.merchant, email="anna@example.com", phone="+48 601 234 567", customer_number="K7", number="BL1"
    )
    return Shop(factories.api_key(merchant=program.merchant))


def order(reference: str = "1001", **fields: Any) -> dict[str, Any]:
    return {"reference": reference, "member": "anna@example.com", "amount": "34.00"} | fields


def test_it_records_an_order_once(shop: Shop) -> None:
    first, again = shop.post("/orders", order()), shop.post("/orders", order())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    (entry,) = first.json()["entries"]
    assert (first.json()["order"], entry["program"], entry["points"], entry["balance"]) == ("1001", "points", 34, 34)
    assert entry["explain"]["base"] == {"amount": "34.00", "eligible": "34.00"}
    assert Order.objects.get().source == "api"


def test_it_words_what_an_order_earned(shop: Shop) -> None:
    answer = shop.post("/orders?words=customer", order()).json()
    assert answer["entries"][0]["words"][-1] == {"text": "Points added", "points": "34"}


def test_it_refuses_other_content_under_a_known_reference(shop: Shop) -> None:
    shop.post("/orders", order())
    answer = shop.post("/orders", order(amount="35.00"))
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert answer.json()["message"]
    assert answer.json()["hint"]
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("sought", ["BL1", "bl 1", "K7", "ANNA@example.com", "+48601234567", "601 234 567", " K7 "])
def test_it_finds_the_member(shop: Shop, sought: str) -> None:
    assert shop.post("/orders", order(member=sought)).status_code == 201


def test_it_takes_all_that_an_order_may_say(program: Program, shop: Shop) -> None:
    factories.location(merchant=program.merchant, code="pulawska")
    lines = [{"sku": "bun", "category": "bakery", "quantity": "2", "amount": "14.00"}, {"amount": "36.00"}]
    answer = shop.post(
        "/orders",
        order(
            amount="60.00",
            placed_at="2026-03-31T14:05:00+02:00",
            currency="PLN",
            points_money="5.00",
            gift_card="1.00",
            shipping="10.00",
            location="pulawska",
            channel="web",
            lines=lines,
        ),
    )
    recorded = Order.objects.get()
    assert answer.json()["entries"][0]["points"] == 45
    assert (recorded.placed_at.isoformat(), recorded.location_id) == (
        "2026-03-31T12:05:00+00:00",
        program.merchant.locations.get().pk,
    )
    assert list(recorded.lines.values_list("sku", "quantity")) == [("bun", 2), ("", 1)]


@pytest.mark.parametrize(
    ("fields", "status", "code", "field"),
    [
        ({"amount": 34}, 422, "malformed", "amount"),
        ({"amount": "34,00"}, 422, "malformed", "amount"),
        ({"amount": "-1"}, 422, "malformed", "amount"),
        ({"amount": "1.005"}, 422, "bad-amount", None),
        ({"currency": "EUR"}, 422, "wrong-currency", None),
        ({"points_money": "40"}, 422, "bad-amount", None),
        ({"placed_at": "2026-03-31T14:05:00"}, 422, "malformed", "placed_at"),
        ({"member": "nobody@example.com"}, 404, "unknown-member", None),
        ({"location": "moon"}, 422, "malformed", "location"),
        ({"total": "1"}, 422, "malformed", "total"),
        ({"lines": [{"amount": "1"}, {"sku": "a"}]}, 422, "malformed", "lines[1].amount"),
        ({"lines": [{"amount": "1"}] * 501}, 413, "too-much", "lines"),
        ({"reference": ""}, 422, "malformed", "reference"),
        ({"reference": "a\0b"}, 422, "malformed", "reference"),
    ],
)
def test_it_says_what_is_wrong(shop: Shop, fields: dict[str, Any], status: int, code: str, field: str | None) -> None:
    answer = shop.post("/orders", order(**fields))
    assert (answer.status_code, answer.json()["code"], answer.json().get("field")) == (status, code, field)
    assert not Order.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"amount": NaN}', '{"reference": "\\ud800"}'])
def test_it_refuses_what_is_no_order(shop: Shop, body: str) -> None:
    answer = shop.client.post("/api/v1/orders", body, content_type="application/json", headers=shop.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_it_refuses_a_body_beyond_measure(shop: Shop) -> None:
    body = '{"reference": "' + "a" * 3_000_000 + '"}'
    answer = shop.client.post("/api/v1/orders", body, content_type="application/json", headers=shop.headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-much")


def test_a_bad_order_does_not_spoil_the_others_of_a_batch(shop: Shop) -> None:
    shop.post("/orders", order("old"))
    sent = [
        order("a"),
        order("b", amount=1),
        order("old"),
        order("c", member="nobody"),
        order("old", amount="1.00"),
        {"lines": 5},
        order("d", currency="EUR"),
        order("e", location="moon"),
        order("a"),
    ]
    answer = shop.post("/orders/batch", {"orders": sent})
    outcomes = answer.json()["outcomes"]
    assert [(each["status"], each.get("order") or each["code"]) for each in outcomes] == [
        (201, "a"),
        (422, "malformed"),
        (200, "old"),
        (404, "unknown-member"),
        (409, "conflict"),
        (422, "malformed"),
        (422, "wrong-currency"),
        (422, "malformed"),
        (200, "a"),
    ]
    assert outcomes[1]["field"] == "amount"
    assert outcomes[0]["entries"] == outcomes[8]["entries"]
    assert sorted(Order.objects.values_list("reference", flat=True)) == ["a", "old"]


def test_a_batch_says_of_a_card_what_a_single_order_says(shop: Shop, program: Program) -> None:
    member = factories.member(merchant=program.merchant)
    old, boss = member.number, factories.staff(merchant=program.merchant, role=Role.OWNER)
    reissuing.reissue(member, replaces=old, reason="lost", by=boss, now=factories.NOW)
    sought = (old, f" {old.lower()} ", "nobody@example.com")
    alone = [shop.post("/orders", order(str(n), member=text)).json() for n, text in enumerate(sought)]
    answer = shop.post("/orders/batch", {"orders": [order(str(n), member=text) for n, text in enumerate(sought)]})
    together = answer.json()["outcomes"]
    assert together == [{"status": 404} | one for one in alone]
    assert [one["code"] for one in together] == ["card-replaced", "card-replaced", "unknown-member"]


def test_a_batch_has_a_thousand_orders_at_most(shop: Shop) -> None:
    answer = shop.post("/orders/batch", {"orders": [order(str(number)) for number in range(1_001)]})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-much")


def test_a_batch_asks_as_often_as_one_order(shop: Shop, django_assert_max_num_queries: Any) -> None:
    shop.post("/orders", order())
    with django_assert_max_num_queries(25):
        shop.post("/orders/batch", {"orders": [order(str(number)) for number in range(50)]})


def test_a_refund_takes_points_back_once(shop: Shop) -> None:
    shop.post("/orders", order(amount="100.00"))
    sent = {"reference": "R1", "order": "1001", "amount": "25.00"}
    first, again = shop.post("/refunds", sent), shop.post("/refunds", sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {"refund": "R1", "order": "1001", "state": "applied", "points": -25}
    assert shop.post("/refunds", sent | {"amount": "26.00"}).json()["code"] == "conflict"
    assert shop.post("/refunds", sent | {"reference": "R2", "amount": "75.01"}).json()["code"] == "exceeds-order"


def test_a_refund_says_which_lines_came_back(shop: Shop) -> None:
    shop.post("/orders", order(amount="50.00", lines=[{"sku": "bun", "quantity": "2", "amount": "50.00"}]))
    sent = {"reference": "R1", "order": "1001", "amount": "25.00", "lines": [{"sku": "bun", "quantity": "1"}]}
    assert shop.post("/refunds", sent).json()["points"] == -25


def test_a_refund_waits_for_its_order(shop: Shop) -> None:
    sent = {"reference": "R1", "order": "1001", "amount": "34.00"}
    early = shop.post("/refunds", sent)
    assert (early.status_code, early.json()["state"], early.json()["code"]) == (202, "waiting", "waiting")
    shop.post("/orders", order())
    late = shop.post("/refunds", sent)
    assert (late.status_code, late.json()["state"], late.json()["points"]) == (200, "applied", -34)

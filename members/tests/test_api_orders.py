"""Orders over the API."""

from __future__ import annotations

import pytest

from members.models import Order
from members.tests import factories
from members.tests.calling import Shop
from programs.models import ApiRequest, Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def shop(program: Program) -> Shop:
    return Shop(factories.api_key(merchant=program.merchant))


def test_it_records_an_order_once(program: Program, shop: Shop) -> None:
    anna = factories.member(merchant=program.merchant, email="anna@example.com")
    sent = {"reference": "1001", "member": "anna@example.com", "amount": "34.00"}
    first, again = shop.post("/orders", sent), shop.post("/orders", sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["order"] == "1001"
    assert [(entry["program"], entry["points"], entry["balance"]) for entry in first.json()["entries"]] == [
        ("points", 34, 34)
    ]
    assert Order.objects.get().member == anna
    lines = ApiRequest.objects.order_by("id").values_list("method", "path", "status", "code")
    assert list(lines) == [("POST", "/api/v1/orders", 201, ""), ("POST", "/api/v1/orders", 200, "")]

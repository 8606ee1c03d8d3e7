"""Who may call what: every operation of the API against every kind of key. One that is missing from the table fails.

The table is written by hand, as the promise; `needs` on the operations is the code that must keep it.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone

from loyalty_site.views.reference import document_in_json
from members.models import LedgerEntry
from members.tests import factories
from members.tests.calling import Shop
from members.tests.factories import NOW
from programs import keys
from programs.models import ApiKey, Role, Scope
from rewards import redeeming
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db

READ, ORDERS, MEMBERS, POINTS, REWARDS = "read", "orders", "members", "points", "rewards"

TABLE = {
    ("POST", "/orders"): ORDERS,
    ("POST", "/orders/batch"): ORDERS,
    ("POST", "/refunds"): ORDERS,
    ("GET", "/members/{number}"): READ,
    ("POST", "/members"): MEMBERS,
    ("GET", "/members/{number}/entries"): READ,
    ("POST", "/members/{number}/adjustments"): POINTS,
    ("POST", "/members/{number}/events"): POINTS,
    ("GET", "/rewards"): READ,
    ("POST", "/redemptions"): REWARDS,
    ("POST", "/redemptions/{code}/use"): REWARDS,
    ("POST", "/redemptions/{code}/cancel"): REWARDS,
}
SENT: dict[str, Any] = {
    "/orders": {"reference": "1", "member": "{number}", "amount": "1.00"},
    "/orders/batch": {"orders": [{"reference": "1", "member": "{number}", "amount": "1.00"}]},
    "/refunds": {"reference": "1", "order": "O1", "amount": "1.00"},
    "/members": {"email": "new@example.com"},
    "/members/{number}/adjustments": {"reference": "1", "points": 1, "reason": "A gift"},
    "/members/{number}/events": {"reference": "1", "event": "review"},
    "/redemptions": {"reference": "1", "member": "{number}", "reward": "{reward}"},
}
WITHOUT_ROWS = {"/orders/batch", "/refunds", "/members", "/rewards"}  # tested by themselves below
ROUTES = sorted(TABLE)


@pytest.fixture
def things() -> dict[str, Any]:
    """A shop with everything that an operation may name."""
    program = factories.shop()
    account = factories.account(program=program)
    factories.order(account, "500.00", reference="O1", source="api")
    cup = reward(program=program, points_price=1)
    voucher = redeeming.redeem(account=account, reward=cup, reference="v", now=timezone.now())
    return {"merchant": program.merchant, "number": account.member.number, "reward": cup.pk, "code": voucher.code}


def call(key: str, method: str, path: str, things: dict[str, Any]) -> Any:
    address = path.format(**things)
    if method == "GET":
        return Shop(key).get(address)
    text = json.dumps(SENT[path]) if path in SENT else "null"
    sent = json.loads(text.replace('"{reward}"', str(things["reward"])).replace("{number}", things["number"]))
    return Shop(key).post(address, sent)


def test_the_table_names_every_operation() -> None:
    paths = json.loads(document_in_json())["paths"]
    offered = {
        (method.upper(), path.removeprefix("/api/v1")): operation["x-scope"]
        for path, methods in paths.items()
        for method, operation in methods.items()
    }
    assert offered == TABLE


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_it_lets_in_the_scope_that_the_table_names(method: str, path: str, things: dict[str, Any]) -> None:
    scope = TABLE[method, path]
    fitting = factories.api_key(merchant=things["merchant"], scopes=[scope])
    other = factories.api_key(merchant=things["merchant"], scopes=set(Scope.values) - {scope})
    refused = call(other, method, path, things)
    assert (refused.status_code, refused.json()["code"]) == (403, "missing-scope")
    assert call(fitting, method, path, things).status_code in (200, 201)


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("key", ["", "rg_nonsense", "revoked", "Zażółć"])
def test_it_lets_in_no_key_that_is_not_in_use(method: str, path: str, key: str, things: dict[str, Any]) -> None:
    if key == "revoked":
        key = factories.api_key(merchant=things["merchant"])
        keys.revoke(ApiKey.objects.get(), by=things["merchant"].staff.get(role=Role.OWNER), now=NOW)
    answer = call(key, method, path, things)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route[1] not in WITHOUT_ROWS])
def test_it_finds_no_row_of_another_shop(method: str, path: str, things: dict[str, Any]) -> None:
    stranger = factories.api_key(merchant=factories.shop().merchant)
    before = LedgerEntry.objects.count()
    assert call(stranger, method, path, things).status_code == 404
    assert LedgerEntry.objects.count() == before


def test_a_stranger_touches_nothing_by_what_names_no_row(things: dict[str, Any]) -> None:
    stranger = factories.api_key(merchant=factories.shop().merchant)
    before = LedgerEntry.objects.count()
    (outcome,) = call(stranger, "POST", "/orders/batch", things).json()["outcomes"]
    waiting = call(stranger, "POST", "/refunds", things)
    assert (outcome["status"], waiting.status_code, LedgerEntry.objects.count()) == (404, 202, before)
    assert call(stranger, "GET", "/rewards", things).json()["rewards"] == []


def test_a_key_that_asks_too_often_is_told_when_to_come_back(things: dict[str, Any], settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    key, other = (factories.api_key(merchant=things["merchant"]) for _ in range(2))
    statuses = [Shop(key).get("/rewards").status_code for _ in range(3)]
    assert statuses in ([200, 200, 429], [200, 200, 200])  # a minute may have turned
    last = [Shop(key).get("/rewards") for _ in range(3)][-1]
    assert (last.status_code, last.json()["code"]) == (429, "too-many-requests")
    assert 0 < int(last.headers["Retry-After"]) <= 60
    assert Shop(other).get("/rewards").status_code == 200


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/orders/", "/orders/1/2"])
def test_it_refuses_what_has_no_address_in_json(client: Any, path: str) -> None:
    answer = client.get(f"/api/v1{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_it_refuses_other_methods_in_json(client: Any) -> None:
    answer = client.delete("/api/v1/orders")
    assert (answer.status_code, answer.json()["code"], answer.headers["Allow"]) == (405, "method-not-allowed", "POST")

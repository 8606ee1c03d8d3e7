"""Lines that break between a commit and its answer: the client cannot know, asks again, and gets the first result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from members import adjusting, crediting, orders, refunds
from members.models import LedgerEntry
from members.new_orders import NewOrder
from members.refunds import NewRefund
from members.tests import factories
from members.tests.calling import Shop
from members.tests.factories import NOW
from programs import terms
from programs.models import Role
from rewards import redeeming
from rewards.tests.factories import reward
from tests.faults import books
from tests.faults.wire import Wire, lead_over

LOOKS_BACK = terms.P0 | {"earning": {"points": 1, "per": "1.00", "cap": {"points": 500, "per": "day"}}}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]


@pytest.fixture
def wire() -> Iterator[Wire]:
    place = connection.settings_dict
    own = Wire(place["HOST"] if place["HOST"].startswith("/") else f"{place['HOST'] or 'localhost'}:{place['PORT']}")
    own.start()
    before = lead_over(own, place)
    yield own
    connections.close_all()
    place.update(before)
    own.close()


def cut(wire: Wire, act: Callable[[], Any]) -> None:
    """Do something whose commit arrives and whose answer does not."""
    act_again = wire.cut_count
    wire.cuts = True
    with pytest.raises(DatabaseError):
        act()
    assert wire.cut_count == act_again + 1
    connection.close()


def acts(kind: str) -> tuple[Any, Callable[[], Any], int]:
    """A shop's account, something done to it, and the points it leaves."""
    program = factories.shop(terms_document=LOOKS_BACK if kind == "order that looks back" else terms.P0)
    account, merchant = factories.account(program=program), program.merchant
    owner = factories.staff(merchant=merchant, role=Role.OWNER)
    if not kind.startswith("order"):
        factories.order(account, "100.00", reference="O")
    new = NewOrder(reference="N", member_id=account.member_id, amount=Decimal(60), placed_at=NOW)
    back = NewRefund(reference="R", order_reference="O", amount=Decimal(30))
    cup, wish = reward(program=program, points_price=40), {"account": account, "reference": "1", "now": NOW}
    order = (lambda: orders.record(new, merchant=merchant, now=NOW)), 60
    done = {
        "order": order,
        "order that looks back": order,
        "refund": ((lambda: refunds.refund(back, merchant=merchant, now=NOW)), 70),
        "redemption": ((lambda: redeeming.redeem(reward=cup, **wish)), 60),
        "adjustment": ((lambda: adjusting.adjust(points=-20, reason="x", by=owner, **wish)), 80),
        "credit": ((lambda: crediting.credit(points=15, reason="x", **wish)), 115),
    }
    return account, *done[kind]


@pytest.mark.parametrize("kind", ["order", "order that looks back", "refund", "redemption", "adjustment", "credit"])
def test_counts_once_what_was_committed_but_not_answered(wire: Wire, kind: str) -> None:
    account, act, left = acts(kind)
    cut(wire, act)
    posted = LedgerEntry.objects.count()
    act()
    act()
    account.refresh_from_db()
    assert (account.balance, LedgerEntry.objects.count()) == (left, posted)
    books.assert_sound(account.program.merchant, now=NOW)


def test_tells_a_shop_to_ask_again_and_then_answers_as_for_the_first_time(wire: Wire) -> None:
    account = factories.account(program=factories.shop())
    shop = Shop(factories.api_key(merchant=account.program.merchant))
    order = {"reference": "1", "member": account.member.number, "amount": "60.00"}
    shop.get("/rewards")  # the key is known from here on, so that the next commit is the order's
    wire.cuts = True
    refused = shop.post("/orders", order)
    assert (refused.status_code, wire.cut_count) == (503, 1)
    assert refused.headers["Retry-After"]
    connection.close()
    again = shop.post("/orders", order)
    assert (again.status_code, again.json()["entries"][0]["points"]) == (200, 60)
    account.refresh_from_db()
    assert account.balance == 60

"""Orders over the API: one, or up to a thousand at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.answers import Problem, documented, refusal_of, reply, status_of
from members import finding, orders
from members.api.answers import BatchOut, OrderOut, order_answer
from members.api.shapes import BatchIn, Malformed, OrderIn, Words
from members.new_orders import NewOrder
from members.orders import RecordedOrder
from members.refusals import UnknownMember
from programs.api import ApiCall, needs, refuse_unknown_place
from programs.keys import Caller
from programs.models import Scope

router = Router(tags=["orders"])


@router.post("/orders", response=documented(201, 200, answers=OrderOut), **needs(Scope.ORDERS))
def order_record(request: ApiCall, order: OrderIn, words: Words = None) -> HttpResponse:
    """Record one order and answer what it earned; the same again answers the same, with 200."""
    caller, now = request.auth, clock.now()
    refuse_unknown_place(caller, order.location)
    member_id = finding.known(caller.merchant, order.member)
    recorded = orders.record(order.as_new(member_id), merchant=caller.merchant, now=now)
    return reply(order_answer(order.reference, recorded, caller, words=words), status_of_order(recorded))


def status_of_order(recorded: RecordedOrder) -> int:
    return 201 if recorded.is_new else 200


@router.post("/orders/batch", response=documented(200, answers=BatchOut), **needs(Scope.ORDERS))
def order_batch(request: ApiCall, batch: BatchIn) -> HttpResponse:
    """Record up to 1,000 orders; a bad one is refused by itself, and the others are recorded."""
    caller, now = request.auth, clock.now()
    sought = {order.member for order in batch.orders if isinstance(order, OrderIn)}
    found = finding.all_known(caller.merchant, sought)
    unknown = finding.refused(caller.merchant, sought - {*found}) if len(found) < len(sought) else {}
    checked = [sound(order, found, unknown, caller) for order in batch.orders]
    wanted = [order for order in checked if isinstance(order, NewOrder)]
    recorded = iter(orders.record_many(wanted, merchant=caller.merchant, now=now) if wanted else ())
    results = [(order, next(recorded)) if isinstance(order, NewOrder) else (None, order) for order in checked]
    return reply({"outcomes": [outcome(order, result, caller) for order, result in results]})


def sound(
    order: OrderIn | Malformed, found: dict[str, int], unknown: dict[str, UnknownMember], caller: Caller
) -> NewOrder | Refused | Problem:
    """The order as the domain takes it, or what is wrong with it."""
    if isinstance(order, Malformed):
        return Problem("malformed", order.message, field=order.field)
    if order.member in unknown:
        return unknown[order.member]
    try:
        refuse_unknown_place(caller, order.location)
    except Problem as problem:
        return problem
    return order.as_new(found[order.member])


def outcome(order: NewOrder | None, result: RecordedOrder | Refused | Problem, caller: Caller) -> dict[str, Any]:
    if order and isinstance(result, RecordedOrder):
        return {"status": status_of_order(result)} | order_answer(order.reference, result, caller)
    assert not isinstance(result, RecordedOrder)  # noqa: S101 - only an order is recorded
    return {"status": status_of(result.code)} | refusal_of(result)

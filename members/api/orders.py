"""Orders over the API: one, or up to a thousand at once."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from loyalty_site.web.answers import reply
from members import finding, orders
from members.api.answers import order_answer
from members.api.shapes import OrderIn
from programs.api import ApiCall, needs
from programs.models import Scope

router = Router(tags=["orders"])


@router.post("/orders", **needs(Scope.ORDERS))
def order_record(request: ApiCall, order: OrderIn) -> HttpResponse:
    """Record one order and answer what it earned; the same again answers the same, with 200."""
    merchant, now = request.auth.merchant, timezone.now()
    member_id = finding.known(merchant, order.member)
    recorded = orders.record(order.as_new(member_id), merchant=merchant, now=now)
    return reply(order_answer(order.reference, recorded, request.auth), 201 if recorded.is_new else 200)

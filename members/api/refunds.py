"""Refunds over the API."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from loyalty_site import clock
from loyalty_site.web.answers import documented, refusal_of, reply
from members import refunds
from members.api.answers import RefundOut, refund_answer
from members.api.shapes import RefundIn
from members.refusals import Waiting
from programs.api import ApiCall, needs
from programs.models import Scope

router = Router(tags=["orders"])


@router.post("/refunds", response=documented(201, 200, 202, answers=RefundOut), **needs(Scope.ORDERS))
def refund_record(request: ApiCall, refund: RefundIn) -> HttpResponse:
    """Take back what an order no longer earns; 202 while the order has not come yet, and it is applied when it does."""
    recorded = refunds.record(refund.as_new(), merchant=request.auth.merchant, now=clock.now())
    answer = refund_answer(recorded)
    if recorded.refund.order_id is None:
        return reply(answer | refusal_of(Waiting.for_order(recorded.refund.order_reference)), 202)
    return reply(answer, 201 if recorded.is_new else 200)

"""What members did, reported by a shop's system: a review, a survey, a friend brought along."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from loyalty_site import clock
from loyalty_site.web.answers import documented, reply
from members import events
from members.api.answers import EventOut, event_answer
from members.api.people import member_of
from members.api.shapes import EventIn
from members.events import NewEvent
from members.models import Order
from programs.api import ApiCall, needs
from programs.models import Scope
from programs.shapes import Sought

router = Router(tags=["members"])


@router.post("/members/{number}/events", response=documented(201, 200, answers=EventOut), **needs(Scope.POINTS))
def event_report(request: ApiCall, number: Sought, event: EventIn) -> HttpResponse:
    """Report what a member did, and answer what it earned where a rule rewards it; each event counts once."""
    new = NewEvent(
        member=member_of(request, number),
        event=event.event,
        reference=event.reference,
        source=Order.Source.API,
        occurred_at=event.occurred_at,
        referred=member_of(request, event.friend) if event.friend else None,
        reason=event.reason,
    )
    reported = events.report(new, merchant=request.auth.merchant, now=clock.now())
    return reply(event_answer(event.reference, reported, request.auth), 201 if reported.is_new else 200)

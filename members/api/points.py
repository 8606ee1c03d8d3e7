"""Points that a shop's system adds or takes by itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from loyalty_site import clock
from loyalty_site.web.answers import Problem, documented, refusal_of, reply
from members import adjusting, finding
from members.api.answers import AdjustmentOut, adjustment_answer
from members.api.shapes import OURS, AdjustmentIn
from members.models import Account, Adjustment
from members.refusals import Waiting
from programs.api import ApiCall, author_of, needs
from programs.models import Scope
from programs.shapes import Sought

router = Router(tags=["members"])


@router.post(
    "/members/{number}/adjustments",
    response=documented(201, 200, 202, answers=AdjustmentOut),
    **needs(Scope.POINTS),
)
def adjustment_make(request: ApiCall, number: Sought, adjustment: AdjustmentIn) -> HttpResponse:
    """Add or take points within the limits of who made the key; above them it waits for a second person, with 202."""
    staff, now = author_of(request.auth), clock.now()
    made = adjusting.adjust(
        account=account_of(request, number, adjustment.program),
        points=adjustment.points,
        reason=adjustment.reason,
        by=staff,
        reference=OURS + adjustment.reference,
        now=now,
    )
    balance = Account.objects.values_list("balance", flat=True).get(pk=made.account_id)
    answer = adjustment_answer(made, adjustment.reference, balance)
    if made.state == Adjustment.State.WAITING:
        return reply(answer | refusal_of(Waiting.for_approval(staff.points_per_adjustment)), 202)
    return reply(answer, 201 if made.created_at == now else 200)  # a known one is older


def account_of(request: ApiCall, number: str, program: str) -> Account:
    """The member's account in a program, which may stay unnamed where the shop runs only one."""
    member_id = finding.known(request.auth.merchant, number)
    running = Account.objects.filter(member=member_id, program__is_active=True)
    accounts = running.filter(program__code=program) if program else running
    found = list(accounts.select_related("member", "program__merchant")[:2])
    if len(found) != 1:
        raise Problem("malformed", _("Name the program, by its code."), field="program")
    return found[0]

"""What is done to a change to many members: choosing them, starting it, deciding on it, taking it back, dropping it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.tasks import hint
from loyalty_site.templatetags.regulars import day
from loyalty_site.web.toasts import toast
from members.bulk import drafting, running
from members.forms.bulk import MESSAGE, StartForm
from members.forms.listing import ListForm
from members.listing import choosing
from members.listing.choices import choices_of
from members.models import Bulk
from members.views.dashboard.adjusting import decision_in
from members.views.dashboard.bulk import bulk_of
from programs import calendar
from programs.guards import StaffRequest, staff_required
from programs.models import Role


@staff_required(Role.MANAGER)
@require_POST
def bulk_start(request: StaffRequest) -> HttpResponseBase:
    """Draft a change to the members ticked in the list, or to all that fit; the same form again is the same draft."""
    form, now = StartForm(request.POST), clock.now()
    if not form.is_valid():
        messages.error(request, _("Nobody is chosen. Tick members in the list first."))
        return redirect("dashboard-members", request.merchant.slug)
    asked = form.cleaned_data
    kind = Bulk.Kind.TAG if asked["kind"] == MESSAGE else asked["kind"]
    try:
        chosen, query = found(request, asked)
        draft = drafting.start(kind, chosen, query=query, by=request.staff, reference=asked["reference"], now=now)
    except Refused as refusal:
        messages.error(request, str(refusal.words))
        return redirect("dashboard-members", request.merchant.slug)
    if asked["kind"] == MESSAGE:
        today = calendar.local_day(now, request.merchant.zone)
        drafting.say_tag(draft, _("message %(day)s") % {"day": day(today).replace("\u00a0", " ")})
        return redirect(f"{reverse('dashboard-bulk-show', args=[request.merchant.slug, draft.pk])}?message")
    return redirect("dashboard-bulk-show", request.merchant.slug, draft.pk)


def found(request: StaffRequest, asked: dict[str, Any]) -> tuple[QuerySet[Any], str]:
    """Who is chosen: all that fit the list's address, with that address but what was searched, or who is ticked."""
    if not asked["everybody"]:
        return drafting.of_ids(request.staff, asked["member"]), ""
    now, address = clock.now(), QueryDict(asked["query"])
    form = ListForm(address, choices=choices_of(request.staff, program=address.get("program", ""), now=now))
    return choosing.chosen(request.merchant, form.wanted(), now=now), form.query(without=["q"])


@staff_required(Role.MANAGER)
@require_POST
def bulk_go(request: StaffRequest, bulk_id: int) -> HttpResponseBase:
    """Start what was reviewed; above the person's limits it waits for a second person."""
    return deed(request, bulk_id, lambda one: running.start(one, by=request.staff, now=clock.now()))


@staff_required(Role.MANAGER)
@require_POST
def bulk_decide(request: StaffRequest, bulk_id: int) -> HttpResponseBase:
    """Approve (`decision=approve`) or decline a change that waits."""

    def decide(one: Bulk) -> Bulk:
        return running.decide(one, by=request.staff, is_approved=decision_in(request), now=clock.now())

    return deed(request, bulk_id, decide)


@staff_required(Role.MANAGER)
@require_POST
def bulk_undo(request: StaffRequest, bulk_id: int) -> HttpResponseBase:
    """Take a change back that is done; pressing twice takes it back once."""
    return deed(request, bulk_id, lambda one: running.take_back(one, by=request.staff, now=clock.now()))


@staff_required(Role.MANAGER)
@require_POST
def bulk_drop(request: StaffRequest, bulk_id: int) -> HttpResponseBase:
    """Forget a draft."""
    drafting.drop(bulk_of(request, bulk_id))
    toast(request, _("Nothing was changed."))
    return redirect("dashboard-members", request.merchant.slug)


def deed(request: StaffRequest, bulk_id: int, do: Callable[[Bulk], Bulk]) -> HttpResponseBase:
    """Do something to a change, tell the queue of its job, and show the change that came of it."""
    one = bulk_of(request, bulk_id)
    try:
        one = do(one)
    except Refused as refusal:
        messages.error(request, str(refusal.words))
    else:
        if one.state == Bulk.State.RUNNING:
            hint(running.job_of(one))
    return redirect("dashboard-bulk-show", request.merchant.slug, one.pk)

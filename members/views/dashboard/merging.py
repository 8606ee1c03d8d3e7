"""Merging two members: choosing the other one, both side by side, doing it, and undoing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.templatetags.regulars import local_day
from loyalty_site.web.htmx import render_failed
from loyalty_site.web.toasts import toast
from members import finding, looking, numbers, phones
from members.forms.merging import LABELS, MergeForm, shown
from members.merging import apart, together
from members.merging.looking import outlook
from members.models import Duplicate, Member, Merge
from members.views.dashboard.profile import member_of
from members.views.held_lookups import found_nobody
from programs.guards import StaffRequest, staff_required
from programs.models import Role

FOUND = 12


@staff_required(Role.MANAGER)
@require_safe
def member_merge(request: StaffRequest, number: str) -> HttpResponse:
    """Choose whom to merge with a member: who seems to be the same, or who fits `?q=`; and what was merged before."""
    member, text = member_of(request, number), request.GET.get("q", "").strip()
    found = [one for one in finding.best(request.merchant, text, FOUND + 1) if one.pk != member.pk][:FOUND]
    if text and not found:
        found_nobody(request, text)
    looking.saw_list("merge", len(found), by=request.staff, at=clock.now())
    merges = Merge.objects.standing().filter(into=member).select_related("member", "by__user").order_by("-at")
    context = {"member": member, "card": numbers.spaced(member.number), "q": text, "found": [*map(row, found)]}
    context |= {"alike": alike(member), "merges": merges, "now": clock.now()}
    return render(request, "members/dashboard/member_merge.html", context)


def row(member: Member) -> dict[str, Any]:
    return {"member": member, "card": numbers.spaced(member.number), "phone": phones.readable(member.phone)}


def alike(member: Member) -> list[dict[str, Any]]:
    """Members who may be the same person, and why it seems so."""
    pairs = Duplicate.objects.of_member(member).select_related("first", "second")
    return [row(pair.other(member)) | {"pair": pair} for pair in pairs]


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def merge_review(request: StaffRequest, number: str, other: str) -> HttpResponseBase:
    """Show two members side by side and what becomes of them; a POST merges the other one into the first."""
    into, member, now = member_of(request, number), member_of(request, other), clock.now()
    form = MergeForm(request.POST if request.method == "POST" else None, into=into, member=member)
    if request.method == "POST" and form.is_valid():
        try:
            made = together.merge(member, into=into, take=form.taken, by=request.staff, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            return merged(request, made)
    both_seen(request, into, member, now=now)
    context = sides(into, member) | {"form": form} | ahead(request, into, member, now=now)
    page = "members/dashboard/merge_review.html"
    return render_failed(request, page, context) if form.errors else render(request, page, context)


def both_seen(request: StaffRequest, *members: Member, now: datetime) -> None:
    for member in members:
        looking.saw(member, by=request.staff, at=now, what="merge")


def sides(into: Member, member: Member) -> dict[str, Any]:
    """Both members, and what they have that is not to be chosen, one line each."""
    facts = [(label, shown(into, name), shown(member, name)) for name, label in LABELS.items()]
    same = [fact for fact in facts if not (fact[1] and fact[2]) or fact[1] == fact[2]]
    cards = {"card": numbers.spaced(into.number), "other_card": numbers.spaced(member.number)}
    return {"into": into, "member": member, "facts": [fact for fact in same if fact[1] or fact[2]]} | cards


def ahead(request: StaffRequest, into: Member, member: Member, *, now: datetime) -> dict[str, Any]:
    """What would become of both; where they cannot be merged, why not."""
    try:
        return {"outlook": outlook(member, into, by=request.staff, now=now), "now": now}
    except Refused as refusal:
        return {"refusal": refusal.words}


def merged(request: StaffRequest, made: Merge) -> HttpResponse:
    words = _("%(name)s has one card now.") % {"name": made.into}
    until = local_day(made.undo_until, request.merchant.zone)
    toast(request, words, effect=_("It can be undone through %(day)s.") % {"day": until})
    return redirect("dashboard-member-show", request.merchant.slug, made.into.number)


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def merge_undo(request: StaffRequest, merge_id: int) -> HttpResponseBase:
    """Say what undoing a merge does; a POST makes two members of one again."""
    merges = Merge.objects.filter(merchant=request.merchant).select_related("member__merchant", "into__merchant")
    merge, refusal = get_object_or_404(merges, pk=merge_id), ""
    if request.method == "POST":
        try:
            apart.undo(merge, by=request.staff, now=clock.now())
        except Refused as no:
            refusal = str(no.words)
        else:
            toast(request, _("%(name)s and %(other)s are two members again.") % name_both(merge))
            return redirect("dashboard-member-show", request.merchant.slug, merge.into.number)
    both_seen(request, merge.into, merge.member, now=clock.now())
    since = merge.into.orders.filter(recorded_at__gt=merge.at).count()
    context = {"merge": merge, "since": since, "refusal": refusal} | sides(merge.into, merge.member)
    return render(request, "members/dashboard/merge_undo.html", context, status=422 if refusal else 200)


def name_both(merge: Merge) -> dict[str, str]:
    return {"name": str(merge.into), "other": str(merge.member)}

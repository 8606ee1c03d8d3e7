"""What members decide about their data: what they agree to, a copy of everything, and giving the card up."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import clock
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import toast
from members import consent_texts, consenting, erasing
from members.forms.consents import ConsentForm
from members.forms.privacy import LeaveForm
from members.guards import MemberRequest, member_required
from members.models import Door
from members.reading import losses, person_data

GET_POST = ["GET", "HEAD", "POST"]


@member_required
@require_http_methods(GET_POST)
def consents(request: MemberRequest) -> HttpResponse:
    """Show what the member agreed to, and take yes and no to it."""
    member = request.member
    form = ConsentForm(request.POST if request.method == "POST" else None)
    form.ask_consents(request.merchant, get_language() or "", is_joining=False, held=member.consents)
    if request.method == "POST" and form.is_valid():
        consenting.record(member, form.answers(), door=Door.PORTAL, now=clock.now())
        toast(request, _("Saved."))
        return redirect("portal-consents", request.merchant.slug)
    context = {"form": form, "history": consent_texts.history_of(member)}
    return render_panel(request, "members/portal/consents.html", context)


@member_required
@require_safe
def data(request: MemberRequest) -> HttpResponse:
    """Show the member all that the shop knows of them; `?as=json` and `?as=html` are files to keep."""
    if kind := request.GET.get("as"):
        return person_data.file_of(request.member, kind=kind, now=clock.now())
    return render_panel(request, "members/portal/data.html", {"parts": person_data.parts_of(request.member)})


@member_required
@require_http_methods(GET_POST)
def leave(request: MemberRequest) -> HttpResponse:
    """Say what giving the card up takes away, and erase it; the person is signed out."""
    now = clock.now()
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        erasing.leave(request.member, now=now)
        logout(request)
        toast(request, _("Your card is given up, and your data is erased."))
        return redirect("portal-join", request.merchant.slug)
    context = {"form": form, "lost": losses.lost_by(request.member, now=now)}
    return render_panel(request, "members/portal/leave.html", context)

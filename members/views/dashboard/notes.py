"""Notes about one member: writing one, pinning one for the till, taking one away."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import refuse, toast
from members import noting
from members.forms.profile import NoteForm
from members.models import MemberNote
from members.views.dashboard.profile import back_to, member_of, page_of
from programs.guards import StaffRequest, staff_required
from programs.models import Role


@staff_required(Role.CASHIER)
@require_http_methods(["GET", "POST"])
def member_note(request: StaffRequest, number: str) -> HttpResponseBase:
    """Write a note about a member; the first one is offered for the till."""
    member = member_of(request, number)
    form = NoteForm(request.POST or None, initial={"is_pinned": not member.note})
    if request.method == "POST" and form.is_valid():
        try:
            noting.write(member, **form.cleaned_data, by=request.staff, now=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            toast(request, _("Note kept for %(name)s.") % {"name": member})
            return back_to(request, member)
    context = {"member": member, "form": form}
    return render_panel(request, "members/dashboard/member_note.html", context, partial="drawer")


@staff_required(Role.CASHIER)
@require_POST
def note_pin(request: StaffRequest, number: str, note_id: int) -> HttpResponseBase:
    """Show a note at the till, or with `off` no longer."""
    note = note_of(request, number, note_id)
    is_pinned = "off" not in request.POST
    noting.pin(note, is_pinned=is_pinned, by=request.staff, now=clock.now())
    toast(request, _("The till shows this note now.") if is_pinned else _("The till no longer shows this note."))
    return back_to(request, note.member)


@staff_required(Role.CASHIER)
@require_http_methods(["GET", "POST"])
def note_remove(request: StaffRequest, number: str, note_id: int) -> HttpResponseBase:
    """Ask, and take a note away; that cannot be undone."""
    note = note_of(request, number, note_id)
    if request.method == "POST":
        try:
            noting.remove(note, by=request.staff, now=clock.now())
        except Refused as refusal:
            return refuse(request, str(refusal.words), otherwise=page_of(request, note.member))
        toast(request, _("Note removed."))
        return back_to(request, note.member)
    context = {"note": note, "member": note.member}
    return render_panel(request, "members/dashboard/note_remove.html", context, partial="drawer")


def note_of(request: StaffRequest, number: str, note_id: int) -> MemberNote:
    """The member's note; raises Http404 for another one's."""
    return get_object_or_404(member_of(request, number).notes.select_related("member", "author__user"), pk=note_id)

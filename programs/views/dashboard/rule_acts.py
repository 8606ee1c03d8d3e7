"""What is done to rules besides editing one: pause and run, duplicate, remove and bring back, reorder."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loyalty_site import clock
from loyalty_site.web.htmx import is_panel_request, render_panel
from loyalty_site.web.toasts import toast
from programs import drafts
from programs.drafts import Change, Document, EditedMeanwhile
from programs.editing import rule_acts
from programs.editing.rule_acts import codes_of, place_of, rule_in
from programs.guards import StaffRequest, staff_required
from programs.models import Program, Role
from programs.rule_rows import codes_used
from programs.terms import TermsRefused
from programs.views.dashboard.earning import PAGE, answered, listed, move_back
from programs.views.dashboard.studio import studio

Context = dict[str, Any]
SALT = "removed-rule"


@staff_required(Role.MANAGER)
@require_POST
def program_rule_pause(request: StaffRequest, code: str, rule: str) -> HttpResponseBase:
    """Pause a rule in the draft, or let it run again (`run`)."""
    context = studio(request, code, "show")
    is_paused = "run" not in request.POST
    act(
        request,
        context,
        lambda document: rule_acts.paused(document, rule, is_paused=is_paused),
        paths=(f"rules.{rule}",),
    )
    return acted(request, context | {"code": rule})


@staff_required(Role.MANAGER)
@require_POST
def program_rule_duplicate(request: StaffRequest, code: str, rule: str) -> HttpResponseBase:
    """Add a copy of a rule behind it, paused, under a name and code of its own."""
    context = studio(request, code, "show")
    used = codes_used(context["program"])

    def change(document: Document) -> Document:
        known = rule_in(document, rule)
        if known is None:
            return document
        name = _("%(name)s, copy") % {"name": known["name"]}
        return rule_acts.duplicated(document, rule, name=name[:120], taken=used | {*codes_of(document)})

    if act(request, context, change, paths=("rules",), seen="seen_order"):
        toast(request, _("Duplicated."), effect=_("The copy is off until you turn it on."))
    return acted(request, context | {"back_to": rule})


@staff_required(Role.MANAGER)
@require_POST
def program_rule_remove(request: StaffRequest, code: str, rule: str) -> HttpResponseBase:
    """Take a rule out of the draft; the toast brings it back."""
    context = studio(request, code, "show")
    document = context["working"].document
    known = rule_in(document, rule)
    if known and act(request, context, lambda now: rule_acts.without(now, rule), paths=(f"rules.{rule}",)):
        undo_url = restore_url(request, context["program"], known, place_of(document, rule))
        toast(request, _("%(name)s removed.") % {"name": known["name"]}, undo_url=undo_url)
    return acted(request, context)


def restore_url(request: StaffRequest, program: Program, rule: Document, place: int) -> str:
    """An address that carries the removed rule, signed, so that nothing needs to be kept for it."""
    token = signing.dumps([program.pk, place, rule], salt=SALT, compress=True)
    url = reverse("dashboard-program-rule-restore", args=[request.merchant.slug, program.code])
    return f"{url}?rule={token}"


@staff_required(Role.MANAGER)
@require_POST
def program_rule_restore(request: StaffRequest, code: str) -> HttpResponseBase:
    """Bring back a rule that was removed, into its old place; the same again changes nothing."""
    context = studio(request, code, "show")
    try:
        program_id, place, rule = signing.loads(request.GET.get("rule", ""), salt=SALT)
    except signing.BadSignature:
        program_id, place, rule = 0, 0, {}
    if program_id == context["program"].pk and not rule_in(context["working"].document, rule["code"]):
        act(request, context, lambda document: rule_acts.with_rule(document, rule, place=place), paths=(), seen="")
    return acted(request, context)


@staff_required(Role.MANAGER)
@require_POST
def program_rules_order(request: StaffRequest, code: str) -> HttpResponseBase:
    """Put the rules into an order (`order`, codes with spaces between), or move one `rule` `by` a place."""
    context = studio(request, code, "show")
    rule, by = request.POST.get("rule", ""), {"up": -1, "down": 1}.get(request.POST.get("by", ""), 0)

    def change(document: Document) -> Document:
        if by and rule_in(document, rule):
            return rule_acts.moved(document, rule, by=by)
        return rule_acts.ordered(document, request.POST.get("order", "").split())

    act(request, context, change, paths=("rules",), seen="seen_order")
    return acted(request, context | ({"back_to": rule} if by else {}))


def act(request: StaffRequest, context: Context, change: Change, *, paths: tuple[str, ...], seen: str = "seen") -> bool:
    """Carry an act into the draft; False, with a toast that says why, where that cannot be."""
    program, now = context["program"], clock.now()
    mark = request.POST.get(seen, "") if seen else drafts.mark({}, *paths)
    try:
        context["working"] = drafts.edit(program, change, paths=paths, seen=mark, by=request.user, now=now)
    except EditedMeanwhile as refusal:
        context |= {"working": drafts.working(program, now=now), "refusal": said_of(refusal)}
    except TermsRefused as refusal:
        context |= {"refusal": str(refusal.words)}
    return "refusal" not in context


def said_of(refusal: EditedMeanwhile) -> str:
    if refusal.editor is None:
        return _("This was published or discarded meanwhile. Below is what holds now.")
    return _("%(name)s changed this meanwhile. Below is what it is now.") % {"name": refusal.editor.get_full_name()}


def acted(request: StaffRequest, context: Context) -> HttpResponseBase:
    """Answer an act: the row of `code`, or all rows; a browser that navigates goes back to the page."""
    if "refusal" not in context:
        return answered(request, context, partial="row" if "code" in context else "earning")
    if is_panel_request(request):
        return render_panel(request, PAGE, listed(context), partial="earning", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.error(request, context["refusal"])
    return move_back(request, context)

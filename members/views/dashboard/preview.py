"""The phone beside the studio: what a member will see under the draft, and sees now."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from csp.decorators import csp_replace
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from loyalty_site import clock
from loyalty_site.web.htmx import render_panel
from members.forms.preview import PhoneForm
from members.models import Member
from members.reading.examples import people
from members.supposing import Busy, supposed
from members.views.portal.framed import nothing, portal_page
from programs import drafts
from programs.drafts import Document, Working
from programs.guards import StaffRequest, staff_required
from programs.models import Program, Role

FEW = 6  # members, from which on one searches
NOBODY = "-"  # stands for the sample member in an address


@staff_required(Role.MANAGER)
@require_safe
def program_preview(request: StaffRequest, code: str) -> HttpResponse:
    """Show a phone with the portal in it, and whose it is, in which language, under which terms."""
    now = clock.now()
    program = get_object_or_404(request.merchant.programs.select_related("merchant"), code=code)
    known = drafts.working(program, now=now)
    form = phone_form(request, known, now=now)
    if not form.is_valid():
        raise Http404
    context = {
        "program": program,
        "form": form,
        "phone_url": phone_url(program, form),
        "can_search": len(request.merchant.members.all()[:FEW]) == FEW,
        "is_sample": not form.cleaned_data["shown_as"],
    }
    return render_panel(request, "members/dashboard/program_preview.html", context)


def phone_form(request: StaffRequest, known: Working, *, now: datetime) -> PhoneForm:
    asked = request.GET
    try:
        found = people(
            known.program,
            known.terms.tiers,
            text=asked.get("q", "").strip(),
            number=asked.get("shown_as", ""),
            now=now,
        )
    except Member.DoesNotExist as error:
        raise Http404 from error
    return PhoneForm(asked, shows=shows_of(known), people=found, merchant=known.program.merchant)


def shows_of(known: Working) -> list[str]:
    """Draft and live, or the draft alone where nothing is live yet."""
    return ["draft", "live"] if known.live else ["draft"]


def document_of(known: Working, show: str) -> Document | None:
    """The terms to suppose; None where those in force are the ones to be shown."""
    if show == "live" or (known.live and known.terms == known.live.terms):
        return None
    return known.document


def phone_url(program: Program, form: PhoneForm) -> str:
    """The address of the page in the phone; what it shows stands in its path, so that its own links keep it."""
    chosen, slug = form.cleaned_data, program.merchant.slug
    page = reverse(chosen["page"], args=[slug]).lstrip("/")
    state = [chosen["show"], chosen["shown_as"] or NOBODY, chosen["language"]]
    return reverse("dashboard-program-preview-page", args=[slug, program.code, *state, page])


@staff_required(Role.MANAGER)
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]
def program_preview_page(
    request: StaffRequest, code: str, show: str, number: str, language: str, page: str
) -> HttpResponseBase:
    """Show a page of the portal to a member's place. Only reading does anything here."""
    if request.method != "GET":
        return nothing()
    now = clock.now()
    program = get_object_or_404(request.merchant.programs.select_related("merchant"), code=code)
    known = drafts.working(program, now=now)
    if language not in request.merchant.languages or show not in shows_of(known):
        raise Http404
    below = request.path.removesuffix(page)
    try:
        card = number if number != NOBODY else ""
        with supposed(program, document_of(known, show), number=card, now=now) as member:
            return portal_page(request, member, page, below=below, language=language)
    except Member.DoesNotExist as error:
        raise Http404 from error
    except Busy:
        words = _("Somebody is at work on this card. Load the page again in a moment.")
        return HttpResponse(words, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "5"})

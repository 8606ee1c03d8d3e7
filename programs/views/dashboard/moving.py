"""Terms that move: out into a file, in from one, and into another program of the shop."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import clock
from loyalty_site.web.htmx import render_failed
from loyalty_site.web.toasts import toast
from programs import drafts, duplicating, exporting, terms, terms_files, wording
from programs.beginning import NameTaken
from programs.drafts import EditedMeanwhile, Working
from programs.forms.moving import DuplicateForm, FileForm, KeepForm
from programs.guards import StaffRequest, staff_required
from programs.models import Program, Role
from programs.terms import Terms
from programs.terms_files import FileRefused
from programs.views.dashboard.studio import Context, studio

IMPORT = "programs/dashboard/terms_import.html"


@staff_required(Role.MANAGER)
@require_safe
def terms_export(request: StaffRequest, code: str) -> HttpResponse:
    """Send the terms as a YAML file: `of` says which, draft, live, or the number of a version."""
    working: Working = studio(request, code)["working"]
    found = exporting.export(working, request.GET.get("of", "draft"), now=clock.now())
    if found is None:
        raise Http404
    answer = HttpResponse(found.text, content_type="text/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return answer


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def terms_import(request: StaffRequest, code: str) -> HttpResponseBase:
    """Take a file, list its faults or say what it would change, and with a second click make it the draft."""
    context = studio(request, code)
    if request.method != "POST":
        return render(request, IMPORT, context | {"form": FileForm()})
    if "text" in request.POST:
        return keep(request, context)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return render_failed(request, IMPORT, context | {"form": form})
    return look(request, context, form.cleaned_data["file"].read(terms_files.MOST_BYTES + 1))


def look(request: StaffRequest, context: Context, content: bytes) -> HttpResponse:
    """Say what a file is, or what is wrong with it."""
    try:
        found = terms_files.read(content)
    except FileRefused as refusal:
        return render_failed(request, IMPORT, context | {"form": FileForm(), "faults": refusal.faults})
    return render(request, IMPORT, context | compared(request, context["working"], found))


def compared(request: StaffRequest, working: Working, found: Terms) -> Context:
    """What the file's terms alter in those that are worked on, and the form that keeps them."""
    currency, document = request.merchant.currency, terms.dump(found)
    sent = {"text": terms_files.written(document), "seen": mark_of(working)}
    return {
        "keep": KeepForm(initial=sent),
        "altered": wording.changes(working.terms, found, currency, places=request.merchant.place_names),
        "parts": wording.in_parts(found, currency),
    }


def mark_of(working: Working) -> str:
    return drafts.mark(working.document, *drafts.whole(working.document))


def keep(request: StaffRequest, context: Context) -> HttpResponseBase:
    """Make the file that was looked at the draft, unless the terms have changed since."""
    form, working = KeepForm(request.POST), context["working"]
    if not form.is_valid():
        return look(request, context, b"")
    text, seen, now = form.cleaned_data["text"].encode(), form.cleaned_data["seen"], clock.now()
    try:
        found = terms.dump(terms_files.read(text))
        paths = drafts.whole(working.document)
        drafts.edit(working.program, lambda _before: found, paths=paths, seen=seen, by=request.user, now=now)
    except EditedMeanwhile:
        context["working"] = drafts.working(working.program, now=now)
        words = _("The terms were changed meanwhile. This is what the file alters in them now.")
        return look(request, context | {"warning": words}, text)
    except FileRefused as refusal:
        return render_failed(request, IMPORT, context | {"form": FileForm(), "faults": refusal.faults})
    toast(request, _("The file is the draft now."), effect=_("Nothing is published yet."))
    return redirect("dashboard-program-show", request.merchant.slug, working.program.code)


@staff_required(Role.OWNER)
@require_http_methods(["GET", "HEAD", "POST"])
def program_duplicate(request: StaffRequest, code: str) -> HttpResponseBase:
    """Begin another program with the same terms, as a draft."""
    context = studio(request, code)
    working: Working = context["working"]
    name = _("%(name)s, copy") % {"name": working.program.name}
    form = DuplicateForm(request.POST or None, initial={"name": name[:80]})
    if form.is_valid() and (made := duplicated(working, form, request)):
        toast(request, _("%(name)s begins as a draft.") % {"name": made.name})
        return redirect("dashboard-program-show", request.merchant.slug, made.code)
    answer = render_failed if form.errors else render
    return answer(request, "programs/dashboard/program_duplicate.html", context | {"form": form})


def duplicated(working: Working, form: DuplicateForm, request: StaffRequest) -> Program | None:
    """Begin the program; None, with the reason on the form, where its name is taken."""
    try:
        return duplicating.duplicate(working, name=form.cleaned_data["name"], by=request.user, now=clock.now())
    except NameTaken as refusal:
        form.add_error("name", str(refusal.words))
        return None

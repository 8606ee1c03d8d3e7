"""Importing files: choosing one, naming its columns, looking at what it would do, importing it, and undoing that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loyalty_site import clock, tasks
from loyalty_site.refusals import Refused
from loyalty_site.web import uploads
from loyalty_site.web.htmx import render_failed, render_panel
from loyalty_site.web.toasts import toast
from members import filing
from members.csv_files import Unreadable
from members.forms.imports import ColumnsForm, ImportFileForm
from members.importing import arriving, rejecting
from members.models import Import
from members.reading import arrivals
from programs.guards import StaffRequest, staff_required
from programs.models import Role

SHOW = "members/dashboard/import_show.html"


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: StaffRequest) -> HttpResponseBase:
    """List the shop's imports, and take the file of a new one."""
    form = ImportFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and (imported := chosen(request, form)):
        return redirect("dashboard-import-columns", request.merchant.slug, imported.pk)
    context = {"form": form, "imports": arriving.recent(request.merchant), "steps": arrivals.steps()}
    answer = render_failed if form.errors else render_panel
    return answer(request, "members/dashboard/imports.html", context)


def chosen(request: StaffRequest, form: ImportFileForm) -> Import | None:
    """Keep the file; None, with the reason on the form, for one that cannot be imported."""
    file = form.cleaned_data["file"]
    try:
        with uploads.on_disk(file) as path:
            return arriving.choose(
                path, file.name, kind=form.cleaned_data["kind"], by=request.staff, dialect=form.dialect, now=clock.now()
            )
    except Unreadable as problem:
        form.add_error("file", str(problem))
        return None


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: StaffRequest, import_id: int) -> HttpResponseBase:
    """Say which column of the file is which; then the file is looked through."""
    imported = import_or_404(request, import_id)
    if imported.state not in (Import.State.CHOSEN, Import.State.LOOKED):
        return redirect("dashboard-import-show", request.merchant.slug, imported.pk)
    form = ColumnsForm(request.POST or None, imported=imported)
    if form.is_valid():
        try:
            options = form.asked | {"language": get_language()}
            program = form.cleaned_data.get("program")
            tell(arriving.look(imported, form.chosen, options=options, program=program))
            return redirect("dashboard-import-show", request.merchant.slug, imported.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
    context = {"imported": imported, "form": form, "steps": arrivals.steps()}
    answer = render_failed if form.errors else render_panel
    return answer(request, "members/dashboard/import_columns.html", context)


@staff_required(Role.MANAGER)
@require_safe
def import_show(request: StaffRequest, import_id: int) -> HttpResponseBase:
    """Show how far an import is, what it would do, or what it did."""
    imported = import_or_404(request, import_id)
    if imported.state == Import.State.CHOSEN:
        return redirect("dashboard-import-columns", request.merchant.slug, imported.pk)
    if imported.state == Import.State.DISCARDED:
        return redirect("dashboard-imports", request.merchant.slug)
    return render_panel(request, SHOW, shown(imported))


def shown(imported: Import, **more: Any) -> dict[str, Any]:
    is_undone = imported.state == Import.State.UNDONE
    return {
        "imported": imported,
        "steps": arrivals.steps(),
        "job": arriving.job_of(imported),
        "rows_so_far": arrivals.rows_so_far(imported),
        "report": arrivals.report_of(imported),
        "can_be_undone": arriving.can_be_undone(imported, now=clock.now()),
        "undo_until": imported.imported_at and imported.imported_at + filing.KEPT,
        "undone_words": arrivals.undone_in_words(imported) if is_undone else "",
        "has_rows": imported.rows.exclude(problem="").exists(),
        **more,
    }


@staff_required(Role.MANAGER)
@require_POST
def import_start(request: StaffRequest, import_id: int) -> HttpResponseBase:
    """Begin to import what is sound."""
    return stepped(request, import_id, arriving.start)


@staff_required(Role.MANAGER)
@require_POST
def import_undo(request: StaffRequest, import_id: int) -> HttpResponseBase:
    """Begin to take an import back."""
    return stepped(request, import_id, arriving.undo)


@staff_required(Role.MANAGER)
@require_POST
def import_again(request: StaffRequest, import_id: int) -> HttpResponseBase:
    """Let an import go on that broke off."""
    imported = import_or_404(request, import_id)
    tell(arriving.again(imported))
    return redirect("dashboard-import-show", request.merchant.slug, imported.pk)


def stepped(request: StaffRequest, import_id: int, step: Any) -> HttpResponseBase:
    imported = import_or_404(request, import_id)
    try:
        tell(step(imported, by=request.staff, now=clock.now()))
    except Refused as refusal:
        imported.refresh_from_db()
        context = shown(imported, refusal=str(refusal.words))
        return render_failed(request, SHOW, context)
    return redirect("dashboard-import-show", request.merchant.slug, imported.pk)


def tell(imported: Import) -> None:
    """Ask idle workers to help."""
    if job := arriving.job_of(imported):
        tasks.hint(job)
        tasks.call_for_help(job)


@staff_required(Role.MANAGER)
@require_POST
def import_discard(request: StaffRequest, import_id: int) -> HttpResponseBase:
    """Throw a file away that was not imported."""
    imported = import_or_404(request, import_id)
    try:
        arriving.discard(imported)
    except Refused as refusal:
        return render_failed(request, SHOW, shown(imported, refusal=str(refusal.words)))
    toast(request, _("The file is thrown away."), effect=_("Nothing was imported."))
    return redirect("dashboard-imports", request.merchant.slug)


@staff_required(Role.MANAGER)
@require_safe
def import_rejected(request: StaffRequest, import_id: int) -> HttpResponseBase:
    """Send the rows that were refused as a CSV file, each with the reason, to be corrected and imported again."""
    imported = import_or_404(request, import_id)
    lines: Iterator[bytes] = rejecting.lines_of(imported)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="rejected-{imported.pk}.csv"'
    return answer


def import_or_404(request: StaffRequest, import_id: int) -> Import:
    found = Import.objects.select_related("merchant", "program", "file", "started_by__user")
    return get_object_or_404(found, merchant=request.merchant, pk=import_id)

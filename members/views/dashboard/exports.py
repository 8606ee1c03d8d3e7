"""Exports: asking for a file, waiting for it, and having it for seven days."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import auditing, clock, tasks
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_failed, render_panel
from members import filing
from members.exporting import work
from members.forms.exports import ExportForm
from members.models import Export
from programs.guards import StaffRequest, staff_required
from programs.models import Role

TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: StaffRequest) -> HttpResponseBase:
    """List the files of the last days and how far the next one is; POST asks for one."""
    form = ExportForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        asked = {"kind": said["kind"], "form": said["format"], "reference": said["reference"]}
        try:
            export = work.ask(**asked, chosen=form.chosen, by=request.staff, now=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            if job := work.job_of(export):
                tasks.hint(job)
            return redirect("dashboard-exports", request.merchant.slug)
    found = work.recent(request.merchant)
    jobs = work.jobs_of(found)
    rows = [(one, work.rows_so_far(one) if one.finished_at is None else 0, jobs.get(one.pk)) for one in found]
    is_busy = any(job and job.is_open for _one, _count, job in rows)
    context = {"form": form, "exports": rows, "is_busy": is_busy}
    answer = render_failed if form.errors else render_panel
    return answer(request, "members/dashboard/exports.html", context)


@staff_required(Role.MANAGER)
@require_safe
def export_download(request: StaffRequest, export_id: int) -> HttpResponseBase:
    """Send a file that was written, part by part; who had it is written down."""
    found = Export.objects.select_related("file", "merchant")
    export = get_object_or_404(found, merchant=request.merchant, pk=export_id)
    if export.file is None:
        raise Http404
    auditing.record(
        "export-download", merchant=request.merchant.pk, actor=request.user, at=clock.now(), subject=f"#{export.pk}"
    )
    answer = StreamingHttpResponse(filing.content_of(export.file), content_type=TYPES[Export.Format(export.format)])
    answer.headers["Content-Disposition"] = f'attachment; filename="{export.file.name}"'
    answer.headers["Content-Length"] = str(export.file.size)
    return answer

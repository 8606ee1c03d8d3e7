"""The jobs of a shop: what ran in the night, how far it is, and a button to run it now."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from loyalty_site import clock, nights, tasks
from loyalty_site.jobs import open_job, title_of
from loyalty_site.models import AuditEvent, Job, JobChunk
from loyalty_site.web.guards import MerchantRequest, staff_required
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.paging import page_of
from loyalty_site.web.toasts import toast

MANAGER = 20  # the number of the role; the ground may not import the shop's


@staff_required(MANAGER)
@require_GET
def jobs(request: MerchantRequest) -> HttpResponse:
    newest = Job.objects.of_merchant(request.merchant.pk).with_progress().order_by("-business_on", "-id")
    page = page_of(newest, request)
    titles = {name: title_of(name) for name in settings.JOB_KINDS}
    left = left_out([job for job in page if job.error], request.merchant.pk)
    by_day = {name: title_of(name) for name in settings.JOB_KINDS_BY_DAY}
    runs = [(job, (titles | by_day).get(job.kind, job.kind), left.get(job.pk, [])) for job in page]
    context = {"page": page, "runs": runs, "titles": titles, "is_busy": any(job.is_open for job in page)}
    return render_panel(request, "loyalty_site/dashboard/jobs.html", context)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An account that a job could not do: whose it is, where to see it, what was wrong."""

    member: str
    address: str
    problem: str


def left_out(failed: Sequence[Job], merchant_id: int) -> dict[int, list[LeftOut]]:
    """The accounts that jobs left out, by job, in two queries."""
    chunks = JobChunk.objects.filter(job__in=failed).exclude(broken=[]).order_by("first_id")
    broken = [(chunk.job_id, *found) for chunk in chunks for found in chunk.broken]
    known = import_string(settings.MEMBERS_OF_ACCOUNTS)({row[1] for row in broken}, merchant_id)
    listed: dict[int, list[LeftOut]] = {}
    for job_id, account_id, problem in broken:
        member, address = known.get(account_id, (str(account_id), ""))
        listed.setdefault(job_id, []).append(LeftOut(member, address, problem))
    return listed


@staff_required(MANAGER)
@require_POST
def job_run(request: MerchantRequest) -> HttpResponse:
    kind = request.POST.get("kind", "")
    if kind not in settings.JOB_KINDS:
        raise Http404
    now = clock.now()
    business_on = nights.last_closed_day(request.merchant.zone_name, now)
    job = open_job(kind, request.merchant.pk, business_on, again=True)
    AuditEvent.objects.create(
        at=now, merchant_id=request.merchant.pk, actor=request.user, action="job-run", subject=str(job)
    )
    tasks.hint(job)
    toast(request, _("“%(job)s” starts now.") % {"job": title_of(kind)})
    return redirect("dashboard-jobs", request.merchant.slug)

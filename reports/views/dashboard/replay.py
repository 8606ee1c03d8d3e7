"""The replay of a draft: asked for, on its way, and what it says."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from loyalty_site import clock, tasks
from loyalty_site.models import Job
from loyalty_site.web.htmx import is_panel_request, render_panel
from members.models import LedgerEntry
from programs import calendar, drafts
from programs.guards import StaffRequest, staff_required
from programs.models import Program, Role
from reports.forms import DaysForm
from reports.models import Replay
from reports.replays import asking, showing
from reports.replays.showing import Shown

TEMPLATE = "reports/dashboard/program_replay.html"


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def program_replay(request: StaffRequest, code: str) -> HttpResponseBase:
    """Show the last replay of the draft, or how far it has come; POST asks for one."""
    program, now = program_of(request, code), clock.now()
    today = calendar.local_day(now, request.merchant.zone)
    form = DaysForm(request.POST or None, today=today)
    working = drafts.working(program, now=now)
    if request.method == "POST" and form.is_valid() and has_orders(program):
        _replay, job = asking.ask(working, form.chosen, by=request.staff.user, now=now)
        tasks.hint(job)
        tasks.call_for_help(job)
        if not is_panel_request(request):
            return redirect("dashboard-program-replay", request.merchant.slug, program.code)
        if request.GET.get("brief"):
            return brief(request, program)
        form = DaysForm(today=today)
    replay = asking.latest(program)
    if request.GET.get("whole") and is_panel_request(request) and (replay is None or replay.finished_at):
        return HttpResponseClientRefresh()
    context = {"program": program, "working": working, "form": form, "has_orders": has_orders(program)}
    return render_panel(request, TEMPLATE, context | state_of(replay) | result_of(replay, working))


@staff_required(Role.MANAGER)
@require_safe
def program_replay_summary(request: StaffRequest, code: str) -> HttpResponse:
    """Say in three lines what the draft means: who gains, who loses, what the rewards cost."""
    return brief(request, program_of(request, code))


def brief(request: StaffRequest, program: Program) -> HttpResponse:
    working = drafts.working(program, now=clock.now())
    replay, on_its_way = asking.latest_finished(program), asking.latest(program)
    shown = Shown(replay) if replay and asking.is_of(replay, working) else None
    context = {"program": program, "shown": shown, "working": working, "has_orders": has_orders(program)}
    is_running = on_its_way is not None and on_its_way.finished_at is None and asking.is_of(on_its_way, working)
    return render_panel(request, "reports/dashboard/program_replay_summary.html", context | {"is_running": is_running})


def program_of(request: StaffRequest, code: str) -> Program:
    return get_object_or_404(request.merchant.programs.select_related("merchant"), code=code)


def has_orders(program: Program) -> bool:
    """Whether there is anything to replay."""
    return LedgerEntry.objects.filter(program=program, kind="earn", order__isnull=False).exists()


def state_of(replay: Replay | None) -> dict[str, Any]:
    """How far a replay has come."""
    if replay is None or replay.finished_at:
        return {"job": None}
    job = Job.objects.with_progress().get(pk=asking.job_of(replay).pk)
    return {"job": job, "running": replay}


def result_of(replay: Replay | None, working: drafts.Working) -> dict[str, Any]:
    """What the last finished replay says, and whether that is still of the draft as it is."""
    finished = replay if replay and replay.finished_at else asking.latest_finished(working.program)
    if finished is None:
        return {"shown": None}
    shown = Shown(finished)
    return {
        "shown": shown,
        "is_stale": not asking.is_of(finished, working),
        "rows": showing.rows_of(shown),
        "tier_rows": showing.tier_rows(shown),
        "rule_rows": showing.rule_rows(shown),
        "best": showing.examples(shown, "best"),
        "worst": showing.examples(shown, "worst"),
        "plot": showing.plot(shown),
        "is_unheard_of": showing.unheard_of(shown),
    }

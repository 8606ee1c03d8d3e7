"""The first page of the dashboard, and the pages behind its figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from loyalty_site import clock
from loyalty_site.nights import last_closed_day
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.paging import page_of
from programs import wording as terms_wording
from programs.guards import StaffRequest, staff_required
from programs.models import Role
from programs.versions import current
from reports import attention, charts, expiring, holdings, kpis, plots, setting_up, wording
from reports import home as front
from reports.periods import WEEKS, Period, chosen_weeks

SETTING_UP = "setting-up"  # in the session: the shop whose guide was shown


@staff_required(Role.MANAGER)
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Show what needs somebody, the figures of `?period=` weeks, and what happened last."""
    merchant, now = request.merchant, clock.now()
    mark = front.mark_of(merchant)
    period = front.period_of(merchant, mark, weeks=chosen_weeks(request.GET.get("period")), now=now)
    history = front.history_of(merchant, period)
    figures = kpis.figures(kpis.CATALOGUE.values(), history, period)
    context = {
        "greeting": wording.greeting(now.astimezone(merchant.zone), request.staff.user.get_short_name()),
        "today": front.today(merchant, now=now),
        "period": period,
        "period_query": f"?period={period.weeks}",
        "periods": period_choices(period),
        "needs": attention.needs(request.staff, mark, now=now),
        "proof": attention.proof(merchant, now=now),
        "tiles": [wording.tile(figure, merchant.currency) for figure in figures],
        "sales_plot": plots.sales_plot(charts.sales_points(history, period), period, merchant.currency),
        "is_weekly": period.weeks > charts.DAILY_UNTIL,
        "points_plot": plots.points_plot(charts.points_weeks(history, period)),
        "happenings": front.happenings(merchant, now=now),
    }
    return render(request, "reports/dashboard/home.html", context | beginning(request, now=now))


def beginning(request: StaffRequest, *, now: datetime) -> dict[str, Any]:
    """The set-up guide, which only an owner can follow, or once that it is done."""
    guide = setting_up.guide(request.merchant, now=now) if request.staff.is_owner else None
    if guide and not guide.is_over:
        request.session[SETTING_UP] = request.merchant.pk
        return {"guide": guide}
    has_begun = request.session.get(SETTING_UP) == request.merchant.pk
    if has_begun:
        del request.session[SETTING_UP]
    return {"has_begun": has_begun}


@staff_required(Role.MANAGER)
@require_safe
def figure_show(request: StaffRequest, code: str) -> HttpResponse:
    """Show one figure: its formula, its days, and every row it is made of."""
    kpi = kpis.CATALOGUE.get(code)
    if kpi is None:
        raise Http404
    merchant, now = request.merchant, clock.now()
    mark = front.mark_of(merchant)
    period = front.period_of(merchant, mark, weeks=chosen_weeks(request.GET.get("period")), now=now)
    history = front.history_of(merchant, period)
    figure = kpis.figures([kpi], history, period)[0]
    context = {
        "kpi": kpi,
        "mark": mark,
        "period": period,
        "period_query": f"?period={period.weeks}",
        "periods": period_choices(period),
        "tile": wording.tile(figure, merchant.currency),
        "heads": [wording.label_of(column.label, period.weeks) for column in kpi.columns],
        "days": wording.daily_table(kpi, history, period, merchant.currency),
        "page": page_of(kpi.rows(merchant, period, as_of=mark.filled_at or now), request),
    }
    return render(request, "reports/dashboard/figure_show.html", context)


@staff_required(Role.MANAGER)
@require_safe
def points_expiring(request: StaffRequest) -> HttpResponse:
    """List the members whose points expire soon, the first to expire on top."""
    merchant, now = request.merchant, clock.now()
    closed_on = front.mark_of(merchant).closed_on or last_closed_day(merchant.zone_name, now)
    members = expiring.by_account(merchant, closed_on=closed_on, now=now)
    context = {"page": page_of(members, request), "last_day": expiring.last_day(closed_on)}
    return render(request, "reports/dashboard/points_expiring.html", context)


@staff_required(Role.MANAGER)
@require_safe
def refunds_waiting(request: StaffRequest) -> HttpResponse:
    """List the refunds whose order has not come yet, the oldest first."""
    waiting = attention.refunds_without_order(request.merchant).order_by("refunded_at", "id")
    return render(request, "reports/dashboard/refunds_waiting.html", {"page": page_of(waiting, request)})


def period_choices(period: Period) -> list[dict[str, Any]]:
    labels = {weeks: wording.period_words(weeks) for weeks in WEEKS} | {52: _("Year")}
    return [{"label": labels[weeks], "url": f"?period={weeks}", "is_current": weeks == period.weeks} for weeks in WEEKS]


@staff_required(Role.OWNER)
@require_safe
def program_holdings(request: StaffRequest, code: str) -> HttpResponse:
    """Say how many members and points a program has, and what those are worth."""
    program, now = get_object_or_404(request.merchant.programs.live(), code=code), clock.now()
    unit = current(program, now=now).terms.unit
    speech = terms_wording.speech(request.merchant.currency, unit)
    found = holdings.of(program, now=now, as_money=unit.as_money, decimals=request.merchant.money_decimals)
    context = {"program": program, "held": found, "nav": "program"}
    context |= {"open": speech.points(found.points), "pending": speech.points(found.pending)}
    return render_panel(request, "reports/dashboard/program_holdings.html", context)

"""The list of members, and enrolling one by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.fields import number_in
from loyalty_site.web.htmx import is_panel_request, render_panel
from loyalty_site.web.toasts import toast
from members import enrolling, looking, numbers
from members.forms.dashboard import EnrolForm
from members.forms.listing import ListForm
from members.listing import columns, paging, words
from members.listing.choices import choices_of
from members.listing.choosing import chosen
from members.listing.columns import Column
from members.listing.rows import cells_of, rows_of
from members.listing.wanted import Wanted
from members.models import SavedList
from members.refusals import Conflict
from members.views.held_lookups import found_nobody
from programs.guards import StaffRequest, staff_required
from programs.models import Role


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: where a click on it leads, and how the list is ordered by it now."""

    column: Column
    url: str
    direction: str


@staff_required(Role.CASHIER)
@require_safe
def members(request: StaffRequest) -> HttpResponse:
    """List the newest members, or those that fit the filters in the address, in its order and with its columns."""
    now = clock.now()
    form = ListForm(request.GET, choices=choices_of(request.staff, program=request.GET.get("program", ""), now=now))
    wanted = form.wanted()
    found = chosen(request.merchant, wanted, now=now)
    cut = paging.page(
        found,
        wanted,
        after=place(request, "after"),
        before=place(request, "before"),
        all_count="count" in request.GET,
    )
    if wanted.text and not cut.members:
        found_nobody(request, wanted.text)
    narrowed = [one.words for one in words.said(wanted, form.offered)]
    looking.saw_list("members", len(cut.members), by=request.staff, at=now, narrowed=narrowed)
    shown = columns.shown(wanted, form.offered.own)
    rows = [(row, cells_of(row, shown)) for row in rows_of(cut.members, wanted.program, now=now)]
    context = {"form": form, "q": wanted.text, "page": cut, "rows": rows, "heads": heads(form, wanted, shown)}
    answer = render_panel(request, "members/dashboard/members.html", context | around(request, form, wanted))
    if is_panel_request(request):
        answer.headers["HX-Replace-Url"] = f"?{form.query()}"
    return answer


def place(request: StaffRequest, name: str) -> int | None:
    return number_in(request.GET.get(name, ""))


def heads(form: ListForm, wanted: Wanted, shown: Sequence[Column]) -> list[Head]:
    """The heads of the columns, the member's own first."""
    return [head(form, wanted, column) for column in (Column("member", _("Member"), order="name"), *shown)]


def head(form: ListForm, wanted: Wanted, column: Column) -> Head:
    order = paging.ORDERS.get(column.order)
    if order is None:
        return Head(column, "", "")
    is_current = wanted.sort == column.order
    falls = not wanted.is_descending if is_current else order.falls_first
    direction = ("descending" if wanted.is_descending else "ascending") if is_current else ""
    return Head(column, f"?{form.query(sort=f'-{column.order}' if falls else column.order)}", direction)


def around(request: StaffRequest, form: ListForm, wanted: Wanted) -> dict[str, Any]:
    """What stands around the list: kept views, the filters in words, what may be done with whom is chosen."""
    query = form.query(without=["q"])
    saved = list(SavedList.objects.seen_by(request.staff).select_related("author__user"))
    filters = [(one.words, f"?{form.query(without=one.names)}") for one in words.said(wanted, form.offered)]
    return {
        "saved": saved,
        "view": next((one for one in saved if one.query == query), None),
        "query": query,
        "reference": uuid4(),
        "filters": filters,
        "is_narrowed": bool(filters or wanted.text),
        "may_choose": request.staff.role >= Role.MANAGER,
    }


@staff_required(Role.CASHIER)
@require_http_methods(["GET", "POST"])
def member_add(request: StaffRequest) -> HttpResponse:
    """Enrol a member at the staff person's usual location."""
    form = EnrolForm(request.POST or None, merchant=request.merchant)
    if request.method == "POST" and form.is_valid():
        person = form.person(by=request.staff)
        try:
            member = enrolling.enrol(person, merchant=request.merchant, now=clock.now())
        except Conflict:
            form.add_error(None, _("This form added somebody already. Press Add member again to add this person too."))
            form.start_anew()
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            card = numbers.spaced(member.number)
            toast(request, _("%(name)s is a member now.") % {"name": member}, effect=_("Card %s") % card)
            return redirect("dashboard-member-show", request.merchant.slug, member.number)
    return render_panel(request, "members/dashboard/member_add.html", {"form": form})

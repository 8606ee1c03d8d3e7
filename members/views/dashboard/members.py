"""The list of members, and enrolling one by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.paging import page_of
from loyalty_site.web.toasts import toast
from members import enrolling, finding, numbers
from members.forms.dashboard import EnrolForm
from members.models import Account, Member
from members.reading.purses import Purse, purses_of
from members.refusals import Conflict
from programs.guards import StaffRequest, staff_required
from programs.models import Merchant, Role


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in the list, with each account."""

    member: Member
    purses: list[Purse]

    @property
    def number(self) -> str:
        return numbers.spaced(self.member.number)

    @property
    def last_visit_at(self) -> datetime | None:
        return max((at for purse in self.purses if (at := purse.account.last_order_at)), default=None)


@staff_required(Role.CASHIER)
@require_safe
def members(request: StaffRequest) -> HttpResponse:
    """List the newest members, or those that fit `?q=`."""
    text = request.GET.get("q", "").strip()
    page = page_of(sought(request.merchant, text), request)
    context = {"q": text, "page": page, "rows": rows_of(list(page), now=clock.now())}
    return render_panel(request, "members/dashboard/members.html", context)


def sought(merchant: Merchant, text: str) -> QuerySet[Member]:
    found = finding.search(merchant, text) if text else merchant.members.order_by("-joined_at", "-id")
    accounts = Account.objects.filter(program__is_active=True).select_related("program__merchant").order_by("program")
    return found.prefetch_related(Prefetch("accounts", accounts))


def rows_of(found: Sequence[Member], *, now: datetime) -> list[MemberRow]:
    by_member: dict[int, list[Purse]] = {member.pk: [] for member in found}
    for purse in purses_of([account for member in found for account in member.accounts.all()], now=now):
        by_member[purse.account.member_id].append(purse)
    return [MemberRow(member, by_member[member.pk]) for member in found]


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

"""One member: who it is, how often the person comes, what an account holds and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from loyalty_site import clock
from loyalty_site.web.htmx import move_on, render_panel
from members import balances, events, looking, numbers, phones
from members.models import Account, Adjustment, Member
from members.reading import bought, glance, statement, timeline, visits
from members.reading.person import person_of
from members.reading.purses import purse_of
from members.reading.tier_progress import progress_of
from programs.guards import StaffRequest, staff_required
from programs.models import Role

LINES = 12
PURCHASES, ORDERS = 5, 25
LEDGER = "ledger"  # the part of the page that filters and pages swap


@staff_required(Role.CASHIER)
@require_safe
def member_show(request: StaffRequest, number: str) -> HttpResponse:
    """Show a member with one account, `?program=` or the first; `?kind=` and `?before=` move in its ledger.

    A number that was replaced, or that belonged to somebody who was merged, leads to the page of whose it is now.
    """
    owner = holder_of(request, number)
    if owner:
        return redirect(page_of(request, owner))
    member = member_of(request, number)
    now = clock.now()
    accounts = accounts_of(member)
    account = chosen(accounts, request.GET.get("program", ""))
    context: dict[str, Any] = {"member": member, "accounts": accounts, "account": account}
    if account:
        context |= ledger_part(account, request.GET, now=now)
    if request.headers.get("HX-Target") != LEDGER:
        looking.saw(member, by=request.staff, at=now, what="profile")
        context |= person_part(member, now=now)
        context |= account_part(member, account, now=now) if account else {}
        context |= {"events": timeline.events(member, context.get("purse"))}
        context |= {"person": person_of(member, now=now), "bought": bought_part(member, account, size=PURCHASES)}
        context |= {"tabs": tabs(accounts, account), "can_decide": request.staff.role >= Role.MANAGER}
        context |= {"can_report": bool(events.rewarded(request.merchant, now=now))}
    return render_panel(request, "members/dashboard/member_show.html", context, partial=LEDGER)


@staff_required(Role.CASHIER)
@require_safe
def member_orders(request: StaffRequest, number: str) -> HttpResponse:
    """List what a member bought and brought back, `?before=` older ones, with the points of one `?program=`."""
    member = member_of(request, number)
    looking.saw(member, by=request.staff, at=clock.now(), what="orders")
    accounts = accounts_of(member)
    account = chosen(accounts, request.GET.get("program", ""))
    context = {
        "member": member,
        "accounts": accounts,
        "tabs": tabs(accounts, account),
        "bought": bought_part(member, account, before=request.GET.get("before", ""), size=ORDERS),
    }
    return render(request, "members/dashboard/member_orders.html", context)


def bought_part(member: Member, account: Account | None, *, before: str = "", size: int) -> bought.BoughtSlice:
    return bought.of_member(member, account.program if account else None, before=before, size=size)


def accounts_of(member: Member) -> list[Account]:
    """A member's accounts, those in running programs first."""
    return list(member.accounts.select_related("program__merchant").order_by("-program__is_active", "program"))


def chosen(accounts: list[Account], code: str) -> Account | None:
    """The account in the program that was asked for, else the first; None in a shop that runs no program yet."""
    return next((own for own in accounts if own.program.code == code), accounts[0] if accounts else None)


def member_of(request: StaffRequest, number: str) -> Member:
    """The shop's member with that card; raises Http404 for another shop's."""
    members = request.merchant.members.select_related("merchant", "joined_location", "blocked_by__user")
    return get_object_or_404(members, number=numbers.tidy(number))


def holder_of(request: StaffRequest, number: str) -> Member | None:
    """Whose page to open for a number that is not the one on a member's own card; None if it is."""
    tidy = numbers.tidy(number)
    known = request.merchant.members.filter(number=tidy).select_related("merged_into").first()
    if known is None:
        card = request.merchant.card_numbers.filter(number=tidy).select_related("member__merged_into").first()
        return (card.member.merged_into or card.member) if card and card.member else None
    return known.merged_into


def page_of(request: StaffRequest, member: Member) -> str:
    return reverse("dashboard-member-show", args=[request.merchant.slug, member.number])


def back_to(request: StaffRequest, member: Member) -> HttpResponseBase:
    """Go on to a member's page."""
    return move_on(request, page_of(request, member))


def tabs(accounts: list[Account], shown: Account | None) -> list[dict[str, Any]]:
    """One tab for each program."""
    return [
        {"label": own.program.name, "url": f"?program={own.program.code}", "is_current": own == shown}
        for own in accounts
    ]


def ledger_part(account: Account, query: QueryDict, *, now: datetime) -> dict[str, Any]:
    kind = query.get("kind", "")
    entries = statement.of_kind(statement.of_account(account), kind)
    return {
        "kind": kind,
        "choices": statement.choices("earned", "spent", "adjusted"),
        "sheet": statement.sheet(entries, before=query.get("before", ""), size=LINES, now=now),
    }


def person_part(member: Member, *, now: datetime) -> dict[str, Any]:
    return {
        "card": numbers.spaced(member.number),
        "phone": phones.readable(member.phone),
        "habits": visits.habits(member, now=now),
    }


def account_part(member: Member, account: Account, *, now: datetime) -> dict[str, Any]:
    purse = purse_of(account, now=now)
    waiting = account.adjustments.filter(state=Adjustment.State.WAITING).select_related("author__user")
    return {
        "purse": purse,
        "balance": glance.balance(purse),
        "split": balances.split(purse.holding, member.merchant.zone),
        "progress": progress_of(purse, now=now),
        "points_used": account.redeemed / account.earned if account.earned else None,
        "waiting": list(waiting),
    }

"""Whether the books balance: each program's totals, and what the last nightly check found."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loyalty_site.models import Job
from members import audit
from members.audit import Books
from members.models import Account
from programs.guards import StaffRequest, staff_required
from programs.models import Merchant, Program, Role

AUDIT = "audit-books"
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Off:
    """An account that does not balance: what it says, and what its entries and its open lots less debt add up to."""

    account: Account
    balance: int
    entries: int
    lots: int


@staff_required(Role.MANAGER)
@require_safe
def books(request: StaffRequest) -> HttpResponse:
    """Show the totals and the latest audit."""
    job = Job.objects.of_merchant(request.merchant.pk).filter(kind=AUDIT).first()
    off = off_accounts(job, request.merchant) if job else []
    context = {"totals": totals(request.merchant), "job": job, "off": off[:SHOWN], "off_count": len(off)}
    return render(request, "members/dashboard/books.html", context)


def totals(merchant: Merchant) -> list[tuple[Program, Books, int]]:
    """Each program with its totals, and what was moved between members or given up, which no total names."""
    found = [(program, audit.books(program)) for program in merchant.programs.order_by("-is_active", "pk")]
    return [(program, total, total.outstanding - total.explained) for program, total in found]


def off_accounts(job: Job, merchant: Merchant) -> list[Off]:
    """The accounts that an audit found unbalanced, with their members."""
    reported = [tuple(row) for chunk in job.chunks.filter(result__has_key="off") for row in chunk.result["off"]]
    own = Account.objects.filter(program__merchant=merchant).select_related("member", "program")
    known = own.in_bulk([row[0] for row in reported])
    return [
        Off(known[pk], balance, entries, lots - debt) for pk, balance, entries, lots, debt in reported if pk in known
    ]

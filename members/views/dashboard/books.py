"""Whether the books balance: each program's totals, and what the last check found."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from loyalty_site.models import Job
from members import audit
from members import books as ledger_books
from members.books import Books
from members.models import Account
from programs.guards import StaffRequest, staff_required
from programs.models import Merchant, Program, Role

SHOWN = 50
CHECKS: dict[str, str | Promise] = {
    "entries": _("Balance, and the sum of its entries"),
    "lots": _("Balance, and its open points less debt"),
    "issued": _("Points earned, and the entries that gave them"),
    "redeemed": _("Points redeemed, and the entries that took them"),
    "merged": _("Points left in an account that became another one"),
    "chain": _("Entries that do not follow from the one before"),
    "open-lots": _("Open points that their use does not explain"),
    "spent-lots": _("Credits whose points and use do not agree"),
    "debits": _("Debits that took other points than they say"),
    "strangers": _("Records of another program or shop"),
    "counted": _("What counts for the tier, and the orders it comes from"),
    "tier-steps": _("Steps between tiers that do not follow from the one before"),
    "tier": _("Tier, and the last step to it"),
    "redemptions": _("Points of rewards, and the entries that paid for them"),
    "balance": _("All balances, and all entries"),
    "open": _("All open points less debts, and all entries"),
    "moved": _("Points moved between cards, which come to nothing"),
    "history": _("Points of earlier days, as kept and as found now"),
}


@dataclass(frozen=True, slots=True)
class Off:
    """One difference: whose, what was compared, and both sides of it."""

    account: Account | None
    program: Program
    check: str | Promise
    kept: int | str
    due: int | str

    @property
    def difference(self) -> int | None:
        """How much there is too much; None for tiers, which have names."""
        return None if isinstance(self.kept, str) or isinstance(self.due, str) else round(self.kept - self.due)


@staff_required(Role.MANAGER)
@require_safe
def books(request: StaffRequest) -> HttpResponse:
    """Show the totals and the latest audit."""
    job = audit.latest(request.merchant.pk)
    off = differences(job, request.merchant) if job else []
    context = {"totals": totals(request.merchant), "job": job, "off": off[:SHOWN], "off_count": len(off)}
    return render(request, "members/dashboard/books.html", context)


def totals(merchant: Merchant) -> list[tuple[Program, Books, int]]:
    """Each program with its totals, and what was moved between members or given up, which no total names."""
    found = [(program, ledger_books.of(program)) for program in merchant.programs.live().order_by("-is_active", "pk")]
    return [(program, total, total.outstanding - total.explained) for program, total in found]


def differences(job: Job, merchant: Merchant) -> list[Off]:
    """What an audit found, programs first, then accounts with their members."""
    programs = merchant.programs.in_bulk()
    reported = job.result.get("off", [])
    own = Account.objects.filter(program__merchant=merchant).select_related("member", "program")
    accounts = own.in_bulk({row[0] for row in reported})
    return [
        *(Off(None, programs[pk], CHECKS[check], *sides) for pk, check, *sides in job.result.get("programs_off", [])),
        *(
            Off(accounts[pk], accounts[pk].program, CHECKS[check], *sides)
            for pk, check, *sides in reported
            if pk in accounts and check in CHECKS  # older audits said less
        ),
    ]

"""What the points of one member are worth in money, where rewards say it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from loyalty_site import clock
from members import balances, numbers
from members.models import Account
from programs.guards import StaffRequest, staff_required
from programs.models import Role
from programs.versions import current
from reports import holdings


@staff_required(Role.CASHIER)
@require_safe
def member_worth(request: StaffRequest, number: str, code: str) -> HttpResponse:
    """Say about how much money the spendable points of a member in a program buy; nothing where nobody knows."""
    accounts = Account.objects.filter(member__merchant=request.merchant).select_related("program")
    account = get_object_or_404(accounts, member__number=numbers.tidy(number), program__code=code)
    now = clock.now()
    each = None if current(account.program, now=now).terms.unit.as_money else holdings.worth_of_a_point(account.program)
    spendable = balances.holding(account, now=now).spendable
    context = {"worth": spendable * each if each and spendable else None}
    return render(request, "reports/dashboard/member_worth.html", context)

"""The guard of a shop's dashboard and till: who works there, and how high up."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from loyalty_site import second_factor, sessions
from loyalty_site.models import User
from loyalty_site.web.guards import View, guarded, sign_in_first
from programs import operating
from programs.models import Merchant, Role, Staff
from programs.versions import ProgramGone


class MerchantRequest(HttpRequest):
    """A request that a guard has placed in a shop."""

    merchant: Merchant
    user: User


class StaffRequest(MerchantRequest):
    """A request of somebody who works at `merchant`, as `staff`."""

    staff: Staff


def staff_required(role: Role) -> Callable[[View], View]:
    """Let in the shop's own people from this role upward, setting `request.merchant` and `request.staff`.

    A manager or owner whose session owes a second factor gives it first, where the site requires one.
    A stranger gets 404, so that nobody can learn which shops exist; too low a role gets 403. A program that somebody
    discarded while the view was at work is a page that is not there any more.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guard(request: StaffRequest, *args: Any, merchant: str, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            request.staff = staff_or_404(request.user, merchant)
            request.merchant = request.staff.merchant
            if request.staff.role < role:
                raise PermissionDenied
            if request.staff.role >= Role.MANAGER and second_factor.is_owed(request):
                return second_factor.ask(request)
            sessions.seen(request)
            try:
                return view(request, *args, **kwargs)
            except ProgramGone as gone:
                raise Http404 from gone

        guard.least_role = role  # type: ignore[attr-defined]  # navigation leaves out what a role may not open
        return guarded(guard, f"staff:{Role(role).name.lower()}")

    return decorate


def till_required(view: View) -> View:
    """Let in the shop's own people to its till; `request.staff` is whoever took it over with a PIN, if anybody did."""

    @wraps(view)
    def at_the_till(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        operator = operating.operator_of(request, request.staff)
        if operator is None:
            return redirect("till-operator-switch", request.merchant.slug)
        request.staff = operator
        return view(request, *args, **kwargs)

    return staff_required(Role.CASHIER)(at_the_till)


def staff_or_404(user: User, slug: str) -> Staff:
    """Find the person's role at the shop; raises Http404 for everybody else."""
    roles = Staff.objects.select_related("merchant", "location", "user")
    staff = roles.filter(user=user, merchant__slug=slug, is_active=True).first()
    if staff is None:
        raise Http404
    return staff

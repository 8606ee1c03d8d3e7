"""Who may open a view. Every view wears exactly one guard; its name is on the view as `guard`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.module_loading import import_string
from django_htmx.http import HttpResponseClientRedirect

from loyalty_site.models import User


class MerchantRequest(HttpRequest):
    """A request that a guard has placed in a shop; which model that is, the ground does not know."""

    merchant: Any
    user: User


class UserRequest(HttpRequest):
    """A request of somebody who has signed in."""

    user: User


View = Callable[..., HttpResponseBase]
V = TypeVar("V", bound=View)


def public(view: V) -> V:
    """Let everybody in, signed in or not."""
    return guarded(view, "public")


def signed_in(view: View) -> View:
    """Let in whoever has signed in; others sign in first and come back."""

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if request.user.is_authenticated else sign_in_first(request)

    return guarded(guard, "signed-in")


def staff_required(role: int) -> Callable[[View], View]:
    """The shop's guard for pages of the ground, which names it by string in the settings."""
    guard: Callable[[View], View] = import_string(settings.STAFF_GUARD)(role)
    return guard


def guarded(view: V, name: str) -> V:
    """Write the guard's name on the view, so that a test can list who may go where."""
    view.guard = name  # type: ignore[attr-defined]
    return view


def may_open(address: str, staff: Any) -> bool:
    """Whether the page at an address asks for no higher role than this person has at the shop."""
    least = getattr(resolve(address).func, "least_role", None)
    return least is None or (staff is not None and staff.role >= least)


def address_for(url_name: str, slug: str, staff: Any) -> str:
    """Where a page of a shop is; "" for one that this person may not open, or that this site does not have."""
    try:
        address = reverse(url_name, args=[slug])
    except NoReverseMatch:
        return ""
    return address if may_open(address, staff) else ""


def sign_in_first(request: HttpRequest, *, by: str = "account_login") -> HttpResponseBase:
    """Send an anonymous visitor to sign in and back; a panel's request moves the whole page."""
    if request.headers.get("HX-Request"):
        came_from = urlsplit(request.headers.get("HX-Current-URL", "/")).path
        return HttpResponseClientRedirect(redirect_to_login(came_from, resolve_url(by)).url)
    return redirect_to_login(request.get_full_path(), resolve_url(by))

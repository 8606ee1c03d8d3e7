"""The way of a new owner to a shop: an address proven by a code, a name and a password, and what the shop is called.

What comes after, the look and the program, is done in the shop's own dashboard and can be taken up again at any time.
"""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import clock, mail, sessions
from loyalty_site.accounts import send_code
from loyalty_site.models import User
from loyalty_site.refusals import Refused
from loyalty_site.web.guards import UserRequest, public, signed_in
from loyalty_site.web.held_back import at_most
from loyalty_site.web.htmx import render_panel
from programs import addresses, opening, sign_up
from programs.forms.start import AddressForm, FirstOwnerForm, NewShopForm, OwnerForm
from programs.furnishing import STEPS
from programs.models import Merchant
from programs.opening import NewShop

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GET_POST = ["GET", "POST"]


@public
@require_http_methods(GET_POST)
@at_most(10)
def owner(request: HttpRequest) -> HttpResponse:
    """Sign a new owner up: a code goes to whatever address is given, whether somebody signs in with it or not."""
    if request.user.is_authenticated:
        return redirect("start-shop")
    if not sign_up.is_open():
        return render(request, "programs/start/owner_closed.html")
    if not mail.reaches_people():
        return first_owner(request)
    form = AddressForm(request.POST or None)
    if form.is_valid():
        return send_code(request, form, next_url=reverse("start-password"))
    context = {"form": form, "is_new_site": sign_up.is_new_site()}
    return render_panel(request, "programs/start/owner.html", context)


def first_owner(request: HttpRequest) -> HttpResponse:
    """Sign up the very first owner of a site that sends no mail; nobody else could be taken for them."""
    form = FirstOwnerForm(request.POST or None, user=User())
    if form.is_valid():
        user = User.objects.create_user(form.cleaned_data["email"], form.cleaned_data["password"], name=form.user.name)
        login(request, user, backend=BACKEND)
        return redirect("start-shop")
    return render_panel(
        request, "programs/start/owner.html", {"form": form, "is_new_site": True, "is_without_mail": True}
    )


@signed_in
@require_http_methods(GET_POST)
def password(request: UserRequest) -> HttpResponse:
    """Ask a new owner for a name and a password; whoever has one goes on to the shop."""
    user = request.user
    if user.has_usable_password():
        return redirect("start-shop")
    form = OwnerForm(request.POST or None, user=user)
    if form.is_valid():
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["name", "password"])
        sessions.renew(request, user)
        return redirect("start-shop")
    return render_panel(request, "programs/start/password.html", {"form": form})


@signed_in
@require_http_methods(GET_POST)
@at_most(10)
def shop(request: UserRequest) -> HttpResponseBase:
    """Open a shop for whoever asks, and go on to its look; the same form again leads to the same shop."""
    if not request.user.has_usable_password():
        return redirect("start-password")
    if request.method == "GET" and not sign_up.may_open(request.user):
        return render(request, "programs/start/owner_closed.html")
    form = NewShopForm(request.POST or None)
    if form.is_valid() and (merchant := opened(request, form)):
        return redirect("dashboard-look-edit", merchant.slug)
    return render_panel(request, "programs/start/shop.html", {"form": form, "steps": STEPS})


def opened(request: UserRequest, form: NewShopForm) -> Merchant | None:
    """Open the shop; None, with the reason on the form, where that cannot be."""
    new = NewShop(**form.cleaned_data, card_prefix=addresses.letters_of(form.cleaned_data["name"]))
    try:
        return opening.open_own(new, owner=request.user, now=clock.now())
    except opening.AddressTaken as refusal:
        form.add_error("slug", str(refusal.words))
    except Refused as refusal:
        form.add_error(None, str(refusal.words))
    return None


@signed_in
@require_safe
def address(request: HttpRequest) -> HttpResponse:
    """Suggest an address for `?name=`, or say whether `?slug=`, which was typed, is free."""
    typed, before = request.GET.get("slug", "").strip().lower(), request.GET.get("suggested", "")
    is_own = bool(typed) and typed != before
    slug = addresses.address_of(typed) if is_own else addresses.suggested(request.GET.get("name", ""))
    context = {
        "slug": slug,
        "suggested": before if is_own else slug,
        "is_own": is_own,
        "is_taken": is_own and addresses.is_taken(slug),
        "shop_url": shop_url(request, slug),
    }
    return render(request, "programs/start/address.html", context)


def shop_url(request: HttpRequest, slug: str) -> str:
    """Where members will find the shop, without the scheme."""
    return f"{request.get_host()}/p/{slug}"

"""The way of an invited person into a shop: the link, an address proven by a code, a name and a password, and in."""

from __future__ import annotations

from typing import cast

from django.contrib.auth import login
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from loyalty_site import clock, mail, sessions
from loyalty_site.accounts import send_code
from loyalty_site.models import User
from loyalty_site.refusals import Refused
from loyalty_site.web.guards import UserRequest, public
from loyalty_site.web.held_back import at_most
from loyalty_site.web.htmx import render_failed
from programs.forms.start import AddressForm, OwnerForm
from programs.models import Invitation, Role
from programs.staffing import inviting
from programs.staffing.roles import WORDS
from programs.views.start import BACKEND

TEMPLATE = "programs/start/invitation.html"


@public
@require_http_methods(["GET", "HEAD", "POST"])
@at_most(10)
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Say what the invitation is for, and let the person in whose address it names."""
    found = inviting.found(token, now=clock.now())
    if found is None:
        return over(request, token)
    if request.user.is_authenticated:
        return joined(cast(UserRequest, request), found, token)
    if not mail.reaches_people() and is_new(found):
        return believed(request, found, token)
    if request.method == "POST":
        form = AddressForm({"email": found.email})
        if form.is_valid():
            return send_code(request, form, next_url=request.path)
    return shown(request, found)


def joined(request: UserRequest, found: Invitation, token: str) -> HttpResponseBase:
    """Take on somebody who has signed in; who has no password yet chooses one with it."""
    user = request.user
    if user.email.lower() != found.email:
        return shown(request, found, is_somebody_else=True)
    form = None if user.has_usable_password() else OwnerForm(request.POST or None, user=named(user, found))
    if request.method != "POST" or (form and not form.is_valid()):
        return shown(request, found, form=form)
    if form:
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["name", "password"])
        sessions.renew(request, user)
    return accepted(request, token, user)


def believed(request: HttpRequest, found: Invitation, token: str) -> HttpResponseBase:
    """On a site without mail the link alone is believed, for an address that nobody signs in with yet."""
    form = OwnerForm(request.POST or None, user=named(User(email=found.email), found))
    if not form.is_valid():
        return shown(request, found, form=form)
    try:
        with transaction.atomic():
            user = User.objects.create_user(found.email, form.cleaned_data["password"], name=form.user.name)
    except IntegrityError:  # sent twice at once; the other one let the person in
        return over(request, token)
    login(request, user, backend=BACKEND)
    return accepted(request, token, user)


def accepted(request: HttpRequest, token: str, user: User) -> HttpResponseBase:
    """Let the person in: to choose a PIN first, which every till asks for."""
    try:
        staff = inviting.accept(token, user=user, now=clock.now())
    except Refused:
        return over(request, token)
    return redirect("dashboard-pin", staff.merchant.slug)


def over(request: HttpRequest, token: str) -> HttpResponse:
    """Say that a link let somebody in already, or that it lets nobody in."""
    accepted_before = inviting.used(token)
    context = {"invitation": accepted_before, "merchant": accepted_before and accepted_before.merchant}
    return render(request, "programs/start/invitation_over.html", context, status=200 if accepted_before else 404)


def shown(
    request: HttpRequest, found: Invitation, *, form: OwnerForm | None = None, is_somebody_else: bool = False
) -> HttpResponse:
    context = {
        "invitation": found,
        "merchant": found.merchant,
        "words": WORDS[Role(found.role)],
        "form": form,
        "is_somebody_else": is_somebody_else,
        "has_password": not is_new(found),
    }
    return (render_failed if form and form.errors else render)(request, TEMPLATE, context)


def is_new(found: Invitation) -> bool:
    """Whether nobody signs in with the address yet."""
    return not User.objects.filter(email__iexact=found.email).exists()


def named(user: User, found: Invitation) -> User:
    user.name = user.name or found.name
    return user

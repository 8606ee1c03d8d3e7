"""Inviting people to work at the shop: the link is shown once, and mailed where mail works."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import refuse, toast
from programs.forms.staff import InviteForm
from programs.guards import StaffRequest, staff_required
from programs.models import Invitation, Role
from programs.staffing import inviting, letters


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_invite(request: StaffRequest) -> HttpResponseBase:
    """Invite somebody and show the link, this one time; sent again, it leads to the list."""
    form = InviteForm(request.POST or None, by=request.staff, initial={"role": Role.CASHIER.value})
    if form.is_valid():
        try:
            made = inviting.invite(**form.cleaned_data, by=request.staff, now=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
        else:
            return shown(request, *made) if made else known(request)
    return render_panel(request, "programs/dashboard/staff_invite.html", {"form": form})


def known(request: StaffRequest) -> HttpResponseBase:
    toast(request, _("This person is invited already. For another link, renew the invitation."))
    return redirect("dashboard-staff", request.merchant.slug)


def shown(request: StaffRequest, invitation: Invitation, text: str) -> HttpResponseBase:
    """Mail the link, and show it to be handed on."""
    link = f"{settings.SITE_URL}{reverse('start-invitation', args=[text])}"
    context = {"invitation": invitation, "link": link, "is_mailed": letters.send(invitation, link=link)}
    return render(request, "programs/dashboard/staff_invite_done.html", context)


@staff_required(Role.MANAGER)
@require_POST
def invitation_renew(request: StaffRequest, invitation_id: int) -> HttpResponseBase:
    """Make a new link; the one before ends."""
    invitation = get_object_or_404(Invitation.objects.open(), pk=invitation_id, merchant=request.merchant)
    try:
        text = inviting.renew(invitation, by=request.staff, now=clock.now())
    except Refused as refusal:
        return refuse(request, str(refusal.words), otherwise=reverse("dashboard-staff", args=[request.merchant.slug]))
    invitation.refresh_from_db()
    return shown(request, invitation, text)


@staff_required(Role.MANAGER)
@require_POST
def invitation_withdraw(request: StaffRequest, invitation_id: int) -> HttpResponseBase:
    invitation = get_object_or_404(Invitation, pk=invitation_id, merchant=request.merchant)
    try:
        inviting.withdraw(invitation, by=request.staff, now=clock.now())
    except Refused as refusal:
        return refuse(request, str(refusal.words), otherwise=reverse("dashboard-staff", args=[request.merchant.slug]))
    toast(request, _("The invitation of %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect("dashboard-staff", request.merchant.slug)

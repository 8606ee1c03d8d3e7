"""Who is at the till: one person after the other takes it over with a PIN."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_failed
from loyalty_site.web.toasts import toast
from members.forms.operators import SwitchForm
from members.views.till import screen
from programs import operating
from programs.guards import StaffRequest, staff_required
from programs.models import Role
from programs.staffing import pins


@staff_required(Role.CASHIER)
@require_http_methods(["GET", "HEAD", "POST"])
def operator_switch(request: StaffRequest) -> HttpResponse:
    """Hand the till over to the person whose PIN is typed; what is recorded from then on is in their name."""
    form = SwitchForm(request.POST or None, merchant=request.merchant)
    if request.method == "POST" and form.is_valid():
        try:
            who, pin = form.cleaned_data["operator"], form.cleaned_data["pin"]
            operator = pins.check(who, pin, merchant=request.merchant, now=clock.now())
        except Refused as refusal:
            form.add_error("pin", str(refusal.words))
        else:
            operating.take_over(request, operator)
            toast(request, _("%(name)s is at the till now") % {"name": operator.user.get_short_name()})
            return redirect("till-home", request.merchant.slug)
    answer = render_failed if form.errors else render
    return answer(request, "members/till/operator_switch.html", {"form": form, "faults": screen.faults(form)})

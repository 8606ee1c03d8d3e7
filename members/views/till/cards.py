"""Cards at the till: starting one that lies ready."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.toasts import refuse, toast
from members import enrolling, numbers
from members.forms.cards import StartForm
from programs.guards import StaffRequest, till_required


@till_required
@require_POST
def card_start(request: StaffRequest) -> HttpResponse:
    """Start a card that nobody has yet, with nothing but its number; pressed again, it opens the same card."""
    form = StartForm(request.POST, by=request.staff)
    home = redirect("till-home", request.merchant.slug)
    if not form.is_valid():
        return refuse(request, form.fault, otherwise=home.url)
    try:
        card = enrolling.enrol(form.newcomer, merchant=request.merchant, now=clock.now())
    except Refused as refusal:
        return refuse(request, str(refusal.words), otherwise=home.url)
    toast(request, _("Card %(number)s is started") % {"number": numbers.spaced(card.number)})
    return redirect("till-member-show", request.merchant.slug, card.number)

"""How long points last, what a refund takes back, what limits a member."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from loyalty_site import clock
from programs import calendar
from programs.drafts import Working
from programs.forms.limits import CapForm, ExpiryForm, RefundForm
from programs.guards import StaffRequest, staff_required
from programs.models import Merchant, Role
from programs.views.dashboard.parts import Tab, edit_tab
from programs.views.dashboard.studio import Context, studio
from programs.wording import lasting, speech


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def program_limits(request: StaffRequest, code: str) -> HttpResponse:
    """Show and edit expiry, refunds and the cap."""
    return edit_tab(request, studio(request, code, TAB.name), TAB)


def around(working: Working, merchant: Merchant) -> Context:
    """What the expiry comes to for a purchase of today."""
    today = calendar.local_day(clock.now(), merchant.zone)
    return {
        "example": lasting.example(working.terms, merchant.currency, today=today),
        "unit_many": speech(merchant.currency, working.terms.unit).many,
    }


TAB = Tab("limits", (ExpiryForm, RefundForm, CapForm), around)

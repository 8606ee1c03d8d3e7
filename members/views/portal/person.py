"""The member as a person: what the shop knows of them."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loyalty_site import clock
from loyalty_site.models import User
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import toast
from members import details, numbers
from members.forms.portal import DetailsForm
from members.guards import MemberRequest, member_required
from members.refusals import NotAllowed


@member_required
@require_http_methods(["GET", "POST"])
def you(request: MemberRequest) -> HttpResponse:
    """Show and change what the shop knows of the member."""
    now = clock.now()
    form = DetailsForm(request.POST or None, member=request.member)
    if form.is_valid() and changed(request, form, now=now):
        return redirect("portal-you", request.merchant.slug)
    number = numbers.spaced(request.member.number)
    context = {"form": form, "number": number, "has_more_places": has_more_places(request.user)}
    return render_panel(request, "members/portal/you.html", context)


def has_more_places(user: User) -> bool:
    """Whether there is anything to choose from on the page of all cards: another card, or a shop to work for."""
    return user.memberships.count() > 1 or user.staff_roles.filter(is_active=True).exists()


def changed(request: MemberRequest, form: DetailsForm, *, now: datetime) -> bool:
    try:
        details.change(request.member, **form.cleaned_data, now=now)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal.words))
        return False
    toast(request, _("Your details are changed."))
    return True

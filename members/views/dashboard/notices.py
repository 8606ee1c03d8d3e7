"""Notices that could not be mailed yet: to whom, why, and mailing them again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from loyalty_site import clock
from loyalty_site.web.paging import page_of
from loyalty_site.web.toasts import toast
from members.models import Notice
from members.models.notices import NoticeQuerySet
from programs.guards import StaffRequest, staff_required
from programs.models import Merchant, Role


@staff_required(Role.MANAGER)
@require_safe
def notices_unsent(request: StaffRequest) -> HttpResponse:
    """List what waits for the mail server, or was given up, the newest first."""
    unsent = unsent_of(request.merchant).select_related("account__member", "program").order_by("-pk")
    return render(request, "members/dashboard/notices_unsent.html", {"page": page_of(unsent, request)})


@staff_required(Role.MANAGER)
@require_POST
def notices_mail(request: StaffRequest) -> HttpResponse:
    """Mail all of them again, as somebody does who has mended an address or the mail server."""
    count = unsent_of(request.merchant).mail_again()
    words = ngettext("%(count)d notice is mailed now.", "%(count)d notices are mailed now.", count)
    toast(request, words % {"count": count})
    return redirect("dashboard-notices-unsent", request.merchant.slug)


def unsent_of(merchant: Merchant) -> NoticeQuerySet:
    return Notice.objects.filter(program__merchant=merchant).unsent(clock.now())

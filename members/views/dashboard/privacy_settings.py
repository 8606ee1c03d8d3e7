"""What an owner decides about personal data: the texts of consents, and how long things are kept."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from loyalty_site import clock
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import toast
from members import retaining
from members.consent_texts import publish
from members.forms.privacy import ConsentTextsForm, RetentionForm
from members.models import ConsentText
from programs.guards import StaffRequest, staff_required
from programs.models import Role

GET_POST = ["GET", "HEAD", "POST"]


@staff_required(Role.OWNER)
@require_http_methods(GET_POST)
def consent_texts(request: StaffRequest) -> HttpResponseBase:
    """Write what members are asked; each alteration is a text of its own, and answers stay with the one they saw."""
    form = ConsentTextsForm(request.POST or None, merchant=request.merchant)
    if request.method == "POST" and form.is_valid():
        news = publish(request.merchant, form.wordings(), by=request.user, now=clock.now())
        toast(request, published_words(len(news)))
        return redirect("dashboard-consent-texts", request.merchant.slug)
    published = ConsentText.objects.filter(merchant=request.merchant).select_related("author").order_by("-pk")
    return render_panel(request, "members/dashboard/consent_texts.html", {"form": form, "published": published[:50]})


def published_words(count: int) -> str:
    if not count:
        return _("Nothing has changed.")
    words = ngettext("%(count)s text is asked from now on.", "%(count)s texts are asked from now on.", count)
    return words % {"count": count}


@staff_required(Role.OWNER)
@require_http_methods(GET_POST)
def retention(request: StaffRequest) -> HttpResponseBase:
    """Set after how long members and notices go by themselves, and see whom the next night would erase."""
    now, kept = clock.now(), retaining.retention_of(request.merchant)
    initial = {"unseen_months": kept.unseen_months, "notice_months": kept.notice_months} if kept else {}
    form = RetentionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        retaining.settle(request.merchant, **form.cleaned_data, by=request.user, now=now)
        toast(request, _("Saved."))
        return redirect("dashboard-retention", request.merchant.slug)
    months = initial.get("unseen_months")
    due = retaining.unseen_count(request.merchant, months, now=now) if months else None
    context = {"form": form, "due": due, "months": months}
    return render_panel(request, "members/dashboard/retention.html", context)

"""Opening the till without a line: the worker that does it, and the empty screen that it keeps."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from loyalty_site.web.guards import public
from programs.guards import StaffRequest, till_required
from programs.models import Merchant


@till_required
@require_safe
def shell(request: StaffRequest) -> HttpResponse:
    """Show the till with nobody's name and nothing of today; of who is at it there is only the signed note."""
    return render(request, "members/till/shell.html", {"is_shell": True})


@public
@require_safe
def worker(request: HttpRequest, merchant: str) -> HttpResponse:
    """Hand out the service worker of one shop's till; browsers ask for it anew, whoever is signed in."""
    context = {"merchant": get_object_or_404(Merchant, slug=merchant)}
    answer = render(request, "members/till/worker.js", context, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer

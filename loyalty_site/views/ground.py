"""Pages that belong to no shop: the landing place, the health check, the demo's mail."""

import json
import logging

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from loyalty_site import mail
from loyalty_site.web.guards import public, sign_in_first

LONGEST_REPORT = 4096  # bytes

logger = logging.getLogger(__name__)


@public
@require_GET
def landing(request: HttpRequest) -> HttpResponseBase:
    """Send people to their place: the shop they work for, their cards, the admin; on a new site, to the first shop."""
    if not request.user.is_authenticated:
        is_new = settings.SIGN_UP != "closed" and import_string(f"{settings.SIGN_UP_RULES}.is_new_site")()
        return redirect("start-owner") if is_new else sign_in_first(request)
    for name in settings.LANDINGS:
        if place := import_string(name)(request.user):
            return redirect(place)
    if request.user.is_superuser:
        return redirect("admin:index")
    return render(request, "loyalty_site/no_place.html")


@public
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database and the queue's server answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    cache.ping()  # type: ignore[attr-defined]  # ours
    return JsonResponse({"status": "ok"})


@public
@require_GET
def demo_mail(request: HttpRequest) -> HttpResponse:
    """Show what the demo sent; anywhere else there is no such page."""
    if not settings.DEMO:
        raise Http404
    return render(request, "loyalty_site/demo_mail.html", {"letters": mail.letters()})


@public
@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Write down what a browser refused to load; reports are the browser's, so they are cut and quoted."""
    report = request.body[:LONGEST_REPORT]
    logger.warning("Content security policy: %s", json.dumps(report.decode(errors="replace")))
    return HttpResponse(status=204)

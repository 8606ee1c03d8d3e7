"""The shop's logo as a file. Its address changes with the picture, so browsers may keep it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from loyalty_site.web.guards import public
from programs.models import Logo

A_YEAR = 31_536_000  # seconds


@public
@require_safe
def logo_webp(request: HttpRequest, merchant: str, digest: str) -> HttpResponse:
    logo = get_object_or_404(Logo, merchant__slug=merchant, digest=digest)
    headers = {"Cache-Control": f"public, max-age={A_YEAR}, immutable"}
    return HttpResponse(bytes(logo.picture), content_type="image/webp", headers=headers)

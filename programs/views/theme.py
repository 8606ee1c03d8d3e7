"""The shop's colour as a file: one variable, from which the style sheets derive the rest."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import condition, require_safe

from loyalty_site.web.guards import public
from programs.models import Merchant, hex_colour

MINUTES_10 = 600


def accent_rule(accent: str) -> str:
    """Return the style sheet of an accent; raises ValidationError unless it is # and six digits."""
    hex_colour(accent)
    return f":root {{ --accent: {accent.lower()}; }}\n"


def etag(request: HttpRequest, merchant: str) -> str:
    rule = accent_rule(get_object_or_404(Merchant, slug=merchant).accent)
    return f'"{sha256(rule.encode()).hexdigest()[:16]}"'


@public
@require_safe
@condition(etag_func=etag)
def theme_css(request: HttpRequest, merchant: str) -> HttpResponse:
    rule = accent_rule(get_object_or_404(Merchant, slug=merchant).accent)
    return HttpResponse(rule, content_type="text/css", headers={"Cache-Control": f"public, max-age={MINUTES_10}"})

"""The reference of the API: its OpenAPI document, and the same as a page."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from loyalty_site.api import api
from loyalty_site.web.answers import JSON
from loyalty_site.web.guards import public


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, made once per process: it says nothing of any shop."""
    return dict(api.get_openapi_schema())


@cache
def document_in_json() -> bytes:
    return orjson.dumps(document(), default=str, option=orjson.OPT_NON_STR_KEYS)


@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(document_in_json(), content_type=JSON)

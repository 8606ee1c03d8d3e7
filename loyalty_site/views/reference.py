"""The reference of the API: its OpenAPI document, and the same as a page."""

from __future__ import annotations

from functools import cache

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loyalty_site.api import api
from loyalty_site.web.answers import HINTS, JSON, STATUSES
from loyalty_site.web.guards import public
from loyalty_site.web.reference import OperationText, operations_of


@cache
def document_in_json() -> bytes:
    """The OpenAPI document, made once per process: it says nothing of any shop."""
    return orjson.dumps(dict(api.get_openapi_schema()), default=str, option=orjson.OPT_NON_STR_KEYS)


@cache
def operations() -> list[OperationText]:
    return operations_of(orjson.loads(document_in_json()))


@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(document_in_json(), content_type=JSON)


@public
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show every operation and every refusal; the same document as `openapi`, without anybody's script."""
    refusals = [(code, status, HINTS[code]) for code, status in STATUSES.items()]
    context = {"operations": operations(), "refusals": refusals, "base": request.build_absolute_uri("/api/v1")}
    return render(request, "loyalty_site/reference.html", context)

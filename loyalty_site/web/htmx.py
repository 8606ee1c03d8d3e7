"""One template, two answers: the page for a browser that navigates, a partial of it for htmx."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


def render_panel(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, partial: str = "panel", status: int = 0
) -> HttpResponse:
    """Render the page, or for htmx only its `{% partialdef <partial> %}`.

    A bound form with errors in the context (under any name) makes the answer 422.
    """
    name = f"{template}#{partial}" if is_panel_request(request) else template
    return render(request, name, dict(context), status=status or _status(context))


def move_on(request: HttpRequest, url: str) -> HttpResponseBase:
    """Send the browser to another page after a POST, whether the form was a page's own or htmx sent it."""
    return HttpResponseClientRedirect(url) if is_panel_request(request) else HttpResponseRedirect(url)


def render_failed(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Render a page whose form failed: 422, and a boosted page keeps the address it had."""
    answer = render(request, template, dict(context), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    answer.headers["HX-Push-Url"] = "false"
    return answer


def is_panel_request(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part; boosted links and restored history want the whole page."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by the middleware
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def _status(context: Mapping[str, Any]) -> HTTPStatus:
    failed = any(getattr(part, "is_bound", False) and getattr(part, "errors", None) for part in context.values())
    return HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK

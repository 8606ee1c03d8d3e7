"""The short way of the API: keys instead of sessions, so none of the middleware that pages need.

A request of the API passes what stands before `api_lane` in MIDDLEWARE, and nothing behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import resolve
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from loyalty_site import clock
from loyalty_site.round_trips import trust_connection
from loyalty_site.web.answers import Problem, refuse

PREFIX = "/api/"

Answering = Callable[[HttpRequest], HttpResponseBase]


def api_lane(get_response: Answering) -> Answering:
    """Answer requests of the API at once, and hand each to the log of requests."""
    note = import_string(settings.API_LOG)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return get_response(request)
        start = perf_counter()
        trust_connection()
        with translation.override(settings.LANGUAGE_CODE):
            answer = answered(request)
            answer.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        if isinstance(answer, HttpResponse):
            answer.headers["Content-Length"] = str(len(answer.content))
        if hasattr(request, "auth"):  # a known key
            note(request, answer, at=clock.now(), ms=(perf_counter() - start) * 1000)
        return answer

    return middleware


def answered(request: HttpRequest) -> HttpResponseBase:
    """Call the view that the address names; what is missing is refused in JSON like everything else."""
    try:
        match = request.resolver_match = resolve(request.path_info)
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return refuse(Problem("not-found", _("There is no such address.")))
    return in_json(answer) if answer.status_code == 405 else answer


def in_json(refusal: HttpResponseBase) -> HttpResponseBase:
    """Django's own answer to a method that an address does not have, in our form."""
    answer = refuse(Problem("method-not-allowed", _("This address does not answer to that method.")))
    answer.headers["Allow"] = refusal.headers["Allow"]
    return answer

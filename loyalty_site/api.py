"""The API of shops' own systems: gathers what the apps offer, and turns every "no" into one form."""

from __future__ import annotations

import logging
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser

from loyalty_site.refusals import Refused
from loyalty_site.web.answers import Problem, Refusal, path_of, refuse

logger = logging.getLogger(__name__)


class FastParser(Parser):
    """JSON by orjson, which is also strict: no NaN, no lone surrogates."""

    def parse_body(self, request: HttpRequest) -> Any:
        return orjson.loads(request.body)


class Api(NinjaAPI):
    """An operation is called in the reference as its function is."""

    nothing = HttpResponse()

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Operations answer with a response of their own, so none is made before they are called."""
        return self.nothing

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Api(
    title="Regulars",
    version="1",
    description="Orders, points and rewards for a shop's own systems.",
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    parser=FastParser(),
)
for name in settings.API_ROUTERS:
    api.add_router("", name)


@api.exception_handler(Refused)
@api.exception_handler(Problem)
def refused(request: HttpRequest, problem: Problem | Refused) -> Refusal:
    return refuse(problem)


@api.exception_handler(AuthenticationError)
def no_key(request: HttpRequest, error: AuthenticationError) -> Refusal:
    return refuse(Problem("unauthorized", _("There is no key, or it is not in use any more.")))


@api.exception_handler(Http404)
def no_row(request: HttpRequest, error: Http404) -> Refusal:
    return refuse(Problem("not-found", _("There is no such thing in this shop.")))


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> Refusal:
    """Name the first fault; what is too long a list is too much."""
    fault = error.errors[0]
    code = "too-much" if fault["type"] == "too_long" else "malformed"
    return refuse(Problem(code, fault["msg"], field=path_of(place_of(fault["loc"]))))


def place_of(location: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without what the library puts before: where in the request, and for a body the name of its argument."""
    return location[2:] if location[0] == "body" and len(location) > 2 else location[1:]


@api.exception_handler(HttpError)
def no_json(request: HttpRequest, error: HttpError) -> Refusal:
    """What the library refuses by itself is a body that is no JSON."""
    return refuse(Problem("malformed", _("The body is not JSON.")))


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, error: RequestDataTooBig) -> Refusal:
    return refuse(Problem("too-much", _("The request is too big.")))


@api.exception_handler(OperationalError)
def unavailable(request: HttpRequest, error: OperationalError) -> Refusal:
    logger.error("The database did not answer %s %s", request.method, request.path, exc_info=error)
    return refuse(Problem("unavailable", _("The books cannot be reached just now."), retry_after=1))


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A defect of ours: told to the operator in full, to the caller in general."""
    got_request_exception.send(sender=None, request=request)
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return refuse(Problem("error", _("Something went wrong on our side.")))

"""Holding back whoever sends a form too often: so many a minute from one address of the network."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from loyalty_site.web import rates
from loyalty_site.web.guards import View


def at_most(per_minute: int) -> Callable[[View], View]:
    """Answer 429 to a POST after so many in this minute; every view counts for itself. Looking is not counted."""

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST" and (wait := seconds_to_wait(request, view.__name__, per_minute)):
                refusal = render(request, "429.html", status=429)
                refusal.headers["Retry-After"] = str(wait)
                return refusal
            return view(request, *args, **kwargs)

        return counted

    return decorate


def seconds_to_wait(request: HttpRequest, name: str, per_minute: int) -> int:
    who = get_adapter().get_client_ip(request)
    return rates.seconds_to_wait(f"{name}-{who}", per_minute=per_minute, now=time.time())

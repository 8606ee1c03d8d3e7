"""A person's own sessions: where they are signed in, ended one by one, or all but this one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loyalty_site import sessions
from loyalty_site.web.guards import UserRequest, signed_in
from loyalty_site.web.toasts import toast


@signed_in
@require_safe
def me_sessions(request: UserRequest) -> HttpResponse:
    """List where somebody is signed in."""
    return render(request, "loyalty_site/me_sessions.html", {"sessions": sessions.of_user(request.user, request)})


@signed_in
@require_POST
def me_session_end(request: UserRequest, session_id: int) -> HttpResponseBase:
    """End one of one's own sessions; one that is not there any more has ended already."""
    sessions.end(request.user, session_id)
    toast(request, _("Signed out there."))
    return redirect("me-sessions")


@signed_in
@require_POST
def me_sessions_end(request: HttpRequest) -> HttpResponseBase:
    """End every session but this one."""
    sessions.end_others(request, request.user)  # type: ignore[arg-type]  # the guard let in somebody
    toast(request, _("Signed out everywhere else."))
    return redirect("me-sessions")

"""A toast says what happened, what it did, and how to undo it; it travels as one of Django's messages."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import trigger_client_event

from loyalty_site.web.htmx import is_panel_request

SEPARATOR = "\n"


@dataclass(frozen=True)
class Toast:
    text: str
    effect: str
    undo_url: str
    is_error: bool


def toast(request: HttpRequest, text: str, *, effect: str = "", undo_url: str = "") -> None:
    """Show a sentence on the next page or partial, its effect in softer words, and Undo as a POST to `undo_url`."""
    messages.success(request, SEPARATOR.join([text, effect]), extra_tags=undo_url)


def only_toasts(request: HttpRequest, *, otherwise: str) -> HttpResponse:
    """Answer htmx with the new toasts alone, and a browser that navigates with a redirect.

    Panels hear by the event `points-changed` that they should fetch themselves anew.
    """
    answer = toasts_or_redirect(request, otherwise, status=HTTPStatus.OK)
    return trigger_client_event(answer, "points-changed")


def refuse(request: HttpRequest, words: str, *, otherwise: str) -> HttpResponse:
    """Say what was refused, on a toast that stays until somebody closes it; nothing else on the page changes."""
    messages.error(request, words)
    return toasts_or_redirect(request, otherwise, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def toasts_or_redirect(request: HttpRequest, otherwise: str, *, status: HTTPStatus) -> HttpResponse:
    if not is_panel_request(request):
        return redirect(otherwise)
    return render(request, "components/toast_list.html", {"undo_here": True}, status=status)


def toast_of(message: Message) -> Toast:
    """Read a message back; messages that other code wrote are plain text without an effect."""
    text, _, effect = str(message.message).partition(SEPARATOR)
    undo_url = message.extra_tags if (message.extra_tags or "").startswith("/") else ""
    return Toast(text, effect, undo_url or "", message.level >= messages.WARNING)

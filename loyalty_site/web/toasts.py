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


def complain(request: HttpRequest, text: str) -> None:
    """Show a sentence that says what was refused; it stays until somebody closes it."""
    messages.error(request, text)


def only_toasts(request: HttpRequest, *, otherwise: str, is_refused: bool = False) -> HttpResponse:
    """Answer htmx with the new toasts alone, and a browser that navigates with a redirect.

    Unless something was refused, panels hear of it by the event `points-changed` and fetch themselves anew.
    """
    if not is_panel_request(request):
        return redirect(otherwise)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    answer = render(request, "components/toast_list.html", {"undo_here": True}, status=status)
    return answer if is_refused else trigger_client_event(answer, "points-changed")


def toast_of(message: Message) -> Toast:
    """Read a message back; messages that other code wrote are plain text without an effect."""
    text, _, effect = str(message.message).partition(SEPARATOR)
    undo_url = message.extra_tags if (message.extra_tags or "").startswith("/") else ""
    return Toast(text, effect, undo_url or "", message.level >= messages.WARNING)

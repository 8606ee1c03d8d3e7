"""A toast says what happened, what it did, and how to undo it; it travels as one of Django's messages."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

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


def toast_of(message: Message) -> Toast:
    """Read a message back; messages that other code wrote are plain text without an effect."""
    text, _, effect = str(message.message).partition(SEPARATOR)
    undo_url = message.extra_tags if (message.extra_tags or "").startswith("/") else ""
    return Toast(text, effect, undo_url or "", message.level >= messages.WARNING)

"""Whether mail reaches people, and the demo's: printed on the console and kept a while, for its visitors to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend

from loyalty_site import clock

NOWHERE = ("console.EmailBackend", "dummy.EmailBackend", "filebased.EmailBackend")
KEPT = 50
KEY = "demo-mail"


@dataclass(frozen=True)
class Letter:
    at: datetime
    to: str
    subject: str
    body: str


class DemoBackend(EmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        now = clock.now()
        sent = [Letter(now, ", ".join(mail.to), str(mail.subject), str(mail.body)) for mail in email_messages]
        keep(*sent)
        return super().send_messages(email_messages) or 0


def keep(*sent: Letter) -> None:
    """Show what the demo sent, the latest last, on its page."""
    cache.set(KEY, ([*sent][::-1] + letters())[:KEPT], timeout=None)


def reaches_people() -> bool:
    """Whether a letter can be read by whom it is for; a site without EMAIL_URL prints it instead."""
    return not settings.EMAIL_BACKEND.endswith(NOWHERE)


def letters() -> list[Letter]:
    """List what was sent, newest first; only the last fifty are kept, and only until the server restarts."""
    kept: list[Letter] = cache.get(KEY, [])
    return kept

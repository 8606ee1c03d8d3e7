"""Undo at the till: how long, and by whom, what was done a moment ago may be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from members.refusals import NotAllowed
from programs.models import Staff

WINDOW = timedelta(seconds=60)


def is_open(*, author_id: int | None, done_at: datetime, by: Staff, now: datetime) -> bool:
    """Whether a person may still undo what the staff member with that id did at an instant."""
    return author_id == by.pk and now - done_at <= WINDOW


def check(*, author_id: int | None, done_at: datetime, by: Staff, now: datetime) -> None:
    """Raise NotAllowed unless the person did it, and did it just now."""
    if author_id != by.pk:
        raise NotAllowed(_("Only the person who did this can undo it here. A manager can correct it in the dashboard."))
    if now - done_at > WINDOW:
        raise NotAllowed(_("More than a minute has passed. A manager can correct it in the dashboard."))

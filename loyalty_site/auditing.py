"""Writing down who changed what: one event for each change that staff make, never with personal data in it.

Events cannot be changed any more when somebody is erased, so members are named by card number, and what identifies
them is masked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loyalty_site.models import AuditEvent, User


def record(
    action: str,
    *,
    merchant: int | None,
    actor: User | None,
    at: datetime,
    subject: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    **details: Any,
) -> AuditEvent:
    """Write an event about `subject`; of `before` and `after` only what differs is kept. `merchant` is an id."""
    if before is not None or after is not None:
        details |= differing(before or {}, after or {})
    return AuditEvent.objects.create(
        action=action, merchant_id=merchant, actor=actor, at=at, subject=subject[:200], details=details
    )


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The keys in which two states differ, with both values."""
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return {"before": {key: before.get(key) for key in keys}, "after": {key: after.get(key) for key in keys}}


def masked(text: str) -> str:
    """A name, address or phone number that nobody can be found by: anna@example.com → a•••m, "" stays ""."""
    return f"{text[0]}•••{text[-1]}" if len(text) > 4 else "•••" if text else ""

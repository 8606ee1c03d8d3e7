"""Writing down what happens to the people of a shop, who are named by number: a name may change, or go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loyalty_site import auditing
from programs.models import Staff

SUBJECT = "staff:"  # and the number of the person's role


def note(
    action: str,
    staff: Staff,
    *,
    by: Staff | None,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    **details: Any,
) -> None:
    """Write that `by` did this to somebody of the staff; None where nobody can be named."""
    auditing.record(
        action,
        merchant=staff.merchant_id,
        actor=by.user if by else None,
        at=now,
        subject=f"{SUBJECT}{staff.pk}",
        before=before,
        after=after,
        **details,
    )

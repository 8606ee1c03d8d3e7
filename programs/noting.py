"""Writing down who published, withdrew, added or discarded which part of a shop's promises."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from loyalty_site import auditing
from loyalty_site.models import User
from programs.models import Program, ProgramVersion


def published(version: ProgramVersion, *, by: User | None, now: datetime) -> None:
    note(
        "terms-published",
        version.program,
        by=by,
        now=now,
        version=version.number,
        effective_at=version.effective_at.isoformat(),
        note=version.note,
    )


def note(action: str, program: Program, *, by: User | None, now: datetime, **details: Any) -> None:
    """Write an event about a program, which is called by its name."""
    auditing.record(action, merchant=program.merchant_id, actor=by, at=now, subject=program.name, **details)

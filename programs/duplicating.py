"""Another program with the same terms: a draft of its own, seen by nobody but the dashboard until it is published."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from loyalty_site.models import User
from programs import drafts
from programs.drafts import Working
from programs.models import Program
from programs.stopping import RUNNING


@transaction.atomic
def duplicate(working: Working, *, name: str, code: str, by: User, now: datetime) -> Program:
    """Begin a program with the terms that are worked on; it neither pauses nor closes, whatever the other one does.

    Raises IntegrityError when the shop has a program of that code.
    """
    merchant = working.program.merchant
    made = Program.objects.create(merchant=merchant, name=name, code=code, created_at=now)
    drafts.replace(made, working.document | RUNNING, by=by, now=now)
    return made

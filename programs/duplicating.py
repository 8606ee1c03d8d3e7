"""Another program with the same terms: a draft of its own, seen by nobody but the dashboard until it is published."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from loyalty_site.models import User
from programs import drafts, noting
from programs.beginning import NameTaken, free_code
from programs.drafts import Working
from programs.models import Merchant, Program
from programs.stopping import RUNNING


@transaction.atomic
def duplicate(working: Working, *, name: str, by: User, now: datetime) -> Program:
    """Begin a program with the terms that are worked on; it neither pauses nor closes, whatever the other one does.

    Raises NameTaken where the shop has a program by that name, and so does a second click.
    """
    merchant = Merchant.objects.select_for_update().get(pk=working.program.merchant_id)
    if merchant.programs.filter(name__iexact=name).exists():
        raise NameTaken(name)
    made = Program.objects.create(merchant=merchant, name=name, code=free_code(merchant, name), created_at=now)
    noting.note("program-added", made, by=by, now=now)
    drafts.replace(made, working.document | RUNNING, by=by, now=now)
    return made

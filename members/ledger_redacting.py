"""The one change that a posted entry ever sees: the name of who is erased leaves the reason that staff typed."""

from __future__ import annotations

from collections.abc import Callable

import pgtrigger
from django.db.models import Q

from members.models import LedgerEntry, Member

FINAL = "members.LedgerEntry:entry_is_final"


def redact(member: Member, without_name: Callable[[str], str], pattern: str) -> None:
    """Rewrite the reasons of a member's entries in which a pattern is found; points and all else stay as posted."""
    entries = LedgerEntry.objects.filter(account__member=member)
    with pgtrigger.ignore(FINAL):
        for entry in entries.filter(Q(reason__iregex=pattern) | Q(explain__reason__iregex=pattern)):
            typed = {"reason": without_name(entry.explain["reason"])} if "reason" in entry.explain else {}
            entries.filter(pk=entry.pk).update(reason=without_name(entry.reason), explain=entry.explain | typed)

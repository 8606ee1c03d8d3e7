"""The one change that a posted entry ever sees: the name of who is erased leaves the reason that staff typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pgtrigger
from django.db.models import F, Q

from members.models import LedgerEntry

FINAL = "members.LedgerEntry:entry_is_final"


def redact(member_ids: Sequence[int], without_name: Callable[[int, str], str]) -> None:
    """Rewrite the reasons of members' entries; `without_name` says the text of one of them without who they are.

    Points and all else stay as posted.
    """
    entries = LedgerEntry.objects.filter(account__member__in=member_ids).annotate(whose=F("account__member"))
    typed = list(entries.filter(~Q(reason="") | Q(explain__has_key="reason")))
    with pgtrigger.ignore(FINAL):
        for entry in typed:
            texts = entry.reason, entry.explain.get("reason", "")
            kept = tuple(without_name(entry.whose, text) for text in texts)
            if kept != texts:
                said = {"reason": kept[1]} if "reason" in entry.explain else {}
                LedgerEntry.objects.filter(pk=entry.pk).update(reason=kept[0], explain=entry.explain | said)

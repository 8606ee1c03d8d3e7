"""Proving the books: each account against its entries, lots, draws and tiers, each program against all its accounts.

A night proves every account by what the indexes hold, and one in 91 of them record by record; in a quarter that is
everybody. Without a day, as by hand, all are proven record by record.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from loyalty_site.jobs import JobKind
from loyalty_site.models import Job
from loyalty_site.sql import rows
from members import audit_sql, books, chunks
from programs.models import Program

DEEP_ONE_IN = 91
ACCOUNTS_AT_ONCE = 5_000  # more than batches that write take: nobody waits for one that only reads
NAMED = 100  # of one range; more than that are counted only

Difference = list[Any]  # [account or program, check, what is kept, what it should be]


def prove(
    merchant_id: int | None, first_id: int, last_id: int, *, one_in: int = 1, turn: int = 0
) -> tuple[int, list[Difference]]:
    """Count a range's accounts and name every difference found in them, all as of one instant.

    Accounts whose number leaves `turn` when divided by `one_in` are proven record by record.
    """
    parameters = {"merchant": merchant_id, "first": first_id, "last": last_id, "one_in": one_in, "turn": turn}
    count, found = rows(audit_sql.PROVE, parameters)[0]
    off: list[Difference] = json.loads(found)
    for name in settings.PROOFS:
        off += import_string(name)(merchant_id, first_id, last_id)
    return count, off


def plan(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """Ranges of at most 5,000 accounts."""
    return chunks.ranges(merchant_id, business_on, size=ACCOUNTS_AT_ONCE)


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Prove one range of a merchant's accounts; `off` names what differs."""
    turn = business_on.toordinal() % DEEP_ONE_IN if business_on else 0
    count, off = prove(merchant_id, first_id, last_id, one_in=DEEP_ONE_IN if business_on else 1, turn=turn)
    result: dict[str, Any] = {"accounts": count, "unbalanced": len({difference[0] for difference in off})}
    return result | {"off": off[:NAMED]} if off else result


def finish(job: Job) -> dict[str, Any]:
    """Hold each program's totals against all its accounts and against those kept before, and keep them."""
    off = [difference for program in Program.objects.filter(merchant=job.merchant_id) for difference in total(program)]
    return {"programs_off": off} if off else {}


def total(program: Program) -> list[Difference]:
    """Name what differs in a program's totals; they are kept unless history was rewritten."""
    found = books.add_up(program)
    off = [[program.pk, check, kept, due] for check, kept, due in found.comparisons if kept != due]
    if "history" not in {difference[1] for difference in off}:
        books.keep(program, found)
    return off


def latest(merchant_id: int) -> Job | None:
    """The audit that ended last, or the one under way if none has."""
    audits = Job.objects.of_merchant(merchant_id).filter(kind="audit-books")
    return audits.filter(finished_at__isnull=False).order_by("-finished_at").first() or audits.first()


JOB = JobKind(title=_("Audit the books"), plan=plan, work=work, finish=finish)

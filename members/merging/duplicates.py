"""Who may be one person: pairs that a night's job finds, until staff merge them or say that they are not the same."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty_site import auditing
from loyalty_site.jobs import JobKind
from loyalty_site.retrying import retried
from loyalty_site.sql import many
from members.merging import duplicates_sql
from members.models import Duplicate
from programs.models import Staff


def find(merchant_id: int, *, now: datetime) -> int:
    """Look for members of a shop who may be one person; the answer counts the pairs, also those decided before.

    One statement, whatever the number of members. Pairs that are not alike any more go; again, nothing changes.
    """
    found: int = many(duplicates_sql.KEEP, {"merchant": merchant_id, "now": now})[0][0]
    return found


@retried
def dismiss(pair: Duplicate, *, by: Staff, now: datetime) -> Duplicate:
    """Remember that two members are two people, so that nobody is asked again; twice changes nothing."""
    pair = Duplicate.objects.select_for_update(of=("self",)).select_related("first", "second").get(pk=pair.pk)
    if pair.dismissed_at is None:
        pair.dismissed_at, pair.dismissed_by = now, by
        pair.save(update_fields=["dismissed_at", "dismissed_by"])
        subject, card = pair.first.number, pair.second.number
        auditing.record(
            "dismiss-duplicate", merchant=pair.merchant_id, actor=by.user, subject=subject, at=now, card=card
        )
    return pair


def plan(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """One piece of work: everybody is held against everybody at once."""
    return [(0, 0)] if merchant_id else []


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Find a shop's pairs; run again, it finds the same."""
    return {"pairs": find(merchant_id or 0, now=now)}


JOB = JobKind(_("Look for duplicate members"), plan, work)

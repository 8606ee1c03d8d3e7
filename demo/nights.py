"""A demo shop's nights: long ago only what they changed, lately in full and on record, as a worker runs them."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import F

from loyalty_site import jobs, nights
from members import chunks, expiry, notices
from members.models import Notice
from programs.models import Merchant


def quiet(merchant: Merchant, closed: date, at: datetime) -> None:
    """Expire points and review tiers as the night after a local day would; of the review there is a record."""
    for first, last in chunks.ranges(merchant.pk, closed):
        expiry.work(merchant.pk, closed, first, last, at)
    jobs.drain(jobs.open_job("review-tiers", merchant.pk, closed), clock=lambda: at)


def told(merchant: Merchant, closed: date, at: datetime) -> None:
    """Tell members of what expires, as the night after a local day would."""
    notices.work(merchant.pk, closed, 0, notices.LAST, at)


def on_record(merchant: Merchant, closed: date, at: datetime) -> None:
    """Run every job of the night after a local day."""
    nights.night(merchant.pk, closed, clock=lambda: at)


def mailed(merchant: Merchant) -> None:
    """Let what these nights told be mailed at the time, but for people who can sign in: theirs the demo shows."""
    waiting = Notice.objects.filter(program__merchant=merchant, state=Notice.State.WAITING)
    waiting.filter(account__member__user=None).update(state=Notice.State.SENT, sent_at=F("due_at"))

"""The radar's part of the night: one look at the day that closed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty_site.jobs import JobKind
from loyalty_site.nights import last_closed_day
from members.models import JoinedFrom
from programs.models import Merchant
from reports.models import RadarLimits
from reports.radar import alerts, looking

DEVICES_KEPT = timedelta(days=183)


def plan(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """One piece of work: the statements go over the whole shop."""
    return [(merchant_id, merchant_id)] if merchant_id else []


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Look at one merchant's day, and then forget devices that are older than half a year."""
    merchant = Merchant.objects.get(pk=first_id)
    day = business_on or last_closed_day(merchant.zone_name, now)
    new = alerts.keep(merchant, looking.look(merchant, limits_of(merchant), day), day)
    JoinedFrom.objects.filter(merchant=merchant, at__lt=now - DEVICES_KEPT).delete()
    return {"alerts": new}


def limits_of(merchant: Merchant) -> RadarLimits:
    """The shop's own limits, or the defaults."""
    return RadarLimits.objects.filter(merchant=merchant).first() or RadarLimits(merchant=merchant)


JOB = JobKind(title=_("Look for abuse"), plan=plan, work=work, is_dated=True)

"""Merchants as the ground's timetable sees them."""

from collections.abc import Iterator
from datetime import date

from programs.models import Merchant


def night_calendar() -> Iterator[tuple[int, str, date]]:
    """Yield (merchant_id, zone name, first local day) of every merchant."""
    for merchant in Merchant.objects.order_by("id"):
        yield merchant.pk, merchant.zone_name, merchant.created_at.astimezone(merchant.zone).date()

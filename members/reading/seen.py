"""What a shop's orders and members have named lately: words to offer where a rule asks for a product or a segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from members import segments
from members.models import Member, Order, OrderLine
from programs.models import Merchant

LATEST, MOST = 2_000, 200  # orders and members looked at, words offered


def words_seen(merchant: Merchant, *, now: datetime) -> dict[str, list[str]]:
    """Categories, products, channels and segments, those named most often first; the latest orders alone are read."""
    latest = Order.objects.filter(merchant=merchant).order_by("-placed_at")[:LATEST]
    orders = list(latest.values_list("pk", "channel"))
    lines = list(OrderLine.objects.filter(order__in=[pk for pk, _ in orders]).values_list("category", "sku"))
    return {
        "categories": common(category for category, _ in lines),
        "products": common(sku for _, sku in lines),
        "channels": common(channel for _, channel in orders),
        "segments": common([*segments.asked_for(merchant, now=now), *segments_of(merchant)]),
    }


def segments_of(merchant: Merchant) -> Iterable[str]:
    members = Member.objects.present().filter(merchant=merchant).exclude(segments=[])
    return (segment for found in members.values_list("segments", flat=True)[:LATEST] for segment in found)


def common(words: Iterable[str]) -> list[str]:
    return [word for word, _count in Counter(filter(None, words)).most_common(MOST)]

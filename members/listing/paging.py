"""The list's order, and its pages: each begins behind a member, so that the last one costs what the first one does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.listing.choosing import HELD, LAST_VISIT
from members.listing.wanted import Wanted
from members.models import Member
from members.models.search_text import name_key

ROWS = 20
MOST_COUNTED = 10_000
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Order:
    """One way to put members in order; `key` is what they are compared by, members alike in it go by their ids."""

    label: str | Promise
    key: Any
    falls_first: bool = True  # what the first click on the column means


ORDERS: Mapping[str, Order] = {
    "name": Order(_("Member"), name_key(), falls_first=False),
    "joined": Order(_("Joined"), F("joined_at")),
    "balance": Order(_("Balance"), Coalesce(F(f"{HELD}__balance"), Value(0))),
    "visit": Order(_("Last visit"), Coalesce(F(LAST_VISIT), Value(LONG_AGO))),
}


@dataclass(frozen=True, slots=True)
class Slice:
    """One page: its members, and the ids behind and before which the neighbouring pages lie (None: there is none).

    `count` is how many fit in all, at most `MOST_COUNTED` and beyond that `is_more`, unless all were counted.
    """

    members: list[Member]
    before: int | None
    after: int | None
    count: int
    is_more: bool


def page(
    found: QuerySet[Any],
    wanted: Wanted,
    *,
    after: int | None,
    before: int | None,
    size: int = ROWS,
    all_count: bool = False,
) -> Slice:
    """Cut the page behind `after` or before `before`, both ids of members; without either the first one.

    `all_count` counts all who fit, however many: about a second at a million.
    """
    keyed = found.annotate(order_key=ORDERS[wanted.sort].key)
    is_back = before is not None
    edge = edge_of(keyed, before if is_back else after)
    falls = wanted.is_descending != is_back
    rows = fetched(ordered(beyond(keyed, edge, falls=falls), falls=falls)[: size + 1])
    has_more, rows = len(rows) > size, rows[:size]
    if is_back:
        rows.reverse()
    has_before, has_after = (has_more, edge is not None) if is_back else (edge is not None, has_more)
    return Slice(
        members=rows,
        before=rows[0].pk if rows and has_before else None,
        after=rows[-1].pk if rows and has_after else None,
        **counted(found, of_all=all_count),
    )


def fetched(cut: QuerySet[Any]) -> list[Member]:
    """Load a page's members: first their ids, because a million whole rows take longer to put in order."""
    ids = list(cut.values_list("pk", flat=True))
    by_id = Member.objects.in_bulk(ids)
    return [by_id[member_id] for member_id in ids]


def ordered(keyed: QuerySet[Any], *, falls: bool) -> QuerySet[Any]:
    return keyed.order_by("-order_key", "-id") if falls else keyed.order_by("order_key", "id")


def edge_of(keyed: QuerySet[Any], member_id: int | None) -> tuple[Any, int] | None:
    """Where a member stands in the order; None without one, or where it does not fit any more."""
    if member_id is None:
        return None
    key = keyed.filter(pk=member_id).values_list("order_key", flat=True).first()
    return None if key is None else (key, member_id)


def beyond(keyed: QuerySet[Any], edge: tuple[Any, int] | None, *, falls: bool) -> QuerySet[Any]:
    """Those that come after an edge; the first condition is the range that an index can begin at."""
    if edge is None:
        return keyed
    key, member_id = edge
    side = "lt" if falls else "gt"
    further = Q(**{f"order_key__{side}": key}) | Q(**{f"id__{side}": member_id})
    return keyed.filter(Q(**{f"order_key__{side}e": key}) & further)


def counted(found: QuerySet[Any], *, of_all: bool) -> dict[str, Any]:
    """Count at most some thousands, unless somebody wants to know: more of them nobody turns over."""
    if of_all:
        return {"count": found.order_by().count(), "is_more": False}
    count = found.order_by()[: MOST_COUNTED + 1].count()
    return {"count": min(count, MOST_COUNTED), "is_more": count > MOST_COUNTED}

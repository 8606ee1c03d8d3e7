"""Which members fit: a list's filters as a query."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

from members import finding
from members.listing import own_fields
from members.listing.wanted import Days, Wanted, When
from programs.models import Merchant

HELD = "held"  # the account in the list's program, joined once
LAST_VISIT = f"{HELD}__last_order_at"


def chosen(merchant: Merchant, wanted: Wanted, *, now: datetime) -> QuerySet[Any]:
    """The members that fit every filter, in no order; tier, balance and last visit are found under `held`."""
    found: QuerySet[Any] = finding.search(merchant, wanted.text) if wanted.text else merchant.members.present()
    in_program = Q(accounts__program=wanted.program) if wanted.program else Q(pk=None)
    found = found.alias(**{HELD: FilteredRelation("accounts", condition=in_program)})
    found = found.filter(*conditions(merchant, wanted, now=now))
    return functools.reduce(own_fields.narrowed, wanted.own, found).order_by()


def conditions(merchant: Merchant, wanted: Wanted, *, now: datetime) -> Iterator[Q]:
    yield from account_conditions(wanted)
    yield from instants(LAST_VISIT, wanted.visited, merchant, now=now)
    yield from instants("joined_at", wanted.joined, merchant, now=now)
    if wanted.location is not None:
        yield Q(joined_location=wanted.location)
    if wanted.tags:
        yield Q(segments__contains=list(wanted.tags))
    if wanted.consent:
        yield Q(consents__contains=[wanted.consent])
    if wanted.is_blocked is not None:
        yield Q(is_blocked=wanted.is_blocked)


def account_conditions(wanted: Wanted) -> Iterator[Q]:
    if wanted.tiers:
        yield Q(**{f"{HELD}__tier_code__in": wanted.tiers})
    if wanted.balance_from is not None:
        yield Q(**{f"{HELD}__balance__gte": wanted.balance_from})
    if wanted.balance_to is not None:
        yield Q(**{f"{HELD}__balance__lte": wanted.balance_to})


def instants(column: str, days: Days, merchant: Merchant, *, now: datetime) -> Iterator[Q]:
    if days.when is When.NEVER:
        yield Q(**{f"{column}__isnull": True})
    since, until = days.span(merchant.zone, now=now)
    if since:
        yield Q(**{f"{column}__gte": since})
    if until:
        yield Q(**{f"{column}__lt": until})

"""Choosing the members of a bulk change, and saying what is to be done with them. Nothing is changed yet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from members.exporting import work as exporting
from members.models import Bulk, Export, Member
from members.refusals import NotAllowed
from programs.models import Program, Role, Staff

DRAFTS_KEPT = timedelta(days=2)

CHOOSE = """
INSERT INTO members_bulkrow (bulk_id, member_id) SELECT %s, chosen.id FROM ({chosen}) AS chosen ORDER BY chosen.id
"""


@transaction.atomic
def start(kind: str, found: QuerySet[Any], *, query: str = "", by: Staff, reference: str, now: datetime) -> Bulk:
    """Draft a change to the members that a query finds now, without the person's own card; once per reference.

    Who comes to fit later is not among them. Raises NotAllowed for a cashier, and where nobody is left.
    """
    if by.role < Role.MANAGER:
        raise NotAllowed(_("A manager or the owner changes many members at once."))
    written = {"kind": kind, "author": by, "query": query, "created_at": now}
    bulk, is_new = Bulk.objects.get_or_create(merchant=by.merchant, reference=reference, defaults=written)
    changed = found if kind == Bulk.Kind.EXPORT else found.exclude(own_card(by))
    if is_new and not choose(bulk, changed):
        raise NotAllowed(_("Nobody is chosen. Tick members in the list first; your own card does not count."))
    return bulk


def own_card(by: Staff) -> Q:
    """The cards that are the staff person's own, by sign-in or by e-mail address."""
    return Q(user=by.user_id) | Q(email__iexact=by.user.email)


def choose(bulk: Bulk, found: QuerySet[Any]) -> int:
    """Write down who is chosen, in one statement however many they are; answer how many."""
    try:
        sql, parameters = found.order_by().values("id").query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(CHOOSE.format(chosen=sql), [bulk.pk, *parameters])
        return int(cursor.rowcount)


def of_ids(by: Staff, ids: Collection[int]) -> QuerySet[Member]:
    """The members who were ticked, of this shop only."""
    return by.merchant.members.present().filter(pk__in=ids)


def say_tag(bulk: Bulk, tag: str) -> None:
    """Say which tag a draft adds or takes away."""
    Bulk.objects.filter(pk=bulk.pk, state=Bulk.State.DRAFT).update(tag=tag)


def say_points(bulk: Bulk, *, program: Program, points: int, reason: str) -> None:
    """Say how many points a draft adds (+) or takes (−) for everybody, and why."""
    said = {"program": program, "points": points, "reason": reason}
    Bulk.objects.filter(pk=bulk.pk, state=Bulk.State.DRAFT).update(**said)


@transaction.atomic
def export(bulk: Bulk, form: str, *, by: Staff, now: datetime) -> Export:
    """Ask for a file of everybody who was chosen, once for each draft; the caller tells the queue of the job."""
    known = Bulk.objects.select_for_update().get(pk=bulk.pk)
    Bulk.objects.filter(pk=known.pk, state=Bulk.State.DRAFT).update(state=Bulk.State.DONE, finished_at=now)
    chosen = {"bulk": bulk.pk}
    return exporting.ask(
        kind=Export.Kind.MEMBERS, form=form, chosen=chosen, reference=f"bulk:{bulk.pk}", by=by, now=now
    )


def drop(bulk: Bulk) -> None:
    """Forget a draft; one that was started stays."""
    Bulk.objects.filter(pk=bulk.pk, state=Bulk.State.DRAFT).delete()


def sweep(*, now: datetime) -> None:
    """Forget drafts that nobody went on with for two days."""
    for old in Bulk.objects.filter(state=Bulk.State.DRAFT, created_at__lt=now - DRAFTS_KEPT)[:20]:
        old.delete()

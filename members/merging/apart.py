"""Undoing a merge, for thirty days: both members are again what they were, and what came since is sorted out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from loyalty_site.retrying import retried
from members import adjusting, ledger, ledger_merging
from members.ledger_merging import Standing
from members.merging import belongings, persons, returning, standing
from members.merging.together import hold, note
from members.models import Account, LedgerEntry, Merge, Order, TierChange
from members.refusals import NotAllowed, OwnCard
from programs.models import Role, Staff


@retried
def undo(merge: Merge, *, by: Staff, now: datetime) -> Merge:
    """Make two members of one again; a second undo changes nothing.

    What was bought since stays with the member that stayed. Raises NotAllowed for a cashier, after thirty days, or
    where one of the two was merged again or erased, and OwnCard where one of the two is the person's own.
    """
    member, into = hold(merge.member, merge.into)
    merge = Merge.objects.select_related("by", "merchant").get(pk=merge.pk)
    merge.member, merge.into = member, into
    if merge.undone_at:
        return merge
    refuse(merge, by, now=now)
    accounts = merge.before["accounts"]
    member.merged_into = None
    member.save(update_fields=["merged_into"])
    belongings.go_back(merge, {kept["source"]: kept["target"] for kept in accounts})
    held = [account_id for kept in accounts for account_id in (kept["source"], kept["target"])]
    ledger.expire(sorted(held), now=now)
    for kept in accounts:
        part(merge, kept, now=now)
    ledger.expire(sorted(held), now=now)
    persons.part(merge)
    merge.undone_at, merge.undone_by = now, by
    merge.save(update_fields=["undone_at", "undone_by"])
    note(merge, "undo-merge", by=by, now=now)
    return merge


def refuse(merge: Merge, by: Staff, *, now: datetime) -> None:
    """Refuse what cannot be undone any more, or not by this person."""
    if by.role < Role.MANAGER or by.merchant_id != merge.merchant_id:
        raise NotAllowed(_("A manager or the owner undoes a merge."))
    if now > merge.undo_until:
        raise NotAllowed(_("This merge is older than 30 days, so it cannot be undone any more."))
    if merge.into.merged_into_id:
        raise NotAllowed(_("This card was merged again. Undo the later merge first."))
    if merge.into.erased_at or not merge.before:
        raise NotAllowed(_("This member was erased, so the merge cannot be undone any more."))
    if adjusting.is_own_card(merge.member, by) or adjusting.is_own_card(merge.into, by):
        raise OwnCard


def part(merge: Merge, kept: dict[str, Any], *, now: datetime) -> None:
    """Give one program's accounts back their points, tiers and counters."""
    ids = kept["source"], kept["target"]
    held = ledger.lock(ids)
    since = returning.came_since(merge, kept, now=now)
    ledger_merging.link([kept["source"]], None)
    ledger_merging.link(kept["earlier"], kept["source"])
    returning.give_back(merge, held[kept["source"]], held[kept["target"]], since, now=now)
    source, target = (Account.objects.select_related("program__merchant").get(pk=pk) for pk in ids)
    alone = alone_of(source, [entry for entry in since.charges if entry.order_id])
    source.order_count, source.order_total = alone.order_count, alone.order_total
    other = standing.apart(target, source, kept, now=now)
    ledger_merging.stand([alone, other], cause=TierChange.Cause.UNMERGED, at=now)


def alone_of(source: Account, refunds: list[LedgerEntry]) -> Standing:
    """How the account that ended stands again, after the refunds of its purchases that came meanwhile."""
    stands = standing.standing_of(source)
    stands.qualifying = standing.counted(source)
    stands.order_total -= sum((Decimal(refund.explain["amount"]) for refund in refunds), Decimal(0))
    orders = Order.objects.in_bulk({refund.order_id for refund in refunds})
    stands.order_count -= sum(order.refunded == order.amount for order in orders.values())
    return stands

"""Accounts that were merged: which became which, and which lot became which. Whoever posts asks here for whom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from loyalty_site.sql import rows
from members import ledger
from members.models import Account, EntryKind, LedgerEntry, LotMove, Member
from members.movements import Held

ABSORBED = "SELECT id, merged_into_id FROM members_account WHERE merged_into_id = ANY(%s::bigint[])"


def absorbed(account_ids: Collection[int]) -> dict[int, int]:
    """The accounts that were merged into these, each with the one that it became."""
    return dict(rows(ABSORBED, [list(account_ids)])) if account_ids else {}


def as_parameters(account_ids: Collection[int]) -> dict[str, list[int]]:
    """What was merged into these accounts, and the account of each, as the statement of a review takes it."""
    became = absorbed(account_ids)
    return {"absorbed": list(became), "heirs": list(became.values())}


def absorbed_before(account_ids: Collection[int], start: datetime) -> dict[int, int]:
    """The accounts that had been merged into these by an instant, each with the one that it became."""
    merged = Account.objects.filter(merged_into__in=account_ids, member__merges_away__undone_at=None)
    merged = merged.filter(member__merges_away__at__lt=start)
    return {pk: heir_id for pk, heir_id in merged.values_list("pk", "merged_into") if heir_id}


def with_absorbed(account_ids: Collection[int]) -> dict[int, int]:
    """These accounts and those that were merged into them, each with the one that counts it."""
    return {account_id: account_id for account_id in account_ids} | absorbed(account_ids)


def hold(account: Account) -> tuple[Account, dict[int, Held]]:
    """Lock an account or, where it was merged meanwhile, the one that it became; which one, and how it stands."""
    held = ledger.lock([account.pk])
    heir_id = held[account.pk].merged_into_id
    if heir_id is None:
        return account, held
    return hold(Account.objects.select_related("member", "program__merchant").get(pk=heir_id))


def line_of(account_id: int) -> list[int]:
    """An account and, where it was merged, the one that it became."""
    heirs = Account.objects.filter(merged=account_id)
    return [account_id, *heirs.values_list("pk", flat=True)]


def is_same(account_id: int, other_id: int) -> bool:
    """Whether two accounts are one, perhaps by a merge."""
    return account_id == other_id or account_id in absorbed([other_id])


def accounts_of(member: Member) -> QuerySet[Account]:
    """A member's accounts and those of the members who were merged into this one."""
    owners = (
        Member.objects.filter(pk=member.pk)
        .values("pk")
        .union(Member.objects.filter(merged_into=member).values("pk"), all=True)
    )
    return Account.objects.filter(member__in=owners)


def became(member_ids: Collection[int]) -> dict[int, int]:
    """Those of the members who were merged, each with the member they became."""
    if not member_ids:
        return {}
    merged = Member.objects.filter(pk__in=member_ids, merged_into__isnull=False)
    return {pk: heir_id for pk, heir_id in merged.values_list("pk", "merged_into") if heir_id}


def lots_after_each(lot_ids: Collection[int]) -> dict[int, list[int]]:
    """Each lot, and those that it became in merges, those that were undone too; the latest last."""
    found = {lot_id: [lot_id] for lot_id in lot_ids}
    firsts = {lot_id: lot_id for lot_id in lot_ids}
    while firsts:
        moves = LotMove.objects.filter(lot__in=firsts).order_by("pk")
        firsts = {into: firsts[lot_id] for lot_id, into in moves.values_list("lot", "into")}
        for into, first in firsts.items():
            found[first].append(into)
    return found


def merged_into(member_ids: Collection[int]) -> list[int]:
    """The members who were merged into these."""
    return list(Member.objects.filter(merged_into__in=member_ids).values_list("pk", flat=True))


def entries_of(account: Account, *, with_moves: bool = True) -> QuerySet[LedgerEntry]:
    """What was posted to an account, and what the cards did that were merged into it.

    Without `with_moves` also what came from those cards is left out, so that all points are there once.
    """
    own, merged = LedgerEntry.objects.filter(account=account), list(absorbed([account.pk]))
    if not merged:
        return own
    others = LedgerEntry.objects.filter(account__in=merged).exclude(kind=EntryKind.TRANSFER)
    return (own if with_moves else own.exclude(kind=EntryKind.TRANSFER)) | others

"""Merging: one member becomes another, with every lot's own end, both numbers, used limits and all purchases."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from loyalty_site import auditing
from loyalty_site.retrying import retried
from members import adjusting, ledger, ledger_merging
from members.merging import belongings, carrying, persons, standing
from members.models import Account, Duplicate, LedgerEntry, Member, Merge, TierChange
from members.refusals import NotAllowed, OwnCard
from programs.models import Role, Staff


@dataclass(frozen=True, slots=True)
class Pair:
    """One program's two accounts: `source` ends, `target` stays."""

    source: Account
    target: Account


@retried
def merge(member: Member, *, into: Member, take: Collection[str] = (), by: Staff, now: datetime) -> Merge:
    """Let `member` become `into`, which keeps its own fields but those to `take`; again, it answers with the first.

    Raises NotAllowed for a cashier, another shop, or somebody who was erased or merged elsewhere, and OwnCard where
    one of the two is the person's own.
    """
    member, into = hold(member, into)
    known = Merge.objects.standing().filter(member=member, into=into).first()
    if known:
        return known
    refuse(member, into, by)
    made = Merge.objects.create(merchant_id=into.merchant_id, member=member, into=into, at=now, by=by)
    pairs = pairs_of(member, into, now=now)
    made.before = {"persons": {"into": persons.values_of(into), "member": persons.values_of(member)}}
    made.before["accounts"] = [join(made, pair, now=now) for pair in pairs]
    made.moved = belongings.follow(made, {pair.source.pk: pair.target.pk for pair in pairs})
    persons.become(into, member, take)
    made.before["became"] = persons.values_of(into)
    member.merged_into = into
    member.save(update_fields=["merged_into"])
    made.moved["number"] = [persons.keep_number(made, by=by, now=now)]
    made.save(update_fields=["before", "moved"])
    Duplicate.objects.filter(first__in=[member, into], second__in=[member, into]).delete()
    note(made, "merge-members", by=by, now=now)
    return made


def hold(*members: Member) -> list[Member]:
    """Lock members in the order of their ids, and load them anew in the order given."""
    ids = [member.pk for member in members]
    locked = Member.objects.select_for_update(no_key=True, of=("self",)).select_related("merchant").order_by("pk")
    found = {member.pk: member for member in locked.filter(pk__in=ids)}
    return [found[pk] for pk in ids]


def refuse(member: Member, into: Member, by: Staff) -> None:
    """Refuse what nobody may merge, or this person may not."""
    if by.role < Role.MANAGER or {member.merchant_id, into.merchant_id} != {by.merchant_id}:
        raise NotAllowed(_("A manager or the owner merges cards of their own shop."))
    if member.pk == into.pk:
        raise NotAllowed(_("Choose two different members."))
    if member.erased_at or into.erased_at:
        raise NotAllowed(_("One of the two was erased, so there is nothing to merge."))
    if member.merged_into_id or into.merged_into_id:
        raise NotAllowed(_("One of the two was merged already. Find the member by its card again."))
    if adjusting.is_own_card(member, by) or adjusting.is_own_card(into, by):
        raise OwnCard


def pairs_of(member: Member, into: Member, *, now: datetime) -> list[Pair]:
    """Both members' accounts, held, with what has expired posted; the one that stays gets one where it has none."""
    sources = {account.program_id: account for account in belongings.accounts_of(member)}
    ledger.open_accounts({into.pk: now}, list(sources))
    targets = {account.program_id: account for account in belongings.accounts_of(into)}
    ledger.expire(sorted(account.pk for account in (*sources.values(), *targets.values())), now=now)
    for account in (*sources.values(), *targets.values()):
        account.refresh_from_db()
    return [Pair(source, targets[program_id]) for program_id, source in sorted(sources.items())]


def join(made: Merge, pair: Pair, *, now: datetime) -> dict[str, Any]:
    """Move points and tier of one program's account to the other; the answer is what an undo has to know."""
    source, target = pair.source, pair.target
    held = ledger.lock([source.pk, target.pk])
    entry = LedgerEntry.objects.filter(account=target).order_by("-pk").values_list("pk", flat=True).first() or 0
    carrying.carry(made, held[source.pk], held[target.pk], now=now)
    earlier = list(Account.objects.filter(merged_into=source).values_list("pk", flat=True))
    ledger_merging.link([source.pk, *earlier], target.pk)
    before = standing.standing_of(target)
    after = standing.together(target, source, now=now)
    ledger_merging.stand([after], cause=TierChange.Cause.MERGED, at=now)
    kept = {"before": standing.as_kept(before), "after": standing.as_kept(after), "step": standing.step_of(target)}
    return kept | {"source": source.pk, "target": target.pk, "earlier": earlier, "entry": entry}


def note(made: Merge, action: str, *, by: Staff, now: datetime) -> None:
    """Write down who merged or parted which cards; cards alone are named."""
    auditing.record(
        action,
        merchant=made.merchant_id,
        actor=by.user,
        subject=made.into.number,
        at=now,
        card=made.member.number,
        points=sum(move.points for move in made.lot_moves.all()),
    )

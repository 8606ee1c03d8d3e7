"""Whose accounts an order or an event touches: held in every running program, opened where a program may be joined."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from members import families, ledger
from members.movements import Held
from programs.models import Merchant
from programs.versions import Schedule


def hold(
    member_ids: Collection[int], merchant: Merchant, running: Schedule, *, since: datetime, now: datetime
) -> dict[int, Held]:
    """Lock the members' accounts in every running program, in id order, until the transaction ends.

    Missing ones are opened as of now, but not in programs that had closed by `since`, when the first thing happened.
    """
    if not member_ids:
        return {}
    held, joinable = ledger.lock_members(member_ids, running.program_ids), running.open_at(since, merchant.zone)
    if sum(account.program_id in joinable for account in held.values()) < len(member_ids) * len(joinable):
        own = list(merchant.members.filter(pk__in=member_ids).values_list("pk", flat=True))
        ledger.open_accounts(dict.fromkeys(own, now), joinable)
        held = ledger.lock_members(own, running.program_ids)
    return held


def hold_present(
    member_ids: Collection[int], merchant: Merchant, running: Schedule, *, since: datetime, now: datetime
) -> tuple[dict[int, int], dict[int, Held]]:
    """As `hold`, for members of whom some may have been merged: who they are now, and the accounts held for them."""
    now_known = {member_id: member_id for member_id in member_ids}
    while True:
        wanted = set(now_known.values())
        held = hold(wanted, merchant, running, since=since, now=now)
        became = families.became(wanted - {account.member_id for account in held.values()})
        if not became:
            return now_known, held
        now_known = {member_id: became.get(pk, pk) for member_id, pk in now_known.items()}


def known(member_ids: Collection[int], held: dict[int, Held], merchant: Merchant) -> set[int]:
    """Who of them is a member: whoever has an account, or is known where no program can be joined."""
    members = {account.member_id for account in held.values()}
    others = set(member_ids) - members
    return members | set(merchant.members.filter(pk__in=others).values_list("pk", flat=True)) if others else members


def accounts(held: dict[int, Held]) -> dict[int, list[Held]]:
    """The accounts of each member."""
    own: dict[int, list[Held]] = {}
    for account in held.values():
        own.setdefault(account.member_id, []).append(account)
    return own

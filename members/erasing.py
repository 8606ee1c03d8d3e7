"""Erasing: a member's identity goes, everywhere; what was bought and earned stays under a pseudonym.

The balance is forfeited in one entry. What other apps keep of members, each removes in a function that
`settings.ERASERS` names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from loyalty_site import auditing
from loyalty_site.models import User
from loyalty_site.retrying import retried
from members import adjusting, expiry, forgetting, ledger
from members.models import Account, Adjustment, Member
from members.movements import Held, Movement, Shortfall, Takes
from members.refusals import NotAllowed, OwnCard
from programs.models import Role, Staff
from programs.versions import Schedule

ERASED, WITHDRAWN = "member-erased", "members-withdrawn"
WHOLE = "erased"  # why points are forfeited, in an entry's explanation
OWN, STAFF, AGE = "member", "staff", "retention"  # on whose wish


@retried
def erase(member: Member, *, by: Staff, now: datetime) -> Member:
    """Erase a member as staff decided, with everybody who was merged into them; a second time changes nothing.

    There is no way back. Raises NotAllowed by a cashier or for another shop's member, OwnCard on the person's own card.
    """
    if by.role < Role.MANAGER or by.merchant_id != member.merchant_id:
        raise NotAllowed(_("A manager or the owner erases members."))
    if adjusting.is_own_card(member, by):
        raise OwnCard
    return forget([member], wish=STAFF, actor=by.user, now=now)[0]


@retried
def leave(member: Member, *, now: datetime) -> Member:
    """Erase a member as they wish themselves; a second time changes nothing."""
    return forget([member], wish=OWN, actor=None, now=now)[0]


@retried
def forget(members: Sequence[Member], *, wish: str, actor: User | None, now: datetime) -> list[Member]:
    """Erase members of one shop, as retention does; those who are erased already stay as they are."""
    people = held_family(members)
    ledger.lock(accounts_of(people))
    end(gone := present_of(people), now=now)
    for member in Member.objects.filter(pk__in=[member.pk for member in gone]).order_by("pk"):
        note(member, wish, actor, now)
    return list(Member.objects.filter(pk__in=[member.pk for member in members]))


@retried
def withdraw(
    member_ids: Sequence[int],
    untouched: Callable[[list[int]], set[int]],
    *,
    source: str,
    by: Staff | None,
    now: datetime,
) -> set[int]:
    """Erase those of one shop's members who should not have come and are `untouched`; the answer says whom.

    The numbers of their cards are free again. All accounts are held before `untouched` is asked, and one event says
    how many of a `source` are gone.
    """
    hold(member_ids)
    ledger.lock(accounts_of(member_ids))
    gone = present_of(sorted(untouched(list(member_ids))))
    end(gone, now=now, frees_numbers=True)
    if gone:
        shop, actor = gone[0].merchant_id, by.user if by else None
        auditing.record(WITHDRAWN, merchant=shop, actor=actor, at=now, subject=source, members=len(gone))
    return {member.pk for member in gone}


def present_of(member_ids: Sequence[int]) -> list[Member]:
    """Those who are not erased yet, held, in order."""
    fresh = Member.objects.select_for_update(of=("self",)).select_related("merchant", "user")
    return list(fresh.filter(pk__in=member_ids, erased_at=None).order_by("pk"))


def end(members: Sequence[Member], *, now: datetime, frees_numbers: bool = False) -> None:
    """End all that members hold, whose rows and accounts the caller holds, and forget who they were."""
    if members:
        ids = [member.pk for member in members]
        end_what_waits(ids, now=now)
        forfeit(ledger.lock(accounts_of(ids)), now=now)
        forgetting.forget(members, now=now, frees_numbers=frees_numbers)


def held_family(members: Iterable[Member]) -> list[int]:
    """The family as it is once nobody merges any of it any more: the rows stay held."""
    ids, before = [member.pk for member in members], list[int]()
    while (people := family(Member.objects.filter(pk__in=ids))) != before:
        before = people
        hold(people)
    return people


def hold(member_ids: Sequence[int]) -> None:
    """Keep everybody else from merging these members until the transaction ends."""
    held = Member.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=member_ids)
    list(held.order_by("pk").values_list("pk"))


def family(members: Iterable[Member]) -> list[int]:
    """The members themselves, whom they became, and everybody who was merged into these."""
    found = {member.merged_into_id or member.pk for member in members}
    size = 0
    while len(found) > size:
        size = len(found)
        found |= set(Member.objects.filter(merged_into__in=found).values_list("pk", flat=True))
    return sorted(found)


def accounts_of(member_ids: Sequence[int]) -> list[int]:
    return list(Account.objects.filter(member__in=member_ids).values_list("pk", flat=True))


def end_what_waits(member_ids: list[int], *, now: datetime) -> None:
    """Vouchers give their points back first, adjustments are declined: nothing moves points afterwards."""
    waiting = Adjustment.objects.filter(account__member__in=member_ids, state=Adjustment.State.WAITING)
    waiting.update(state=Adjustment.State.DECLINED, decided_at=now)
    for eraser in settings.ERASERS:
        import_string(eraser)(member_ids, now=now)


def forfeit(held: dict[int, Held], *, now: datetime) -> int:
    """Bring accounts that the caller holds to 0: points are forfeited, debt is let go. The answer is how many it took.

    What has expired by now expires first; accounts at 0 stay as they are.
    """
    expiry.expire_accounts(list(held), now=now)
    held = ledger.lock(held)
    versions = Schedule({account.program_id for account in held.values()})
    moves = [move for account in held.values() for move in moves_of(account, versions, now=now)]
    return len(ledger.post(moves, held, now=now))


def moves_of(account: Held, versions: Schedule, *, now: datetime) -> list[Movement]:
    """All that is in the account's lots, and all that it owes; of these there is one as a rule."""
    wanted = (-(account.balance + account.debt), account.debt)
    version = versions.at(account.program_id, now)
    return [
        Movement(
            account_id=account.id,
            kind="forfeit",
            points=points,
            reference=f"erase:{account.id}:{uuid4()}",
            occurred_at=now,
            takes=Takes.UNEXPIRED,
            shortfall=Shortfall.REFUSE,
            version_id=version.id,
            explain={"ended": WHOLE, "version": version.number, "points": points},
        )
        for points in wanted
        if points
    ]


def note(member: Member, wish: str, actor: User | None, now: datetime) -> None:
    """Write down that it happened, by the pseudonym alone."""
    auditing.record(ERASED, merchant=member.merchant_id, actor=actor, at=now, subject=member.number, wish=wish)

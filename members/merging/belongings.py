"""What hangs on a member and goes along: purchases, notes, numbers, referrals, corrections that wait.

Entries, lots and consents stay where they are: they are facts about the card of their time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model, QuerySet

from members.models import Account, Adjustment, CardNumber, Member, MemberNote, Merge, Order, Referral


class Belonging(NamedTuple):
    """Rows of a table that name a member, or an account, in a field."""

    rows: QuerySet[Any]
    field: str


OF_MEMBERS = (
    Belonging(Order.objects.all(), "member"),
    Belonging(CardNumber.objects.all(), "member"),
    Belonging(MemberNote.objects.all(), "member"),
    Belonging(Member.objects.all(), "merged_into"),
)
OF_ACCOUNTS = (Belonging(Adjustment.objects.filter(state=Adjustment.State.WAITING), "account"),)


def follow(merge: Merge, accounts: dict[int, int]) -> dict[str, Any]:
    """Let everything follow the member, and by `accounts` its accounts; the answer names the rows, to go back."""
    pins = list(unpinned(merge))
    MemberNote.objects.filter(pk__in=pins).update(is_pinned=False)
    moved = {name(one): move(one, merge.member_id, merge.into_id) for one in OF_MEMBERS}
    moved |= referrals(merge)
    for source_id, target_id in accounts.items():
        for one in OF_ACCOUNTS:
            moved.setdefault(name(one), []).extend(move(one, source_id, target_id))
    return moved | {"pins": pins}


def name(belonging: Belonging) -> str:
    return f"{belonging.rows.model._meta.label}.{belonging.field}"


def move(belonging: Belonging, from_id: int, to_id: int) -> list[int]:
    found = belonging.rows.filter(**{belonging.field: from_id})
    ids = list(found.values_list("pk", flat=True))
    belonging.rows.filter(pk__in=ids).update(**{belonging.field: to_id})
    return ids


def unpinned(merge: Merge) -> Iterator[int]:
    """The pinned note of the member that ended, where the other one has one: only one can be pinned."""
    pinned = MemberNote.objects.filter(is_pinned=True)
    if pinned.filter(member=merge.into_id).exists():
        yield from pinned.filter(member=merge.member_id).values_list("pk", flat=True)


def referrals(merge: Merge) -> dict[str, list[int]]:
    """Whom the member brought, and who brought them; one person neither brings itself nor is brought twice."""
    brought = Referral.objects.exclude(friend=merge.into_id)
    came = Referral.objects.exclude(member=merge.into_id)
    by, of = Belonging(brought, "member"), Belonging(came, "friend")
    is_new = not Referral.objects.filter(friend=merge.into_id).exists()
    return {
        name(by): move(by, merge.member_id, merge.into_id),
        name(of): move(of, merge.member_id, merge.into_id) if is_new else [],
    }


def go_back(merge: Merge, accounts: dict[int, int]) -> None:
    """Give everything back that followed and is still there; a correction decided since stays where it was posted."""
    for key, ids in merge.moved.items():
        if "." not in key:
            continue
        label, field = key.rsplit(".", 1)
        table: type[Model] = apps.get_model(label)
        rows = table._default_manager.filter(pk__in=ids)
        if field == "account":
            give_back_accounts(rows, accounts)
        else:
            rows.filter(**{field: merge.into_id}).update(**{field: merge.member_id})
    MemberNote.objects.filter(pk__in=merge.moved.get("pins", [])).update(is_pinned=True)
    CardNumber.objects.filter(pk__in=merge.moved.get("number", [])).delete()


def give_back_accounts(rows: QuerySet[Any], accounts: dict[int, int]) -> None:
    for source_id, target_id in accounts.items():
        rows.filter(account=target_id, state=Adjustment.State.WAITING).update(account=source_id)


def accounts_of(member: Member) -> list[Account]:
    """A member's accounts with all that decides how they stand, in the order in which they are held."""
    held = Account.objects.filter(member=member).select_related("program__merchant")
    return list(held.order_by("pk"))

"""Members whom an import enrolled, when it is undone: they are withdrawn unless something has happened since."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.db.models import Q

from members import erasing
from members.importing.judging import Desk
from members.models import Account, Adjustment, Consent, Door, Member, Order
from programs.models import Merchant


def withdraw(member_ids: Sequence[int], desk: Desk) -> set[int]:
    """Erase members who have nothing, as any other is erased: no points, purchases, sign-in. The answer says whom.

    Their addresses and card numbers are free again, so that the file may come once more.
    """
    if not member_ids:
        return set()
    asked = partial(untouched, merchant=desk.merchant)
    return erasing.withdraw(member_ids, asked, source=f"#{desk.import_id}", by=desk.by, now=desk.now)


def untouched(member_ids: Sequence[int], *, merchant: Merchant) -> set[int]:
    """Those of some members with whom nothing has happened since: not one thing that they or staff did."""
    moved = ~Q(balance=0) | Q(debt__gt=0) | Q(order_count__gt=0) | Q(redeemed__gt=0)
    asked = Q(adjustments__state=Adjustment.State.WAITING)
    touched = Account.objects.filter(moved | asked, member__in=member_ids).values("member")
    agreed = Consent.objects.filter(member__in=member_ids).exclude(door=Door.IMPORT).values("member")
    nothing: dict[str, None] = dict.fromkeys(("user", "other_numbers", "notes", "joined_from", "merged"))
    alone = merchant.members.present().filter(pk__in=member_ids, **nothing)
    return set(alone.exclude(pk__in=touched).exclude(pk__in=agreed).values_list("pk", flat=True))


def of_orders(orders: Sequence[Order], imported_id: int) -> list[int]:
    """Those buyers of some orders whom the import itself enrolled."""
    buyers = Member.objects.filter(pk__in={order.member_id for order in orders})
    return [*buyers.filter(reference__startswith=f"import:{imported_id}:").values_list("pk", flat=True)]

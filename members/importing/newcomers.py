"""Members whom an import enrolled, when it is undone: they are withdrawn unless something has happened since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from loyalty_site import sql
from members import cards
from members.models import Account, Member, Order
from programs.models import Merchant

NOBODY: dict[str, Any] = {
    "name": "", "email": "", "phone": "", "customer_number": "", "born_on": None, "language": "",
    "segments": [], "fields": {},
}  # fmt: skip

RENUMBER = """
UPDATE members_member AS member SET number = drawn.number
FROM unnest(%s::bigint[], %s::text[]) AS drawn (id, number) WHERE member.id = drawn.id
"""


def withdraw(member_ids: Sequence[int], *, merchant: Merchant, now: datetime) -> set[int]:
    """Take all that identifies them off members who have nothing: no points, purchases, sign-in. The answer says whom.

    They count as erased, and their addresses and card numbers are free again, so that the file may come once more.
    """
    ids = sorted(untouched(member_ids, merchant))
    if ids:
        sql.rows(RENUMBER, [ids, cards.draw(merchant, len(ids))])
        Member.objects.filter(pk__in=ids).update(**NOBODY, reference="", erased_at=now)
    return set(ids)


def untouched(member_ids: Sequence[int], merchant: Merchant) -> set[int]:
    moved = ~Q(balance=0) | Q(debt__gt=0) | Q(order_count__gt=0) | Q(redeemed__gt=0)
    touched = Account.objects.filter(moved, member__in=member_ids).values("member")
    alone = merchant.members.present().filter(pk__in=member_ids, user=None, other_numbers=None, notes=None)
    return set(alone.exclude(pk__in=touched).values_list("pk", flat=True))


def of_orders(orders: Sequence[Order], imported_id: int) -> list[int]:
    """Those buyers of some orders whom the import itself enrolled."""
    buyers = Member.objects.filter(pk__in={order.member_id for order in orders})
    return [*buyers.filter(reference__startswith=f"import:{imported_id}:").values_list("pk", flat=True)]

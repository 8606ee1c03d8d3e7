"""Recording the new orders of a bucket, a slice to a transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty_site.refusals import Refused
from loyalty_site.retrying import retried
from members import orders, slicing
from members.csv_orders import NOBODY, Bought, Refusal
from members.importing import customers, spool
from members.importing.judging import stranger
from members.new_orders import fault_of
from members.orders import RecordedOrder
from members.refusals import OwnCard
from members.slicing import in_turn, slices
from programs.models import Merchant

SLICE = slicing.MOST


@dataclass(slots=True)
class Recorded:
    """What came of some orders: those that were new and their points, those known after all, and the refused ones."""

    new: int = 0
    known: int = 0
    points: int = 0
    enrolled: set[str] = field(default_factory=set)
    refused: list[Refusal] = field(default_factory=list)

    def add(self, one: Bought, result: RecordedOrder | Refused) -> None:
        if isinstance(result, Refused):
            self.refused.append((one.row, words_of(result)))
        elif result.is_new:
            self.new += 1
            self.points += result.points
        else:
            self.known += 1


def record(bucket: Path, *, merchant: Merchant, now: datetime, enrols: bool, is_dry: bool) -> Recorded:
    """Record the orders of some members, a slice to a transaction; again, and they are known."""
    done = Recorded()
    for batch in slices_of(spool.orders_in(bucket)):
        results, enrolled = record_slice(batch, merchant=merchant, now=now, enrols=enrols, is_dry=is_dry)
        done.enrolled |= enrolled
        for one, result in zip(batch, results, strict=True):
            done.add(one, result)
    return done


def slices_of(orders: Iterable[Bought]) -> Iterator[list[Bought]]:
    """Cut orders into transactions: whole members, by date, unless one has bought more than a transaction holds.

    Where the file has an order's number again, its first place counts; the others come last, to be refused or known.
    """
    firsts: dict[str, Bought] = {}
    repeats = [one for one in orders if firsts.setdefault(one.reference, one) is not one]
    yield from slices(sorted(firsts.values(), key=by_member_and_date), whose=whose, most=SLICE)
    yield from in_turn(repeats, SLICE)


def whose(one: Bought) -> tuple[int, str]:
    """A known member, by whatever text; a stranger, by the text."""
    return (one.member_id, "") if one.member_id else (NOBODY, one.customer)


def by_member_and_date(one: Bought) -> tuple[Any, ...]:
    return *whose(one), one.placed_at, one.row


@retried
def record_slice(
    batch: Sequence[Bought],
    *,
    merchant: Merchant,
    now: datetime,
    enrols: bool,
    is_dry: bool,
    barred: Collection[int] = (),
) -> tuple[list[RecordedOrder | Refused], set[str]]:
    """Record orders in one transaction: one result per order, in order, and the customers enrolled for them.

    Those of the members who are `barred` get OwnCard.
    """
    unknown = [one for one in batch if one.member_id == NOBODY and fault_of(one.order(), merchant) is None]
    known = customers.known_members({one.customer for one in unknown}, merchant) if unknown else {}
    own = {customer for customer, member_id in known.items() if member_id in barred}
    strangers = [one for one in unknown if one.customer not in known and stranger(one.customer) not in barred]
    joined = customers.enrol(strangers, merchant=merchant, now=now) if enrols else {}
    owners = {customer: member_id for customer, member_id in (known | joined).items() if customer not in own}
    wanted = [one._replace(member_id=one.member_id or owners.get(one.customer, NOBODY)).order() for one in batch]
    results = orders.record_many(wanted, merchant=merchant, now=now)
    transaction.set_rollback(is_dry)
    refused = [OwnCard() if one.customer in own else result for one, result in zip(batch, results, strict=True)]
    return refused, set(joined)


def words_of(refusal: Refused) -> str:
    """The same words for the same cause, so that rows can be counted under it."""
    match refusal.code:
        case "conflict":
            return _("Recorded before with other content, or the order's rows stand apart. Put them together.")
        case "unknown-member":
            return _("Nobody here has this number, e-mail or phone. Add them, or let the import enrol its customers.")
    return str(refusal.words)

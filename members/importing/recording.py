"""Recording the new orders of a block, a slice to a transaction."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty_site.refusals import Refused
from loyalty_site.retrying import retried
from members import orders
from members.csv_orders import NOBODY, Bought, Refusal
from members.importing import customers
from members.new_orders import fault_of
from members.orders import RecordedOrder
from programs.models import Merchant

SLICE = 500  # orders in a transaction: enough to be quick, few enough that nobody at a till waits for their accounts


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


def record(part: bytes, *, merchant: Merchant, now: datetime, enrols: bool, is_dry: bool) -> Recorded:
    """Record a part of a block, a slice to a transaction; again, and its orders are known."""
    done, wanted = Recorded(), bought_of(part)
    for start in range(0, len(wanted), SLICE):
        batch = wanted[start : start + SLICE]
        results, enrolled = record_slice(batch, merchant=merchant, now=now, enrols=enrols, is_dry=is_dry)
        done.enrolled |= enrolled
        for one, result in zip(batch, results, strict=True):
            done.add(one, result)
    return done


def bought_of(part: bytes) -> list[Bought]:
    wanted: list[Bought] = pickle.loads(part)  # noqa: S301  our own words, from a process of our own
    return wanted


@retried
def record_slice(
    batch: Sequence[Bought], *, merchant: Merchant, now: datetime, enrols: bool, is_dry: bool
) -> tuple[list[RecordedOrder | Refused], set[str]]:
    """Record orders in one transaction: one result per order, in order, and the customers enrolled for them."""
    unknown = [one for one in batch if one.member_id == NOBODY and fault_of(one.order(), merchant) is None]
    known = customers.known_members({one.customer for one in unknown}, merchant) if unknown else {}
    strangers = [one for one in unknown if one.customer not in known]
    joined = customers.enrol(strangers, merchant=merchant, now=now) if enrols else {}
    owners = known | joined
    wanted = [one._replace(member_id=one.member_id or owners.get(one.customer, NOBODY)).order() for one in batch]
    results = orders.record_many(wanted, merchant=merchant, now=now)
    transaction.set_rollback(is_dry)
    return results, set(joined)


def words_of(refusal: Refused) -> str:
    """The same words for the same cause, so that rows can be counted under it."""
    match refusal.code:
        case "conflict":
            return _("Recorded before with other content, or the order's rows stand apart. Put them together.")
        case "unknown-member":
            return _("Nobody here has this number, e-mail or phone. Add them, or let the import enrol its customers.")
    return str(refusal.words)

"""Importing a shop's orders from a CSV file: batch by batch, as often as one likes.

Rows that stand together and share an order_id are the lines of one order; its amount is their sum. A day without a time
means noon in the merchant's zone. What is known already stays as it is, and a bad row never stops the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty_site.refusals import Refused
from loyalty_site.retrying import retried
from members import csv_files, enrolling, finding, numbers, orders
from members.csv_files import Row
from members.csv_orders import BadRow, Bought, order_of
from members.enrolling import NewMember
from members.models import Member
from members.new_orders import fault_of
from members.orders import RecordedOrder
from programs.models import Merchant

BATCH = 1_000
SHOWN_ROWS = 10
NOBODY = 0


@dataclass(slots=True)
class Problem:
    """One cause, what to do about it, and the rows it concerns: all counted, the first few kept."""

    words: str
    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        self.count += 1
        if len(self.rows) < SHOWN_ROWS:
            self.rows.append(row)

    def __str__(self) -> str:
        shown = ", ".join(map(str, self.rows)) + (", …" if self.count > len(self.rows) else "")
        places = ngettext("row %(rows)s", "%(count)d rows: %(rows)s", self.count) % {"count": self.count, "rows": shown}
        return f"{self.words} ({places})"


@dataclass(slots=True)
class Imported:
    """What an import did, or would do."""

    orders: int = 0
    new: int = 0
    known: int = 0
    errors: int = 0
    points: int = 0
    enrolled: int = 0
    problems: dict[str, Problem] = field(default_factory=dict)

    def refuse(self, row: int, words: str) -> None:
        self.errors += 1
        self.problems.setdefault(words, Problem(words)).add(row)

    def __str__(self) -> str:
        return _("%(orders)s orders: %(new)s new, %(known)s known, %(errors)s errors") % {
            name: f"{getattr(self, name):,}" for name in ("orders", "new", "known", "errors")
        }


def import_orders(
    path: Path,
    *,
    merchant: Merchant,
    now: datetime,
    mapped: Mapping[str, str] | None = None,
    enrols: bool = True,
    is_dry: bool = False,
    after_batch: Callable[[Imported], None] = lambda done: None,
) -> Imported:
    """Record every order of a file that is not known yet, 1,000 in a transaction; again, and nothing changes.

    With `enrols`, unknown customers become members who joined with their first order. With `is_dry`, all is worked
    out and nothing is kept. Raises csv_files.Unreadable for a file that cannot be read; what came before stays.
    """
    done = Imported()
    newcomers: set[str] = set()
    wanted = bought(csv_files.rows_of(path, mapped), merchant, done, now=now)
    while batch := list(islice(wanted, BATCH)):
        results, enrolled = record(batch, merchant=merchant, now=now, enrols=enrols, is_dry=is_dry)
        done.enrolled += len(enrolled - newcomers)
        newcomers |= enrolled if is_dry else set()
        for one, result in zip(batch, results, strict=True):
            count(one, result, done)
        after_batch(done)
    return done


def bought(rows: Iterable[Row], merchant: Merchant, done: Imported, *, now: datetime) -> Iterator[Bought]:
    """The orders of a file, as its rows stand together; unreadable ones are noted and left out."""
    locations = frozenset(merchant.locations.values_list("code", flat=True))
    for _order, group in groupby(rows, lambda row: row["order_id"] or row.number):
        together = list(group)
        done.orders += 1
        try:
            yield order_of(together, merchant, locations, now=now)
        except BadRow as problem:
            done.refuse(together[0].number, str(problem.words))


@retried
def record(
    batch: list[Bought], *, merchant: Merchant, now: datetime, enrols: bool, is_dry: bool
) -> tuple[list[RecordedOrder | Refused], set[str]]:
    """Record a batch in one transaction: one result per order, in order, and the customers enrolled for it."""
    members = known_members({one.customer for one in batch}, merchant)
    unknown = [one for one in batch if one.customer not in members and fault_of(one.order, merchant) is None]
    strangers = first_orders(unknown, now) if enrols else {}
    joined = enrol(strangers, merchant=merchant, now=now)
    members |= joined
    wanted = [replace(one.order, member_id=members.get(one.customer, NOBODY)) for one in batch]
    results = orders.record_many(wanted, merchant=merchant, now=now)
    transaction.set_rollback(is_dry)
    return results, set(joined)


def count(one: Bought, result: RecordedOrder | Refused, done: Imported) -> None:
    if isinstance(result, Refused):
        done.refuse(one.row, words_of(result))
    elif result.is_new:
        done.new += 1
        done.points += result.points
    else:
        done.known += 1


def words_of(refusal: Refused) -> str:
    """The same words for the same cause, so that rows can be counted under it."""
    match refusal.code:
        case "conflict":
            return _("Recorded before with other content, or the order's rows stand apart. Put them together.")
        case "unknown-member":
            return _("Nobody here has this number, e-mail or phone. Add them, or let the import enrol its customers.")
    return str(refusal.words)


def first_orders(strangers: Iterable[Bought], now: datetime) -> dict[str, Bought]:
    """The earliest order of every unknown customer: the day they joined."""
    first: dict[str, Bought] = {}
    for one in sorted(strangers, key=lambda one: one.order.placed_at or now):
        first.setdefault(one.customer, one)
    return first


def known_members(customers: set[str], merchant: Merchant) -> dict[str, int]:
    """Whose each of these numbers, e-mails and phones is, in one statement."""
    texts = {customer: keys_of(customer, merchant) for customer in customers}
    keys = [key for found in texts.values() for key in found]
    fits = Q(customer_number__in=customers) | Q(number__in=keys) | Q(email__in=keys) | Q(phone__in=keys)
    owners: dict[str, int] = {}
    for pk, *held in merchant.members.filter(fits).values_list("pk", "phone", "email", "number", "customer_number"):
        owners |= dict.fromkeys(filter(None, held), pk)
    return {customer: owners[key] for customer, found in texts.items() for key in found if key in owners}


def keys_of(customer: str, merchant: Merchant) -> list[str]:
    """What a customer's text may be, the likeliest last: a phone, an e-mail address, a card, the shop's own number."""
    phone = finding.phone_or_none(customer, merchant.country)
    return [*([phone] if phone else []), customer.lower(), numbers.tidy(customer), customer]


def enrol(strangers: dict[str, Bought], *, merchant: Merchant, now: datetime) -> dict[str, int]:
    """Make members of the unknown customers, all at once, or one by one where somebody spoils it."""
    if not strangers:
        return {}
    people = {customer: newcomer(customer, one) for customer, one in strangers.items()}
    try:
        made = enrolling.enrol_many(list(people.values()), merchant=merchant, now=now)
        return {customer: member.pk for customer, member in zip(people, made, strict=True)}
    except Refused:
        one_by_one = {customer: enrol_one(new, merchant, now) for customer, new in people.items()}
        return {customer: member.pk for customer, member in one_by_one.items() if member}


def enrol_one(new: NewMember, merchant: Merchant, now: datetime) -> Member | None:
    try:
        return enrolling.enrol(new, merchant=merchant, now=now)
    except Refused:
        return None


def newcomer(customer: str, one: Bought) -> NewMember:
    """An address with @ is an e-mail, one with + a phone; anything else is the shop's own number."""
    joined_at = one.order.placed_at
    if "@" in customer:
        return NewMember(email=customer, joined_at=joined_at, is_sign_up=False)
    if customer.startswith("+"):
        return NewMember(phone=customer, joined_at=joined_at, is_sign_up=False)
    return NewMember(customer_number=customer, joined_at=joined_at, is_sign_up=False)

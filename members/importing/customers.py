"""Who the customers of a file are: members by number, e-mail or phone, or people to enrol."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from loyalty_site.refusals import Refused
from loyalty_site.sql import many
from members import enrolling, finding, numbers
from members.csv_orders import Bought
from members.enrolling import NewMember
from members.models import Member
from programs.models import Merchant

# Where a text fits several, the shop's own number counts before the card, the card before the e-mail address.
OWNERS = """
SELECT 3, customer_number, id FROM members_member
    WHERE merchant_id = %(merchant)s AND customer_number = ANY(%(numbers)s) AND customer_number <> ''
UNION ALL SELECT 2, number, id FROM members_member WHERE merchant_id = %(merchant)s AND number = ANY(%(cards)s)
UNION ALL SELECT 1, lower(email), id FROM members_member
    WHERE merchant_id = %(merchant)s AND lower(email) = ANY(%(addresses)s) AND email <> ''
"""
OWNERS_OF_PHONES = """
SELECT phone, id FROM members_member WHERE merchant_id = %(merchant)s AND phone = ANY(%(phones)s) AND phone <> ''
"""


def known_members(customers: Collection[str], merchant: Merchant) -> dict[str, int]:
    """Whose each of these numbers, e-mails and phones is, in two statements at most."""
    by_text = by_number_or_address(customers, merchant)
    missing = {customer for customer in customers if customer not in by_text}
    return by_text | by_phone(missing, merchant) if missing else by_text


def by_number_or_address(customers: Collection[str], merchant: Merchant) -> dict[str, int]:
    cards = {customer: numbers.tidy(customer) for customer in customers}
    addresses = {customer: customer.lower() for customer in customers if "@" in customer}
    wish = {"numbers": list(customers), "cards": list(cards.values()), "addresses": list(addresses.values())}
    owners = {(kind, text): pk for kind, text, pk in many(OWNERS, wish | {"merchant": merchant.pk})}
    found = (
        (customer, owners.get((3, customer)) or owners.get((2, cards[customer])) or owners.get((1, customer.lower())))
        for customer in customers
    )
    return {customer: pk for customer, pk in found if pk}


def by_phone(customers: Iterable[str], merchant: Merchant) -> dict[str, int]:
    """Whose phones these are, as far as they are phones; only texts that nothing else fits are taken for one."""
    phones = {customer: finding.phone_or_none(customer, merchant.country) for customer in customers}
    wanted = [phone for phone in phones.values() if phone]
    owners = dict(many(OWNERS_OF_PHONES, {"merchant": merchant.pk, "phones": wanted})) if wanted else {}
    return {customer: owners[phone] for customer, phone in phones.items() if phone in owners}


def enrol(unknown: Iterable[Bought], *, merchant: Merchant, now: datetime) -> dict[str, int]:
    """Make members of the customers of these orders, all at once, or one by one where somebody spoils it.

    The answer is who was enrolled; who cannot be is left out.
    """
    people = {customer: newcomer(customer, one) for customer, one in first_orders(unknown).items()}
    if not people:
        return {}
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


def first_orders(orders: Iterable[Bought]) -> dict[str, Bought]:
    """The earliest order of every customer: the day they joined."""
    first: dict[str, Bought] = {}
    for one in sorted(orders, key=lambda one: one.placed_at):
        first.setdefault(one.customer, one)
    return first


def newcomer(customer: str, one: Bought) -> NewMember:
    """An address with @ is an e-mail, one with + a phone; anything else is the shop's own number."""
    if "@" in customer:
        return NewMember(email=customer, joined_at=one.placed_at, is_sign_up=False)
    if customer.startswith("+"):
        return NewMember(phone=customer, joined_at=one.placed_at, is_sign_up=False)
    return NewMember(customer_number=customer, joined_at=one.placed_at, is_sign_up=False)

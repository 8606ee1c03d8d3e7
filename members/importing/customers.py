"""Who the customers of a file are: members by number, e-mail or phone, or people to enrol."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from loyalty_site.refusals import Refused
from loyalty_site.sql import many
from members import enrolling, finding, numbers
from members.csv_orders import Bought
from members.enrolling import NewMember
from members.models import Member
from programs.models import Merchant

# One text after another, as the planner would not do for a merchant with few members so far. Where a text fits several
# members, the shop's own number counts before the card, the card before the e-mail address.
OWNERS = """
SELECT wish.n - 1, coalesce(
    (SELECT id FROM members_member
     WHERE merchant_id = merchant.id AND customer_number = wish.text AND customer_number <> '' LIMIT 1),
    (SELECT id FROM members_member WHERE merchant_id = merchant.id AND number = wish.card LIMIT 1),
    (SELECT id FROM members_member
     WHERE merchant_id = merchant.id AND lower(email) = wish.address AND email <> '' LIMIT 1)
)
FROM (SELECT %(merchant)s::bigint AS id OFFSET 0) AS merchant,
unnest(%(texts)s::text[], %(cards)s::text[], %(addresses)s::text[]) WITH ORDINALITY AS wish (text, card, address, n)
"""
OWNERS_OF_PHONES = """
SELECT wish.phone, member.id
FROM (SELECT %(merchant)s::bigint AS id OFFSET 0) AS merchant, unnest(%(phones)s::text[]) AS wish (phone),
LATERAL (
    SELECT id FROM members_member WHERE merchant_id = merchant.id AND phone = wish.phone AND phone <> '' LIMIT 1
) AS member
"""


def known_members(customers: Collection[str], merchant: Merchant) -> dict[str, int]:
    """Whose each of these numbers, e-mails and phones is, in two statements at most."""
    by_text = by_number_or_address(customers, merchant)
    missing = {customer for customer in customers if customer not in by_text}
    return by_text | by_phone(missing, merchant) if missing else by_text


def by_number_or_address(customers: Collection[str], merchant: Merchant) -> dict[str, int]:
    texts = list(customers)
    wish = {
        "merchant": merchant.pk,
        "texts": texts,
        "cards": [numbers.tidy(text) for text in texts],
        "addresses": [text.lower() if "@" in text else None for text in texts],
    }
    return {texts[n]: member_id for n, member_id in many(OWNERS, wish) if member_id}


def by_phone(customers: Iterable[str], merchant: Merchant) -> dict[str, int]:
    """Whose phones these are, as far as they are phones; only texts that nothing else fits are taken for one."""
    phones = {customer: phone_of(customer, merchant.country) for customer in customers}
    wanted = [phone for phone in phones.values() if phone]
    owners = dict(many(OWNERS_OF_PHONES, {"merchant": merchant.pk, "phones": wanted})) if wanted else {}
    return {customer: owners[phone] for customer, phone in phones.items() if phone in owners}


@lru_cache(maxsize=1 << 16)
def phone_of(customer: str, country: str) -> str | None:
    """As finding does; most customers of a file stand in it many times."""
    return finding.phone_or_none(customer, country)


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
    field = "email" if "@" in customer else "phone" if customer.startswith("+") else "customer_number"
    said: dict[str, Any] = {field: customer, "reference": f"import:{one.edition}:{one.row}" if one.edition else ""}
    return NewMember(joined_at=one.placed_at, is_sign_up=False, **said)

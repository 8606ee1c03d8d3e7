"""Telling the orders of a block that are known already from new ones, before anything is made of them or locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from loyalty_site.sql import many
from members import csv_orders
from members.csv_files import Lines
from members.csv_orders import NOBODY, BadRow, Bought, Refusal, Sheet
from members.importing import customers, spool
from members.models import Order
from programs.models import Merchant

# The limits, and a merchant that the planner cannot see, keep it from any other way than looking up one order after
# another: of a merchant with few orders so far, it would read all of them for each.
KNOWN = """
SELECT wish.n - 1, known.member_id, known.fingerprint
FROM (SELECT %(merchant)s::bigint AS id OFFSET 0) AS merchant,
unnest(%(references)s::text[], %(customers)s::text[]) WITH ORDINALITY AS wish (reference, customer, n),
LATERAL (
    SELECT member_id, fingerprint FROM members_order
    WHERE merchant_id = merchant.id AND source = %(source)s AND reference = wish.reference LIMIT 1
) AS known,
LATERAL (SELECT customer_number, number, email, phone FROM members_member WHERE id = known.member_id LIMIT 1) AS member
WHERE wish.customer IN (member.customer_number, member.email, member.phone)
OR upper(regexp_replace(wish.customer, '[^[:alnum:]]', '', 'g')) = member.number
"""


class Sifted(NamedTuple):
    """A block by what is to be done: `known` were recorded before with the same content, the others are looked into.

    The others come as the shares of the spool's buckets.
    """

    orders: int
    known: int
    shares: list[bytes]
    refused: list[Refusal]


def sift(block: Lines, sheet: Sheet, *, buckets: int) -> Sifted:
    """Read a block and leave out the orders that were recorded before; changes nothing."""
    sound, refused = read(block, sheet)
    known = recorded_before(sound, sheet.merchant)
    fresh = [one for n, one in enumerate(sound) if n not in known]
    owners = customers.known_members({one.customer for one in fresh}, sheet.merchant) if fresh else {}
    owned = [one._replace(member_id=owners.get(one.customer, NOBODY)) for one in fresh]
    return Sifted(len(sound) + len(refused), len(known), spool.shares_of(owned, buckets), refused)


def read(block: Lines, sheet: Sheet) -> tuple[list[Bought], list[Refusal]]:
    sound: list[Bought] = []
    refused: list[Refusal] = []
    for group in csv_orders.together(block.rows()):
        try:
            sound.append(csv_orders.bought(group, sheet))
        except BadRow as problem:
            refused.append((group[0].number, str(problem.words)))
    return sound, refused


def recorded_before(sound: Sequence[Bought], merchant: Merchant) -> set[int]:
    """The places of the orders that this merchant's import recorded for the same customer with the same content."""
    wish = {
        "merchant": merchant.pk,
        "source": Order.Source.IMPORT.value,
        "references": [one.reference for one in sound],
        "customers": [one.customer for one in sound],
    }
    found = many(KNOWN, wish)
    return {n for n, member_id, fingerprint in found if sound[n].fingerprint(member_id) == fingerprint}

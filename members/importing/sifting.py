"""Telling the orders of a block that are known already from new ones, before anything is made of them or locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from loyalty_site.sql import rows
from members import numbers
from members.csv_files import Row
from members.csv_orders import NOBODY, BadRow, Bought, Refusal, Sheet, bought
from members.importing import customers
from members.models import Order
from programs.models import Merchant

Block = Sequence[Sequence[Row]]

KNOWN = """
SELECT wish.n - 1, known.member_id, known.fingerprint
FROM unnest(%(references)s::text[], %(customers)s::text[], %(cards)s::text[]) WITH ORDINALITY
    AS wish (reference, customer, card, n)
JOIN members_order known ON known.merchant_id = %(merchant)s AND known.source = %(source)s
    AND known.reference = wish.reference
JOIN members_member member ON member.id = known.member_id
    AND (wish.customer IN (member.customer_number, member.email, member.phone) OR wish.card = member.number)
"""


class Sifted(NamedTuple):
    """A block by what is to be done: `known` were recorded before with the same content, `fresh` are looked into."""

    orders: int
    known: int
    fresh: list[Bought]
    refused: list[Refusal]


def sift(block: Block, sheet: Sheet) -> Sifted:
    """Read a block of rows and leave out the orders that were recorded before; changes nothing."""
    sound, refused = read(block, sheet)
    known = recorded_before(sound, sheet.merchant)
    fresh = [one for n, one in enumerate(sound) if n not in known]
    owners = customers.known_members({one.customer for one in fresh}, sheet.merchant) if fresh else {}
    owned = [one._replace(member_id=owners.get(one.customer, NOBODY)) for one in fresh]
    return Sifted(len(block), len(known), owned, refused)


def read(block: Block, sheet: Sheet) -> tuple[list[Bought], list[Refusal]]:
    sound: list[Bought] = []
    refused: list[Refusal] = []
    for group in block:
        try:
            sound.append(bought(group, sheet))
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
        "cards": [numbers.tidy(one.customer) for one in sound],
    }
    found = rows(KNOWN, wish)
    return {n for n, member_id, fingerprint in found if sound[n].fingerprint(member_id) == fingerprint}

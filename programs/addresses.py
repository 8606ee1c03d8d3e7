"""The address of a shop, its slug: suggested from the name, free or taken. Letters of other alphabets are left out."""

from __future__ import annotations

import re
from itertools import chain, count

from django.utils.text import slugify

from programs.models import Merchant

LONGEST = 40
SHORTEST = 2
FALLBACK = "shop"
LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe",
     "þ": "th", "ı": "i", "&": " ", "'": "", "’": ""}
)  # fmt: skip


def address_of(name: str) -> str:
    """Write a name as an address: Corner Café is corner-cafe, Żółw & Syn zolw-syn, 茶馆 nothing better than shop."""
    address = slugify(name.translate(LETTERS)).replace("_", "-")[:LONGEST].strip("-")
    return address if len(address) >= SHORTEST else FALLBACK


def suggested(name: str) -> str:
    """The first free address that is like the name: corner-cafe, corner-cafe-2, …"""
    wanted = address_of(name)
    taken = set(Merchant.objects.filter(slug__startswith=wanted[: LONGEST - 5]).values_list("slug", flat=True))
    tries = chain([wanted], (f"{wanted[: LONGEST - 5]}-{number}" for number in count(2)))
    return next(address for address in tries if address not in taken)


def is_taken(address: str) -> bool:
    return Merchant.objects.filter(slug=address).exists()


def letters_of(name: str) -> str:
    """What card numbers begin with: the first letters of the first two words, CC; nothing without Latin letters."""
    words = re.findall(r"[a-z]+", address_of(name)) if address_of(name) != FALLBACK else []
    return "".join(word[0] for word in words[:2]).upper()

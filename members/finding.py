"""Finding members: by card, phone, e-mail or name, or a part of any."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import reduce
from operator import and_
from typing import LiteralString

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, Value

from loyalty_site.round_trips import ask
from loyalty_site.sql import rows
from members import numbers, phones, typed
from members.finding_sql import BEGINNINGS, everybody_with, newest_with
from members.models import Member
from members.models.search_text import Folded, SearchText, last_name_key, name_key
from members.refusals import CardReplaced, UnknownMember
from programs.models import Merchant

NEWEST_LOOKED_AT = 500  # what fits one member in fifty is nearly always among them

KNOWN = """
SELECT text, found FROM (
    SELECT text, members_known(%(merchant)s, text, number) AS found
    FROM unnest(%(texts)s::text[], %(numbers)s::text[]) AS wish (text, number)
) sought WHERE found IS NOT NULL
"""
BY_PHONE = """
SELECT phone, coalesce(merged_into_id, id) FROM members_member
WHERE merchant_id = %(merchant)s AND phone = ANY(%(phones)s) AND phone <> ''
"""


def best(merchant: Merchant, text: str, most: int) -> list[Member]:
    """At most so many members that fit what somebody types: first whom it names, then whose name begins so.

    It takes a few milliseconds among a million members; nobody fits fewer than two letters.
    """
    if typed.is_too_short(text):
        return []
    begun = typed.escaped(typed.tidy(text))
    parameters = {"merchant": merchant.pk, "most": most, "text": begun, "newest": NEWEST_LOOKED_AT}
    found = named_by(merchant, text)
    found = list(dict.fromkeys(found + [row[0] for row in rows(BEGINNINGS, parameters)]))
    for statement, parts in broader(typed.parts_of(text)):
        if len(found) < most:
            named = {f"part{place}": typed.escaped(part) for place, part in enumerate(parts)}
            found = list(dict.fromkeys(found + [row[0] for row in rows(statement, parameters | named)]))
    members = Member.objects.present().in_bulk(found[:most])
    return [members[pk] for pk in found[:most] if pk in members]


def named_by(merchant: Merchant, text: str) -> list[int]:
    """The id of the member who is named in full; nothing if nobody is."""
    try:
        return [known(merchant, text)]
    except UnknownMember:
        return []


def broader(parts: list[str]) -> Iterator[tuple[LiteralString, list[str]]]:
    """The statements that look further than at how names begin, each with the parts it looks for."""
    if not typed.have_trigrams(parts):
        yield newest_with(parts), parts
        return
    if len(parts) == 1 and parts[0].isdigit():
        ending = [f"{parts[0]}\n"]
        yield everybody_with(ending), ending
    yield newest_with(parts), parts
    yield everybody_with(parts), parts


def search(merchant: Merchant, text: str) -> QuerySet[Member]:
    """All members that fit what was typed, by name; nobody for fewer than two letters."""
    if typed.is_too_short(text):
        return Member.objects.none()
    present = Member.objects.present().filter(merchant=merchant)
    fits = Q(pk__in=named_by(merchant, text))
    parts = typed.parts_of(text)
    if not typed.have_trigrams(parts):
        return begins(present, typed.tidy(text), fits).order_by("name", "id")
    held = [Q(sought__contains=Folded(Value(part))) for part in parts]
    return present.alias(sought=SearchText()).filter(fits | reduce(and_, held)).order_by("name", "id")


def begins(members: QuerySet[Member], text: str, fits: Q) -> QuerySet[Member]:
    begun = Folded(Value(text))
    keyed = members.alias(key=name_key(), last_key=last_name_key())
    return keyed.filter(fits | Q(key__startswith=begun) | Q(last_key__startswith=begun))


def exactly(merchant: Merchant, text: str) -> Member | None:
    """The one member whose card, customer number, e-mail or phone this is; None if nobody's."""
    return Member.objects.present().filter(pk__in=named_by(merchant, text)).first()


def phone_or_none(text: str, country: str) -> str | None:
    try:
        return phones.international(text, country)
    except ValidationError:
        return None


def known(merchant: Merchant, text: str) -> int:
    """The id of the one member whose card, number, e-mail or phone this is.

    Raises CardReplaced for the number of a card that works no more, UnknownMember for anything else.
    """
    bare = text.strip()
    if found := ask("members_known", merchant.pk, bare, numbers.tidy(bare)):
        return int(found)
    phoned = by_phone(merchant, [bare])
    if bare in phoned:
        return phoned[bare]
    raise refused(merchant, [text])[text]


def refused(merchant: Merchant, texts: Collection[str]) -> dict[str, UnknownMember]:
    """Why texts name nobody, in one statement: the card was replaced, or nobody knows them."""
    bare = {text: numbers.tidy(text.strip()) for text in texts}
    withdrawn = merchant.card_numbers.withdrawn().filter(number__in=[*bare.values()])
    gone = set(withdrawn.values_list("number", flat=True))
    return {text: CardReplaced(text) if number in gone else UnknownMember(text) for text, number in bare.items()}


def all_known(merchant: Merchant, texts: Collection[str]) -> dict[str, int]:
    """Members' ids by the texts that name them, in one statement, or two where some are phone numbers."""
    wanted = {text: text.strip() for text in texts}
    sought = list({text for text in wanted.values() if text})
    parameters = {"merchant": merchant.pk, "texts": sought, "numbers": [numbers.tidy(text) for text in sought]}
    found = dict(rows(KNOWN, parameters))
    found |= by_phone(merchant, [text for text in sought if text not in found])
    return {text: found[bare] for text, bare in wanted.items() if bare in found}


def by_phone(merchant: Merchant, texts: Collection[str]) -> dict[str, int]:
    phoned = {text: phone for text in texts if "@" not in text and (phone := phone_or_none(text, merchant.country))}
    if not phoned:
        return {}
    found = dict(rows(BY_PHONE, {"merchant": merchant.pk, "phones": list(phoned.values())}))
    return {text: found[phone] for text, phone in phoned.items() if phone in found}

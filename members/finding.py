"""Finding members: by card, phone, e-mail or name, or a part of any."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from loyalty_site.round_trips import ask
from loyalty_site.sql import rows
from members import cards, numbers, phones
from members.models import Member
from members.refusals import CardReplaced, UnknownMember
from programs.models import Merchant

SHORTEST = 2

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


def search(merchant: Merchant, text: str) -> QuerySet[Member]:
    """Members that fit what was typed or scanned, best found first; nobody for fewer than two letters."""
    text = text.strip()
    if len(text) < SHORTEST:
        return Member.objects.none()
    fits = Q(number=numbers.tidy(text)) | Q(customer_number=text) | Q(name__icontains=text) | Q(email__icontains=text)
    digits = "".join(letter for letter in text if letter.isdigit())
    if len(digits) >= 3:
        fits |= Q(phone__contains=digits) | Q(number__contains=digits)
    return merchant.members.filter(fits).order_by("name", "id")


def exactly(merchant: Merchant, text: str) -> Member | None:
    """The one member whose card, customer number, e-mail or phone this is; None if nobody's."""
    text = text.strip()
    if not text:
        return None
    fits = Q(number=numbers.tidy(text)) | Q(customer_number=text) | Q(email__iexact=text)
    phone = phone_or_none(text, merchant.country)
    if phone:
        fits |= Q(phone=phone)
    return merchant.members.filter(fits).first()


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
    raise CardReplaced(text) if cards.withdrawn(merchant, bare) else UnknownMember(text)


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

"""Finding members: by card, phone, e-mail or name, or a part of any."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from members import numbers, phones
from members.models import Member
from programs.models import Merchant

SHORTEST = 2


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

"""Opening a shop: the merchant, its owner, and a program that begins with the terms of a preset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from loyalty_site.models import User
from loyalty_site.refusals import Refused
from programs import versions
from programs.models import Merchant, Program, Role, Staff

FIRST_PROGRAM = "points"


class CannotOpen(Refused):
    code = "not-allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShop:
    """A shop as it is asked for; `owner` is an e-mail address, `zone_name` an IANA name, `slug` part of the address."""

    name: str
    slug: str
    currency: str
    zone_name: str
    owner: str
    country: str = "PL"
    language: str = "en"
    accent: str = "#2e5b3c"
    card_prefix: str = ""


@transaction.atomic
def open_shop(new: NewShop, *, document: dict[str, Any], now: datetime) -> Merchant:
    """Open a shop whose program runs from now on under the document's terms.

    An owner who is new here has no password yet and chooses one where others reset theirs. Raises CannotOpen, naming
    what is wrong, or TermsRefused, having changed nothing.
    """
    merchant = Merchant(
        name=new.name,
        slug=new.slug,
        currency=new.currency.upper(),
        zone_name=new.zone_name,
        country=new.country.upper(),
        language=new.language,
        accent=new.accent,
        card_prefix=new.card_prefix.upper(),
        created_at=now,
    )
    refuse_unless_valid(merchant)
    merchant.save()
    owner = User.objects.filter(email__iexact=new.owner).first() or User.objects.create_user(new.owner)
    Staff.objects.create(merchant=merchant, user=owner, role=Role.OWNER)
    program = Program.objects.create(merchant=merchant, name=_("Points"), code=FIRST_PROGRAM, created_at=now)
    versions.publish(program, document, effective_at=now, author=owner, note=_("Opening terms"))
    return merchant


def refuse_unless_valid(merchant: Merchant) -> None:
    try:
        merchant.full_clean(exclude=["created_at"])
    except ValidationError as error:
        faults = [f"{field}: {' '.join(words)}" for field, words in error.message_dict.items()]
        raise CannotOpen("; ".join(faults)) from error

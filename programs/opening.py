"""Opening a shop: the merchant and its owner, by command with a program that runs, in a browser without one yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from loyalty_site.models import AuditEvent, User
from loyalty_site.refusals import Refused
from loyalty_site.sql import rows
from programs import addresses, sign_up, versions
from programs.models import Merchant, Program, Role, Staff

FIRST_PROGRAM = "points"
MOST_SHOPS = 20  # of one owner; the operator opens more by command
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('open a shop'))"


class CannotOpen(Refused):
    code = "not-allowed"


class AddressTaken(CannotOpen):
    """Another shop has the address."""

    def __init__(self, slug: str) -> None:
        super().__init__(_("Another shop has the address “%(address)s”. Choose another one.") % {"address": slug})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShop:
    """A shop as it is asked for; `zone_name` is an IANA name, `slug` its part of the address."""

    name: str
    slug: str
    currency: str
    zone_name: str
    country: str = "PL"
    language: str = "en"
    other_languages: list[str] = field(default_factory=list)
    accent: str = "#2e5b3c"
    card_prefix: str = ""


@transaction.atomic
def open_shop(new: NewShop, *, owner: str, document: dict[str, Any], now: datetime) -> Merchant:
    """Open a shop of the `owner` with this e-mail address, whose program runs from now on under the document's terms.

    An owner who is new here has no password yet and chooses one where others reset theirs. Raises CannotOpen, naming
    what is wrong, or TermsRefused, having changed nothing.
    """
    user = User.objects.filter(email__iexact=owner).first() or User.objects.create_user(owner)
    merchant = found(new, user, now=now)
    program = Program.objects.create(merchant=merchant, name=_("Points"), code=FIRST_PROGRAM, created_at=now)
    versions.publish(program, document, effective_at=now, author=user, note=_("Opening terms"))
    return merchant


@transaction.atomic
def open_own(new: NewShop, *, owner: User, now: datetime) -> Merchant:
    """Open a shop for the person who asks, as yet without a program.

    The same name at the same address again, from another tab or a second click, returns the first shop. Raises
    CannotOpen, having changed nothing.
    """
    rows(ONE_AT_A_TIME)
    if opened := opened_before(new, owner):
        return opened
    if not sign_up.may_open(owner):
        raise CannotOpen(_("This site is not open for new shops. Ask whoever runs it."))
    if owner.staff_roles.filter(role=Role.OWNER).count() >= MOST_SHOPS and not owner.is_superuser:
        words = _("You have %(count)s shops here. Ask whoever runs this site for more.")
        raise CannotOpen(words % {"count": MOST_SHOPS})
    if addresses.is_taken(new.slug):
        raise AddressTaken(new.slug)
    return found(new, owner, now=now)


def opened_before(new: NewShop, owner: User) -> Merchant | None:
    """The shop that this person has opened already by the same name at the same address."""
    own = Merchant.objects.filter(staff__user=owner, staff__role=Role.OWNER, staff__is_active=True)
    return own.filter(slug=new.slug, name=new.name).first()


def found(new: NewShop, owner: User, *, now: datetime) -> Merchant:
    merchant = Merchant(
        name=new.name,
        slug=new.slug,
        currency=new.currency.upper(),
        zone_name=new.zone_name,
        country=new.country.upper(),
        language=new.language,
        other_languages=new.other_languages,
        accent=new.accent,
        card_prefix=new.card_prefix.upper(),
        created_at=now,
    )
    refuse_unless_valid(merchant)
    merchant.save()
    Staff.objects.create(merchant=merchant, user=owner, role=Role.OWNER)
    AuditEvent.objects.create(at=now, merchant_id=merchant.pk, actor=owner, action="open-shop", subject=merchant.slug)
    return merchant


def refuse_unless_valid(merchant: Merchant) -> None:
    try:
        merchant.full_clean(exclude=["created_at"])
    except ValidationError as error:
        faults = [f"{name}: {' '.join(words)}" for name, words in error.message_dict.items()]
        raise CannotOpen("; ".join(faults)) from error

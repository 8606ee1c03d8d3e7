"""A member as a row of a file says: read, checked, and in one spelling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from members import cards, csv_orders, own_fields, phones
from members.csv_orders import BadRow
from members.enrolling import NewMember
from members.importing import agreeing
from members.importing.columns import OWN
from members.importing.judging import Desk
from members.models import MemberField
from programs.models import Location

LONGEST = {"name": 120, "email": 254, "customer_number": 64}
EARLIEST = date(1900, 1, 1)
NOON = time(12)
TAGS = re.compile(r"[,;|]")
LONGEST_TAG = 120


@dataclass(frozen=True, slots=True)
class Shop:
    """What a row of members may name: the shop's locations by code, and its own fields."""

    places: dict[str, Location]
    fields: list[MemberField]


def shop_of(desk: Desk) -> Shop:
    places = {place.code: place for place in desk.merchant.locations.all()}
    return Shop(places, [field for field in own_fields.kept_by(desk.merchant) if OWN + field.code in desk.columns])


def person_in(cells: Sequence[str], desk: Desk, shop: Shop) -> NewMember:
    """The person that a row names. Raises Refused, with what to do, for a cell that cannot be."""
    said = said_in(cells, desk)
    name = said.get("name") or f"{said.get('first_name', '')} {said.get('last_name', '')}".strip()
    email, customer_number = said.get("email", "").lower(), said.get("customer_number", "")
    check_length({"name": name, "email": email, "customer_number": customer_number})
    phone = phone_in(said.get("phone", ""), desk)
    number = cards.read(said["number"]) if said.get("number") else ""
    if not (name or email or phone or number or customer_number):
        raise BadRow(_("The row says nobody: name, e-mail, phone and card number are all empty. Fill one in."))
    joined_at = joined_in(said.get("joined_on", ""), desk)
    new = NewMember(
        name=name,
        email=email_in(email),
        phone=phone,
        number=number,
        customer_number=customer_number,
        born_on=day_in(said.get("born_on", ""), desk),
        language=language_in(said.get("language", "")),
        joined_at=joined_at,
        location=location_in(said.get("location", ""), shop.places),
        segments=tags_in(said.get("tags", "")),
        fields=own_in(said, shop.fields),
        is_sign_up=False,
    )
    return with_consents(new, said, desk)


def said_in(cells: Sequence[str], desk: Desk) -> dict[str, str]:
    """What a row says, by our columns."""
    said = {code: desk.value(cells, code) for code in desk.columns}
    if any(value.startswith("=") for value in said.values()):
        raise BadRow(_("A cell holds a formula. Replace it with its value."))
    return said


def with_consents(new: NewMember, said: dict[str, str], desk: Desk) -> NewMember:
    """The person with what they agreed to elsewhere, as of its day, or of the day of joining."""
    agreed_at = joined_in(said.get("consented_on", ""), desk) or new.joined_at
    return replace(new, answers=agreeing.answers_in(said, agreed_at), where=agreeing.WHERE, agreed_at=agreed_at)


def check_length(said: dict[str, str]) -> None:
    for name, value in said.items():
        if len(value) > LONGEST[name]:
            words = _("The %(column)s is too long: at most %(longest)d letters.")
            raise BadRow(words % {"column": name.replace("_", " "), "longest": LONGEST[name]})


def phone_in(text: str, desk: Desk) -> str:
    try:
        return phones.international(text, desk.merchant.country)
    except ValidationError as error:
        raise BadRow(
            _("A phone number is not one. Write it with its country code, such as +48 601 234 567.")
        ) from error


def email_in(text: str) -> str:
    try:
        validate_email(text or "nobody@example.com")
    except ValidationError as error:
        raise BadRow(_("An e-mail address is not one. Write it as anna@example.com, or leave it empty.")) from error
    return text


def day_in(text: str, desk: Desk) -> date | None:
    """A birthday: a day that was."""
    if not text:
        return None
    at = csv_orders.moment(text)
    if at is None or not EARLIEST <= at.date() <= desk.now.date():
        raise BadRow(_("A date cannot be read, or lies in the future. Write it as 1988-03-31."))
    return at.date()


def joined_in(text: str, desk: Desk) -> datetime | None:
    day = day_in(text, desk)
    return min(datetime.combine(day, NOON, desk.merchant.zone), desk.now) if day else None


def language_in(text: str) -> str:
    code = text.lower().replace("_", "-")
    known = dict(settings.LANGUAGES)
    if code and code not in known:
        raise BadRow(
            _("The language is none of %(codes)s. Correct it, or leave it empty.") % {"codes": ", ".join(known)}
        )
    return code


def location_in(text: str, places: dict[str, Location]) -> Location | None:
    if text and text not in places:
        words = _("The location is none of this shop's: %(codes)s. Add it, or correct the column.")
        raise BadRow(words % {"codes": ", ".join(sorted(places)) or "–"})
    return places.get(text)


def own_in(said: dict[str, str], fields: list[MemberField]) -> dict[str, str | bool]:
    """The values of the shop's own fields, in their spelling."""
    values: dict[str, str | bool] = {}
    for field in fields:
        try:
            value = own_fields.value_of(field, said[OWN + field.code])
        except ValidationError as error:
            raise BadRow(f"{field.name}: {error.messages[0]}") from error
        if value is not None:
            values[field.code] = value
    return values


def tags_in(text: str) -> tuple[str, ...]:
    tags = dict.fromkeys(tag.strip()[:LONGEST_TAG] for tag in TAGS.split(text))
    return tuple(tag for tag in tags if tag)

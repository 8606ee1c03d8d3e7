"""Fields of a shop's own: what else it keeps of each member, such as a favourite coffee or a shoe size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from loyalty_site.web import format as formats
from members.models import Member, MemberField
from programs.models import Merchant
from programs.wording.speech import active_locale

LONGEST = 200
LARGEST, PLACES = Decimal(10**12), 4
Kind = MemberField.Kind
Value = str | bool
YES = {"yes", "true", "1", "tak", "t", "y", "是"}
NO = {"no", "false", "0", "nie", "f", "n", "否"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of a member in words."""

    field: MemberField
    words: str


def kept_by(merchant: Merchant) -> list[MemberField]:
    """The fields that a shop keeps, in its own order."""
    return list(MemberField.objects.kept().filter(merchant=merchant))


def at_till(merchant: Merchant) -> list[MemberField]:
    return [field for field in kept_by(merchant) if field.is_at_till]


def shown(member: Member, fields: Iterable[MemberField], *, this_year: int) -> list[Shown]:
    """What is known of a member, in words of the active language; what nobody filled in is left out."""
    return [
        Shown(field, words(field, member.fields[field.code], this_year=this_year))
        for field in fields
        if field.code in member.fields
    ]


def words(field: MemberField, value: Value, *, this_year: int) -> str:
    """A stored value as people read it: Yes, 42.5, 22 Nov."""
    match field.kind:
        case Kind.YES_NO:
            return _("Yes") if value is True else _("No")
        case Kind.NUMBER:
            return formats.written(Decimal(str(value)), "#,##0.####", locale=active_locale())
        case Kind.DATE:
            return formats.day(date.fromisoformat(str(value)), this_year=this_year, locale=active_locale())
    return str(value)


def value_of(field: MemberField, text: str) -> Value | None:
    """The value that a text says, as from a file; None for an empty one. Raises ValidationError with what to write."""
    text = " ".join(text.split())
    if not text:
        return None
    match field.kind:
        case Kind.YES_NO:
            return yes_or_no(text)
        case Kind.NUMBER:
            return number(text)
        case Kind.DATE:
            return day(text)
        case Kind.CHOICE:
            return choice(field, text)
    if len(text) > LONGEST:
        raise ValidationError(_("Write at most %(longest)d letters.") % {"longest": LONGEST})
    return text


def yes_or_no(text: str) -> bool:
    if text.lower() not in YES | NO:
        raise ValidationError(_("Write yes or no."))
    return text.lower() in YES


def number(text: str) -> str:
    """A number with a point or a comma, in one spelling: 42,50 is 42.5."""
    try:
        exact = Decimal(text.replace(" ", "").replace("\u00a0", "").replace(formats.MINUS, "-").replace(",", "."))
        rounded = round(exact, PLACES)
    except (InvalidOperation, ValueError) as error:
        raise ValidationError(_("Write a number, such as 42.5.")) from error
    if not exact.is_finite() or abs(exact) >= LARGEST or rounded != exact:
        raise ValidationError(_("Write a number of at most 12 digits, and 4 after the point."))
    return f"{rounded.normalize() + 0:f}"


def day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValidationError(_("Write a date as year-month-day, such as 2026-11-22.")) from error


def choice(field: MemberField, text: str) -> str:
    """One of the field's choices, whatever its capitals."""
    found = {known.casefold(): known for known in field.choices}.get(text.casefold())
    if found is None:
        raise ValidationError(_("Choose one of: %(choices)s.") % {"choices": ", ".join(field.choices)})
    return found


def laid_over(known: Mapping[str, Value], given: Mapping[str, Value | None]) -> dict[str, Value]:
    """The known values with those that were given; None takes one away."""
    both = {**known, **given}
    return {code: value for code, value in both.items() if value is not None}

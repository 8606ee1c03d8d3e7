"""Enrolling: how a person becomes a member, with an account in every running program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from loyalty_site import auditing
from loyalty_site.models import User
from loyalty_site.retrying import retried
from members import cards, consenting, ledger, numbers, occasions, phones
from members.consenting import Answer, Where
from members.models import Member
from members.refusals import Conflict, NotAllowed
from programs.models import Location, Merchant
from programs.versions import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """A person as enrolled; everything may be missing, a card alone is enough. `phone` in any form.
    `language` is that of mails to them, "" for the shop's.

    `reference` is the form's or request's own: the same again finds the member whom the first one enrolled.
    `is_sign_up` is False for people taken over from elsewhere: they did not just join, and earn nothing by it.
    `answers` are the consents given at the door that `where` names, at `agreed_at` or as the person joined.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    customer_number: str = ""
    number: str = ""
    born_on: date | None = None
    language: str = ""
    joined_at: datetime | None = None
    location: Location | None = None
    user: User | None = None
    segments: tuple[str, ...] = ()
    fields: Mapping[str, str | bool] = field(default_factory=dict)
    reference: str = ""
    is_sign_up: bool = True
    answers: tuple[Answer, ...] = ()
    where: Where | None = None
    agreed_at: datetime | None = None


@retried
def enrol(new: NewMember, *, merchant: Merchant, now: datetime) -> Member:
    """Make a member with a card number and open the accounts; a retry with the same reference returns the first.

    Raises NotAllowed when the e-mail, phone or number belongs to another member, or the phone is no phone number;
    Conflict when the reference enrolled somebody else.
    """
    known = merchant.members.filter(reference=new.reference).first() if new.reference else None
    return same(known, new) if known else enrol_many([new], merchant=merchant, now=now)[0]


def same(known: Member, new: NewMember) -> Member:
    wished = as_member(new, known.number, known.merchant, known.joined_at)
    if any(getattr(known, name) != getattr(wished, name) for name in ("name", "email", "phone", "customer_number")):
        raise Conflict(new.reference)
    return known


@retried
def join(user: User, new: NewMember, *, merchant: Merchant, now: datetime) -> Member:
    """Give somebody who signs in a card; joining twice, even at once, answers with the first card.

    Raises NotAllowed as `enrol` does.
    """
    User.objects.select_for_update().get(pk=user.pk)
    held = merchant.members.filter(user=user).select_related("merged_into").order_by("pk").first()
    return (held.merged_into or held) if held else enrol(replace(new, user=user), merchant=merchant, now=now)


@retried
def enrol_many(people: Sequence[NewMember], *, merchant: Merchant, now: datetime) -> list[Member]:
    """Enrol a batch in a fixed number of statements; all of them or, when one is refused, none."""
    numbers_drawn = draw_numbers(people, merchant)
    members = [as_member(new, number, merchant, now) for new, number in zip(people, numbers_drawn, strict=True)]
    refuse_known(members, merchant)
    Member.objects.bulk_create(members)
    program_ids = Schedule.running(merchant).open_at(now, merchant.zone)
    ledger.open_accounts({member.pk: member.joined_at for member in members}, program_ids)
    write_consents(people, members, merchant, now=now)
    write_down(people, members, merchant, now=now)
    newcomers = [member for new, member in zip(people, members, strict=True) if new.is_sign_up]
    occasions.sign_up(newcomers, merchant=merchant, now=now)
    return members


def write_consents(
    people: Sequence[NewMember], members: Sequence[Member], merchant: Merchant, *, now: datetime
) -> None:
    """Write down what newcomers agreed to, door by door."""
    by_door: dict[Where, dict[int, tuple[Answer, ...]]] = {}
    for new, member in zip(people, members, strict=True):
        if new.where and new.answers:
            by_door.setdefault(new.where, {})[member.pk] = new.answers
    said_at = {member.pk: new.agreed_at or member.joined_at for new, member in zip(people, members, strict=True)}
    for where, answers in by_door.items():
        consenting.record_many(answers, merchant, where=where, now=now, said_at=said_at)


def write_down(people: Sequence[NewMember], members: Sequence[Member], merchant: Merchant, *, now: datetime) -> None:
    """Write down whom somebody of the staff added."""
    for new, member in zip(people, members, strict=True):
        if new.where and new.where.by:
            by = new.where.by.user
            auditing.record("member-added", merchant=merchant.pk, actor=by, at=now, subject=member.number)


def as_member(new: NewMember, number: str, merchant: Merchant, now: datetime) -> Member:
    try:
        phone = phones.international(new.phone, merchant.country)
    except ValidationError as error:
        raise NotAllowed(error.messages[0]) from error
    return Member(
        merchant=merchant,
        number=number,
        customer_number=new.customer_number,
        name=new.name.strip(),
        email=new.email.strip().lower(),
        phone=phone,
        born_on=new.born_on,
        language=new.language,
        joined_at=new.joined_at or now,
        joined_location=new.location,
        user=new.user,
        segments=list(new.segments),
        fields=dict(new.fields),
        reference=new.reference,
    )


def draw_numbers(people: Sequence[NewMember], merchant: Merchant) -> list[str]:
    """A free card number for everybody who brings none."""
    brought = {numbers.tidy(new.number) for new in people if new.number}
    free = iter(cards.draw(merchant, sum(not new.number for new in people), besides=brought))
    return [numbers.tidy(new.number) if new.number else next(free) for new in people]


def refuse_known(members: Sequence[Member], merchant: Merchant) -> None:
    """Say which of e-mail, phone and number is already somebody's."""
    words = {
        "email": _("Another member has the e-mail address %(value)s. Search for it."),
        "phone": _("Another member has the phone number %(value)s. Search for it."),
        "number": _("Another member has the card %(value)s. Search for it."),
        "customer_number": _("Another member has the customer number %(value)s. Search for it."),
    }
    for name, sentence in words.items():
        values = [getattr(member, name) for member in members if getattr(member, name)]
        known = merchant.members.filter(**{f"{name}__in": values}).values_list(name, flat=True).first()
        if known:
            raise NotAllowed(sentence % {"value": known})
    if gone := cards.taken(merchant, [member.number for member in members]):
        raise NotAllowed(
            _("The card %(value)s was replaced or merged, so nobody else gets it.") % {"value": gone.pop()}
        )

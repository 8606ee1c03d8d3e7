"""Cards that were handed out before anybody signed up for them, and cards without a user: how their owners get them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty_site import auditing
from loyalty_site.models import User
from loyalty_site.retrying import retried
from members import consenting, numbers, occasions, phones
from members.enrolling import NewMember
from members.models import Member
from members.refusals import NotAllowed
from programs.models import Merchant

CLAIMED = "card-claimed"


class NotClaimable(NotAllowed):
    """Always in the same words, so that nobody learns which numbers are whose."""

    words = _("This card cannot be taken up here. Check its number, or ask at the shop.")


@retried
def claim(number: str, user: User, new: NewMember, *, merchant: Merchant, now: datetime) -> Member:
    """Make a card that was handed out with nothing but its number the card of somebody who signs in.

    What joining earns is posted now. A person who has a card here gets that one, also on a retry. Raises NotClaimable
    for any other card, and for an e-mail address or a phone number that is on one.
    """
    held, card = held_and_card(user, merchant, Q(number=numbers.tidy(number)))
    if held:
        return held
    if card is None or not is_blank(card):
        raise NotClaimable
    return given_to(card, user, new, now=now)


@retried
def take_home(member: Member, user: User, new: NewMember, *, now: datetime) -> Member:
    """Let somebody who has proven the phone number of a card sign in to it; call it for no other card.

    The answer and the refusals are those of `claim`.
    """
    held, card = held_and_card(user, member.merchant, Q(pk=member.pk))
    if held:
        return held
    if card is None or card.user_id or card.is_blocked:
        raise NotClaimable
    return given_to(card, user, new, now=now)


def held_and_card(user: User, merchant: Merchant, which: Q) -> tuple[Member | None, Member | None]:
    """The card that the person has at the shop already, and the one that is asked for, both held."""
    User.objects.select_for_update().get(pk=user.pk)
    present = Member.objects.present().select_related("merchant").filter(merchant=merchant)
    return present.filter(user=user).first(), present.select_for_update(of=("self",)).filter(which).first()


def is_blank(card: Member) -> bool:
    """Whether nobody is written down for a card, and nobody blocked it."""
    return not (card.user_id or card.name or card.email or card.phone or card.customer_number or card.is_blocked)


def given_to(card: Member, user: User, new: NewMember, *, now: datetime) -> Member:
    phone = phones.international(new.phone, card.merchant.country) or card.phone
    refuse_known(card, new.email, phone)
    card.user, card.name, card.phone = user, new.name.strip() or card.name, phone
    card.email = new.email.lower() or card.email
    card.language, card.joined_location = new.language, card.joined_location or new.location
    card.save(update_fields=["user", "name", "phone", "email", "language", "joined_location"])
    if new.where:
        consenting.record(card, new.answers, door=new.where.door, location=new.where.location, now=now)
    occasions.award(occasions.SIGN_UP, [card.pk], merchant=card.merchant, occurred_at=now, period="once", now=now)
    auditing.record(CLAIMED, merchant=card.merchant_id, actor=user, at=now, subject=card.number)
    return card


def refuse_known(card: Member, email: str, phone: str) -> None:
    known = (Q(email=email.lower()) & ~Q(email="")) | (Q(phone=phone) & ~Q(phone=""))
    if card.merchant.members.exclude(pk=card.pk).filter(known).exists():
        raise NotClaimable

"""What newcomers of the demo agree to at the counter."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from demo.bean_and_leaf import Shop
from members import consenting
from members.consenting import Answer, Where
from members.enrolling import NewMember
from members.models import Door

MAILED, TEXTED = 0.7, 0.4  # that many of the members agree to news by mail, by text message


def asked(new: NewMember, shop: Shop) -> NewMember:
    """A newcomer with their answers: everybody takes part, most want mails, some text messages."""
    wish = Random(f"consents:{new.number}").random()
    yes = {"terms:": True, "marketing:email": bool(new.email) and wish < MAILED, "marketing:sms": wish < TEXTED}
    answers = tuple(
        Answer(key, yes[key], question)
        for question in consenting.asked(shop.merchant, shop.merchant.language)
        for key in question.keys
    )
    by = shop.cashiers.get(new.location.code) if new.location else None
    return replace(new, answers=answers, where=Where(door=Door.TILL, location=new.location, by=by))

"""Publishing what a shop asks its members: a text is never edited, each alteration is the next number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from loyalty_site import auditing
from loyalty_site.models import User
from loyalty_site.retrying import retried
from members import numbers
from members.consent_words import latest
from members.models import Consent, ConsentText, Member
from programs.models import Merchant

PUBLISHED = "consent-text-published"


@dataclass(frozen=True, slots=True)
class Wording:
    """What is asked for one purpose from now on: a text in each language ("" asks no longer), and by which channels."""

    bodies: Mapping[str, str]
    channels: tuple[str, ...] = ()


@retried
def publish(merchant: Merchant, wordings: Mapping[str, Wording], *, by: User, now: datetime) -> list[ConsentText]:
    """Publish what differs from the texts that hold, as the next numbers; the same again publishes nothing."""
    Merchant.objects.select_for_update().get(pk=merchant.pk)
    held = latest(merchant)
    news = [
        text
        for purpose, wording in wordings.items()
        for text in next_texts(merchant, purpose, wording, held[purpose], by, now)
    ]
    ConsentText.objects.bulk_create(news)
    for text in news:
        auditing.record(
            PUBLISHED, merchant=merchant.pk, actor=by, at=now, subject=str(text),
            before=spelled(held[text.purpose].get(text.language)), after=spelled(text),
        )  # fmt: skip
    return news


def next_texts(
    merchant: Merchant, purpose: str, wording: Wording, held: Mapping[str, ConsentText], by: User, now: datetime
) -> list[ConsentText]:
    """The texts of a purpose that are new; with the first that a shop writes come all its languages."""
    differing = [code for code, body in wording.bodies.items() if (body, wording.channels) != said(held.get(code))]
    ours = [code for code in wording.bodies if differing and number_of(held.get(code)) == 0]
    return [
        ConsentText(
            merchant=merchant, purpose=purpose, language=code, number=number_of(held.get(code)) + 1,
            body=wording.bodies[code], channels=list(wording.channels), published_at=now, author=by,
        )
        for code in dict.fromkeys([*differing, *ours])
    ]  # fmt: skip


def number_of(text: ConsentText | None) -> int:
    """The number in force; 0 for one of ours that nobody has answered yet."""
    return text.number if text else 0


def said(text: ConsentText | None) -> tuple[str, tuple[str, ...]]:
    return (text.body, tuple(text.channels)) if text else ("", ())


def spelled(text: ConsentText | None) -> dict[str, object]:
    return {"text": text.body, "channels": list(text.channels)} if text else {}


def history_of(member: Member) -> list[tuple[Consent, str]]:
    """What a member answered, the latest first, each with the text that was shown.

    What was answered with a card that was merged into the member's comes with the number of that card, else "".
    """
    answers = Consent.objects.filter(member__in=member.selves).select_related("text", "location", "by__user", "member")
    return [(one, card_of(one.member, member)) for one in answers.order_by("-at", "-id")]


def card_of(asked: Member, member: Member) -> str:
    """The number of the card that was asked, where it was another one than the member has now."""
    return "" if asked.pk == member.pk else numbers.spaced(asked.number)

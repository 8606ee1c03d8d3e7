"""Publishing what a shop asks its members: a text is never edited, each alteration is the next number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from loyalty_site import auditing
from loyalty_site.models import User
from loyalty_site.retrying import retried
from members.consent_words import latest
from members.models import Consent, ConsentText
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


def history_of(member_id: int) -> list[Consent]:
    """What a member answered, the latest first, each with the text that was shown."""
    answers = Consent.objects.filter(member=member_id).select_related("text", "location", "by__user")
    return list(answers.order_by("-id"))

"""The ledger of consents: each answer is one more row, and `Member.consents` says what holds. Others only read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from loyalty_site.retrying import retried
from members.consent_words import Asked, asked
from members.models import Consent, ConsentText, Member
from programs.models import Location, Merchant, Staff

__all__ = ["Answer", "Asked", "Where", "asked", "record", "record_many"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no to one key, such as marketing:email; `text` is what was shown, None where nothing was."""

    key: str
    is_given: bool
    text: Asked | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Through which door answers came, at which location, and whom they were given to; `by` None: the member."""

    door: str
    location: Location | None = None
    by: Staff | None = None


@retried
def record(
    member: Member,
    answers: Iterable[Answer],
    *,
    door: str,
    now: datetime,
    location: Location | None = None,
    by: Staff | None = None,
) -> list[Consent]:
    """Write down what a member answers that is not so already; the same answers again write nothing.

    A yes to another text than before is a new answer; a no to what was never agreed to is none.
    """
    where = Where(door=door, location=location, by=by)
    return record_many({member.pk: list(answers)}, member.merchant, where=where, now=now)


@retried
def record_many(
    answers: Mapping[int, Sequence[Answer]],
    merchant: Merchant,
    *,
    where: Where,
    now: datetime,
    said_at: Mapping[int, datetime] | None = None,
) -> list[Consent]:
    """The same for members of one shop by their ids, in a fixed number of statements; `said_at` dates earlier ones."""
    members = Member.objects.select_for_update(of=("self",)).filter(pk__in=answers).order_by("pk")
    people = {member.pk: member for member in members}
    texts = kept_texts(merchant, {one.text for own in answers.values() for one in own if one.text})
    known = last_texts(list(people))
    news = [
        consent(people[pk], one, texts.get(one.text), where, (said_at or {}).get(pk, now))
        for pk, own in answers.items()
        for one in own
        if is_news(one, people[pk], known.get((pk, one.key)), texts.get(one.text))
    ]
    Consent.objects.bulk_create(news)
    hold(people.values(), news)
    return news


def is_news(one: Answer, member: Member, before: int | None, text: ConsentText | None) -> bool:
    """Whether an answer says anything that is not written down: `before` is the text last agreed to."""
    holds = one.key in member.consents
    if one.is_given and holds:
        return text is not None and text.pk != before
    return one.is_given != holds


def consent(member: Member, one: Answer, text: ConsentText | None, where: Where, at: datetime) -> Consent:
    purpose, _colon, channel = one.key.partition(":")
    return Consent(
        merchant_id=member.merchant_id,
        member=member,
        purpose=purpose,
        channel=channel,
        is_given=one.is_given,
        text=text,
        at=at,
        door=where.door,
        location=where.location,
        by=where.by,
    )


def hold(members: Iterable[Member], news: Sequence[Consent]) -> None:
    """Let members say what holds after the news."""
    changed = {one.member_id for one in news}
    touched = [member for member in members if member.pk in changed]
    for member in touched:
        said = {one.key: one.is_given for one in news if one.member_id == member.pk}
        kept = {key for key in member.consents if said.get(key, True)}
        member.consents = sorted(kept | {key for key, is_given in said.items() if is_given})
    Member.objects.bulk_update(touched, ["consents"])


def last_texts(member_ids: Sequence[int]) -> dict[tuple[int, str], int | None]:
    """The text of the latest answer of each member to each key."""
    rows = Consent.objects.filter(member__in=member_ids).order_by("id")
    return {(one.member_id, one.key): one.text_id for one in rows}


def kept_texts(merchant: Merchant, shown: Iterable[Asked]) -> dict[Asked | None, ConsentText]:
    """The row of each text that was shown; one of ours becomes the shop's first when somebody answers it."""
    return {one: kept_text(merchant, one) for one in shown}


def kept_text(merchant: Merchant, shown: Asked) -> ConsentText:
    words = {"body": shown.body, "channels": list(shown.channels)}
    row, _is_new = ConsentText.objects.get_or_create(
        merchant=merchant,
        purpose=shown.purpose,
        language=shown.language,
        number=max(shown.number, 1),
        defaults=words,
    )
    return row

"""Reading the audit log: one page of it at a time, newest first, each event in words with what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from loyalty_site.models import AuditEvent
from members import numbers
from members.audit_log.deeds import DEEDS, FACTS, Part, actions_of
from members.models import Member
from programs import calendar
from programs.models import Merchant, Role, Staff
from programs.staffing.noting import SUBJECT

ROWS = 50
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of the log is wanted; nothing of all leaves looking at personal data out."""

    part: str = ""
    actor: int | None = None
    subject: str = ""
    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that an event says: how it is called, what it was and what it is; `was` is None where nothing was."""

    label: str
    now: str
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One event in words; `number` is the card of a member who can be looked at."""

    event: AuditEvent
    who: str
    words: str
    number: str = ""
    facts: list[Fact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of lines, and where the next one begins."""

    lines: list[Line]
    older: int | None


def events(merchant: Merchant, asked: Asked) -> QuerySet[AuditEvent]:
    """What was written down and is wanted, newest first."""
    found = AuditEvent.objects.filter(merchant_id=merchant.pk).select_related("actor").order_by("-at", "-id")
    looked = actions_of(Part.LOOKED)
    found = found.filter(action__in=actions_of(Part(asked.part))) if asked.part else found.exclude(action__in=looked)
    if asked.actor:
        found = found.filter(actor_id=asked.actor)
    if asked.subject:
        named = [*staff_called(merchant, asked.subject), *cards_called(merchant, asked.subject)]
        found = found.filter(subject__in=[asked.subject, *named])
    return within(found, merchant, asked)


def within(found: QuerySet[AuditEvent], merchant: Merchant, asked: Asked) -> QuerySet[AuditEvent]:
    """Those of the merchant's days."""
    if asked.first_on:
        found = found.filter(at__gte=calendar.start_of_day(asked.first_on, merchant.zone))
    if asked.last_on:
        found = found.filter(at__lt=calendar.end_of_day(asked.last_on, merchant.zone))
    return found


def staff_called(merchant: Merchant, text: str) -> list[str]:
    named = merchant.staff.filter(Q(user__name__icontains=text) | Q(user__email__iexact=text))
    return [f"{SUBJECT}{pk}" for pk in named.values_list("pk", flat=True)[:50]]


def cards_called(merchant: Merchant, text: str) -> list[str]:
    """All numbers of the member whose card this is: merged cards' and replaced ones' as well."""
    member = merchant.members.filter(number=numbers.tidy(text)).first()
    return [member.number, *member.other_numbers.values_list("number", flat=True)] if member else []


def sheet(merchant: Merchant, asked: Asked, *, before: int | None = None) -> Sheet:
    """The page of the log that begins below the event of this number; from the newest one without."""
    found = events(merchant, asked)
    if before is not None and (edge := AuditEvent.objects.filter(pk=before, merchant_id=merchant.pk).first()):
        found = found.filter(Q(at__lt=edge.at) | Q(at=edge.at, pk__lt=edge.pk))
    rows = list(found[: ROWS + 1])
    return Sheet(lines(merchant, rows[:ROWS]), rows[ROWS - 1].pk if len(rows) > ROWS else None)


def lines(merchant: Merchant, rows: Iterable[AuditEvent]) -> list[Line]:
    """Put events into words, in two queries for however many."""
    listed = list(rows)
    names = names_of(merchant, listed)
    known = Member.objects.filter(merchant=merchant, number__in={event.subject for event in listed})
    numbers = set(known.values_list("number", flat=True))
    return [line(event, names, numbers) for event in listed]


def line(event: AuditEvent, names: dict[str, str], numbers: set[str]) -> Line:
    deed = DEEDS.get(event.action)
    subject = names.get(event.subject, event.subject)
    words = str(deed.words) % {"subject": subject} if deed else f"{event.action} {subject}"
    who = event.actor.get_full_name() if event.actor else _("Regulars itself")
    number = event.subject if event.subject in numbers else ""
    return Line(event, who, words, number, list(facts(event.details)))


def names_of(merchant: Merchant, listed: list[AuditEvent]) -> dict[str, str]:
    """What people of the staff are called who are named by number."""
    ids = [event.subject.removeprefix(SUBJECT) for event in listed if event.subject.startswith(SUBJECT)]
    found = Staff.objects.filter(merchant=merchant, pk__in=ids).select_related("user")
    return {f"{SUBJECT}{staff.pk}": staff.user.get_full_name() for staff in found}


def facts(details: dict[str, Any]) -> Iterator[Fact]:
    """What an event says beyond its words: first what changed, then the rest."""
    before, after = (details.get(key) for key in ("before", "after"))
    if isinstance(before, dict) and isinstance(after, dict):
        yield from (Fact(called(key), shown(after.get(key)), shown(before.get(key))) for key in {**before, **after})
    elif after is not None:
        yield Fact(_("Change"), shown(after), shown(before))
    for key, value in details.items():
        if key not in {"before", "after", "changed"} and value not in (None, "", [], {}):
            yield Fact(called(key), shown(value))


def called(key: str) -> str:
    return str(FACTS.get(key) or key.replace("_", " ").capitalize())


def shown(value: Any) -> str:
    """A value of an event in words; nothing is a dash."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(shown(one) for one in value) or "–"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {shown(one)}" for key, one in value.items()) or "–"
    if isinstance(value, str) and value.upper() in Role.__members__:
        return str(Role[value.upper()].label)
    return "–" if value in (None, "") else str(value)


def in_file(merchant: Merchant, asked: Asked, *, most: int) -> Iterator[list[str | datetime]]:
    """The rows of a file of the log, the newest `most` events, with what the columns are called first."""
    yield [_("When"), _("Who"), _("What"), _("About"), _("Before"), _("After")]
    found = events(merchant, asked)[:most].iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        yield from (row(said, merchant) for said in lines(merchant, batch))


def row(said: Line, merchant: Merchant) -> list[str | datetime]:
    was = "; ".join(f"{fact.label}: {fact.was}" for fact in said.facts if fact.was is not None)
    now = "; ".join(f"{fact.label}: {fact.now}" for fact in said.facts)
    return [said.event.at.astimezone(merchant.zone), said.who, said.words, said.event.subject, was, now]

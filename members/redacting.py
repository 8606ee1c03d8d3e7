"""Names in what people typed: reasons, and what went wrong. What is final keeps its points and loses the name alone."""

from __future__ import annotations

import re
from typing import Any

import pgtrigger

from loyalty_site.models import AuditEvent, JobChunk
from members import ledger_redacting
from members.models import Adjustment, ImportRow, Member, Refund

GONE = "…"
SHORTEST = 3  # letters of a part of a name that is looked for; two where they are none of the Latin alphabet: 王明
NATIONAL = 9  # the last digits of a phone number, which people write without the country's
FINAL = "loyalty_site.AuditEvent:audit_event_is_final"


def redact(member: Member) -> None:
    """Take the member's name, addresses and numbers out of every text that is about them."""
    wanted = pattern_of(member)
    if not wanted:
        return
    found = re.compile(wanted, re.IGNORECASE)
    for rows, name in texts_of(member):
        for row in rows.filter(**{f"{name}__iregex": wanted}):
            type(row).objects.filter(pk=row.pk).update(**{name: found.sub(GONE, getattr(row, name))})
    ledger_redacting.redact(member, lambda text: found.sub(GONE, text), wanted)
    redact_events(member, found)


def pattern_of(member: Member) -> str:
    """What the person is called and reached by, as both Python and PostgreSQL read it; "" where nothing is known.

    The longest comes first. A phone number is found however it is written; a card's number is its own matter.
    """
    words = {member.name.strip(), *member.name.split(), member.email, member.customer_number}
    digits = re.sub(r"\D", "", member.phone)[-NATIONAL:]
    patterns = [escaped(word) for word in words if len(word) >= (SHORTEST if word.isascii() else SHORTEST - 1)]
    patterns += [r"\+?[0-9]{0,3}[ .()-]*" + r"[ .()-]*".join(digits)] if digits else []
    return "|".join(sorted(patterns, key=len, reverse=True))


def escaped(word: str) -> str:
    return re.sub(r"([^\w\s])", r"\\\1", word)


def texts_of(member: Member) -> list[tuple[Any, str]]:
    return [
        (Adjustment.objects.filter(account__member=member), "reason"),
        (Refund.objects.filter(order__member=member), "reason"),
        (JobChunk.objects.filter(job__merchant_id=member.merchant_id).exclude(error=""), "error"),
    ]


def redact_events(member: Member, found: re.Pattern[str]) -> None:
    numbers = [member.number, *member.other_numbers.values_list("number", flat=True)]
    events = AuditEvent.objects.filter(merchant_id=member.merchant_id, subject__in=numbers)
    with pgtrigger.ignore(FINAL):
        for event in events.filter(details__iregex=found.pattern):
            events.filter(pk=event.pk).update(details=without(event.details, found))


def without(details: Any, found: re.Pattern[str]) -> Any:
    """The same details, without the words in any of their values."""
    if isinstance(details, dict):
        return {key: without(value, found) for key, value in details.items()}
    if isinstance(details, list):
        return [without(value, found) for value in details]
    return found.sub(GONE, details) if isinstance(details, str) else details


def forget_refused_rows(member: Member) -> None:
    """Rows of imports that were refused, and name the person none the less, keep nothing of what stood in them.

    Only whole words count, and no other rows: those are known by whose they are, and an undo needs what others' hold.
    """
    if wanted := pattern_of(member):
        refused = ImportRow.objects.filter(imported__merchant=member.merchant_id, state=ImportRow.State.REFUSED)
        named = refused.filter(cells__iregex=rf"(^|[^[:alnum:]])({wanted})($|[^[:alnum:]])")
        named.update(cells=[], keys=[], problem="", before=None)

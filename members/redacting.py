"""Names in what people typed: reasons, and what went wrong. What is final keeps its points and loses the name alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pgtrigger

from loyalty_site.models import AuditEvent, JobChunk
from members import ledger_redacting
from members.models import Adjustment, CardNumber, ImportRow, Member, Refund

GONE = "…"
SHORTEST = 3  # letters of a part of a name that is looked for; two where they are none of the Latin alphabet: 王明
NATIONAL = 9  # the last digits of a phone number, which people write without the country's
FINAL = "loyalty_site.AuditEvent:audit_event_is_final"


def redact(members: Sequence[Member]) -> None:
    """Take the names, addresses and numbers of members of one shop out of every text that is about them."""
    patterns = {member.pk: wanted for member in members if (wanted := pattern_of(member))}
    if not patterns:
        return
    redact_reasons(patterns)
    redact_errors(members[0].merchant_id, "|".join(patterns.values()))
    ledger_redacting.redact(list(patterns), lambda pk, text: cut(text, patterns[pk]))
    redact_events(members, patterns)


def cut(text: str, pattern: str) -> str:
    return re.sub(pattern, GONE, text, flags=re.IGNORECASE)


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


def redact_reasons(patterns: Mapping[int, str]) -> None:
    """What staff typed about members who have a pattern."""
    for table, whose in ((Adjustment, "account__member"), (Refund, "order__member")):
        typed = table._default_manager.filter(**{f"{whose}__in": list(patterns)}).exclude(reason="")
        for pk, member_id, reason in typed.values_list("pk", whose, "reason"):
            if (kept := cut(reason, patterns[member_id])) != reason:
                table._default_manager.filter(pk=pk).update(reason=kept)


def redact_errors(merchant_id: int, anybody: str) -> None:
    """Errors of jobs are about no member, so that all are looked for in them."""
    for chunk in JobChunk.objects.filter(job__merchant_id=merchant_id).exclude(error=""):
        if (kept := cut(chunk.error, anybody)) != chunk.error:
            JobChunk.objects.filter(pk=chunk.pk).update(error=kept)


def redact_events(members: Sequence[Member], patterns: Mapping[int, str]) -> None:
    """Members by whom nothing is known have no pattern."""
    shop, others = members[0].merchant_id, CardNumber.objects.filter(member__in=list(patterns))
    wanted = {member.number: patterns[member.pk] for member in members if member.pk in patterns}
    wanted |= {number: patterns[pk or 0] for number, pk in others.values_list("number", "member")}
    about = list(AuditEvent.objects.filter(merchant_id=shop, subject__in=wanted))
    with pgtrigger.ignore(FINAL):
        for event in about:
            if (kept := without(event.details, wanted[event.subject])) != event.details:
                AuditEvent.objects.filter(pk=event.pk).update(details=kept)


def without(details: Any, pattern: str) -> Any:
    """The same details, without the words in any of their values."""
    if isinstance(details, dict):
        return {key: without(value, pattern) for key, value in details.items()}
    if isinstance(details, list):
        return [without(value, pattern) for value in details]
    return cut(details, pattern) if isinstance(details, str) else details


def forget_refused_rows(members: Sequence[Member]) -> None:
    """Rows of imports that were refused, and name one of the people none the less, keep nothing of what stood in them.

    Only whole words count, and no other rows: those are known by whose they are, and an undo needs what others' hold.
    """
    refused = ImportRow.objects.filter(imported__merchant=members[0].merchant_id, state=ImportRow.State.REFUSED)
    refused = refused.exclude(problem="").exclude(cells=[])
    wanted = [pattern for member in members if (pattern := pattern_of(member))]
    if wanted and refused.exists():
        named = refused.filter(cells__iregex=rf"(^|[^[:alnum:]])({'|'.join(wanted)})($|[^[:alnum:]])")
        named.update(cells=[], keys=[], problem="", before=None)

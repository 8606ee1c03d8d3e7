"""The rules of a draft as rows of the earning page: the sentence, what limits it, what the draft did to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from loyalty_site.sql import rows
from programs import drafts, wording
from programs.calendar import local_day
from programs.drafts import Working
from programs.models import Program
from programs.terms import Rule
from programs.wording.tokens import Piece, base_pieces, rule_limits, rule_pieces

PAUSED = """
SELECT effective_at, ARRAY(SELECT jsonb_path_query(terms, '$.rules[*] ? (@.paused == true).code') #>> '{}')
FROM programs_programversion WHERE program_id = %s ORDER BY number DESC
"""
USED = """
SELECT DISTINCT jsonb_path_query(terms, '$.rules[*].code') #>> '{}'
FROM programs_programversion WHERE program_id = %s
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: `state` is new, changed or nothing, `off` says since when it is paused, `seen` marks what is shown."""

    rule: Rule
    place: int
    pieces: list[Piece]
    notes: list[str]
    state: str
    off: str
    seen: str


def rule_rows(working: Working) -> list[Row]:
    """The rows of a program as it is being worked on, in the order of its rules."""
    places = working.program.merchant.place_names
    since = off_since(working)
    return [row_of(working, place, places=places, since=since) for place in range(len(working.terms.rules))]


def row_of(working: Working, place: int, *, places: Mapping[str, str], since: Mapping[str, datetime]) -> Row:
    rule, currency = working.terms.rules[place], working.program.merchant.currency
    return Row(
        rule,
        place,
        rule_pieces(rule, working.terms, currency, places=places),
        [rule.name, *rule_limits(rule, working.terms, currency)],
        state_of(working, rule),
        off_words(rule, working, since),
        drafts.mark(working.document, f"rules.{rule.code}"),
    )


def state_of(working: Working, rule: Rule) -> str:
    """Whether the draft added or changed a rule of the version it departs from."""
    if working.base is None:
        return ""
    before = {known.code: known for known in working.base.terms.rules}
    return "new" if rule.code not in before else "changed" if rule != before[rule.code] else ""


def off_words(rule: Rule, working: Working, since: Mapping[str, datetime]) -> str:
    if not rule.paused:
        return ""
    if rule.code not in since:
        return _("Off in this draft")
    began, merchant = since[rule.code], working.program.merchant
    is_ahead = working.live is None or began > working.live.effective_at
    words = _("Off from %(day)s") if is_ahead else _("Off since %(day)s")
    return words % {"day": wording.speech(merchant.currency).day(local_day(began, merchant.zone))}


def off_since(working: Working) -> dict[str, datetime]:
    """For each paused rule that the latest version has paused too, when its pause began; asked only if there is one."""
    base = working.base
    lasting = {rule.code for rule in (base.terms.rules if base else ()) if rule.paused}
    if not lasting & {rule.code for rule in working.terms.rules if rule.paused}:
        return {}
    since: dict[str, datetime] = {}
    for effective_at, codes in rows(PAUSED, [working.program.pk]):
        lasting &= set(codes)
        since |= dict.fromkeys(lasting, effective_at)
    return since


def codes_used(program: Program) -> set[str]:
    """Every code that a rule of a published version had: caps and budgets count by it, so no other rule gets it."""
    return {code for (code,) in rows(USED, [program.pk])}


@dataclass(frozen=True, slots=True)
class BaseRow:
    """The base rate: its sentence, how it is rounded and stacked."""

    pieces: list[Piece]
    notes: list[str]
    is_changed: bool


def base_row(working: Working) -> BaseRow:
    """The base rate as it is being worked on."""
    terms, currency = working.terms, working.program.merchant.currency
    first, *others = wording.in_parts(terms, currency)["earning"]
    pieces = base_pieces(terms, currency) if terms.earning.points else [Piece(first, "points")]
    return BaseRow(pieces, others, working.base is not None and working.base.terms.earning != terms.earning)

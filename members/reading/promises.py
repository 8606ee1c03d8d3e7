"""How the programs of a shop work, for its customers: the terms in force, since when, what is announced to change.

All of it is made of the terms themselves, so that it cannot say anything else than what happens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from members.models import Member
from programs import examples
from programs.calendar import local_day
from programs.models import Merchant, Program, ProgramVersion
from programs.phases import stop_of
from programs.terms import Terms
from programs.versions import terms_of
from programs.wording import Change, changes_for_customers, how, prose


@dataclass(frozen=True, slots=True)
class Announced:
    """What a coming version changes, and from when on."""

    effective_at: datetime
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Promise:
    """The terms of one program for customers; `announced` are the versions to come that change something for them.

    `small_print` is the shop's own text, as HTML; `begins_later` says that nothing is in force before this version.
    """

    program: Program
    version: ProgramVersion
    chapters: list[how.Chapter]
    examples: list[str]
    announced: list[Announced]
    small_print: SafeString | str
    begins_later: bool = False


def promises_to(member: Member, *, now: datetime) -> list[Promise]:
    """What the shop promises in each running program of the member."""
    return promised(member.merchant, member.merchant.programs.running().filter(accounts__member=member), now=now)


def promises_of(merchant: Merchant, *, now: datetime) -> list[Promise]:
    """What the shop promises in each running program, to whoever asks."""
    return promised(merchant, merchant.programs.running(), now=now)


def promised(merchant: Merchant, programs: Iterable[Program], *, now: datetime) -> list[Promise]:
    return [promise(program, merchant, now=now) for program in sorted(programs, key=lambda program: program.pk)]


def promise(program: Program, merchant: Merchant, *, now: datetime) -> Promise:
    by_date = list(program.versions.order_by("effective_at", "number"))
    due = [version for version in by_date if version.effective_at <= now] or by_date[:1]
    coming = [version for version in by_date if version.effective_at > now and version not in due]
    terms, today = terms_of(due[-1].pk), local_day(now, merchant.zone)
    return Promise(
        program,
        due[-1],
        how.chapters(terms, merchant.currency, on=today, places=merchant.place_names),
        examples_of(terms, merchant, now=now),
        announced(due[-1], coming, merchant),
        prose.small_print(terms),
        begins_later=due[-1].effective_at > now,
    )


def examples_of(terms: Terms, merchant: Merchant, *, now: datetime) -> list[str]:
    """What an everyday purchase earns, and from when to when it could be spent; nothing where nothing is earned."""
    if stop_of(terms, now, merchant.zone) or terms.closing:
        return []
    said = [examples.base_example(terms, merchant, now=now)]
    if terms.gives_points:
        said.append(examples.expiry_example(terms, merchant, now=now))
    return [sentence for sentence in said if sentence]


def announced(live: ProgramVersion, coming: list[ProgramVersion], merchant: Merchant) -> list[Announced]:
    """Each coming version against the one before it, as of its own day."""
    steps = zip([live, *coming], coming, strict=False)
    found = [
        Announced(
            after.effective_at,
            changes_for_customers(
                terms_of(before.pk),
                terms_of(after.pk),
                merchant.currency,
                on=local_day(after.effective_at, merchant.zone),
                places=merchant.place_names,
            ),
        )
        for before, after in steps
    ]
    return [step for step in found if step.changes]

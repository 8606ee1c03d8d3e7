"""The versions of a program side by side: when each is in force, what it changed, and what can follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.models import User
from loyalty_site.refusals import Refused
from programs import drafts, noting, terms, wording
from programs.drafts import Document, Working
from programs.models import Program, ProgramVersion
from programs.phases import hasty
from programs.terms import Terms
from programs.versions import Schedule, hold, publish, terms_of

Standing = Literal["live", "coming", "past", "replaced"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One version in the history. `until` is when another took over; `replaced` ones never came into force.

    `older` is the version before it by number, and `changes` what it altered in that one.
    """

    version: ProgramVersion
    standing: Standing
    until: datetime | None
    older: ProgramVersion | None
    changes: list[wording.Change]

    @property
    def terms(self) -> Terms:
        return terms_of(self.version.pk)


def stages(program: Program, *, now: datetime) -> list[Stage]:
    """Every version of a program, the newest first."""
    by_number = list(program.versions.select_related("author").order_by("number"))
    followed = followers(by_number)
    older = dict(zip(by_number, [None, *by_number], strict=False))
    found = [
        Stage(
            version,
            standing(version, followed[version], now=now),
            until(version, followed[version]),
            older[version],
            changes_from(older[version], version, program),
        )
        for version in by_number
    ]
    return found[::-1]


def followers(versions: Sequence[ProgramVersion]) -> dict[ProgramVersion, ProgramVersion | None]:
    """Which version takes over from each, in the order in which they come into force."""
    by_date = sorted(versions, key=lambda version: (version.effective_at, version.number))
    return dict(zip(by_date, [*by_date[1:], None], strict=False))  # nothing follows nothing


def standing(version: ProgramVersion, follower: ProgramVersion | None, *, now: datetime) -> Standing:
    if follower and follower.effective_at <= version.effective_at:
        return "replaced"
    if version.effective_at > now:
        return "coming"
    return "past" if follower and follower.effective_at <= now else "live"


def until(version: ProgramVersion, follower: ProgramVersion | None) -> datetime | None:
    return follower.effective_at if follower and follower.effective_at > version.effective_at else None


def changes_from(older: ProgramVersion | None, version: ProgramVersion, program: Program) -> list[wording.Change]:
    """What one version alters in another, in words; nothing for the first."""
    if older is None:
        return []
    shop = program.merchant
    return wording.changes(terms_of(older.pk), terms_of(version.pk), shop.currency, places=shop.place_names)


class DraftInTheWay(Refused):
    """There is a draft with changes, which a restored version would replace."""

    code = "conflict"
    words = gettext_lazy("There is a draft with changes. Restoring this version replaces it.")


class NotAnnounced(Refused):
    """The version has begun, or another one has taken its place."""

    code = "conflict"

    def __init__(self, number: int) -> None:
        words = _("Version %(number)s is in force already, or was replaced. Publish other terms instead.")
        super().__init__(words % {"number": number})


@transaction.atomic
def restore(version: ProgramVersion, *, replaces: int | None, by: User, now: datetime) -> Working:
    """Make a version's terms the draft. A second time changes nothing.

    `replaces` is the revision of the draft that its author agreed to lose. Raises DraftInTheWay while there is another.
    """
    program = version.program
    hold(program)
    working = drafts.working(program, now=now)
    wanted = open_ended(version, working, now=now)
    if working.is_changed and working.revision != replaces and working.document != wanted:
        raise DraftInTheWay
    return drafts.replace(program, wanted, by=by, now=now)


def open_ended(version: ProgramVersion, working: Working, *, now: datetime) -> Document:
    """A version's terms, without an end of the program that could not be promised any more."""
    document = terms.dump(terms_of(version.pk))
    before = working.base.terms.closing if working.base else None
    day = now.astimezone(version.program.merchant.zone).date()
    if [*hasty(terms_of(version.pk).closing, before, day=day)]:
        document.pop("closing")
    return document


@transaction.atomic
def withdraw(version: ProgramVersion, *, by: User, now: datetime) -> ProgramVersion:
    """Follow an announced version, on its own day, with the terms in force: it never begins.

    Raises NotAnnounced when it has begun, or was followed already: so does a second click.
    """
    program = version.program
    hold(program)
    known = Schedule([program.pk])
    coming = known.at(program.pk, version.effective_at)
    if version.effective_at <= now or coming.id != version.pk:
        raise NotAnnounced(version.number)
    stays = known.at(program.pk, version.effective_at - datetime.resolution)
    words = _("Version %(stays)s stays, instead of version %(number)s")
    note = words % {"stays": stays.number, "number": version.number}
    made = publish(program, terms.dump(stays.terms), effective_at=version.effective_at, author=by, note=note)
    noting.note("terms-withdrawn", program, by=by, now=now, version=version.number)
    return made

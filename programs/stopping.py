"""Pausing and closing a program: a version of its terms as they are, but for its state. A later one undoes it.

What is announced for later, and the draft, take the state over, so that none of them undoes it in passing.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty_site.models import User
from programs import noting, terms
from programs.models import Draft, Program, ProgramVersion
from programs.versions import DatedVersion, PublishedMeanwhile, Schedule, Way, hold, publish

State = dict[str, Any]

RUNNING: State = {"paused": False, "closing": None}
PAUSED: State = {"paused": True}
RESUMED: State = {"paused": False}
OPEN: State = {"closing": None}


def closed(last_day: date, until: date | None) -> State:
    """The state that ends the program after a day; points left are kept, or good through `until`."""
    promise: State = {"last_day": last_day.isoformat(), "points": "until" if until else "keep"}
    return {"closing": promise | ({"until": until.isoformat()} if until else {})}


@transaction.atomic
def change_state(
    program: Program,
    state: State,
    *,
    after: int,
    by: User | None,
    now: datetime,
    note: str = "",
    notifies: bool = False,
) -> ProgramVersion:
    """Publish the live terms in another state, from now on, and every announced version in that state too.

    `after` is the number of the latest version that the author saw: two owners at once do not both succeed. Raises
    PublishedMeanwhile, or TermsRefused for a closing that members could not make use of, having changed nothing.
    """
    hold(program)
    known = Schedule([program.pk])
    live, versions = known.at(program.pk, now), known.versions[program.pk]
    if (last := max(version.number for version in versions)) != after:
        raise PublishedMeanwhile(last)
    way = Way(notifies=notifies)
    made = publish(program, stated(live, state), effective_at=now, author=by, note=note, way=way)
    newest = made
    for coming in ahead(versions, now=now):
        words = _("Version %(number)s, as the program now stands") % {"number": coming.number}
        newest = publish(program, stated(coming, state), effective_at=coming.effective_at, author=by, note=words)
    put_into_draft(program, state, seen=after, number=newest.number)
    noting.published(made, by=by, now=now)
    return made


def stated(version: DatedVersion, state: State) -> dict[str, Any]:
    return terms.dump(version.terms) | state


def ahead(versions: list[DatedVersion], *, now: datetime) -> list[DatedVersion]:
    """The announced versions that will come into force: of those with one date, the newest."""
    coming = {version.effective_at: version for version in versions if version.effective_at > now}
    return [*coming.values()]


def put_into_draft(program: Program, state: State, *, seen: int, number: int) -> None:
    """Let the draft bear the state too; one that followed the latest version follows the new one."""
    draft = Draft.objects.filter(program=program).first()
    if draft is None:
        return
    draft.terms = terms.dump(terms.parse(draft.terms | state))
    draft.base_number = number if draft.base_number == seen else draft.base_number
    draft.revision += 1
    draft.save(update_fields=["terms", "base_number", "revision"])

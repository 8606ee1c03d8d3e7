"""The jobs of an import: looking the file through, importing what is sound, and undoing it within seven days."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from loyalty_site.bisecting import PASSING
from loyalty_site.jobs import JobKind
from loyalty_site.models import Job
from loyalty_site.sql import rows
from members import filing
from members.importing import filled, staging
from members.importing.judging import Desk, Made, State, desk_of
from members.importing.staging import TRADES
from members.models import Import, ImportRow

AT_ONCE = 250  # records in a transaction
Doing = Callable[[Sequence[ImportRow], Desk], list[Made]]

RANGES = """
SELECT min(whose), max(whose) FROM (
    SELECT whose, (sum(count(*)) OVER (ORDER BY whose) - 1)::bigint / %(size)s AS part
    FROM members_importrow WHERE imported_id = %(imported)s AND state = %(state)s GROUP BY whose
) AS owners GROUP BY part ORDER BY 1
"""


KEEP = """
UPDATE members_importrow SET state = done.state, made_id = done.made, problem = done.problem,
    before = coalesce(done.before::jsonb, members_importrow.before)
FROM unnest(%(ids)s::bigint[], %(states)s::smallint[], %(made)s::bigint[], %(problems)s::text[], %(before)s::text[])
    AS done (id, state, made, problem, before)
WHERE members_importrow.id = done.id
"""

logger = logging.getLogger(__name__)


def import_of(import_id: int | None) -> Import:
    return Import.objects.select_related("merchant", "program__merchant", "file", "started_by__user").get(
        pk=import_id or 0
    )


def whole(import_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """A file is looked through from its first row to its last."""
    return [(0, 0)]


def look(import_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime) -> dict[str, Any]:
    """Judge the file; one that was thrown away meanwhile has nothing left to do."""
    imported = Import.objects.select_related("merchant", "program__merchant", "file").filter(pk=import_id or 0).first()
    if imported is None or imported.state != Import.State.LOOKING:
        return {}
    with translation.override(imported.options.get("language") or imported.merchant.language):
        imported.looked = staging.look(imported, now=now)
    imported.state = Import.State.LOOKED
    imported.save(update_fields=["looked", "state"])
    return {"rows": imported.looked.get("rows", 0)}


def waiting(import_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    return ranges(import_id, State.WAITING)


def imported_rows(import_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    return ranges(import_id, State.DONE)


def ranges(import_id: int | None, state: State) -> list[tuple[int, int]]:
    """Owners of records, whole, so that each one's records are done together, in the order of their dates."""
    found = rows(RANGES, {"imported": import_id, "state": state, "size": AT_ONCE})
    return [(first, last) for first, last in found]


def record(import_id: int | None, on: date | None, first_id: int, last_id: int, now: datetime) -> dict[str, Any]:
    """Import the records of some owners."""
    imported = import_of(import_id)
    broken = Made(State.REFUSED, problem=say("This row could not be imported. Add it by hand."))
    found = of_owners(imported, State.WAITING, first_id, last_id)
    return done(found, desk_of(imported, now=now), TRADES[imported.kind].record, broken=broken)


def undo(import_id: int | None, on: date | None, first_id: int, last_id: int, now: datetime) -> dict[str, Any]:
    """Take back what the import made for some owners."""
    imported = import_of(import_id)
    found = of_owners(imported, State.DONE, first_id, last_id)
    return done(found, desk_of(imported, now=now), TRADES[imported.kind].undo, broken=Made(State.STAYS))


def of_owners(imported: Import, state: State, first_id: int, last_id: int) -> list[ImportRow]:
    found = ImportRow.objects.filter(imported=imported, state=state, whose__range=(first_id, last_id))
    return [*found.order_by("whose", "at", "number")]


def done(batch: Sequence[ImportRow], desk: Desk, doing: Doing, *, broken: Made) -> dict[str, int]:
    """Do the records of some owners and write down what became of each."""
    with translation.override(desk.options.get("language") or desk.merchant.language):
        made = around(batch, desk, doing, broken=broken)
    wish = {
        "ids": [row.pk for row in batch],
        "states": [int(one.state) for one in made],
        "made": [one.made_id or row.made_id for row, one in zip(batch, made, strict=True)],
        "problems": [str(one.problem) for one in made],
        "before": [json.dumps(one.before) if one.before else None for one in made],
    }
    rows(KEEP, wish)
    return figures_of(made)


def around(batch: Sequence[ImportRow], desk: Desk, doing: Doing, *, broken: Made) -> list[Made]:
    """Do all records at once, or in halves where one of them breaks what nobody thought of."""
    try:
        with transaction.atomic():
            return doing(batch, desk) if batch else []
    except PASSING:
        raise
    except Exception:
        logger.exception("A record of the import %s is left out", desk.import_id)
        if len(batch) == 1:
            return [broken]
    middle = len(batch) // 2
    first, second = batch[:middle], batch[middle:]
    return around(first, desk, doing, broken=broken) + around(second, desk, doing, broken=broken)


def figures_of(made: Sequence[Made]) -> dict[str, int]:
    return {
        "new": sum(one.state in (State.DONE, State.UNDONE) for one in made),
        "known": sum(one.state == State.KNOWN for one in made),
        "refused": sum(one.state == State.REFUSED for one in made),
        "stay": sum(one.state == State.STAYS for one in made),
        "points": sum(one.points for one in made),
        "enrolled": sum(one.enrolled for one in made),
    }


def finish_record(job: Job) -> dict[str, Any]:
    """Sum the import up; the file itself is needed no more."""
    imported = import_of(job.subject_id)
    imported.done = job.result | {"causes": staging.counted(imported)["causes"]}
    imported.state, imported.imported_at = Import.State.DONE, job.finished_at
    imported.samples = []
    imported.save(update_fields=["done", "state", "imported_at", "samples"])
    filing.forget(imported.file)
    filled.analyze()
    return {}


def finish_undo(job: Job) -> dict[str, Any]:
    imported = import_of(job.subject_id)
    imported.undone |= job.result
    imported.state, imported.undone_at = Import.State.UNDONE, job.finished_at
    imported.save(update_fields=["undone", "state", "undone_at"])
    return {}


LOOK = JobKind(_("Look a file through"), whole, look, is_of_subject=True)
RECORD = JobKind(_("Import a file"), waiting, record, finish_record, is_of_subject=True)
UNDO = JobKind(_("Undo an import"), imported_rows, undo, finish_undo, is_of_subject=True)

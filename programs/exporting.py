"""The terms of a program as a file to take away: which state of them, what stands above, what the file is called."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.utils.text import slugify
from django.utils.translation import gettext as _

from programs import terms, terms_files
from programs.drafts import Document, Working
from programs.models import ProgramVersion


class Export(NamedTuple):
    """A file: its name and its text."""

    name: str
    text: str


def export(working: Working, chosen: str, *, now: datetime) -> Export | None:
    """Write the terms that are chosen: `draft`, `live`, or the number of a version; None where there is no such thing.

    Read again by `terms_files.read`, the file gives the same terms.
    """
    if chosen == "draft" and working.is_changed:
        return file_of(working, working.document, None, now=now)
    version = version_of(working, chosen)
    return file_of(working, terms.dump(terms.parse(version.terms)), version, now=now) if version else None


def version_of(working: Working, chosen: str) -> ProgramVersion | None:
    """The version that is chosen; without changes, the draft is the latest one."""
    known = {"draft": working.base, "live": working.live}
    if chosen in known:
        dated = known[chosen]
        return working.program.versions.get(pk=dated.id) if dated else None
    number = int(chosen) if chosen.isdecimal() and len(chosen) < 9 else 0
    return working.program.versions.filter(number=number).first()


def file_of(working: Working, document: Document, version: ProgramVersion | None, *, now: datetime) -> Export:
    program = working.program
    part = f"v{version.number}" if version else "draft"
    name = slugify(f"{program.merchant.slug} {program.code} {part}")
    return Export(f"{name}.yaml", terms_files.written(document, head=head_of(working, version, now=now)))


def head_of(working: Working, version: ProgramVersion | None, *, now: datetime) -> Iterator[str]:
    """The shop, the program, which state of its terms, and when it was written."""
    merchant = working.program.merchant
    yield f"{merchant.name}, {working.program.name}"
    if version:
        day = version.effective_at.astimezone(merchant.zone).date().isoformat()
        yield _("Version %(number)s, from %(day)s on") % {"number": version.number, "day": day}
    else:
        yield _("Draft of version %(number)s, not published") % {"number": working.next_number}
    moment = now.astimezone(merchant.zone).strftime("%Y-%m-%d %H:%M")
    yield _("Written %(moment)s (%(zone)s)") % {"moment": moment, "zone": merchant.zone_name}

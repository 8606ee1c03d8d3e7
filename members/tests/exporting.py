"""Exports for tests: asked for and written."""

from __future__ import annotations

import itertools
from typing import Any

from loyalty_site import jobs
from loyalty_site.models import Job
from members import filing
from members.exporting import work
from members.models import Export
from members.tests.factories import NOW
from programs.models import Staff

numbered = itertools.count(1)


def exported(kind: str = "members", *, by: Staff, form: str = "csv", **chosen: Any) -> Export:
    """A file that was asked for, once its job has written it."""
    export = work.ask(kind=kind, form=form, chosen=chosen, reference=f"E{next(numbered)}", by=by, now=NOW)
    job = work.job_of(export)
    assert job is not None
    settled = jobs.drain(job, clock=lambda: NOW)
    assert settled.state == Job.State.DONE, settled.error
    export.refresh_from_db()
    return export


def content(export: Export) -> bytes:
    assert export.file is not None
    return b"".join(filing.content_of(export.file))

"""Exports beside an erasure: each test's name finishes "it …"."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from loyalty_site import jobs
from loyalty_site.models import Job
from loyalty_site.sql import rows
from members import erasing
from members.exporting import work
from members.models import Export
from members.tests import exporting, factories
from members.tests.factories import NOW
from programs.models import Role

HELD_UP = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
PATIENCE = 10  # seconds


def drained(export: Export) -> None:
    try:
        job = work.job_of(export)
        assert job is not None
        settled = jobs.drain(job, clock=lambda: NOW)
        assert settled.state == Job.State.DONE, settled.error
    finally:
        connection.close()


def let_it_wait() -> None:
    """Until somebody waits for what we hold."""
    end = time.monotonic() + PATIENCE
    while not rows(HELD_UP)[0][0] and time.monotonic() < end:
        time.sleep(0.05)
        rows("SELECT pg_stat_clear_snapshot()")


@pytest.mark.django_db(transaction=True)
def test_leaves_out_whoever_is_erased_while_it_is_written() -> None:
    shop = factories.shop().merchant
    owner = factories.staff(merchant=shop, role=Role.OWNER)
    zyxa, _jan = factories.member(merchant=shop, name="Zyxa"), factories.member(merchant=shop, name="Jan")
    export = work.ask(kind="members", form="csv", chosen={}, reference="E", by=owner, now=NOW)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            erasing.erase(zyxa, by=owner, now=NOW)
            written = pool.submit(drained, export)  # which reads her as she was
            let_it_wait()
        written.result()
    export.refresh_from_db()
    content = exporting.content(export).decode()
    assert "Jan" in content
    assert "Zyxa" not in content

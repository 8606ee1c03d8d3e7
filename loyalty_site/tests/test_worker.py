"""A real Celery worker on the real queue: what it is told once is done once, even if it is killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from loyalty_site import jobs, tasks
from loyalty_site.celery import app
from loyalty_site.models import AuditEvent, Job, JobChunk
from loyalty_site.tests import kinds

ROOT = Path(settings.BASE_DIR)
DAY = date(2026, 3, 1)
PATIENCE = 120  # seconds; two cores may be busy with other tests

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("worker")]


def database_url() -> str:
    place = connection.settings_dict
    person = quote(place["USER"]) + (f":{quote(place['PASSWORD'])}" if place["PASSWORD"] else "")
    host = place["HOST"] + (f":{place['PORT']}" if place["PORT"] else "")
    return (
        f"postgres://{person}@/{host}/{place['NAME']}"
        if host.startswith("/")
        else f"postgres://{person}@{host}/{place['NAME']}"
    )


@pytest.fixture
def start_worker(settings) -> Iterator[Callable[[], subprocess.Popen]]:
    settings.JOB_KINDS = kinds.KINDS | kinds.OTHERS
    app.control.purge()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "loyalty_site.tests.settings_worker",
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "REDIS_PREFIX": settings.REDIS_PREFIX,
    }
    quiet = ("--without-gossip", "--without-mingle")
    command = [sys.executable, "-m", "celery", "-A", "loyalty_site.celery", "worker", *quiet]
    started = []

    def start(children: int = 1) -> subprocess.Popen:
        started.append(
            subprocess.Popen(
                [*command, "-c", str(children)],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        return started[-1]

    yield start
    for worker in started:
        worker.terminate()
        try:
            worker.wait(timeout=PATIENCE)
        finally:
            worker.kill()


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def is_done(job: Job) -> bool:
    return Job.objects.get(pk=job.pk).state == Job.State.DONE


def test_a_worker_does_a_job_it_is_told_of_twice_once(start_worker) -> None:
    start_worker()
    job = jobs.open_job("mark", 1, DAY)
    tasks.drain_job.delay(job.pk)
    tasks.drain_job.delay(job.pk)
    wait_until(lambda: is_done(job))
    assert AuditEvent.objects.filter(action="worked").count() == kinds.CHUNKS


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(start_worker) -> None:
    """Each first attempt kills the child after its work and before its commit."""
    start_worker()
    job = jobs.open_job("deadly", 1, DAY)
    tasks.drain_job.delay(job.pk)
    wait_until(lambda: job.chunks.filter(state=Job.State.RUNNING).exists())
    deadline = time.monotonic() + PATIENCE
    while not is_done(job) and time.monotonic() < deadline:
        JobChunk.objects.filter(state=Job.State.RUNNING).update(lease_until=timezone.now())  # a lease is minutes long
        tasks.sweep.delay()
        time.sleep(0.3)
    assert is_done(job)
    assert AuditEvent.objects.filter(action="worked").count() == kinds.CHUNKS
    assert set(job.chunks.values_list("attempt", flat=True)) == {2}


def test_a_tick_runs_every_night_that_was_missed(start_worker) -> None:
    start_worker()
    tasks.turn_the_day.delay()
    last_night = Job.objects.filter(kind="mark-more", state=Job.State.DONE)
    wait_until(lambda: last_night.count() == 2 * kinds.YOUNG_DAYS)
    assert set(last_night.values_list("merchant_id", flat=True)) == {1, 2}


def test_workers_share_the_chunks_of_a_job(start_worker, settings) -> None:
    """One of them opens the night, and the others hear of it; every chunk is done by one of them."""
    start_worker(children=3)
    settings.NIGHT_CALENDAR = "loyalty_site.tests.kinds.young_shops"
    job = jobs.open_job("slow", 1, DAY)
    tasks.call_for_help(job)
    wait_until(lambda: is_done(job))
    marks = AuditEvent.objects.filter(action="worked").values_list("subject", flat=True)
    assert len(marks) == kinds.CHUNKS
    assert len({*marks}) > 1


def test_ticks_at_once_and_double_clicks_do_no_harm(start_worker) -> None:
    start_worker(children=3)
    for _tick in range(3):
        tasks.turn_the_day.delay()
    nights_run = 2 * kinds.YOUNG_DAYS
    wait_until(lambda: Job.objects.filter(kind="mark-more", state=Job.State.DONE).count() == nights_run)
    done = Job.objects.filter(kind="mark")
    assert [job.result for job in done] == [{"rows": 40, "closed": True}] * nights_run
    assert AuditEvent.objects.filter(action="finished", subject="mark").count() == nights_run

"""The doors of Celery: each reads the clock and calls one function. Messages carry ids only."""

import logging
import time
from datetime import timedelta
from typing import Any

from celery import Task, shared_task
from django.conf import settings
from django.utils.module_loading import import_string
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from loyalty_site import clock, jobs, nights
from loyalty_site.models import Job

SHIFT = timedelta(minutes=10)  # how long one task keeps a worker before others have their turn
BREATH = 1.0  # seconds between two looks at a job that other workers are still on
MOST_HELPERS = 7
STALE = 290  # seconds; the next tick of beat comes after 300

logger = logging.getLogger(__name__)


def send(task: Task, *ids: int, **options: Any) -> bool:
    """Tell the queue, and say whether it heard: one that is down or full loses nothing, jobs find their work."""
    try:
        task.apply_async(ids, retry=False, **options)
    except (KombuError, RedisError, OSError) as problem:
        logger.warning("The queue does not take %s%s: %s", task.name, ids, problem)
        return False
    return True


@shared_task(name="turn-the-day")
def turn_the_day() -> None:
    for merchant_id, _days in nights.due(now=clock.now()):
        send(turn_merchant, merchant_id, expires=STALE)


@shared_task(name="turn-merchant")
def turn_merchant(merchant_id: int) -> None:
    """Close a merchant's days; other workers help with each job, and after ten minutes others have their turn."""
    until = clock.now() + SHIFT
    while not nights.catch_up(merchant_id, now=clock.now(), until=until, call=call_for_help):
        if clock.now() >= until:
            send(turn_merchant, merchant_id)
            return
        time.sleep(BREATH)


def call_for_help(job: Job) -> None:
    """Ask idle workers to share a job that has more than one part; one that comes late finds nothing to do."""
    for _helper in range(min(job.chunks.open().count() - 1, MOST_HELPERS)):
        if not send(drain_job, job.pk, expires=STALE):
            return


@shared_task(name="drain-job")
def drain_job(job_id: int) -> str:
    return jobs.drain(Job.objects.get(pk=job_id), until=clock.now() + SHIFT).state


def hint(job: Job) -> None:
    """Tell the queue of a job that is open; if the queue is down, the sweeper finds the job later."""
    send(drain_job, job.pk)


@shared_task(name="sweep")
def sweep() -> None:
    """Look after what nobody looks after; a sweep that breaks does not keep the others from their work."""
    now = clock.now()
    for name in settings.SWEEPS:
        try:
            import_string(name)(now=now)
        except Exception:
            logger.exception("The sweep %s broke off", name)
    for job_id in jobs.sweep(now=now):
        send(drain_job, job_id)

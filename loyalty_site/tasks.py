"""The doors of Celery: each reads the clock and calls one function. Messages carry ids only."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from loyalty_site import jobs, nights
from loyalty_site.models import Job

logger = logging.getLogger(__name__)


@shared_task(name="turn-the-day")
def turn_the_day() -> None:
    for merchant_id, _days in nights.due(now=timezone.now()):
        turn_merchant.delay(merchant_id)


@shared_task(name="turn-merchant")
def turn_merchant(merchant_id: int) -> int:
    return nights.catch_up(merchant_id, now=timezone.now())


@shared_task(name="drain-job")
def drain_job(job_id: int) -> str:
    return jobs.drain(Job.objects.get(pk=job_id)).state


def hint(job: Job) -> None:
    """Tell the queue of a job that is open; if the queue is down, the sweeper finds the job later."""
    try:
        drain_job.apply_async([job.pk], retry=False)
    except OperationalError:
        logger.warning("The queue does not answer; job %s waits for the sweeper.", job.pk)


@shared_task(name="sweep")
def sweep() -> None:
    now = timezone.now()
    for name in settings.SWEEPS:
        import_string(name)(now=now)
    for job_id in jobs.sweep(now=now):
        drain_job.delay(job_id)

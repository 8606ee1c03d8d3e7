"""The queue and the whole timetable. Times are UTC; a merchant's night is found by asking, not by cron."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty_site.settings")

TIMETABLE = {
    "turn-the-day": {"task": "turn-the-day", "schedule": 300.0, "options": {"expires": 290}},
    "sweep": {"task": "sweep", "schedule": 30.0, "options": {"expires": 25}},
    "mail-notices": {"task": "mail-notices", "schedule": 30.0, "options": {"expires": 25}},
}
VISIBILITY_TIMEOUT = 3600  # seconds; a task that runs longer is handed to a second worker
HARD_LIMIT = 1800
SOFT_LIMIT = 1500


def broker_url(redis_url: str) -> str:
    """Say in Celery's words where the queue is; it spells sockets in its own way."""
    return redis_url.replace("unix://", "redis+socket://", 1)


app = Celery("regulars", broker=broker_url(settings.REDIS_URL))
app.conf.update(
    beat_schedule=TIMETABLE,
    timezone="UTC",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,  # without it a killed child takes its task along
    worker_prefetch_multiplier=1,
    task_time_limit=HARD_LIMIT,
    task_soft_time_limit=SOFT_LIMIT,
    broker_transport_options={
        "visibility_timeout": VISIBILITY_TIMEOUT,
        "global_keyprefix": f"{settings.REDIS_PREFIX}:",
        "socket_connect_timeout": 2,
        "max_retries": 1,  # of whoever has something to tell: a page must not wait for a queue that is down
        "interval_start": 0,
    },
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
)
app.autodiscover_tasks()

"""The doors of Celery to members: each reads the clock and calls one function."""

from time import monotonic

from celery import shared_task
from django.core import mail

from loyalty_site import clock
from members import mailing, recovering

SHIFT = 25  # seconds; the next one comes after 30


@shared_task(name="mail-notices")
def mail_notices() -> int:
    """Mail what is due, one notice after another over one connection; say how many were dealt with."""
    ends, count = monotonic() + SHIFT, 0
    server = mail.get_connection()
    try:
        while monotonic() < ends and mailing.send_next(server, now=clock.now()):
            count += 1
    finally:
        server.close()
    return count


@shared_task(name="text-codes")
def text_codes() -> int:
    """Send the codes that are wanted by phone; say how many."""
    return recovering.send_due(now=clock.now())

"""Mailing notices. Their table is the outbox: each row is claimed, checked, sent and marked in its own transaction.

A mail server that is down costs no notice, only time. A worker killed between sending and marking sends that one mail
twice, both with the same Message-ID; whoever else is at work takes other rows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from members import announcing, notices
from members.models import Member, Notice
from members.reading.purses import purse_of
from members.reading.telling import sentences_of, subject_of
from members.reading.tier_progress import progress_of
from programs import calendar

STATE = Notice.State
RETRIES = [timedelta(minutes=count) for count in (1, 5, 30, 120, 480, 1440)]
NEEDED = ("program", "account__member__merchant", "account__program__merchant", "version__program__merchant")
SERVER_REST = timedelta(minutes=1)


@transaction.atomic
def send_next(server: BaseEmailBackend, *, now: datetime) -> bool:
    """Mail the notice that is due for longest; False when none is due, or the server does not answer.

    What is no longer so is not mailed: points spent meanwhile, a tier kept, terms that others follow. What cannot be
    sent is tried again after a minute, five, thirty and so on, and given up after a day.
    """
    waiting = Notice.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    notice = waiting.select_related(
        "account__member__merchant", "account__program__merchant", "version__program__merchant"
    ).first()
    if notice is None:
        return False
    notice.state = state_now(notice, now=now)
    answers = notice.state != STATE.WAITING or post(notice, server, now=now)
    notice.save(update_fields=["state", "points", "due_at", "attempt", "sent_at", "error"])
    return answers


def state_now(notice: Notice, *, now: datetime) -> STATE:
    """Whether the notice is still to be mailed; what it names is brought up to date."""
    member, account = notice.account.member, notice.account
    if account.merged_into_id:
        return STATE.OUTDATED  # the member that it became is told
    if notice.version:
        is_over = announcing.is_over(notice.version, now)
        return STATE.OUTDATED if is_over else open_state(member)
    if calendar.end_of_day(notice.subject_on, member.merchant.zone) <= now:
        return STATE.OUTDATED
    if notice.kind == Notice.Kind.EXPIRY:
        notice.points, told = notices.points_left(notice, now=now), notice.points
        if not notice.points:
            notice.points = told
            return STATE.OUTDATED
    elif account.demote_on != notice.subject_on + calendar.A_DAY:
        return STATE.OUTDATED
    return open_state(member)


def open_state(member: Member) -> STATE:
    """What is to be done for a member whom it still concerns."""
    return STATE.WAITING if member.email and not member.is_blocked else STATE.SHOWN


def post(notice: Notice, server: BaseEmailBackend, *, now: datetime) -> bool:
    """Hand the mail to the server and note what came of it; False when the server does not answer."""
    try:
        server.open()
    except OSError as problem:
        notice.due_at, notice.error = now + SERVER_REST, words_of(problem)
        return False
    try:
        with transaction.atomic():
            server.send_messages([mail(notice, server, now=now)])
    except Exception as problem:  # whatever it is, it belongs on the row, and the next one goes on
        server.close()
        put_off(notice, problem, now=now)
    else:
        notice.state, notice.sent_at, notice.error = STATE.SENT, now, ""
    return True


def put_off(notice: Notice, problem: Exception, *, now: datetime) -> None:
    if notice.attempt < len(RETRIES):
        notice.due_at = now + RETRIES[notice.attempt]
    else:
        notice.state = STATE.FAILED
    notice.attempt, notice.error = notice.attempt + 1, words_of(problem)


def words_of(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"[:300]


def mail(notice: Notice, server: BaseEmailBackend, *, now: datetime) -> EmailMultiAlternatives:
    """The notice as text and HTML, in the member's language, from the shop."""
    member, merchant = notice.account.member, notice.account.program.merchant
    language = member.language or merchant.language
    with translation.override(language):
        purse, today = purse_of(notice.account, now=now), calendar.local_day(now, merchant.zone)
        subject = subject_of(notice, purse, today=today)
        context = {
            "merchant": merchant,
            "language": language,
            "subject": subject,
            "first_name": member.first_name,
            "sentences": sentences_of(notice, purse, progress_of(purse, now=now), today=today),
            "link": settings.SITE_URL + reverse("portal-home", args=[merchant.slug]),
        }
        text, html = (render_to_string(f"members/mail/notice.{form}", context) for form in ("txt", "html"))
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    headers = {"Message-ID": f"<notice-{notice.pk}@{sender.rpartition('@')[2]}>", "Auto-Submitted": "auto-generated"}
    letter = EmailMultiAlternatives(
        subject, text, formataddr((merchant.name, sender)), [member.email], connection=server, headers=headers
    )
    letter.attach_alternative(html, "text/html")
    return letter

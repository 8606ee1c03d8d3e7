"""Keeping no longer than needed: what goes by itself each night, as the shop set it, or because nothing needs it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from loyalty_site import accounts, auditing
from loyalty_site.jobs import JobKind
from loyalty_site.models import Job, User
from loyalty_site.retrying import retried
from loyalty_site.sql import rows
from members import chunks, erasing, ledger
from members.models import Member, Notice, Retention
from programs import calendar
from programs.models import Merchant

CHANGED = "retention-changed"
AT_ONCE = 50  # members that a chunk erases, each with some twenty statements
STRANGERS_STAY = timedelta(days=30)
STRANGERS_AT_ONCE = 500

# Erased, and something came back since: a refund, a voucher that staff cancelled.
LEFT_OVER = """
SELECT member.id FROM members_member member WHERE member.merchant_id = %(merchant)s AND member.erased_at IS NOT NULL
AND EXISTS (
    SELECT FROM members_account account WHERE account.member_id = member.id
    AND (account.balance <> 0 OR account.debt <> 0)
)
"""

# Nobody bought, earned, spent, joined or signed in since; whoever has points, or owes some, is still expected.
UNSEEN = """
SELECT member.id FROM members_member member LEFT JOIN loyalty_site_user person ON person.id = member.user_id
WHERE member.merchant_id = %(merchant)s AND member.erased_at IS NULL AND member.merged_into_id IS NULL
AND member.joined_at < %(before)s AND coalesce(person.last_login, member.joined_at) < %(before)s
AND NOT EXISTS (
    SELECT FROM members_account account WHERE account.member_id = member.id AND (
        account.last_order_at >= %(before)s OR account.last_activity_at >= %(before)s
        OR EXISTS (SELECT FROM members_pointslot lot WHERE lot.account_id = account.id AND lot.remaining > 0)
    )
)
"""
OF_RANGE = " AND member.id BETWEEN %(first)s AND %(last)s"


def before(merchant: Merchant, months: int, *, now: datetime) -> datetime:
    """The beginning of the local day so many months ago: what was last before it is too old."""
    return calendar.start_of_day(calendar.add_months(calendar.local_day(now, merchant.zone), -months), merchant.zone)


def unseen_count(merchant: Merchant, months: int, *, now: datetime) -> int:
    """How many members the next night would erase with this setting."""
    asked = {"merchant": merchant.pk, "before": before(merchant, months, now=now)}
    return int(rows(f"SELECT count(*) FROM ({UNSEEN}) AS unseen", asked)[0][0])


@transaction.atomic
def settle(
    merchant: Merchant, *, unseen_months: int | None, notice_months: int | None, by: User, now: datetime
) -> None:
    """Keep how long the shop keeps things, in months; None keeps them."""
    wanted = {"unseen_months": unseen_months, "notice_months": notice_months}
    kept, _is_new = Retention.objects.get_or_create(merchant=merchant)
    held = {name: getattr(kept, name) for name in wanted}
    Retention.objects.filter(merchant=merchant).update(**wanted)
    if held != wanted:
        auditing.record(CHANGED, merchant=merchant.pk, actor=by, at=now, before=held, after=wanted)


def plan(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """Ranges with the members whom this night erases, and with those whose accounts are to be emptied again."""
    merchant = Merchant.objects.get(pk=merchant_id or 0)
    asked = {"merchant": merchant.pk} | unseen_before(merchant, business_on)
    return chunks.ranges_among(" UNION ".join(wanted(asked)), asked, size=AT_ONCE)


def wanted(asked: dict[str, Any]) -> list[Any]:
    return [LEFT_OVER, UNSEEN] if "before" in asked else [LEFT_OVER]


def unseen_before(merchant: Merchant, business_on: date | None) -> dict[str, datetime]:
    """Since when nobody may have been seen, as of the end of a local day; nothing where members are kept."""
    months = getattr(retention_of(merchant), "unseen_months", None)
    if months is None or business_on is None:
        return {}
    return {"before": before(merchant, months, now=calendar.end_of_day(business_on, merchant.zone))}


def retention_of(merchant: Merchant) -> Retention | None:
    return Retention.objects.filter(merchant=merchant).first()


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Erase those of a range who are due; run again, it finds nothing left to do."""
    merchant = Merchant.objects.get(pk=merchant_id or 0)
    asked: dict[str, Any] = {"merchant": merchant.pk, "first": first_id, "last": last_id}
    asked |= unseen_before(merchant, business_on)
    unseen = [row[0] for row in rows(UNSEEN + OF_RANGE, asked)] if "before" in asked else []
    for member in Member.objects.filter(pk__in=unseen).select_related("merchant").order_by("pk"):
        erasing.forget([member], wish=erasing.AGE, actor=None, now=now)
    emptied = empty_again([row[0] for row in rows(LEFT_OVER + OF_RANGE, asked)], now=now)
    return {"members": len(unseen), "entries": emptied}


@retried
def empty_again(member_ids: list[int], *, now: datetime) -> int:
    """Forfeit what came to accounts of members after they were erased."""
    return erasing.forfeit(ledger.lock(erasing.accounts_of(member_ids)), now=now) if member_ids else 0


def finish(job: Job) -> dict[str, int]:
    """Let old notices go, people who asked for a code and never joined, and sessions that are over."""
    merchant = Merchant.objects.get(pk=job.merchant_id or 0)
    now = job.finished_at or job.created_at
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return {"notices": forget_notices(merchant, now=now), "strangers": forget_strangers(now=now)}


def forget_notices(merchant: Merchant, *, now: datetime) -> int:
    """Those about new terms stay: by them the next night knows who was told."""
    months = getattr(retention_of(merchant), "notice_months", None)
    if months is None:
        return 0
    told = Notice.objects.filter(program__merchant=merchant).exclude(kind=Notice.Kind.NEW_TERMS)
    last_on = calendar.local_day(before(merchant, months, now=now), merchant.zone)
    over = told.filter(notice_on__lt=last_on, subject_on__lt=last_on).exclude(state=Notice.State.WAITING)
    return over.delete()[0]


def forget_strangers(*, now: datetime) -> int:
    """Addresses that asked for a code to join and never got a card: a month is enough to find the mail."""
    gone = list(strangers().filter(joined_at__lt=now - STRANGERS_STAY)[:STRANGERS_AT_ONCE])
    for user in gone:
        accounts.forget(user)
    return len(gone)


def strangers() -> QuerySet[User]:
    """Users without a card, a shop or a password, who can do nothing here."""
    nobody = Q(memberships=None, staff_roles=None, is_staff=False, is_active=True)
    return User.objects.filter(nobody, password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("pk")


JOB = JobKind(title=_("Keep no longer than needed"), plan=plan, work=work, finish=finish)

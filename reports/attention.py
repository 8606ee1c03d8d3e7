"""What at a shop needs somebody: each item says what, since when or how much, and where it is dealt with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty_site import jobs
from loyalty_site.models import Job, JobChunk
from loyalty_site.nights import last_closed_day
from loyalty_site.web import format as formats
from members import audit
from members.models import Adjustment, Notice, Refund
from programs import wording
from programs.models import Merchant, Staff
from programs.versions import Schedule
from reports import expiring, holdings
from reports.models import FillMark
from reports.radar import alerts, telling
from reports.wording import locale, short_day

JOBS_LOOK_BACK = timedelta(days=30)
MOST_ALERTS = 3


@dataclass(frozen=True, slots=True)
class Need:
    """One item of the list. `kind` is bad, plain or "" (soon); `url_name` a page of the shop's dashboard, of one
    row where it has an `id`.
    """

    icon: str
    title: str
    text: str
    action: str
    url_name: str
    kind: str = ""
    id: int | None = None


def needs(staff: Staff, mark: FillMark, *, now: datetime) -> list[Need]:
    """Everything that needs this person now, the most serious first. A fixed number of queries, whatever there is."""
    merchant = staff.merchant
    return [
        *unbalanced_books(merchant),
        *failed_jobs(merchant, now=now),
        *late_figures(merchant, mark.closed_on, now=now),
        *seen_by_radar(staff),
        *unsent_notices(merchant, now=now),
        *waiting_adjustments(merchant),
        *waiting_refunds(merchant),
        *expiring_points(merchant, mark, now=now),
    ]


def unbalanced_books(merchant: Merchant) -> Iterator[Need]:
    last = audit.latest(merchant.pk)
    count = last.result.get("unbalanced", 0) if last else 0
    if last and count:
        title = ngettext(
            "The books of %(count)d account do not balance", "The books of %(count)d accounts do not balance", count
        )
        yield found_by_check(title % {"count": count}, last)
    if last and last.result.get("programs_off"):
        yield found_by_check(_("The totals of a program do not balance"), last)


def proof(merchant: Merchant, *, now: datetime) -> Need | None:
    """That the books balance, when the last check found it so; None while there is something to deal with."""
    last = audit.latest(merchant.pk)
    if last is None or last.state != Job.State.DONE or last.result.get("unbalanced") != 0:
        return None
    if last.finished_at is None or last.result.get("programs_off"):
        return None
    count = last.result["accounts"]
    text = ngettext("%(accounts)s account, checked %(moment)s", "%(accounts)s accounts, checked %(moment)s", count)
    words = {
        "accounts": formats.whole_number(count, locale=locale()),
        "moment": formats.moment(last.finished_at, zone=merchant.zone, this_year=now.year, locale=locale()),
    }
    return Need("check", _("The books balance"), text % words, _("See the books"), "dashboard-books", "good")


def found_by_check(title: str, job: Job) -> Need:
    day = short_day(job.business_on or (job.finished_at or job.created_at).date())
    text = _("Found by the check of %(day)s. Nothing was changed.") % {"day": day}
    return Need("alert", title, text, _("See the books"), "dashboard-books", "bad")


def failed_jobs(merchant: Merchant, *, now: datetime) -> Iterator[Need]:
    since = now.astimezone(merchant.zone).date() - JOBS_LOOK_BACK
    recent = Job.objects.of_merchant(merchant.pk).filter(kind__in=list(settings.JOB_KINDS), business_on__gte=since)
    unresolved = recent.unresolved(jobs.dated_kinds())
    failed = unresolved.aggregate(count=Count("id"), day=Min("business_on"))
    if failed["count"]:
        title = ngettext("%(count)d job failed", "%(count)d jobs failed", failed["count"]) % failed
        text = words_of_failure(unresolved) % {"day": short_day(failed["day"])}
        yield Need("alert", title, text, _("See jobs"), "dashboard-jobs", "bad")


def words_of_failure(failed: QuerySet[Job]) -> str:
    """Whether everybody was done but some accounts, or whole parts were not."""
    parts = list(JobChunk.objects.filter(job__in=failed, state=Job.State.FAILED).values_list("broken", flat=True))
    count = len({account_id for broken in parts for account_id, _words in broken})
    if not parts or not all(parts):
        return _("The first is the night of %(day)s. No points are lost; run it again.")
    words = ngettext(
        "%(count)d account is broken and was left out, since the night of %%(day)s. All others are done.",
        "%(count)d accounts are broken and were left out, since the night of %%(day)s. All others are done.",
        count,
    )
    return words % {"count": count}


def late_figures(merchant: Merchant, closed_on: date | None, *, now: datetime) -> Iterator[Need]:
    """A night that has not run by the next one leaves the figures behind."""
    yesterday = last_closed_day(merchant.zone_name, now)
    if closed_on and closed_on < yesterday - timedelta(days=1):
        title = _("The figures end with %(day)s") % {"day": short_day(closed_on)}
        text = _("The nights since then have not run. Check that the worker runs.")
        yield Need("clock", title, text, _("See jobs"), "dashboard-jobs", "bad")


def unsent_notices(merchant: Merchant, *, now: datetime) -> Iterator[Need]:
    unsent = (
        Notice.objects.filter(program__merchant=merchant).unsent(now).aggregate(count=Count("id"), day=Min("notice_on"))
    )
    if unsent["count"]:
        title = ngettext("%(count)d notice is not mailed", "%(count)d notices are not mailed", unsent["count"]) % unsent
        text = _("The first is of %(day)s. Check the addresses, or the mail server.") % {
            "day": short_day(unsent["day"])
        }
        yield Need("mail", title, text, _("See notices"), "dashboard-notices-unsent", "bad")


def seen_by_radar(staff: Staff) -> Iterator[Need]:
    """Each alert with its evidence one click away; the newest ones, when there are many."""
    found = list(alerts.open_for(staff)[: MOST_ALERTS + 1])
    for alert in found[:MOST_ALERTS]:
        told = telling.told(alert)
        text = f"{told.when}. {told.text}"
        yield Need("search", told.title, text, _("See evidence"), "dashboard-radar-alert", "", alert.pk)
    if len(found) > MOST_ALERTS:
        yield Need("search", _("There are more alerts"), _("Older ones wait, too."), _("See all"), "dashboard-radar")


def waiting_adjustments(merchant: Merchant) -> Iterator[Need]:
    rows = Adjustment.objects.filter(merchant=merchant, state=Adjustment.State.WAITING)
    waiting = rows.aggregate(count=Count("id"), since=Min("created_at"))
    if waiting["count"]:
        title = ngettext(
            "%(count)d adjustment waits for approval", "%(count)d adjustments wait for approval", waiting["count"]
        )
        text = _("The oldest since %(day)s. Its author cannot approve it.")
        yield Need(
            "pencil",
            title % waiting,
            text % {"day": short_day(waiting["since"].astimezone(merchant.zone).date())},
            _("Review"),
            "dashboard-waiting",
            "plain",
        )


def refunds_without_order(merchant: Merchant) -> QuerySet[Refund]:
    return Refund.objects.filter(merchant=merchant, order__isnull=True)


def waiting_refunds(merchant: Merchant) -> Iterator[Need]:
    count = refunds_without_order(merchant).count()
    if count:
        title = ngettext("%(count)d refund waits for its order", "%(count)d refunds wait for their orders", count)
        text = _("Points are taken back when the order comes.")
        yield Need("undo", title % {"count": count}, text, _("See refunds"), "dashboard-refunds-waiting", "plain")


def expiring_points(merchant: Merchant, mark: FillMark, *, now: datetime) -> Iterator[Need]:
    """As of last night: counting distinct members of many lots is work for the night."""
    if not mark.closed_on or not mark.expiring_points:
        return
    points = points_expiring(merchant, mark, mark.closed_on)
    words = {
        "amounts": in_units(merchant, points, now=now),
        "day": short_day(expiring.last_day(mark.closed_on)),
    }
    count = mark.expiring_points
    title = ngettext("%(amounts)s expires by %(day)s", "%(amounts)s expire by %(day)s", count) % words
    yield Need("glass", title, expiring_words(merchant, mark, points), _("See whose"), "dashboard-points-expiring")


def points_expiring(merchant: Merchant, mark: FillMark, closed_on: date) -> dict[int, int]:
    """The points that expire soon, by program; those of an only program were counted at night."""
    live = list(merchant.programs.live().values_list("pk", flat=True))
    if len(live) == 1:
        return {live[0]: mark.expiring_points}
    return expiring.by_program(merchant, closed_on=closed_on)


def in_units(merchant: Merchant, points: Mapping[int, int], *, now: datetime) -> str:
    """320 points and 14 stamps: what is counted in different units is not added up."""
    schedule = Schedule(points)
    spoken = {pk: wording.speech(merchant.currency, schedule.at(pk, now).terms.unit) for pk in sorted(points)}
    return next(iter(spoken.values())).all_of(spoken[pk].points(points[pk]) for pk in spoken) if spoken else ""


def expiring_words(merchant: Merchant, mark: FillMark, points: Mapping[int, int]) -> str:
    count = mark.expiring_members
    members = ngettext("%(count)s member", "%(count)s members", count)
    counted = members % {"count": formats.whole_number(count, locale=locale())}
    worth = worth_of_expiring(merchant, points)
    if worth is None:
        return _("%(members)s. A visit in time saves them.") % {"members": counted}
    money = formats.money_short(worth, merchant.currency, locale=locale())
    return _("%(members)s, worth about %(money)s.") % {"members": counted, "money": money}


def worth_of_expiring(merchant: Merchant, points: Mapping[int, int]) -> Decimal | None:
    """What the points that expire are worth, each program's by its own rewards; None where no reward says its worth."""
    each = {program.pk: holdings.worth_of_a_point(program) for program in merchant.programs.filter(pk__in=points)}
    known = {pk: worth for pk, worth in each.items() if worth is not None}
    return sum((points[pk] * worth for pk, worth in known.items()), Decimal(0)) if known else None

"""Notices: each test's name finishes "it …"."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from loyalty_site import jobs
from members import crediting, notices, tiering
from members.models import Account, Member, Notice
from members.tests import factories
from programs import terms

pytestmark = pytest.mark.django_db

LAST = date(2026, 5, 4)


def account(**fields: object) -> Account:
    return factories.account(program=factories.shop(terms_document=terms.P0 | fields.pop("terms", {})), **fields)


def credit(account: Account, points: int, through: date = LAST, now: datetime = factories.NOW) -> None:
    reference = f"gift-{next(factories.numbered)}"
    crediting.credit(account=account, points=points, reason="gift", reference=reference, now=now, through=through)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def told_on(account: Account, day: date, now: datetime | None = None) -> list[tuple[date, int]]:
    """What a local day tells an account: last days and points."""
    notices.write_due(account.program, day=day, now=now or noon(day))
    return list(account.notices.filter(notice_on=day).order_by("subject_on").values_list("subject_on", "points"))


def test_names_amount_and_date_30_and_7_days_ahead_and_on_no_other_day() -> None:
    anna = account()
    credit(anna, 162)
    told = {
        day: told_on(anna, day) for day in (LAST - timedelta(days=count) for count in (31, 30, 29, 8, 7, 6, 1, 0, -1))
    }
    assert {day: found for day, found in told.items() if found} == {
        date(2026, 4, 4): [(LAST, 162)],
        date(2026, 4, 27): [(LAST, 162)],
    }


def test_sums_the_lots_of_one_account_and_date_and_keeps_dates_apart() -> None:
    anna = account(terms={"expiry_notice_days": [30, 29]})
    credit(anna, 100)
    credit(anna, 62)
    credit(anna, 5, through=LAST - timedelta(days=1))
    assert told_on(anna, date(2026, 4, 4)) == [(LAST - timedelta(days=1), 5), (LAST, 162)]


def test_tells_nobody_who_was_erased_of_points_that_came_back_since() -> None:
    anna = account()
    credit(anna, 162)
    Member.objects.filter(accounts=anna).update(erased_at=factories.NOW)
    assert told_on(anna, date(2026, 4, 4)) == []


def test_tells_once_however_often_it_runs() -> None:
    anna = account()
    credit(anna, 162)
    told_on(anna, date(2026, 4, 4))
    credit(anna, 38)
    assert told_on(anna, date(2026, 4, 4)) == [(LAST, 162)]
    assert notices.write_due(anna.program, day=date(2026, 4, 4), now=noon(date(2026, 4, 4))) == 0


def test_tells_nothing_of_points_that_are_spent_or_expired_meanwhile() -> None:
    anna, ben = account(), account()
    credit(anna, 162)
    credit(ben, 162)
    factories.adjustment(anna, -162)
    assert told_on(anna, date(2026, 4, 4)) == []
    assert told_on(ben, date(2026, 4, 4), now=datetime(2026, 5, 4, 22, tzinfo=UTC)) == []


def test_counts_what_is_left_after_spending() -> None:
    anna = account()
    credit(anna, 162)
    factories.adjustment(anna, -100)
    assert told_on(anna, date(2026, 4, 4)) == [(LAST, 62)]


def test_counts_days_on_the_merchants_calendar() -> None:
    """Points last through the end of 4 May where the shop is, on either side of a change of its clocks."""
    for zone in ("Pacific/Auckland", "Pacific/Honolulu", "America/New_York", "Africa/Cairo"):
        anna = factories.account(program=factories.shop(zone=zone))
        credit(anna, 10)
        assert told_on(anna, date(2026, 4, 3)) == []
        assert told_on(anna, date(2026, 4, 4)) == [(LAST, 10)]
        assert told_on(anna, date(2026, 4, 5)) == []


def test_says_nothing_where_the_terms_announce_nothing() -> None:
    anna = account(terms={"expiry_notice_days": []})
    credit(anna, 162)
    assert told_on(anna, date(2026, 4, 4)) == []


def test_announces_by_the_terms_in_force_as_the_day_begins() -> None:
    anna = account(terms={"expiry_notice_days": [14]})
    credit(anna, 162)
    assert told_on(anna, date(2026, 4, 4)) == []
    assert told_on(anna, date(2026, 4, 20)) == [(LAST, 162)]


def test_has_mail_only_for_those_who_can_be_reached() -> None:
    program = factories.shop()
    reached = factories.account(program=program, email="anna@example.com")
    others = factories.account(program=program), factories.account(program=program, email="ben@example.com")
    others[1].member.is_blocked = True
    others[1].member.save()
    for one in (reached, *others):
        credit(one, 10)
    notices.write_due(program, day=date(2026, 4, 4), now=noon(date(2026, 4, 4)))
    assert reached.notices.get().state == Notice.State.WAITING
    assert [one.notices.get().state for one in others] == [Notice.State.SHOWN, Notice.State.SHOWN]


def test_keeps_to_its_range_and_its_shop() -> None:
    anna, ben = account(), account()
    credit(anna, 10)
    credit(ben, 10)
    assert notices.write_due(anna.program, day=date(2026, 4, 4), now=noon(LAST), last_id=anna.pk - 1) == 0
    assert told_on(anna, date(2026, 4, 4)) == [(LAST, 10)]
    assert not ben.notices.exists()


def night(account: Account, closed: date, now: datetime) -> jobs.Job:
    return jobs.drain(jobs.open_job("notices", account.program.merchant_id, closed), clock=lambda: now)


def test_missed_nights_tell_each_with_its_own_date() -> None:
    anna = account()
    for number in range(3):
        credit(anna, 10 + number, through=LAST + timedelta(days=number))
    for closed in (date(2026, 4, 3), date(2026, 4, 4), date(2026, 4, 5)):
        assert night(anna, closed, now=noon(date(2026, 4, 9))).result == {"notices": 1}
    told = anna.notices.order_by("notice_on").values_list("notice_on", "subject_on", "points")
    assert list(told) == [
        (date(2026, 4, 4), LAST, 10),
        (date(2026, 4, 5), date(2026, 5, 5), 11),
        (date(2026, 4, 6), date(2026, 5, 6), 12),
    ]


def test_plans_only_ranges_with_something_to_tell() -> None:
    anna = account()
    factories.account(program=anna.program, name="Ben")
    credit(anna, 10)
    assert notices.plan(anna.program.merchant_id, date(2026, 4, 3)) == [(anna.pk, anna.pk)]
    assert notices.plan(anna.program.merchant_id, date(2026, 4, 4)) == []


def falling() -> Account:
    """Gold since last July, which leaves the window on 1 July."""
    anna = account(email="anna@example.com")
    factories.order(anna, "1600.00", at=datetime(2025, 7, 1, 10, tzinfo=UTC))
    return anna


def review(account: Account, day: date, now: datetime | None = None) -> dict[str, int]:
    return tiering.review_accounts(account.program, [account.pk], day=day, now=now or noon(day))


def test_warns_before_a_downgrade_once() -> None:
    anna = falling()
    for day in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 1), date(2026, 7, 2)):
        review(anna, day)
    warning = anna.notices.get()
    assert (warning.kind, warning.notice_on, warning.subject_on) == (
        "tier-warning",
        date(2026, 7, 1),
        date(2026, 7, 31),
    )
    assert (warning.tier_code, warning.state) == ("gold", Notice.State.WAITING)


def test_warns_in_the_transaction_of_the_review() -> None:
    anna = falling()
    with transaction.atomic():
        review(anna, date(2026, 7, 1))
        transaction.set_rollback(True)
    assert not anna.notices.exists()
    review(anna, date(2026, 7, 1))
    assert anna.notices.count() == 1


def test_warns_again_when_a_tier_was_kept_and_is_about_to_end_again() -> None:
    anna = falling()
    review(anna, date(2026, 7, 1))
    factories.order(anna, "1500.00", at=datetime(2026, 7, 20, 10, tzinfo=UTC))
    review(anna, date(2026, 8, 1))
    review(anna, date(2027, 7, 20))
    told = anna.notices.order_by("id").values_list("notice_on", "subject_on")
    assert list(told) == [(date(2026, 7, 1), date(2026, 7, 31)), (date(2027, 7, 20), date(2027, 8, 19))]


def test_does_not_warn_where_a_tier_is_kept_for_good_or_lost_at_once() -> None:
    for change in ({"downgrade": "never"}, {"grace_days": 0}):
        anna = account(terms={"tiers": terms.P0["tiers"] | change})
        factories.order(anna, "1600.00", at=datetime(2025, 7, 1, 10, tzinfo=UTC))
        review(anna, date(2026, 7, 1))
        assert not anna.notices.exists()

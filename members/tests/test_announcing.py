"""Telling members of new terms: each test's name finishes "it …"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from loyalty_site import jobs
from loyalty_site.models import Job
from members import announcing, chunks, following, mailing
from members.models import Notice, VersionJob
from members.reading import timeline
from members.reading.purses import purse_of
from members.tests import factories
from members.tests.factories import NOW
from programs import terms, versions
from programs.models import Program, ProgramVersion
from programs.versions import Way

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)  # 1 April begins in Warsaw
TOLD = Way(notifies=True)
State = Notice.State


@pytest.fixture
def program() -> Program:
    return factories.shop(name="Bean & Leaf", slug="bean")


def publish(program: Program, *, at: datetime = LATER, way: Way = TOLD, per: str = "2.00") -> ProgramVersion:
    document = terms.P0 | {"earning": terms.P0["earning"] | {"per": per}}
    return versions.publish(program, document, effective_at=at, author=None, way=way)


def announce(now: datetime = NOW) -> dict[str, Any]:
    """Sweep, and do the job that the sweep opened."""
    following.sweep(now=now)
    job = Job.objects.filter(kind="tell-of-terms").order_by("-pk").first()
    return jobs.drain(job, clock=lambda: now).result if job else {}


def send(now: datetime = NOW) -> list[str]:
    server = mail.get_connection()
    while mailing.send_next(server, now=now):
        pass
    return [letter.subject for letter in mail.outbox]


def test_mails_what_changes_and_from_when(program: Program) -> None:
    factories.member(merchant=program.merchant, name="Anna Nowak", email="anna@example.com")
    publish(program)
    assert announce() == {"notices": 1}
    assert send() == ["What changes in Points on 1\xa0Apr"]
    body = mail.outbox[0].body.replace("\xa0", " ")
    assert "Hello Anna." in body
    assert "2 zł" in body
    assert "Points that you have already keep the terms they were earned under." in body
    assert "<p>" in mail.outbox[0].alternatives[0].content


def test_says_from_today_and_afterwards_that_it_has_begun(program: Program) -> None:
    minutes_to_midnight = datetime(2026, 3, 10, 22, 58, tzinfo=UTC)
    for name in ("anna", "ben"):
        factories.member(merchant=program.merchant, name=name, email=f"{name}@example.com")
    publish(program, at=minutes_to_midnight)
    announce(minutes_to_midnight)
    mailing.send_next(mail.get_connection(), now=minutes_to_midnight)
    assert send(minutes_to_midnight + timedelta(minutes=5)) == [
        "What changes in Points from today",
        "What changed in Points on 10\xa0Mar",
    ]


def test_speaks_the_members_language(program: Program) -> None:
    member = factories.member(merchant=program.merchant, email="anna@example.com")
    member.language = "pl"
    member.save()
    publish(program)
    announce()
    send()
    assert "2 zł" in mail.outbox[0].body.replace("\xa0", " ")
    assert 'lang="pl"' in mail.outbox[0].alternatives[0].content


def test_tells_each_member_once_and_nobody_who_joins_later(program: Program) -> None:
    factories.member(merchant=program.merchant, email="anna@example.com")
    publish(program)
    assert announce() == {"notices": 1}
    factories.member(merchant=program.merchant, email="late@example.com", now=NOW + timedelta(hours=1))
    assert announce(NOW + timedelta(hours=2)) == {"notices": 1}, "the result of the first run stays"
    again = jobs.open_job("tell-of-terms", program.merchant_id, VersionJob.objects.get().business_on, again=True)
    assert jobs.drain(again, clock=lambda: NOW + timedelta(hours=3)).result == {"notices": 0}
    assert Notice.objects.count() == 1


def test_goes_by_a_thousand_at_a_time(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "SIZE", 2)
    monkeypatch.setattr(chunks.ranges_among, "__kwdefaults__", {"size": 2})
    for number in range(5):
        factories.member(merchant=program.merchant, email=f"m{number}@example.com")
    publish(program)
    assert announce() == {"notices": 5}
    assert Job.objects.get().chunks.count() == 3


def test_keeps_quiet_where_nobody_asked_or_nothing_changes_for_members(program: Program) -> None:
    factories.member(merchant=program.merchant, email="anna@example.com")
    publish(program, way=Way())
    assert announce() == {}
    versions.publish(program, program.versions.get(number=2).terms, effective_at=LATER, author=None, way=TOLD)
    assert announce() == {}
    assert not Notice.objects.exists()


def test_does_not_announce_what_another_version_follows_before_it_begins(program: Program) -> None:
    factories.member(merchant=program.merchant, email="anna@example.com")
    publish(program)
    publish(program, per="3.00", way=Way())
    assert announce() == {}


def test_writes_nothing_of_what_another_version_followed_while_the_job_waited(program: Program) -> None:
    factories.member(merchant=program.merchant, email="anna@example.com")
    publish(program)
    following.sweep(now=NOW)
    publish(program, per="3.00", way=Way())
    job = jobs.drain(Job.objects.get(kind="tell-of-terms"), clock=lambda: NOW + timedelta(minutes=1))
    assert job.result == {"notices": 0}


def test_opens_one_job_for_a_version_that_is_found_twice(program: Program) -> None:
    version = publish(program)
    opened = following.open_job(following.TELL, program.merchant, [version.pk], now=NOW)
    assert opened
    jobs.drain(opened, clock=lambda: NOW)
    assert following.open_job(following.TELL, program.merchant, [version.pk], now=NOW) is None


def test_does_not_mail_what_another_version_has_followed(program: Program) -> None:
    factories.member(merchant=program.merchant, email="anna@example.com")
    publish(program)
    announce()
    publish(program, per="3.00")
    assert announce(NOW + timedelta(minutes=1)) == {"notices": 1}
    assert send(NOW + timedelta(minutes=2)) == ["What changes in Points on 1\xa0Apr"]
    assert "3 zł" in mail.outbox[0].body.replace("\xa0", " ")
    assert list(Notice.objects.order_by("pk").values_list("state", flat=True)) == [State.OUTDATED, State.SENT]


def test_shows_members_without_an_address_and_staff_what_was_told(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loyalty_site.clock.now", lambda: NOW)
    member = factories.member(merchant=program.merchant, user=factories.user())
    publish(program)
    announce()
    assert Notice.objects.get().state == State.SHOWN
    assert member.user
    client = Client()
    client.force_login(member.user)
    said = client.get("/p/bean/").content.decode().replace("\xa0", " ")
    assert "What changes in Points on 1 Apr" in said
    purse = purse_of(member.accounts.select_related("program__merchant", "member").get(), now=NOW)
    assert any("What changes in Points" in event.words for event in timeline.events(member, purse))


def test_counts_whom_it_reaches(program: Program) -> None:
    factories.member(merchant=program.merchant, email="anna@example.com")
    factories.member(merchant=program.merchant)
    blocked = factories.member(merchant=program.merchant, email="ben@example.com")
    blocked.is_blocked = True
    blocked.save()
    assert announcing.told_by(program) == (1, 2)


def test_says_how_many_points_end_with_the_program_and_when(program: Program) -> None:
    account = factories.account(program=program, name="Anna Nowak", email="anna@example.com")
    factories.order(account, "90.00")
    closing = {"last_day": "2026-03-31", "points": "until", "until": "2026-05-31"}
    document = terms.P0 | {"closing": closing}
    versions.publish(program, document, effective_at=NOW, author=None, way=TOLD)
    announce()
    send()
    body = mail.outbox[0].body.replace("\xa0", " ")
    assert "points can be earned through 31 Mar 2026 and used through 31 May 2026, then they end." in body
    assert "You have 90 points to use through the end of 31 May 2026." in body
    assert "keep the terms" not in body

"""Mailing: each test's name finishes "it …"."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings as site
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from loyalty_site.tests.test_worker import database_url
from members import crediting, mailing, notices, tiering
from members.models import Account, Member, Notice
from members.tests import factories
from members.tests.post_office import PostOffice
from programs.models import Program

LAST, TOLD = date(2026, 5, 4), date(2026, 4, 4)
NOW = datetime(2026, 4, 3, 22, 10, tzinfo=UTC)  # ten past midnight in Warsaw
State = Notice.State


def tell(program: Program, *names: str, points: int = 162) -> list[Account]:
    """Members with points that expire in 30 days, and have a notice of it."""
    accounts = [factories.account(program=program, name=name, email=f"{name.lower()}@example.com") for name in names]
    for account in accounts:
        crediting.credit(
            account=account, points=points, reason="gift", reference=f"{account.pk}", now=factories.NOW, through=LAST
        )
    notices.write_due(program, day=TOLD, now=NOW)
    return accounts


def send(now: datetime = NOW) -> int:
    """Mail all that is due, as the task does."""
    server, count = mail.get_connection(), 0
    while mailing.send_next(server, now=now):
        count += 1
    server.close()
    return count


def notice_of(account: Account) -> Notice:
    return account.notices.get()


@pytest.fixture
def office(settings) -> Iterator[PostOffice]:
    with PostOffice() as office:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        yield office


@pytest.mark.django_db
def test_names_shop_amount_date_and_the_way_to_the_card_in_text_and_html(settings) -> None:
    settings.SITE_URL = "https://loyalty.example.com"
    program = factories.shop(name="Bean & Leaf", slug="bean")
    tell(program, "Anna")
    send()
    letter = mail.outbox[0]
    assert (letter.subject, letter.to) == ("162\xa0points expire on 4\xa0May", ["anna@example.com"])
    assert letter.from_email == "Bean & Leaf <regulars@localhost>"
    html = letter.alternatives[0].content
    for words in (
        "Hello Anna.",
        "162\xa0points can be used through the end of 4\xa0May",
        "https://loyalty.example.com/p/bean/",
    ):
        assert words in letter.body
        assert words in html
    assert "Bean & Leaf" in letter.body
    assert "Bean &amp; Leaf" in html
    assert Client().get("/p/bean/").status_code == 302


@pytest.mark.django_db
def test_marks_what_it_sent_and_sends_it_once() -> None:
    (anna,) = tell(factories.shop(), "Anna")
    assert (send(), send()) == (1, 0)
    assert len(mail.outbox) == 1
    assert (notice_of(anna).state, notice_of(anna).sent_at) == (State.SENT, NOW)


@pytest.mark.django_db
def test_does_not_mail_what_is_no_longer_so() -> None:
    program = factories.shop()
    anna, ben, cleo = tell(program, "Anna", "Ben", "Cleo")
    factories.adjustment(anna, -162)
    factories.adjustment(ben, -100)
    Member.objects.filter(pk=cleo.member_id).update(email="")
    send()
    assert [letter.subject for letter in mail.outbox] == ["62\xa0points expire on 4\xa0May"]
    assert [notice_of(one).state for one in (anna, ben, cleo)] == [State.OUTDATED, State.SENT, State.SHOWN]
    assert notice_of(ben).points == 62  # what was told is what stays on record


@pytest.mark.django_db
def test_does_not_mail_of_a_day_that_is_over() -> None:
    """A tier that no review has taken away yet is over all the same."""
    (anna,) = tell(factories.shop(), "Anna")
    ben = factories.account(program=factories.shop(), email="ben@example.com")
    factories.order(ben, "1600.00", at=datetime(2025, 5, 4, 10, tzinfo=UTC))
    tiering.review_accounts(ben.program, [ben.pk], day=date(2026, 5, 4), now=NOW + timedelta(days=30))
    assert notice_of(ben).subject_on == date(2026, 6, 3)
    send(now=datetime(2026, 6, 3, 22, 0, tzinfo=UTC))
    assert (mail.outbox, notice_of(anna).state, notice_of(ben).state) == ([], State.OUTDATED, State.OUTDATED)


@pytest.mark.django_db
def test_warns_of_a_tier_that_ends_with_what_keeps_it_unless_it_is_kept() -> None:
    program = factories.shop()
    anna, ben = (factories.account(program=program, name=name, email=f"{name}@example.com") for name in ("anna", "ben"))
    for one in (anna, ben):
        factories.order(one, "1600.00", at=datetime(2025, 7, 1, 10, tzinfo=UTC))
    first = datetime(2026, 7, 1, 0, 10, tzinfo=UTC)
    tiering.review_accounts(program, [anna.pk, ben.pk], day=first.date(), now=first)
    factories.order(ben, "1500.00", at=first + timedelta(hours=9))
    tiering.review_accounts(program, [anna.pk, ben.pk], day=date(2026, 7, 2), now=first + timedelta(days=1))
    send(now=first + timedelta(days=1))
    assert [letter.subject for letter in mail.outbox] == ["Gold ends on 31\xa0Jul"]
    assert "1,500 more by then keeps it" in mail.outbox[0].body
    assert [notice_of(one).state for one in (anna, ben)] == [State.SENT, State.OUTDATED]


@pytest.mark.django_db
def test_speaks_the_members_language_else_the_shops() -> None:
    program = factories.shop(language="pl")
    _anna, ben = tell(program, "Anna", "Ben")
    Member.objects.filter(pk=ben.member_id).update(language="en")
    send()
    spoken = {letter.to[0]: letter.alternatives[0].content for letter in mail.outbox}
    assert 'lang="pl"' in spoken["anna@example.com"]
    assert "4\xa0maj" in spoken["anna@example.com"]
    assert 'lang="en"' in spoken["ben@example.com"]


@pytest.mark.django_db
def test_loses_nothing_while_the_mail_server_is_down(office: PostOffice, settings) -> None:
    accounts = tell(factories.shop(), "Anna", "Ben", "Cleo")
    office.shutdown()
    office.server_close()
    for minute in range(5):
        assert send(now=NOW + timedelta(minutes=minute)) == 0
    waiting = [notice_of(account) for account in accounts]
    assert {(notice.state, notice.attempt) for notice in waiting} == {(State.WAITING, 0)}
    assert any("refused" in notice.error for notice in waiting)
    with PostOffice(office.port) as again:
        assert send(now=NOW + timedelta(minutes=10)) == 3
        assert again.recipients == ["anna@example.com", "ben@example.com", "cleo@example.com"]
    assert {notice_of(account).state for account in accounts} == {State.SENT}


@pytest.mark.django_db
def test_records_what_is_wrong_with_one_address_and_mails_the_others(office: PostOffice) -> None:
    office.refused.add("ben@")
    _anna, ben, _cleo = tell(factories.shop(), "Anna", "Ben", "Cleo")
    send()
    assert office.recipients == ["anna@example.com", "cleo@example.com"]
    waits = notice_of(ben)
    assert (waits.state, waits.attempt, waits.due_at) == (State.WAITING, 1, NOW + timedelta(minutes=1))
    assert "nobody lives here" in waits.error


@pytest.mark.django_db
def test_gives_up_after_a_day_of_trying_and_says_so() -> None:
    (anna,) = tell(factories.shop(), "Anna")
    Member.objects.filter(pk=anna.member_id).update(email="anna@\nexample.com")
    now = NOW
    for _attempt in range(10):
        send(now=now)
        now = max(now, notice_of(anna).due_at)
    failed = notice_of(anna)
    assert (failed.state, failed.attempt) == (State.FAILED, 7)
    assert timedelta(days=1) < now - NOW < timedelta(days=2)
    assert failed.error


@pytest.mark.django_db(transaction=True)
def test_shares_the_outbox_with_others_at_work_and_sends_each_once(office: PostOffice) -> None:
    tell(factories.shop(), *(f"Anna{number}" for number in range(12)))

    def work() -> None:
        send()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(office.letters) == 12
    assert len({*office.recipients}) == 12


@pytest.mark.django_db(transaction=True)
def test_sends_one_mail_twice_at_most_when_its_worker_is_killed(office: PostOffice) -> None:
    """The server has the mail and the worker dies before it hears so: the worst moment there is."""
    tell(factories.shop(), "Anna", "Ben", "Cleo")
    office.may_answer.clear()
    worker = start_worker(office)
    assert office.accepted.wait(60)
    worker.kill()
    worker.wait()
    office.may_answer.set()
    assert start_worker(office).wait(timeout=120) == 0
    ids = sorted(str(letter["Message-ID"]) for letter in office.letters)
    assert len(ids) == 4
    assert len({*ids}) == 3  # the second copy bears the same number, so that mail programs show one
    assert {*Notice.objects.values_list("state", flat=True)} == {State.SENT}


def start_worker(office: PostOffice) -> subprocess.Popen:
    """A process of its own that mails what is due."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "members.tests.settings_mail",
        "DATABASE_URL": database_url(),
        "REDIS_URL": site.REDIS_URL,
        "EMAIL_URL": f"smtp://127.0.0.1:{office.port}",
    }
    script = "import django; django.setup(); from members.tests.test_mailing import send; send()"
    return subprocess.Popen([sys.executable, "-c", script], cwd=site.BASE_DIR, env=environment)


@pytest.mark.django_db
def test_is_seen_by_the_operator_and_tried_again_on_demand(admin_client: Client) -> None:
    (anna,) = tell(factories.shop(), "Anna")
    Notice.objects.update(state=State.FAILED, attempt=7, error="SMTPRecipientsRefused: nobody lives here")
    page = reverse("admin:members_notice_changelist")
    assert "nobody lives here" in admin_client.get(page, {"state": "failed"}).content.decode()
    admin_client.post(page, {"action": "try_again", "_selected_action": [notice_of(anna).pk]})
    assert (notice_of(anna).state, notice_of(anna).attempt) == (State.WAITING, 0)

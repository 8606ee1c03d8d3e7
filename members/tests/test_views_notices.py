"""What staff see of notices: the timeline of a member, and the list of those that are not mailed."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.models import Account, Notice
from members.tests import factories
from programs.models import Role

pytestmark = pytest.mark.django_db

TOLD = {"kind": "expiry", "subject_on": date(2026, 5, 4), "notice_on": date(2026, 4, 4), "points": 162}


@pytest.fixture
def account() -> Account:
    return factories.account(program=factories.shop(slug="bean"), name="Anna", email="anna@example.com")


@pytest.fixture
def manager(account: Account) -> Client:
    client = Client()
    client.force_login(factories.staff(merchant=account.program.merchant, role=Role.MANAGER).user)
    return client


def notice(account: Account, state: str, **fields: object) -> Notice:
    earlier = timezone.now() - timedelta(hours=2)
    told = TOLD | {"program": account.program, "state": state, "due_at": timezone.now() + timedelta(hours=5)}
    return account.notices.create(created_at=earlier, **told | fields)


def test_the_timeline_says_what_was_told_and_whether_by_mail(account: Account, manager: Client) -> None:
    notice(account, "sent")
    notice(
        account,
        "shown",
        kind="tier-warning",
        points=0,
        tier_code="gold",
        notice_on=date(2026, 7, 1),
        subject_on=date(2026, 7, 31),
    )
    page = manager.get(reverse("dashboard-member-show", args=["bean", account.member.number])).content.decode()
    assert "Told: 162\xa0points expire on 4\xa0May" in page
    assert "4\xa0Apr, mailed" in page
    assert "Told: Gold ends on 31\xa0Jul" in page
    assert page.index("Told: Gold") < page.index("Told: 162")


def test_the_list_says_why_a_notice_is_not_mailed_and_mails_it_again(account: Account, manager: Client) -> None:
    waits = notice(account, "waiting", attempt=3, error="SMTPRecipientsRefused: nobody lives here")
    page = manager.get(reverse("dashboard-notices-unsent", args=["bean"])).content.decode()
    assert "nobody lives here" in page
    answer = manager.post(reverse("dashboard-notices-mail", args=["bean"]), follow=True)
    assert "1 notice is mailed now." in answer.content.decode()
    waits.refresh_from_db()
    assert (waits.attempt, waits.due_at <= timezone.now()) == (0, True)


def test_the_list_shows_no_other_shop(account: Account, manager: Client) -> None:
    notice(factories.account(program=factories.shop()), "failed")
    assert "Nothing waits" in manager.get(reverse("dashboard-notices-unsent", args=["bean"])).content.decode()

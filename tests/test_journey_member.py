"""A manager on a member's page, in a real browser: puts the member into a segment, records a friend brought along."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from members.models import Account
from members.tests import factories
from programs.models import Role
from programs.tests.factories import document
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = [
    {"code": "friend", "name": "Friend", "when": {"event": "referral"}, "give": {"points": 100}},
    {"code": "guest", "name": "Guest", "when": {"event": "referred"}, "give": {"points": 20}},
    {"code": "students", "name": "Students", "when": {"segments": ["student"]}, "give": {"multiplier": "2"}},
]


@pytest.fixture
def anna() -> Account:
    program = factories.shop(terms_document=document(rules=RULES), slug="bean")
    factories.member(merchant=program.merchant, name="Ben Nowak", email="ben@example.com")
    return factories.account(program=program, name="Anna Kowalczyk", email="anna@example.com")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_sets_segments_and_records_an_event(quiet_page: Page, live_server: Any, anna: Account, size: Any) -> None:
    page = quiet_page
    page.set_viewport_size(size)
    boss = factories.staff(merchant=anna.program.merchant, role=Role.MANAGER)
    sign_in(page.context, boss.user, live_server.url)
    page.goto(f"{live_server.url}/m/bean/members/{anna.member.number}/")

    page.get_by_role("link", name="Segments").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("Rules look at: student.")
    assert_accessible(page)
    drawer.get_by_label("Segments").fill("student, neighbour")
    drawer.get_by_role("button", name="Keep segments").click()
    expect(page.locator(".member-head")).to_contain_text("neighbour")

    page.get_by_role("link", name="Record an event").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("Card, phone or e-mail of the friend").fill("zoe@example.com")
    drawer.get_by_role("button", name="Record event").click()
    expect(drawer).to_contain_text("Add the friend first")
    assert_accessible(page)
    drawer.get_by_label("Card, phone or e-mail of the friend").fill("ben@example.com")
    drawer.get_by_role("button", name="Record event").click()
    expect(page.get_by_text("Brought a friend: recorded.")).to_be_visible()
    assert_fits(page)
    page.reload()
    assert_accessible(page)
    anna.refresh_from_db()
    assert anna.balance == 100

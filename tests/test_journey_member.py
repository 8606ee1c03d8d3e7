"""A manager on a member's page, in a real browser: tags, a friend brought along, details, a note, a block."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from members.models import Account, MemberField
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
    MemberField.objects.create(
        merchant=program.merchant, code="coffee", name="Favourite coffee", kind="choice", choices=["Espresso", "Filter"]
    )
    return factories.account(program=program, name="Anna Kowalczyk", email="anna@example.com")


def open_menu(page: Page, name: str) -> Locator:
    """Choose a line of the menu and answer the drawer that it opens."""
    page.get_by_label("More about Anna Kowalczyk").click()
    page.locator(".member-head .menu-list").get_by_role("link", name=name).click()
    return page.get_by_role("dialog")


@pytest.fixture
def boss(quiet_page: Page, live_server: Any, anna: Account) -> Page:
    """A manager who has opened the page of Anna."""
    staff = factories.staff(merchant=anna.program.merchant, role=Role.MANAGER, name="Zofia Maj")
    sign_in(quiet_page.context, staff.user, live_server.url)
    quiet_page.goto(f"{live_server.url}/m/bean/members/{anna.member.number}/")
    return quiet_page


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_sets_tags_and_records_an_event(boss: Page, anna: Account, size: Any) -> None:
    page = boss
    page.set_viewport_size(size)
    drawer = open_menu(page, "Tags")
    expect(drawer).to_contain_text("Rules look at: student.")
    assert_accessible(page)
    drawer.get_by_label("Tags").fill("student, neighbour")
    drawer.get_by_role("button", name="Keep tags").click()
    expect(page.locator(".about")).to_contain_text("neighbour")

    drawer = open_menu(page, "Record an event")
    drawer.get_by_label("Card, phone or e-mail of the friend").fill("zoe@example.com")
    drawer.get_by_role("button", name="Record event").click()
    expect(drawer).to_contain_text("Add the friend first")
    assert_accessible(page)
    drawer.get_by_label("Card, phone or e-mail of the friend").fill("ben@example.com")
    drawer.get_by_role("button", name="Record event").click()
    expect(page.get_by_text("Brought a friend: recorded.")).to_be_visible()
    expect(page.locator(".about")).to_contain_text("Ben Nowak")
    assert_fits(page)
    page.reload()
    assert_accessible(page)
    anna.refresh_from_db()
    assert anna.balance == 100


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_writes_a_note_corrects_details_and_blocks_the_card(boss: Page, anna: Account, size: Any) -> None:
    page = boss
    page.set_viewport_size(size)
    page.get_by_role("link", name="Add note").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("Note").fill("Oat milk, always.")
    assert_accessible(page)
    drawer.get_by_role("button", name="Keep note").click()
    expect(page.locator(".timeline")).to_contain_text("Note from Zofia")
    expect(page.locator(".timeline")).to_contain_text("Shown at the till")

    drawer = open_menu(page, "Change details")
    drawer.get_by_label("Phone").fill("12")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer).to_contain_text("is not a phone number")
    assert_accessible(page)
    drawer.get_by_label("Phone").fill("601 234 567")
    drawer.get_by_label("Favourite coffee").select_option("Filter")
    drawer.get_by_role("button", name="Save").click()
    expect(page.locator(".member-head")).to_contain_text("+48 601 234 567")
    expect(page.locator(".about")).to_contain_text("Filter")

    drawer = open_menu(page, "Block card")
    expect(drawer).to_contain_text("Purchases and refunds count")
    assert_accessible(page)
    drawer.get_by_label("Why").fill("Found in the street")
    drawer.get_by_role("button", name="Block card").click()
    expect(page.locator(".banner")).to_contain_text("Blocked by Zofia")
    expect(page.locator("#redemptions")).to_contain_text("No rewards yet")
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="Unblock card").click()
    expect(page.locator(".banner")).to_have_count(0)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_adds_changes_and_removes_a_field(boss: Page, live_server: Any, size: Any) -> None:
    page = boss
    page.set_viewport_size(size)
    page.goto(f"{live_server.url}/m/bean/fields/")
    page.get_by_role("link", name="Add a field").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("Name").fill("Milk")
    drawer.get_by_label("Kind").select_option("choice")
    drawer.get_by_label("Choices").fill("Oat")
    drawer.get_by_role("button", name="Add field").click()
    expect(drawer).to_contain_text("at least two choices")
    assert_accessible(page)
    drawer.get_by_label("Choices").fill("Oat\nCow")
    drawer.get_by_role("button", name="Add field").click()
    expect(page.get_by_role("row", name="Milk")).to_contain_text("Oat, Cow")
    page.get_by_role("button", name="Move Milk up").click()
    expect(page.locator("tbody tr").first).to_contain_text("Milk")
    assert_fits(page)
    page.get_by_role("link", name="Remove Milk").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove field").click()
    expect(page.get_by_text("Milk is not kept any more.")).to_be_visible()
    assert_accessible(page)

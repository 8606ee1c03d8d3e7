"""A manager finds two cards of one person, merges them and parts them again, in a real browser and by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from members.merging import duplicates
from members.models import Account
from members.tests import factories
from programs.models import Role
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def anna() -> Account:
    """One of two cards with addresses that differ by a dot."""
    program = factories.shop(slug="bean")
    anna = factories.account(program=program, name="Anna Kowalczyk", email="anna.k@example.com")
    ania = factories.account(program=program, name="Ania Kowalczyk", email="annak@example.com")
    factories.order(anna, "100.00")
    factories.order(ania, "30.00")
    duplicates.find(program.merchant_id, now=factories.NOW)
    return anna


def press(page: Page, control: Locator) -> None:
    """Activate a control as who has no mouse does."""
    assert_accessible(page)
    assert_fits(page)
    control.focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_merges_two_cards_and_undoes_it(quiet_page: Page, live_server: Any, anna: Account, size: Any) -> None:
    page = quiet_page
    page.set_viewport_size(size)
    staff = factories.staff(merchant=anna.program.merchant, role=Role.MANAGER)
    sign_in(page.context, staff.user, live_server.url)
    page.goto(f"{live_server.url}/m/bean/duplicates/")
    press(page, page.get_by_role("link", name="Compare Anna Kowalczyk, Ania Kowalczyk"))
    expect(page.get_by_role("heading", name="Are they one person?")).to_be_visible()
    page.get_by_role("radio", name="Ania Kowalczyk").focus()
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Merge both"))
    expect(page.get_by_role("heading", name="Ania Kowalczyk", level=1)).to_be_visible()
    anna.refresh_from_db()
    assert anna.balance == 130

    page.goto(f"{live_server.url}/m/bean/members/{anna.member.number}/merge/")
    press(page, page.get_by_role("link", name="Undo"))
    expect(page.get_by_role("heading", name="Make them two members again?")).to_be_visible()
    press(page, page.get_by_role("button", name="Undo merge"))
    expect(page.get_by_role("heading", name="Anna Kowalczyk", level=1)).to_be_visible()
    assert_accessible(page)
    anna.refresh_from_db()
    assert anna.balance == 100

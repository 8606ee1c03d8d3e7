"""An owner invites somebody, who comes in and chooses a PIN; later their work here ends, and the log tells of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from members.tests import factories
from programs.models import Pin, Role, Staff
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def marta() -> Staff:
    merchant = factories.shop(slug="bean").merchant
    factories.location(merchant=merchant)
    return factories.staff(merchant=merchant, role=Role.OWNER, name="Marta Nowak")


def looked_at(page: Page) -> None:
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        assert_fits(page)
        assert_accessible(page)


def invite(page: Page, url: str) -> str:
    """Invite Iga, and return the link as it is shown."""
    page.goto(f"{url}/m/bean/staff/")
    page.get_by_role("link", name="Invite somebody").click()
    looked_at(page)
    page.get_by_label("E-mail").fill("iga@example.com")
    page.get_by_label("Name", exact=False).first.fill("Iga Lis")
    page.get_by_label("Works at", exact=True).select_option(label="Puławska")
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator("#link")).to_contain_text("/join/")
    looked_at(page)
    return page.locator("#link").inner_text()


def come_in(page: Page, address: str) -> None:
    """Open the link, prove the address, choose a password and a PIN."""
    page.goto(address)
    looked_at(page)
    page.get_by_role("button", name="Send me a code").click()
    code = re.search(r"^\S{4,}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    page.get_by_role("textbox", name="Code").fill(code[0])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Password").fill("three plain words")
    looked_at(page)
    page.get_by_role("button", name="Come in").click()
    page.get_by_label("PIN", exact=True).fill("4821")
    page.get_by_label("The same again").fill("4821")
    looked_at(page)
    page.get_by_role("button", name="Set the PIN").click()
    page.wait_for_url("**/till/bean/")


def test_from_the_invitation_to_the_end(quiet_page: Page, browser: Browser, live_server: Any, marta: Staff) -> None:
    page = quiet_page
    sign_in(page.context, marta.user, live_server.url)
    link = invite(page, live_server.url)
    till = browser.new_context().new_page()
    come_in(till, f"{live_server.url}/join/{link.split('/join/')[1]}")
    assert Pin.objects.get().staff.user.name == "Iga Lis"

    page.goto(f"{live_server.url}/m/bean/staff/")
    looked_at(page)
    page.get_by_role("link", name="Iga Lis").click()
    looked_at(page)
    page.get_by_role("button", name="End their work here").click()
    expect(page.get_by_role("dialog")).to_contain_text("signed out everywhere at once")
    assert_accessible(page)
    page.get_by_role("dialog").get_by_role("button", name="End their work").click()
    expect(page.get_by_text("Iga Lis does not work here any more")).to_be_visible()
    till.reload()
    expect(till.get_by_role("heading", name="Sign in")).to_be_visible()

    page.goto(f"{live_server.url}/m/bean/audit-log/")
    expect(page.get_by_text("Ended the work of Iga Lis here")).to_be_visible()
    looked_at(page)
    page.get_by_label("What").select_option(label="Points and tiers")
    expect(page.get_by_text("Nothing written down here")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{live_server.url}/me/sessions/")
    looked_at(page)

"""A manager narrows the list of members and changes many at once, in a real browser, and without its scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from loyalty_site import jobs
from members.bulk import running
from members.models import Bulk, Member
from members.tests import factories
from programs.models import Program, Role, Staff
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def program() -> Program:
    program = factories.program(merchant=factories.merchant(slug="bean"))
    for number in range(25):
        account = factories.account(program=program, name=f"Member {number:02}")
        if number < 22:
            factories.order(account, f"{number + 10}.00")
    return program


@pytest.fixture
def zofia(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.MANAGER, name="Zofia")


def test_narrows_keeps_and_tags_all_that_fit(quiet_page: Page, live_server: Any, zofia: Staff) -> None:
    page = quiet_page
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    sign_in(page.context, zofia.user, live_server.url)
    page.goto(f"{live_server.url}/m/bean/members/")
    page.get_by_text("Filters and columns").click()
    page.get_by_label("Balance from").fill("10")
    page.get_by_label("Phone", exact=True).check()
    assert_accessible(page)
    page.get_by_role("button", name="Show these members").click()
    expect(page.get_by_text("22 members", exact=True)).to_be_visible()
    expect(page.get_by_role("columnheader", name="Phone")).to_be_visible()
    expect(page).to_have_url(re.compile(r"members/\?balance_from=10&columns="))

    page.get_by_role("link", name="Keep this view").click()
    page.get_by_label("Name").fill("With points")
    page.get_by_role("button", name="Keep view").click()
    expect(page.get_by_role("link", name="With points")).to_have_attribute("aria-current", "page")

    page.get_by_label("Member 05").check()
    expect(page.get_by_text("1 chosen")).to_be_visible()
    page.get_by_label("Choose everybody on this page").check()
    expect(page.get_by_text("20 chosen")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("All 22 that fit").check()
    page.get_by_role("button", name="Add a tag").click()
    page.get_by_label("Tag").fill("press")
    assert_accessible(page)
    page.get_by_role("button", name="Review").click()
    assert_accessible(page)
    page.get_by_role("button", name="Change 22 members").click()
    expect(page.get_by_text("0 of 22 members")).to_be_visible()
    jobs.drain(running.job_of(Bulk.objects.get()))
    expect(page.get_by_role("button", name="Undo for everybody")).to_be_visible()
    assert_accessible(page)
    assert Member.objects.filter(segments=["press"]).count() == 22


def test_fits_a_phone(quiet_page: Page, live_server: Any, zofia: Staff) -> None:
    page = quiet_page
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    sign_in(page.context, zofia.user, live_server.url)
    page.goto(f"{live_server.url}/m/bean/members/?balance_from=10&sort=-balance")
    page.get_by_label("More about members").click()
    assert_fits(page)
    page.keyboard.press("Escape")
    page.get_by_text("Filters and columns").click()
    page.get_by_label("Member 21").check()
    assert_fits(page)
    assert_accessible(page)


def test_works_without_scripts(browser: Browser, live_server: Any, zofia: Staff) -> None:
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, zofia.user, live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/m/bean/members/")
    page.get_by_text("Filters and columns").click()
    page.get_by_label("Balance to").fill("10")
    page.get_by_role("button", name="Show these members").click()
    page.get_by_label("Member 00").check()
    page.get_by_role("button", name="Adjust points").click()
    page.get_by_label("Points for each member").fill("5")
    page.get_by_label("Why").select_option(index=1)
    page.get_by_role("button", name="Review").click()
    page.get_by_role("button", name="Change 1 member").click()
    expect(page.get_by_text("0 of 1 members")).to_be_visible()
    jobs.drain(running.job_of(Bulk.objects.get()))
    page.reload()
    expect(page.get_by_role("button", name="Undo for everybody")).to_be_visible()
    context.close()

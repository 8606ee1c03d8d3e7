"""An owner tries a basket, sees who would move, and publishes with tiers moved now: with the keyboard alone."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from loyalty_site import jobs
from loyalty_site.models import Job
from members import following
from members.models import Account, Notice, Order
from members.tests import factories
from programs import drafts, terms
from programs.models import Role
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BEANS = {"code": "beans", "name": "Beans to take home", "when": {"categories": ["beans"]}, "give": {"multiplier": "3"}}


@pytest.fixture
def anna() -> Account:
    """450 points, bronze; the draft wants 400 for silver and triples beans."""
    program = factories.shop(slug="bean", terms_document=terms.P0)
    account = factories.account(program=program, name="Anna Nowak", email="anna@example.com")
    factories.order(account, "450.00", at=timezone.now() - timedelta(days=3))
    document: dict[str, Any] = deepcopy(terms.P0)
    document["tiers"]["levels"][1]["at"] = 400
    drafts.replace(program, document | {"rules": [BEANS]}, by=None, now=timezone.now())
    return account


def signed_in(page: Page, live_server: Any, account: Account, size: Any) -> Page:
    owner = factories.staff(merchant=account.program.merchant, role=Role.OWNER, name="Marta Wiśniewska")
    sign_in(page.context, owner.user, live_server.url)
    page.set_viewport_size(size)
    return page


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the control with this name has the focus."""
    labelled = page.get_by_label(re.compile(rf"^\s*{label}(\s+optional)?\s*$"))
    wanted = labelled.or_(page.get_by_role("button", name=label, exact=True)).first
    for _press in range(60):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {label}")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_tries_a_basket(quiet_page: Page, live_server: Any, anna: Account, size: ViewportSize) -> None:
    page = signed_in(quiet_page, live_server, anna, size)
    page.goto(f"{live_server.url}/m/bean/program/")
    page.get_by_role("link", name="Try a basket").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What would this earn?")).to_be_visible()
    tab_to(page, "Amount")
    page.keyboard.type("62")
    tab_to(page, "Member")
    page.keyboard.type("anna@example.com")
    page.keyboard.press("Tab")
    expect(page.locator("#answer")).to_contain_text("The draft gives as much for this.")
    expect(page.locator("#answer")).to_contain_text("Bronze before, Silver afterwards")

    tab_to(page, "Add a line")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Product")).to_be_focused()
    tab_to(page, "Category")
    page.keyboard.type("beans")
    page.keyboard.press("Enter")
    expect(page.locator("#trial")).to_contain_text("Type the amount of this line, or remove it.")
    assert_accessible(page)
    page.get_by_role("group", name="Line 1").get_by_label("Amount").focus()
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_contain_text("+40\u00a0points under the draft")
    expect(page.locator("#answer")).to_contain_text("Tripled, because it had beans (Beans to take home)")
    assert_accessible(page)
    assert_fits(page)
    assert Order.objects.count() == 1


def test_it_publishes_with_tiers_moved_now_and_a_notice(quiet_page: Page, live_server: Any, anna: Account) -> None:
    page = signed_in(quiet_page, live_server, anna, DESKTOP)
    page.goto(f"{live_server.url}/m/bean/program/points/publish/")
    expect(page.get_by_text("1 goes up")).to_be_visible()
    expect(page.get_by_role("link", name="Anna Nowak")).to_be_visible()
    expect(page.get_by_text("1 member gets a mail.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("From the next nightly review").focus()
    page.keyboard.press("ArrowUp")
    page.get_by_label("Tell members what changes and from when").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Publish version 2").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Version 2 published.")

    following.sweep(now=timezone.now())
    for job in Job.objects.open():
        jobs.drain(job)
    anna.refresh_from_db()
    assert anna.tier_code == "silver"
    assert Notice.objects.get(kind="new-terms").account == anna
    page.goto(f"{live_server.url}/m/bean/members/{anna.member.number}/")
    expect(page.get_by_text("Silver, because the tiers changed")).to_be_visible()

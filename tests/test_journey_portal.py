"""A customer's week on a phone, in a real browser: sign in by code, look, redeem, show the voucher, ask why."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from members.models import Account
from members.tests import factories
from programs import terms
from rewards import redeeming
from rewards.models import Redemption
from rewards.tests.factories import reward
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL = "anna@example.com"
SMALL_TARGETS = """() => [...document.querySelectorAll("body :is(button, a, summary, input:not([type=hidden]))")]
  .filter((part) => part.checkVisibility() && !part.closest(".skip, .vh") && !part.matches("p a"))
  .filter((part) => part.getBoundingClientRect().height < 44)
  .map((part) => part.outerHTML.slice(0, 90))"""


@pytest.fixture
def anna() -> Account:
    """A member of Bean & Leaf with 318 points, 96 on the way, and an address that the shop knows."""
    document = {**terms.P0, "earning": {**terms.P0["earning"], "pending_days": 4}}
    program = factories.program(merchant=factories.merchant(slug="bean"), terms_document=document)
    account = factories.account(program=program, email=EMAIL)
    place = factories.location(merchant=program.merchant)
    factories.order(account, "318.00", at=timezone.now() - timedelta(days=340), location=place.code)
    factories.order(account, "96.00", at=timezone.now(), location=place.code)
    for name, price, icon in (("Any coffee", 150, "cup"), ("Filter refill", 60, "drop"), ("250 g beans", 480, "bean")):
        reward(program=program, name=name, points_price=price, icon=icon, description="At either shop")
    return account


def signed_in(context: BrowserContext, account: Account, url: str) -> None:
    """Sign the member in without the mail."""
    account.member.user = factories.user(email=EMAIL)
    account.member.save()
    sign_in(context, account.member.user, url)


def open_voucher(account: Account) -> Redemption:
    coffee = account.program.rewards.get(name="Any coffee")
    return redeeming.redeem(account=account, reward=coffee, reference="journey", now=timezone.now())


def test_from_the_code_in_the_mail_to_the_used_voucher(quiet_page: Page, live_server: Any, anna: Account) -> None:
    page = quiet_page
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/p/bean/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code").fill(code_in(str(mail.outbox[0].body)))
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", name="Hello, Anna")).to_be_visible()
    expect(page.get_by_text("+96 on the way")).to_be_visible()
    expect(page.get_by_text("Next reward: 250 g beans")).to_be_visible()
    page.get_by_role("link", name="Show your card large").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("link", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()

    page.get_by_role("link", name="Use Any coffee").click()
    expect(page.get_by_text("You have 15 minutes")).to_be_visible()
    page.get_by_role("button", name="Set 150").click()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"1[45]:\d\d"))
    voucher = Redemption.objects.get()
    expect(page.get_by_text(f"{voucher.code[:3]} {voucher.code[3:]}")).to_be_visible()
    redeeming.use(voucher, by=factories.staff(merchant=voucher.merchant), now=timezone.now())
    expect(page.get_by_text(re.compile(r"Used \d\d:\d\d"))).to_be_visible()
    expect(page.get_by_role("img", name="The voucher as a QR code")).to_have_count(0)

    page.get_by_role("link", name="See it in your history").click()
    expect(page.get_by_text("−150 spent")).to_be_visible()
    page.get_by_text("Purchase, 96.00").click()
    expect(page.get_by_text("Points added")).to_be_visible()


def code_in(letter: str) -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", letter, re.MULTILINE)
    assert found, letter
    return found[1]


def test_gives_the_points_back_before_the_voucher_is_shown(quiet_page: Page, live_server: Any, anna: Account) -> None:
    signed_in(quiet_page.context, anna, live_server.url)
    voucher = open_voucher(anna)
    quiet_page.goto(live_server.url + reverse("portal-voucher-show", args=["bean", voucher.code]))
    quiet_page.get_by_role("button", name="Give the points back now").click()
    expect(quiet_page.get_by_text("150\u00a0points are back on your card.")).to_be_visible()
    anna.refresh_from_db()
    assert anna.balance == 414


def test_every_page_is_accessible_and_fits(quiet_page: Page, live_server: Any, anna: Account) -> None:
    coffee = anna.program.rewards.get(name="Any coffee")
    outside = [reverse(name, args=["bean"]) for name in ("portal-sign-in", "portal-join", "portal-terms")]
    inside = [reverse(f"portal-{name}", args=["bean"]) for name in ("home", "rewards", "history", "you", "how")]
    inside += [
        reverse("portal-reward-redeem", args=["bean", coffee.pk]),
        reverse("portal-voucher-show", args=["bean", open_voucher(anna).code]),
        reverse("portal-entry-why", args=["bean", anna.entries.first().pk]),
    ]
    look_at(quiet_page, [live_server.url + path for path in outside])
    signed_in(quiet_page.context, anna, live_server.url)
    look_at(quiet_page, [live_server.url + path for path in inside])


def look_at(page: Page, urls: list[str]) -> None:
    for url in urls:
        for size in (PHONE, DESKTOP):
            for scheme in ("light", "dark"):
                page.set_viewport_size(size)
                page.emulate_media(color_scheme=scheme)
                page.goto(url)
                expect(page.locator(".htmx-request")).to_have_count(0)
                assert_accessible(page)
                assert_fits(page)
                assert page.evaluate(SMALL_TARGETS) == [], url


def test_works_without_javascript(browser: Browser, live_server: Any, anna: Account) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    signed_in(context, anna, live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/p/bean/")
    page.get_by_role("link", name="Show your card large").click()
    expect(page.locator("dialog")).to_be_visible()
    page.goto(f"{live_server.url}/p/bean/")
    page.get_by_role("link", name="See all").click()
    page.get_by_role("link", name="Use Any coffee").click()
    page.get_by_role("button", name="Set 150").click()
    expect(page.get_by_text("is the last moment to show it")).to_be_visible()
    expect(page.get_by_role("timer")).to_be_hidden()
    page.get_by_role("link", name="History").click()
    page.get_by_text("Purchase, 96.00").click()
    page.get_by_role("link", name="Why is that so?").first.click()
    expect(page.get_by_text("Points added").first).to_be_visible()
    context.close()

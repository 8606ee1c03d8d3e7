"""The owner's morning, in a real browser: sign in, see what needs her, compare periods, read a chart, open a figure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from members.tests import factories
from programs.calendar import local_day
from programs.models import Program, Role, Staff
from programs.terms import P0
from reports import rollup
from reports.kpis import CATALOGUE
from rewards import redeeming
from rewards.tests.factories import reward
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

A_SLOW_MACHINE = 30_000  # milliseconds for the bundle of plotly.js
LINE = "[data-chart='sales-drawing'] .scatterlayer path.js-line"
BARS = "[data-chart='points-drawing'] .bars .point path"


@pytest.fixture
def program() -> Program:
    """Ten weeks of two members; points expire soon, an adjustment waits."""
    program = factories.program(
        merchant=factories.merchant(slug="bean"), terms_document=P0 | {"expiry": {"kind": "after", "days": 90}}
    )
    now = timezone.now()
    accounts = [factories.account(program=program, name=name) for name in ("Anna Kowalczyk", "Piotr Zieliński")]
    for days in range(70, 0, -5):
        for account in accounts:
            factories.order(account, "48.50", at=now - timedelta(days=days))
    coffee = reward(program=program, points_price=60)
    redeeming.redeem(account=accounts[0], reward=coffee, reference="v", now=now - timedelta(days=2))
    cashier = factories.staff(merchant=program.merchant, role=Role.CASHIER)
    factories.adjustment(accounts[1], 900, by=cashier, now=now)
    rollup.refresh(program.merchant, through=local_day(now, program.merchant.zone) - timedelta(days=1))
    return program


@pytest.fixture
def marta(program: Program) -> Staff:
    user = factories.user(email="marta@example.com", name="Marta Wiśniewska")
    return factories.staff(merchant=program.merchant, role=Role.OWNER, user=user)


def sign_in(page: Page, live_server: Any, staff: Staff) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("input[name=login]").fill(staff.user.email)
    page.locator("input[name=password]").fill(factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Marta")


def test_sees_the_morning(quiet_page: Page, live_server: Any, marta: Staff) -> None:
    page = quiet_page
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    sign_in(page, live_server, marta)
    assert page.url == f"{live_server.url}/m/bean/"
    expect(page.get_by_text("1 adjustment waits for approval")).to_be_visible()
    expect(page.locator(LINE)).to_have_count(2, timeout=A_SLOW_MACHINE)
    expect(page.locator(BARS).first).to_be_visible(timeout=A_SLOW_MACHINE)

    page.locator("[data-chart='sales-drawing']").hover(position={"x": 300, "y": 100})
    expect(page.locator("[data-chart='sales-drawing'] .hoverlayer .legendtext").first).to_contain_text("zł")

    page.get_by_role("link", name="1 week", exact=True).click()
    expect(page.get_by_text("Came back within 1 week")).to_be_visible()
    expect(page.get_by_role("link", name="1 week", exact=True)).to_have_attribute("aria-current", "true")

    page.get_by_text("Show as table").first.click()
    table = page.get_by_role("region", name="Sales from members")
    expect(table.get_by_role("row")).to_have_count(8)

    page.get_by_role("link", name="Sales from members", exact=True).click()
    expect(page.get_by_role("heading", name="Sales from members", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="What it is made of").get_by_text("Anna Kowalczyk").first).to_be_visible()
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Home").click()
    expect(page.get_by_role("link", name="1 week", exact=True)).to_have_attribute("aria-current", "true")


def test_redraws_the_charts_when_the_light_changes(quiet_page: Page, live_server: Any, marta: Staff) -> None:
    quiet_page.emulate_media(color_scheme="light")
    sign_in(quiet_page, live_server, marta)
    expect(quiet_page.locator(LINE)).to_have_count(2, timeout=A_SLOW_MACHINE)
    by_day = colour_of_line(quiet_page)
    quiet_page.emulate_media(color_scheme="dark")
    expect(quiet_page.locator(LINE).first).not_to_have_css("stroke", by_day)


def test_reads_everything_without_javascript(browser: Any, live_server: Any, marta: Staff) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server, marta)
    page.get_by_text("Show as table").first.click()
    expect(page.get_by_role("region", name="Sales from members").get_by_role("row")).to_have_count(29)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_is_accessible_and_fits(quiet_page: Page, live_server: Any, marta: Staff, size: Any, scheme: Any) -> None:
    quiet_page.emulate_media(color_scheme=scheme)
    quiet_page.set_viewport_size(size)
    sign_in(quiet_page, live_server, marta)
    figures = [f"figures/{code}/" for code in CATALOGUE]
    for path in ("", "?period=52", *figures, "expiring/", "waiting-refunds/"):
        quiet_page.goto(f"{live_server.url}/m/bean/{path}")
        if not path:
            expect(quiet_page.locator(LINE)).to_have_count(2, timeout=A_SLOW_MACHINE)
            quiet_page.get_by_text("Show as table").last.click()
        assert_accessible(quiet_page)
        assert_fits(quiet_page)


def test_finds_an_empty_shop_friendly(quiet_page: Page, live_server: Any) -> None:
    merchant = factories.merchant(slug="new")
    user = factories.user(email="marta@example.com", name="Marta Wiśniewska")
    sign_in(quiet_page, live_server, factories.staff(merchant=merchant, role=Role.OWNER, user=user))
    expect(quiet_page.get_by_role("img", name="1 of 7 done")).to_be_visible()
    expect(quiet_page.get_by_text("No sales in this time")).to_be_visible()
    for size in (DESKTOP, PHONE):
        quiet_page.set_viewport_size(size)  # type: ignore[arg-type]
        assert_accessible(quiet_page)
        assert_fits(quiet_page)


def colour_of_line(page: Page) -> str:
    return str(page.evaluate(f"getComputedStyle(document.querySelector({LINE!r})).stroke"))

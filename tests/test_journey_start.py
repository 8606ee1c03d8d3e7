"""The first ten minutes of a new owner in a real browser, by keyboard alone: from an empty site to the first point."""

from __future__ import annotations

import re
from time import monotonic
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Locator, Page, expect

from members.models import LedgerEntry
from programs.models import Merchant, Program
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_TABS = 120
MACHINE_SECONDS = 90  # a slow machine; what people take is theirs


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"timezone_id": "Europe/Lisbon"}


class Keys:
    """A person who has a keyboard and no mouse; counts what was pressed to act."""

    def __init__(self, page: Page) -> None:
        self.page, self.acts = page, 0

    def reach(self, wanted: Locator) -> None:
        """Go on with Tab until this has the focus."""
        for _ in range(MOST_TABS):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {wanted}")

    def write(self, label: str, text: str) -> None:
        self.reach(self.page.get_by_label(re.compile(rf"^\s*{label}\s*(optional)?\s*$")))
        self.page.keyboard.type(text)

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        self.reach(wanted)
        self.enter(key)

    def enter(self, key: str = "Enter") -> None:
        self.acts += 1
        self.page.keyboard.press(key)

    def button(self, name: str | re.Pattern[str]) -> None:
        self.press(self.page.get_by_role("button", name=name))

    def link(self, name: str | re.Pattern[str]) -> None:
        self.press(self.page.get_by_role("link", name=name))


def looks_right(page: Page, title: str) -> None:
    """The page is the one that is meant, is accessible, and fits."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert_accessible(page)
    assert_fits(page)


def code_of_the_mail() -> str:
    found = re.search(r"^\S{4,}$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    return found[0]


def sign_up(page: Page, keys: Keys) -> None:
    looks_right(page, "Open the first shop")
    keys.write("E-mail", "ola@example.com")
    keys.enter()
    looks_right(page, "Enter the code")
    keys.write("Code", code_of_the_mail())
    keys.enter()
    looks_right(page, "Your login")
    keys.write("Your name", "Ola Nowak")
    keys.write("Password", "a roast of their own")
    keys.enter()


def name_the_shop(page: Page, keys: Keys) -> None:
    looks_right(page, "Name your shop")
    expect(page.get_by_label("Country")).to_have_value("PT")
    expect(page.get_by_label("Currency")).to_have_value("EUR")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Lisbon")
    keys.write("Name of the shop", "Żółw & Café")
    expect(page.get_by_role("textbox", name="Address")).to_have_value("zolw-cafe")
    keys.button("Open the shop")


def choose_the_look(page: Page, keys: Keys) -> None:
    looks_right(page, "Give it your look")
    keys.reach(page.get_by_role("radio", name="Forest"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#id_accent")).to_have_value("#1f5f5b")
    expect(page.locator("#look-words")).to_contain_text("White text reads well")
    keys.enter()


def choose_the_program(page: Page, keys: Keys) -> None:
    looks_right(page, "What do customers collect?")
    expect(page.get_by_text("€").first).to_be_visible()
    keys.reach(page.get_by_role("radio", name=re.compile("^Points for every purchase")))
    page.keyboard.press("ArrowDown")
    keys.enter()
    expect(page).to_have_url(re.compile("/program/stamp-card/$"))


def publish(page: Page, keys: Keys) -> None:
    assert_fits(page)
    keys.link("Review and publish")
    page.wait_for_load_state("networkidle")
    looks_right(page, "Review and publish")
    keys.button("Publish version 1")
    expect(page.locator("#toasts")).to_contain_text("Version 1 published.")


def offer_a_reward(page: Page, keys: Keys) -> None:
    keys.link("Add one: Put a reward on offer")
    keys.write("Reward name", "Any coffee")
    keys.write("Cost", "10")
    keys.enter()
    expect(page.locator("#toasts")).to_be_visible()


def serve_the_first_member(page: Page, keys: Keys) -> None:
    keys.link("Add: Add the first member")
    keys.write("Phone or e-mail", "912 345 678")
    keys.write("Name", "Anna Kowalczyk")
    keys.reach(page.get_by_role("checkbox", name=re.compile("^I take part")))
    page.keyboard.press("Space")
    keys.enter()
    expect(page.get_by_role("heading", name="Anna Kowalczyk", exact=True)).to_be_visible()
    keys.write("Amount paid", "18.50")
    keys.enter()
    expect(page.locator("#toasts")).to_contain_text("18.50")


def home(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/m/zolw-cafe/")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_goes_from_an_empty_site_to_the_first_stamp(quiet_page: Page, live_server: Any, size: Any) -> None:
    page, keys, began = quiet_page, Keys(quiet_page), monotonic()
    page.set_viewport_size(size)
    page.goto(live_server.url)
    sign_up(page, keys)
    name_the_shop(page, keys)
    choose_the_look(page, keys)
    choose_the_program(page, keys)
    publish(page, keys)
    home(page, live_server)
    expect(page.get_by_role("heading", name="Set up your shop")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    offer_a_reward(page, keys)
    home(page, live_server)
    serve_the_first_member(page, keys)
    home(page, live_server)
    expect(page.get_by_text("Set-up is done: the first points are given.")).to_be_visible()
    expect(page.get_by_role("heading", name="Set up your shop")).to_be_hidden()
    page.reload()
    expect(page.get_by_text("Set-up is done")).to_be_hidden()
    assert LedgerEntry.objects.get().points == 1
    took = monotonic() - began
    print(f"{keys.acts} presses, {took:.0f} s of machine time at {size['width']} px")
    assert (keys.acts < 20, took < MACHINE_SECONDS) == (True, True)


def test_it_is_taken_up_again_where_it_was_left(quiet_page: Page, live_server: Any) -> None:
    page, keys = quiet_page, Keys(quiet_page)
    page.goto(live_server.url)
    sign_up(page, keys)
    looks_right(page, "Name your shop")
    page.context.clear_cookies()  # the browser was closed
    page.goto(live_server.url)
    keys.link("I have a login")
    keys.write("E-mail", "ola@example.com")
    keys.write("Password", "a roast of their own")
    keys.enter()
    looks_right(page, "No shop knows you yet")
    keys.link("Open your shop")
    name_the_shop(page, keys)
    looks_right(page, "Give it your look")
    page.context.clear_cookies()
    page.goto(live_server.url)
    keys.write("E-mail", "ola@example.com")
    keys.write("Password", "a roast of their own")
    keys.enter()
    expect(page.locator("[aria-current=step]")).to_contain_text("Give it colour and logo")
    keys.link("Choose: Give it colour and logo")
    choose_the_look(page, keys)
    choose_the_program(page, keys)
    page.wait_for_load_state("networkidle")  # the studio's panels are there
    assert (Merchant.objects.count(), Program.objects.count()) == (1, 1)


def test_it_follows_the_country_until_somebody_chooses(quiet_page: Page, live_server: Any) -> None:
    page, keys = quiet_page, Keys(quiet_page)
    page.goto(live_server.url)
    sign_up(page, keys)
    looks_right(page, "Name your shop")
    country, currency, zone = (page.get_by_label(label) for label in ("Country", "Currency", "Time zone"))
    country.select_option("KW")
    expect(currency).to_have_value("KWD")
    expect(zone).to_have_value("Asia/Kuwait")
    country.select_option("US")  # which has several zones
    expect(currency).to_have_value("USD")
    expect(zone).to_have_value("")
    currency.select_option("JPY")
    country.select_option("PL")
    expect(currency).to_have_value("JPY")

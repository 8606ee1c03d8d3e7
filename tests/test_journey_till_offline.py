"""A till whose line goes down, in a real browser: purchases are kept, and sent once when it is back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from members.models import Account, Order
from programs.models import Staff
from tests.browsing import assert_accessible, assert_fits
from tests.test_journey_till import (
    OVERHANG_BELOW,
    PHONE,
    SHORT_TARGETS,
    TABLET,
    anna,
    balance_of,
    kuba,
    open_till,
    scan,
    settle,
    till,
    type_amount,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["anna", "kuba", "till"]  # fixtures

STORED = "Object.keys(localStorage).filter((key) => key.startsWith('kept:')).length"


def orders_of(account: Account) -> int:
    return Order.objects.filter(member=account.member, source=Order.Source.TILL).count() - 1


def drop_the_line(till: Page) -> None:
    settle(till)
    till.context.set_offline(True)
    expect(till.locator("[data-offline]", has_text="Offline").first).to_be_visible()


def test_keeps_a_purchase_while_the_line_is_down_and_sends_it_once(till: Page, anna: Account) -> None:
    scan(till, anna.member.number)
    type_amount(till, "48.5")
    expect(till.get_by_role("button", name="Record 48.50 zł")).to_be_enabled()
    drop_the_line(till)
    till.keyboard.press("Enter")
    expect(till.locator(".toast", has_text="48.50\u00a0zł · Anna Kowalczyk")).to_contain_text("kept here")
    expect(till.get_by_role("button", name="Waiting 1")).to_be_visible()
    assert balance_of(anna) == 318
    till.context.set_offline(False)
    expect(till.locator(".toast", has_text="recorded for Anna Kowalczyk")).to_contain_text("+48 points")
    expect(till.get_by_role("button", name="Waiting")).to_be_hidden()
    expect(till.locator("#today")).to_contain_text("Anna Kowalczyk")
    assert (balance_of(anna), orders_of(anna)) == (366, 1)


def test_serves_whole_persons_offline_by_card_alone(till: Page, anna: Account) -> None:
    drop_the_line(till)
    for amount in ("10", "20"):
        scan(till, anna.member.number)
        expect(till.get_by_role("heading", name=anna.member.number)).to_be_visible()
        type_amount(till, amount)
        till.keyboard.press("Enter")
        expect(till.get_by_label("Find a member")).to_be_focused()
    scan(till, "BL00000000")
    type_amount(till, "5")
    till.get_by_role("button", name="Keep this purchase").click()
    expect(till.get_by_role("button", name="Waiting 3")).to_be_visible()
    assert till.evaluate(STORED) == 3
    till.context.set_offline(False)
    expect(till.get_by_role("button", name="Not recorded 1")).to_be_visible()
    expect(till.get_by_role("button", name="Waiting")).to_be_hidden()
    assert (balance_of(anna), orders_of(anna)) == (348, 2)

    till.get_by_role("button", name="Not recorded 1").click()
    dialog = till.locator("#kept")
    expect(dialog).to_contain_text("Nobody here has the number, e-mail or phone “BL00000000”")
    assert_accessible(till)
    dialog.get_by_label("Card, phone or e-mail").fill("601 234 567")
    dialog.get_by_role("button", name="Send again").click()
    expect(dialog).to_be_hidden()
    assert (balance_of(anna), orders_of(anna)) == (353, 3)
    assert till.evaluate(STORED) == 0


def test_keeps_purchases_over_a_closed_window_and_gives_removed_ones_back(till: Page, anna: Account) -> None:
    drop_the_line(till)
    scan(till, anna.member.number)
    type_amount(till, "10")
    till.keyboard.press("Enter")
    till.get_by_role("button", name="Waiting 1").click()
    dialog = till.locator("#kept")
    dialog.get_by_role("button", name="Remove").click()
    dialog.get_by_role("button", name="Put back").click()
    dialog.get_by_role("button", name="Close").click()
    address = till.url
    till.goto("about:blank")
    till.context.set_offline(False)
    till.goto(address)
    expect(till.locator(".toast", has_text="recorded for Anna Kowalczyk")).to_be_visible()
    assert (balance_of(anna), orders_of(anna)) == (328, 1)


FILL = """() => {
    for (let size = 1 << 22; size; size >>= 1)
        for (let more = true; more; )
            try { localStorage.setItem(`ballast ${localStorage.length}`, "x".repeat(size)); } catch { more = false; }
}"""
EMPTY = "for (const key of Object.keys(localStorage)) if (key.startsWith('ballast')) localStorage.removeItem(key)"
FORBID = """Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("denied", "SecurityError"); }
})"""
NO_ROOM = "This browser stores nothing"


@pytest.mark.parametrize("hindrance", [FILL, FORBID], ids=["full", "forbidden"])
def test_says_when_nothing_can_be_stored_and_loses_nothing(till: Page, anna: Account, hindrance: str) -> None:
    till.evaluate(hindrance)
    drop_the_line(till)
    for amount in ("10", "20"):
        scan(till, anna.member.number)
        type_amount(till, amount)
        till.keyboard.press("Enter")
        expect(till.get_by_role("alert").filter(has_text=NO_ROOM)).to_be_visible()
    expect(till.get_by_role("button", name="Waiting 2")).to_be_visible()
    assert_accessible(till)
    assert_fits(till)
    assert till.evaluate(OVERHANG_BELOW) <= 0
    till.once("dialog", lambda dialog: dialog.dismiss())  # the browser asks before it leaves, and nobody leaves
    till.evaluate("location.reload()")
    expect(till.get_by_role("button", name="Waiting 2")).to_be_visible()
    till.context.set_offline(False)
    expect(till.locator(".toast", has_text="recorded for Anna Kowalczyk")).to_have_count(2)
    expect(till.get_by_text(NO_ROOM)).to_be_hidden()
    assert (balance_of(anna), orders_of(anna)) == (348, 2)


def test_stores_what_waits_once_there_is_room_again(till: Page, anna: Account) -> None:
    till.evaluate(FILL)
    drop_the_line(till)
    scan(till, anna.member.number)
    type_amount(till, "10")
    till.keyboard.press("Enter")
    expect(till.get_by_text(NO_ROOM)).to_be_visible()
    assert till.evaluate(STORED) == 0
    till.evaluate(EMPTY)
    expect(till.get_by_text(NO_ROOM)).to_be_hidden(timeout=20_000)
    assert till.evaluate(STORED) == 1
    till.context.set_offline(False)
    expect(till.locator(".toast", has_text="recorded for Anna Kowalczyk")).to_be_visible()
    assert orders_of(anna) == 1


@pytest.mark.parametrize("row", ["5", "null", '{"reference": "x", "at": "noon"}', '{"reference": "x", "at": 1e300}'])
def test_sends_what_it_keeps_beside_a_row_that_somebody_wrote(till: Page, anna: Account, row: str) -> None:
    till.evaluate("(row) => localStorage.setItem(`kept:${document.querySelector('.till').dataset.shop}:x`, row)", row)
    till.reload()
    scan(till, anna.member.number)
    type_amount(till, "48.5")
    drop_the_line(till)
    till.keyboard.press("Enter")
    expect(till.get_by_role("button", name="Waiting 1")).to_be_visible()
    till.context.set_offline(False)
    expect(till.get_by_role("button", name="Waiting")).to_be_hidden()
    assert (balance_of(anna), orders_of(anna)) == (366, 1)


def test_forgets_what_was_removed(till: Page, anna: Account) -> None:
    drop_the_line(till)
    scan(till, anna.member.number)
    type_amount(till, "10")
    till.keyboard.press("Enter")
    till.get_by_role("button", name="Waiting 1").click()
    till.locator("#kept").get_by_role("button", name="Remove").click()
    till.locator("#kept").get_by_role("button", name="Close").click()
    till.context.set_offline(False)
    expect(till.locator("[data-online]")).to_be_visible()
    settle(till)
    assert (till.evaluate(STORED), orders_of(anna)) == (0, 0)


@pytest.mark.parametrize("is_recorded", [False, True], ids=["lost-on-the-way", "answer-lost"])
def test_records_once_when_an_answer_is_lost(
    page: Page, live_server: Any, kuba: Staff, anna: Account, is_recorded: bool
) -> None:
    def lose(route: Route) -> None:
        if is_recorded:
            route.fetch(max_redirects=0)
        route.abort()

    till = open_till(page, live_server, kuba)
    scan(till, anna.member.number)
    type_amount(till, "48.5")
    till.route("**/members/*/purchases/", lose, times=1)
    till.get_by_role("button", name="Record 48.50 zł").click()
    expect(till.locator(".toast", has_text="48.50\u00a0zł · Anna Kowalczyk")).to_contain_text("kept here")
    expect(till.locator(".toast", has_text="recorded for Anna Kowalczyk")).to_be_visible(timeout=15_000)
    assert (balance_of(anna), orders_of(anna)) == (366, 1)
    settle(till)


READY = """async () => (await (await caches.open("till:bean")).keys()).some(({ url }) => url.endsWith(".js"))"""
KEPT_PAGES = """async () => (await (await caches.open("till:bean")).keys()).map(({ url }) => new URL(url).pathname)
    .filter((path) => !["static", "theme", "logo"].includes(path.split("/")[1]))"""


def wait_until(till: Page, script: str) -> None:
    for _look in range(50):
        if till.evaluate(script):
            return
        till.wait_for_timeout(100)
    raise AssertionError(script)


def test_opens_without_a_line_and_goes_on(till: Page, anna: Account) -> None:
    wait_until(till, READY)
    assert till.evaluate(KEPT_PAGES) == ["/till/bean/shell/"], "no page that anybody looked at"
    scan(till, anna.member.number)
    expect(till.get_by_role("heading", name="Anna Kowalczyk", exact=True)).to_be_visible()
    expect(till.get_by_role("button", name="Filter refill")).to_be_visible()
    drop_the_line(till)
    till.reload()
    expect(till.get_by_text("Ready for the next person")).to_be_visible()
    expect(till.get_by_text("Anna")).to_have_count(0)
    assert_accessible(till)
    scan(till, anna.member.number)
    type_amount(till, "10")
    till.keyboard.press("Enter")
    expect(till.get_by_role("button", name="Waiting 1")).to_be_visible()
    till.reload()
    expect(till.get_by_role("button", name="Waiting 1")).to_be_visible()
    till.context.set_offline(False)
    expect(till.locator(".toast", has_text="recorded for Anna Kowalczyk")).to_contain_text("+10 points")
    expect(till.locator("#today")).to_contain_text("Anna Kowalczyk")
    assert (balance_of(anna), orders_of(anna)) == (328, 1)


def test_forgets_the_screen_with_who_signs_out(till: Page) -> None:
    wait_until(till, READY)
    till.locator("summary[aria-label^='Menu of']").click()
    till.get_by_role("button", name="Sign out").click()
    wait_until(till, "async () => !(await caches.has('till:bean'))")


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_is_accessible_offline(till: Page, anna: Account, size: Any) -> None:
    till.set_viewport_size(size)
    drop_the_line(till)
    till.get_by_label("Find a member").fill("nobody")
    till.get_by_label("Find a member").press("Enter")
    for leave in (False, True):
        if leave:
            type_amount(till, "5")
            till.keyboard.press("Enter")
        assert_accessible(till)
        assert_fits(till)
        assert till.evaluate(SHORT_TARGETS) == []
        assert size != TABLET or till.evaluate(OVERHANG_BELOW) <= 0
    till.context.set_offline(False)
    expect(till.get_by_role("button", name="Not recorded 1")).to_be_visible()

"""A morning at the till, in a real browser: scan, record, undo, adjust, redeem, use a voucher."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from members.models import Account, Order
from members.tests import factories
from programs.models import Role, Staff
from programs.staffing import pins
from programs.terms import P0
from rewards import redeeming
from rewards.models import Redemption
from rewards.tests.factories import reward
from tests.browsing import PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 1180, "height": 820}
SCANNER_PAUSE = 5  # milliseconds between keys
SHORT_TARGETS = """() => [...document.querySelectorAll(".till :is(button, a, summary, input)")]
  .filter((part) => part.checkVisibility() && !part.closest("dialog, .scan"))
  .filter((part) => !["radio", "checkbox"].includes(part.type))
  .filter((part) => part.getBoundingClientRect().height < 56 && part.id !== "size" && !part.matches(".who, .toast *"))
  .map((part) => part.outerHTML.slice(0, 90))"""
OVERHANG_BELOW = "document.documentElement.scrollHeight - innerHeight"


@pytest.fixture
def kuba() -> Staff:
    merchant = factories.merchant(slug="bean")
    place = factories.location(merchant=merchant)
    return factories.staff(merchant=merchant, role=Role.CASHIER, location=place)


@pytest.fixture
def anna(kuba: Staff) -> Account:
    program = factories.program(merchant=kuba.merchant)
    account = factories.account(program=program, phone="601 234 567")
    factories.order(account, "318.00", at=timezone.now() - timedelta(days=40))
    for name, price, icon in (("Any coffee", 150, "cup"), ("Filter refill", 60, "drop"), ("250 g beans", 480, "bean")):
        reward(program=program, name=name, points_price=price, icon=icon)
    return account


@pytest.fixture
def till(quiet_page: Page, live_server: Any, kuba: Staff, anna: Account) -> Iterator[Page]:
    yield open_till(quiet_page, live_server, kuba)
    settle(quiet_page)


def open_till(page: Page, live_server: Any, staff: Staff) -> Page:
    sign_in(page.context, staff.user, live_server.url)
    page.set_viewport_size(TABLET)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/till/bean/")
    return page


def settle(till: Page) -> None:
    """Let the panels that are on their way arrive."""
    expect(till.locator(".htmx-request")).to_have_count(0)


def balance_of(account: Account) -> int:
    return Account.objects.values_list("balance", flat=True).get(pk=account.pk)


def scan(till: Page, code: str) -> None:
    """Type as a keyboard-wedge scanner does, wherever the focus happens to be."""
    till.keyboard.type(code, delay=SCANNER_PAUSE)
    till.keyboard.press("Enter")


def type_amount(till: Page, amount: str) -> None:
    """Type at a person's pace, once the amount is ready for it."""
    expect(till.get_by_label("Amount paid")).to_be_focused()
    till.keyboard.type(amount, delay=60)


def test_serves_one_person_after_the_other(till: Page, anna: Account) -> None:
    expect(till.get_by_label("Find a member")).to_be_focused()
    scan(till, anna.member.number)
    expect(till.get_by_role("heading", name="Anna Kowalczyk", exact=True)).to_be_visible()
    expect(till.get_by_role("button", name="Filter refill")).to_be_visible()
    assert till.evaluate(OVERHANG_BELOW) <= 0
    type_amount(till, "48.5")
    expect(till.get_by_text("Anna gets")).to_be_visible()
    till.get_by_role("button", name="Record 48.50 zł").press("Enter")
    expect(till.get_by_text("Anna got")).to_be_visible()
    expect(till.get_by_label("Find a member")).to_be_focused()
    assert balance_of(anna) == 366

    piotr = factories.member(merchant=anna.program.merchant, name="Piotr Zieliński")
    scan(till, piotr.number)
    expect(till.get_by_role("heading", name="Piotr Zieliński", exact=True)).to_be_visible()
    type_amount(till, "31")
    toast = till.locator(".toast", has_text="48.50 zł recorded for Anna Kowalczyk")
    toast.get_by_role("button", name="Undo").click()
    expect(till.get_by_text("48.50 zł for Anna Kowalczyk undone")).to_be_visible()
    expect(till.get_by_label("Amount paid")).to_have_value("31")
    assert balance_of(anna) == 318


def test_takes_a_scan_while_the_amount_has_the_focus(till: Page, anna: Account) -> None:
    merchant = anna.program.merchant
    without_letters = factories.enrolling.enrol(
        factories.enrolling.NewMember(name="Ola Bez Liter", number="48217730"), merchant=merchant, now=timezone.now()
    )
    scan(till, anna.member.number)
    expect(till.get_by_label("Amount paid")).to_be_focused()
    scan(till, without_letters.number)
    expect(till.get_by_role("heading", name="Ola Bez Liter", exact=True)).to_be_visible()
    expect(till.get_by_label("Amount paid")).to_have_value("")
    scan(till, anna.member.number)
    expect(till.get_by_role("heading", name="Anna Kowalczyk", exact=True)).to_be_visible()
    assert Order.objects.count() == 1


def test_works_by_touch_alone(till: Page, anna: Account) -> None:
    till.get_by_label("Find a member").fill("anna")
    till.get_by_role("link", name="Anna Kowalczyk").click()
    for key in ["1", "2", "Decimal point", "5"]:
        till.get_by_role("button", name=key, exact=True).click()
    record = till.get_by_role("button", name="Record 12.50 zł")
    record.dblclick()
    expect(till.get_by_text("Anna got")).to_be_visible()
    assert Order.objects.count() == 2

    till.get_by_role("link", name="Another purchase").click()
    till.get_by_role("link", name="Adjust").click()
    till.get_by_role("radio", name="Take").check()
    till.get_by_role("button", name="8", exact=True).click()
    till.get_by_role("radio", name="Wrong amount").check()
    till.get_by_role("button", name="Change points").click()
    expect(till.get_by_text("−8 for Anna Kowalczyk")).to_be_visible()
    expect(till.locator("#card")).to_contain_text("322")


def press_until(till: Page, key: str, name: str) -> None:
    """Go on with a key until something is focused, as people who use no pointer do."""
    for _step in range(40):
        if name in till.evaluate(
            "document.activeElement.matches('a, button') ? document.activeElement.textContent : ''"
        ):
            return
        till.keyboard.press(key)
    raise AssertionError(f"{name} is not reached by {key}")


def test_works_by_keyboard_alone(till: Page, anna: Account) -> None:
    factories.member(merchant=anna.program.merchant, name="Anna Nowak")
    till.keyboard.type("anna", delay=60)
    expect(till.locator(".hit")).to_have_count(2)
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "Enter"):
        till.keyboard.press(key)
    expect(till.get_by_role("heading", name="Anna Kowalczyk", exact=True)).to_be_visible()
    type_amount(till, "20")
    press_until(till, "Shift+Tab", "Filter refill")
    till.keyboard.press("Enter")
    expect(till.locator("#card")).to_contain_text("258")
    till.get_by_label("Amount paid").focus()
    till.keyboard.press("Enter")
    expect(till.get_by_text("Anna got")).to_be_visible()
    press_until(till, "Tab", "Undo")
    till.keyboard.press("Enter")
    expect(till.locator(".toast", has_text="undone")).to_be_visible()
    assert balance_of(anna) in (258, 338)  # whichever of the two is undone


def test_changes_hands_by_pin_and_touch(till: Page, kuba: Staff, anna: Account) -> None:
    ewa = factories.staff(merchant=kuba.merchant, name="Ewa Nowak", location=kuba.location)
    pins.choose(ewa, "0471", now=timezone.now())
    till.locator("summary", has_text="Kuba").click()
    till.get_by_role("link", name="Change person").click()
    till.get_by_text("Ewa Nowak").click()
    for key in "0471":
        till.get_by_role("button", name=key, exact=True).click()
    expect(till.get_by_label("PIN")).to_have_value("0471")
    assert_accessible(till)
    till.get_by_role("button", name="Take over").click()
    expect(till.get_by_text("Ewa is at the till now")).to_be_visible()
    scan(till, anna.member.number)
    type_amount(till, "5")
    till.keyboard.press("Enter")
    expect(till.get_by_text("Anna got")).to_be_visible()
    assert Order.objects.latest("pk").recorded_by == ewa


def test_redeems_and_undoes_without_losing_the_amount(till: Page, anna: Account) -> None:
    scan(till, anna.member.number)
    type_amount(till, "20")
    till.get_by_role("button", name="Any coffee").click()
    toast = till.locator(".toast", has_text="Any coffee for Anna Kowalczyk")
    expect(till.locator("#card")).to_contain_text("168")
    expect(till.get_by_text("188 in all")).to_be_visible()
    expect(till.get_by_label("Amount paid")).to_have_value("20")
    toast.get_by_role("button", name="Undo").click()
    expect(till.locator("#card")).to_contain_text("318")
    assert balance_of(anna) == 318


def test_uses_a_voucher_from_the_same_search(till: Page, anna: Account) -> None:
    coffee = anna.program.rewards.get(name="Any coffee")
    voucher = redeeming.redeem(account=anna, reward=coffee, reference="phone", now=timezone.now())
    scan(till, voucher.code)
    till.get_by_role("button", name="Use voucher").click()
    expect(till.get_by_role("heading", name="Anna Kowalczyk", exact=True)).to_be_visible()
    voucher.refresh_from_db()
    assert voucher.state == Redemption.State.USED


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_is_accessible_and_fits(till: Page, live_server: Any, anna: Account, size: Any, scheme: Any) -> None:
    till.emulate_media(color_scheme=scheme)
    till.set_viewport_size(size)
    base, person = f"{live_server.url}/till/bean/", f"members/{anna.member.number}/"
    for address in (
        "",
        "operator/",
        "find/?q=nobody",
        "members/add/",
        person,
        f"{person}?tab=adjust",
        f"{person}rewards/",
    ):
        till.goto(base + address)
        settle(till)
        assert_accessible(till)
        assert_fits(till)
        assert till.evaluate(SHORT_TARGETS) == [], address
        assert size != TABLET or till.evaluate(OVERHANG_BELOW) <= 0, address
    till.goto(base + person)
    till.get_by_label("Amount paid").fill("48.50")
    expect(till.get_by_text("Anna gets")).to_be_visible()
    assert_accessible(till)
    till.get_by_role("button", name="Record 48.50 zł").click()
    expect(till.get_by_text("Anna got")).to_be_visible()
    assert_accessible(till)
    assert_fits(till)


def test_works_without_javascript(browser: Any, live_server: Any, kuba: Staff, anna: Account) -> None:
    context = browser.new_context(java_script_enabled=False)
    till = open_till(context.new_page(), live_server, kuba)
    till.get_by_label("Find a member").fill("601 234 567")
    till.get_by_role("button", name="Find").click()
    till.get_by_label("Amount paid").fill("48.50")
    till.get_by_role("button", name="Record").click()
    expect(till.get_by_text("Anna got")).to_be_visible()
    till.get_by_role("link", name="Rewards").click()
    till.get_by_role("button", name="Any coffee").click()
    expect(till.get_by_text("Any coffee for Anna Kowalczyk")).to_be_visible()
    till.get_by_role("button", name="Undo").last.click()
    expect(till.get_by_text("undone", exact=False).first).to_be_visible()
    assert balance_of(anna) == 366
    context.close()


def test_says_why_before_the_purchase_in_every_program(till: Page, kuba: Staff) -> None:
    rules = [
        {"code": "cups", "name": "A stamp a cup", "give": {"points": 1}},
        {"code": "big", "name": "Big basket", "when": {"min_amount": "90.00"}, "give": {"points": 2}},
    ]
    document = P0 | {
        "tiers": None,
        "unit": {"one": "stamp", "many": "stamps"},
        "rules": rules,
        "earning": {"points": 0},
    }
    stamps = factories.program(merchant=kuba.merchant, code="stamps", terms_document=document)
    ben = factories.account(program=stamps, name="Ben Nowak")
    scan(till, ben.member.number)
    type_amount(till, "48.5")
    reason = till.get_by_text("Big basket did not apply: it was less than 90.00")
    expect(till.get_by_text("+1\u00a0stamp", exact=True)).to_be_visible()
    expect(reason).to_be_hidden()
    assert till.evaluate(OVERHANG_BELOW) <= 0
    assert till.evaluate(SHORT_TARGETS) == []
    till.locator("summary", has_text=stamps.name).filter(has_text="stamp").click()
    expect(reason).to_be_visible()
    assert_accessible(till)

"""An owner writes earning rules in a real browser: by keyboard alone, by dragging, on a phone, without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from members.tests import factories
from programs import drafts, terms
from programs.models import Program, Role
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "Podwójne punkty za Średnioprzemysłową Gęstość"
BREAKS = ["przyprawy korzenne bezglutenowe", "wyroby cukiernicze półsłodkie", "kawy jednorodne"]


@pytest.fixture
def program() -> Program:
    return factories.shop(slug="bean", terms_document=terms.PRESETS["coffee-shop"])


@pytest.fixture
def tab(quiet_page: Page, live_server: Any, program: Program) -> Page:
    return opened(quiet_page, live_server, program)


def opened(page: Page, live_server: Any, program: Program) -> Page:
    owner = factories.staff(merchant=program.merchant, role=Role.OWNER, name="Marta Wiśniewska")
    sign_in(page.context, owner.user, live_server.url)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/m/bean/program/points/")
    return page


def rules_of(program: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = drafts.working(program, now=timezone.now()).document["rules"]
    return found


def codes_of(program: Program) -> list[str]:
    return [rule["code"] for rule in rules_of(program)]


def test_it_edits_a_rule_with_the_keyboard_alone(tab: Page, program: Program) -> None:
    expect(tab.locator("datalist#seen-categories")).to_be_attached()
    tab.get_by_role("link", name="Tuesdays").focus()
    tab.keyboard.press("Enter")
    row = tab.locator("#rule-double-tuesday")
    expect(row.locator("summary", has_text="Tuesdays")).to_be_focused()
    assert_accessible(tab)
    tab.keyboard.press("Enter")
    for key in ("Tab", "Tab", "Tab", "Space"):  # past Mondays and Tuesdays
        tab.keyboard.press(key)
    expect(row.get_by_text("Tuesdays and Wednesdays")).to_be_visible()
    assert_accessible(tab)
    tab.keyboard.press("Escape")
    row.get_by_label("How much").fill("4")
    expect(row.locator(".works")).to_contain_text("on a Tuesday: 58 + 174 = 232\u00a0points")
    expect(row.locator(".works")).to_contain_text("Multiplies with the tier’s bonus and Beans to take home.")
    tab.keyboard.press("Enter")
    expect(row).to_contain_text("4× points on Tuesdays and Wednesdays, for Gold and above")
    expect(row.get_by_role("link", name="4×")).to_be_focused()
    expect(row.get_by_text("Changed in draft")).to_be_visible()
    expect(tab.locator(".savebar")).to_contain_text("2 changes in this draft")
    assert rules_of(program)[0]["when"]["weekdays"] == ["tue", "wed"]


def test_it_says_on_the_row_what_is_wrong(tab: Page, program: Program) -> None:
    tab.get_by_role("link", name="2×").click()
    row = tab.locator("#rule-double-tuesday")
    row.get_by_label("Of what").select_option("per")
    row.get_by_role("button", name="Keep rule").click()
    expect(row.get_by_text("Say for how much money, such as 10.")).to_be_visible()
    assert_accessible(tab)
    row.get_by_role("link", name="Cancel").click()
    expect(row.get_by_role("link", name="2×")).to_be_focused()
    assert rules_of(program)[0]["give"] == {"multiplier": "2"}


def test_it_reorders_with_the_arrow_keys(tab: Page, program: Program) -> None:
    handle = tab.get_by_role("button", name="Move Double Tuesday with the arrow keys")
    handle.focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    expect(tab.locator("#rules-moved")).to_have_text("Double Tuesday: place 3 of 3")
    expect(tab.locator(".savebar")).to_be_visible()
    expect(handle).to_be_focused()
    assert codes_of(program) == ["beans", "welcome", "double-tuesday"]
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("ArrowUp")
    expect(tab.locator(".savebar")).to_have_count(0)
    assert codes_of(program) == ["double-tuesday", "beans", "welcome"]


def test_what_is_typed_stays_while_another_rule_is_moved(tab: Page, program: Program) -> None:
    tab.get_by_role("link", name="2×").click()
    tab.get_by_label("How much").fill("7")
    handle = tab.get_by_role("button", name="Move Welcome with the arrow keys")
    handle.focus()
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Tab")  # whoever leaves the handle is done
    expect(tab.locator(".savebar")).to_be_visible()
    assert codes_of(program) == ["double-tuesday", "welcome", "beans"]
    expect(tab.get_by_label("How much")).to_have_value("7")
    tab.get_by_role("button", name="Keep rule").click()
    expect(tab.get_by_role("link", name="7×")).to_be_visible()
    assert rules_of(program)[0]["give"] == {"multiplier": "7"}


def test_it_reorders_by_dragging_the_handle(tab: Page, program: Program) -> None:
    handle, last = tab.locator("#grip-double-tuesday"), tab.locator("#rule-welcome")
    handle.hover()
    tab.mouse.down()
    box = last.bounding_box()
    assert box
    for part in (0.2, 0.5, 0.9):
        tab.mouse.move(box["x"] + 20, box["y"] + box["height"] * part)
    tab.mouse.up()
    expect(tab.locator(".savebar")).to_be_visible()
    assert codes_of(program) == ["beans", "welcome", "double-tuesday"]


def test_it_adds_pauses_removes_and_brings_back(tab: Page, program: Program) -> None:
    tab.get_by_text("Add a rule").click()
    assert_accessible(tab)
    tab.get_by_role("link", name="Bonus on a product").click()
    new = tab.locator("#rule-new")
    expect(new.locator("summary", has_text="all categories")).to_be_focused()
    tab.keyboard.press("Enter")
    new.get_by_label("Categories, one more").fill("pastry")
    expect(new.locator(".works")).to_contain_text("pastry")
    new.get_by_label("Name").fill(LONG)
    new.get_by_text("More conditions and limits").click()
    assert_accessible(tab)
    new.get_by_label("Most points in all").fill("5000")
    new.get_by_role("button", name="Keep rule").click()
    expect(tab.get_by_text("New in draft")).to_be_visible()
    expect(tab.locator("#studio-tabs a").first).to_have_text("Earning5")
    expect(tab.get_by_text("Draft, version 2")).to_be_visible()
    code = codes_of(program)[-1]
    assert (code, rules_of(program)[-1]["budget"]) == ("podwojne-punkty-za-srednioprzemyslow", 5000)
    tab.get_by_role("switch", name=f"{LONG} runs").click()
    expect(tab.get_by_text("Off in this draft")).to_be_visible()
    tab.get_by_label(f"More for {LONG}").click()
    tab.get_by_role("button", name="Remove").click()
    expect(tab.get_by_role("status").get_by_text("removed.")).to_be_visible()
    assert code not in codes_of(program)
    tab.get_by_role("button", name="Undo").click()
    expect(tab.get_by_text("Off in this draft")).to_be_visible()
    assert codes_of(program)[-1] == code


def test_it_edits_the_base_rate(tab: Page, program: Program) -> None:
    tab.get_by_role("link", name="1\u00a0point").first.click()
    expect(tab.get_by_label("Points", exact=True)).to_be_focused()
    tab.keyboard.type("3")
    assert_accessible(tab)
    tab.get_by_role("button", name="Keep rate").click()
    expect(tab.locator("#base")).to_contain_text("Changed in draft")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_with_long_words_and_many_rules(tab: Page, program: Program, scheme: Any) -> None:
    tab.set_viewport_size(PHONE)  # type: ignore[arg-type]
    tab.emulate_media(color_scheme=scheme)
    long = {
        "name": LONG,
        "when": {"categories": BREAKS, "hours": ["09:00", "12:00"]},
        "give": {"points": 1, "per": "2.00"},
    }
    document = terms.PRESETS["coffee-shop"] | {"rules": [long | {"code": f"rule-{n}"} for n in range(25)]}
    drafts.replace(program, document, by=None, now=timezone.now())
    tab.reload()
    assert_fits(tab)
    tab.get_by_label(f"More for {LONG}").first.click()
    tab.get_by_role("link", name="Edit", exact=True).click()
    row = tab.locator("#rule-rule-0")
    row.get_by_text("More conditions and limits").click()
    row.locator("summary", has_text="przyprawy").click()
    assert_fits(tab)
    assert_accessible(tab)


def test_it_needs_no_javascript(browser: Browser, live_server: Any, program: Program) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = opened(context.new_page(), live_server, program)
    page.get_by_role("link", name="Tuesdays").click()
    row = page.locator("#rule-double-tuesday")
    row.get_by_label("How much").fill("3")
    row.locator("summary", has_text="Tuesdays").click()
    row.get_by_label("Fridays").check()
    row.get_by_role("button", name="Keep rule").click()
    expect(page.locator("#rule-double-tuesday")).to_contain_text("3× points on Tuesdays and Fridays")
    page.get_by_role("switch", name="Double Tuesday runs").click()
    expect(page.get_by_text("Off in this draft")).to_be_visible()
    page.get_by_label("More for Double Tuesday").click()
    page.get_by_role("button", name="Move down").click()
    expect(page.locator("#rules > li").nth(2)).to_contain_text("3× points")
    page.get_by_text("Add a rule").click()
    page.get_by_role("link", name="Birthday").click()
    page.get_by_role("button", name="Keep rule").click()
    expect(page.get_by_text("New in draft")).to_be_visible()
    assert codes_of(program) == ["beans", "double-tuesday", "welcome", "birthday"]
    context.close()

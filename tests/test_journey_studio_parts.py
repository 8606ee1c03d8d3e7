"""An owner edits tiers, expiry and words of a draft in a real browser, by keyboard alone where that matters."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from loyalty_site import clock
from members.tests import factories
from programs import drafts, terms
from programs.models import Draft, Merchant, Program, Role
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABS = ("tiers", "limits", "wording")


@pytest.fixture
def program() -> Program:
    made = factories.shop(slug="bean", terms_document=terms.PRESETS["coffee-shop"], other_languages=["pl"])
    factories.account(program=made, name="Anna Kowalczyk")
    return made


@pytest.fixture
def owner(program: Program) -> Any:
    return factories.staff(merchant=program.merchant, role=Role.OWNER, name="Marta Wiśniewska")


@pytest.fixture
def studio(quiet_page: Page, live_server: Any, owner: Any) -> Page:
    sign_in(quiet_page.context, owner.user, live_server.url)
    quiet_page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    quiet_page.goto(f"{live_server.url}/m/bean/program/points/tiers/")
    return quiet_page


def draft() -> dict[str, Any]:
    return dict(Draft.objects.get().terms)


def levels() -> dict[str, Any]:
    return {level["code"]: level for level in draft()["tiers"]["levels"]}


def to(studio: Page, tab: str) -> None:
    studio.get_by_label("Sections").get_by_role("link", name=tab).click()


def type_into(studio: Page, label: str, text: str, *, place: int = 0) -> None:
    """Type as a person does: reach the field, replace what is there, leave it."""
    field = studio.get_by_label(label, exact=True).nth(place)
    field.focus()
    studio.keyboard.press("Control+a")
    studio.keyboard.type(text)
    studio.keyboard.press("Tab")


def test_it_raises_a_threshold_and_sees_what_it_was(studio: Page) -> None:
    expect(studio.get_by_text("1 member", exact=True)).to_be_visible()
    type_into(studio, "From, in points", "600")
    expect(studio.locator(".tiers")).to_contain_text("Was 500")
    expect(studio.locator("#savebar")).to_contain_text("600")
    expect(studio.get_by_text("Kept in the draft.")).to_be_visible()
    assert levels()["silver"]["at"] == 600
    assert_accessible(studio)


def test_it_says_how_to_put_a_threshold_right_and_keeps_what_was_typed(studio: Page) -> None:
    type_into(studio, "From, in points", "400", place=1)  # Gold below Silver
    expect(studio.get_by_text("Start it above Silver, at more than 500.")).to_be_visible()
    expect(studio.get_by_label("From, in points", exact=True).nth(1)).to_have_value("400")
    expect(studio.get_by_label("From, in points", exact=True).nth(1)).to_have_attribute("aria-invalid", "true")
    assert_accessible(studio)
    type_into(studio, "From, in points", "900", place=1)
    expect(studio.get_by_text("Start it above Silver")).to_have_count(0)
    expect(studio.get_by_label("From, in points", exact=True).nth(1)).not_to_have_attribute("aria-invalid", "true")
    expect(studio.locator("#savebar")).to_contain_text("900")
    assert levels()["gold"]["at"] == 900


def test_it_types_on_while_the_server_answers(studio: Page) -> None:
    """Three fields, faster than any answer: none is lost, and nobody else is said to have been here."""
    first = studio.get_by_label("From, in points", exact=True).first
    first.focus()
    for text in ("700", "1.3", "10"):
        studio.keyboard.press("Control+a")
        studio.keyboard.type(text)
        studio.keyboard.press("Tab")
    studio.wait_for_load_state("networkidle")
    expect(studio.locator(".conflict")).to_have_count(0)
    silver = levels()["silver"]
    assert (silver["at"], silver["multiplier"], silver["entry_gift"]) == (700, "1.3", 10)


def test_it_adds_a_level_and_removes_one_by_keyboard(studio: Page) -> None:
    studio.get_by_role("button", name="Add a level below Gold").focus()
    studio.keyboard.press("Enter")
    expect(studio.get_by_label("Name", exact=True).nth(2)).to_be_focused()
    expect(studio.get_by_label("From, in points", exact=True).nth(1)).to_have_value("1000")
    assert not Draft.objects.exists()
    studio.keyboard.type("Złoty Ziarno")
    studio.keyboard.press("Enter")
    expect(studio.locator(".tiers")).to_contain_text("New in draft")
    assert list(levels()) == ["bronze", "silver", "zoty-ziarno", "gold", "reserve"]
    type_into(studio, "Name", "Amber", place=2)
    expect(studio.locator(".tiers")).to_contain_text("Amber")
    assert levels()["zoty-ziarno"]["name"] == "Amber"

    studio.get_by_role("button", name="Remove Amber").focus()
    studio.keyboard.press("Enter")
    expect(studio.locator(".tiers > li")).to_have_count(4)
    expect(studio.get_by_label("Name", exact=True).nth(2)).to_be_focused()
    assert not Draft.objects.exists()  # back where it began


def test_it_asks_what_becomes_of_the_rules_of_a_level(studio: Page) -> None:
    studio.get_by_role("link", name="Remove Gold").click()
    expect(studio.get_by_text("Double Tuesday")).to_be_visible()
    assert_accessible(studio)
    studio.get_by_label("Let them be for another level instead").select_option("silver")
    studio.get_by_role("button", name="Remove Gold").click()
    expect(studio.locator(".tiers > li")).to_have_count(3)
    assert draft()["rules"][0]["when"]["tiers"] == ["silver", "reserve"]


def test_it_does_without_tiers_and_begins_again(studio: Page) -> None:
    studio.get_by_role("link", name="Do without tiers").click()
    studio.get_by_role("button", name="Remove all tiers").click()
    expect(studio.get_by_role("heading", name="No tiers yet")).to_be_visible()
    assert [rule["code"] for rule in draft()["rules"]] == ["beans", "welcome"]
    assert_accessible(studio)
    studio.get_by_role("button", name=re.compile("Begin with this.*By visits")).click()
    expect(studio.locator(".tiers")).to_contain_text("Regular")
    assert draft()["tiers"]["basis"] == "visits"


def test_it_chooses_when_points_expire(studio: Page) -> None:
    to(studio, "Expiry and limits")
    studio.get_by_role("radio", name="Some time after they can be spent").focus()
    studio.keyboard.press("ArrowDown")
    said = studio.locator("#expiry-said")
    expect(said).to_contain_text("expire each year at the end of 31 December")
    expect(said).to_contain_text(re.compile(r"can be spent until 31\sDec\s\d{4}"))
    studio.get_by_role("button", name="Add a day").focus()
    studio.keyboard.press("Enter")
    studio.get_by_label("Day", exact=True).nth(1).select_option("31")
    studio.get_by_label("Month", exact=True).nth(1).select_option("06")
    expect(studio.get_by_text("June has fewer days. Choose an earlier one.")).to_be_visible()
    assert_accessible(studio)
    studio.get_by_label("Day", exact=True).nth(1).select_option("30")
    expect(said).to_contain_text("30 June")
    assert draft()["expiry"] == {"kind": "dates", "dates": ["12-31", "06-30"]}


def test_it_writes_in_two_languages_and_sees_how_it_looks(studio: Page) -> None:
    to(studio, "Wording")
    type_into(studio, "After 2, 3, 4", "ziarenka", place=1)
    expect(studio.locator("#unit-said")).to_contain_text("ziarenka")
    welcome = studio.get_by_role("textbox", name="English").first
    welcome.focus()
    studio.keyboard.type("Your **third** visit <b>counts</b>")
    expect(studio.locator(".prose strong").first).to_have_text("third")
    expect(studio.locator(".prose").first).to_contain_text("<b>counts</b>")
    assert_accessible(studio)
    studio.keyboard.press("Tab")
    expect(studio.locator("#part-welcome")).to_contain_text("Kept in the draft.")
    assert draft()["texts"] == {"welcome": "Your **third** visit <b>counts</b>"}
    assert draft()["unit"]["few"]["pl"] == "ziarenka"


def test_it_lets_two_people_choose_whose_words_stay(studio: Page, program: Program) -> None:
    other = factories.staff(merchant=program.merchant, role=Role.MANAGER, name="Adam Nowak")
    now = clock.now()
    before = drafts.working(program, now=now)

    def rename(document: dict[str, Any]) -> dict[str, Any]:
        document["tiers"]["levels"][3]["name"] = "Roastery"
        return document

    seen = drafts.mark(before.document, "tiers.levels")
    drafts.edit(program, rename, paths=("tiers.levels",), seen=seen, by=other.user, now=now)
    type_into(studio, "From, in points", "600")
    conflict = studio.locator(".conflict")
    expect(conflict).to_contain_text("Adam Nowak changed this meanwhile")
    expect(conflict).to_contain_text("Roastery")
    expect(studio.get_by_label("From, in points", exact=True).first).to_have_value("600")
    assert_accessible(studio)
    assert levels()["silver"]["at"] == 500
    conflict.get_by_role("button", name="Keep mine").click()
    expect(conflict).to_have_count(0)
    expect(studio.locator(".tiers")).to_contain_text("Was 500")
    assert (levels()["silver"]["at"], levels()["reserve"]["name"]) == (600, "Reserve")


def test_it_works_without_javascript(browser: Browser, live_server: Any, owner: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, owner.user, live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/m/bean/program/points/tiers/")
    page.get_by_role("button", name="Add a level on top").click()
    page.get_by_label("Name", exact=True).nth(4).fill("Roaster")
    page.get_by_role("button", name="Keep in the draft").first.click()
    assert levels()["roaster"]["at"] == 8000
    page.get_by_label("From, in points", exact=True).first.fill("2000")
    page.get_by_role("button", name="Keep in the draft").first.click()
    expect(page.get_by_text("Start it above Silver, at more than 2000.")).to_be_visible()
    context.close()


def test_it_reads_well_on_a_phone_in_the_dark(studio: Page, live_server: Any, program: Program) -> None:
    Merchant.objects.filter(pk=program.merchant_id).update(other_languages=["pl", "zh-hans"])
    studio.emulate_media(color_scheme="dark")
    studio.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for tab in TABS:
        studio.goto(f"{live_server.url}/m/bean/program/points/{tab}/")
        studio.wait_for_load_state("networkidle")
        assert_fits(studio)
        assert_accessible(studio)

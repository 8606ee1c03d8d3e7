"""A card's life in a real browser: started at the till, taken up on a phone, lost, found by a code, replaced."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from loyalty_site import clock, mail
from members import enrolling, recovering
from members.enrolling import NewMember
from members.models import Member
from members.tests import factories
from programs import terms
from programs.models import Program, Role
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLACES = ("posters/", "posters/print/?at=pulawska", "reasons/", "limits/", "waiting/", "members/bulk/file/")


@pytest.fixture
def program() -> Program:
    program = factories.shop(slug="bean", terms_document=terms.PRESETS["coffee-shop"])
    factories.location(merchant=program.merchant)
    return program


@pytest.fixture
def owner(quiet_page: Page, live_server: Any, program: Program) -> Page:
    marta = factories.staff(merchant=program.merchant, role=Role.OWNER, name="Marta Wiśniewska")
    sign_in(quiet_page.context, marta.user, live_server.url)
    quiet_page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    return quiet_page


def test_a_card_is_started_at_the_till_and_taken_up_on_a_phone(
    owner: Page, live_server: Any, program: Program, browser: Browser
) -> None:
    owner.goto(f"{live_server.url}/till/bean/")
    owner.get_by_label("Find a member").fill("2900001234567")
    owner.keyboard.press("Enter")
    assert_accessible(owner)
    owner.get_by_role("button", name="Start this card").click()
    expect(owner).to_have_url(re.compile("/members/2900001234567/"))

    phone = browser.new_context(viewport=PHONE).new_page()  # type: ignore[arg-type]
    ola = factories.user(email="ola@example.com")
    sign_in(phone.context, ola, live_server.url)
    phone.goto(f"{live_server.url}/p/bean/join/?at=pulawska&card=2900001234567")
    assert_accessible(phone)
    assert_fits(phone)
    phone.get_by_label("Your name").fill("Ola Zielińska")
    for box in phone.get_by_role("checkbox").all():
        box.check()
    phone.get_by_role("button", name="Get my card").click()
    expect(phone.get_by_role("heading", name="Hello, Ola")).to_be_visible()
    card = Member.objects.get(number="2900001234567")
    assert (card.user, card.name) == (ola, "Ola Zielińska")


def test_a_lost_card_is_found_by_a_code_to_its_phone(quiet_page: Page, live_server: Any, program: Program) -> None:
    new = NewMember(name="Anna Kowalczyk", phone="601 234 567", number="BL48217730")
    enrolling.enrol(new, merchant=program.merchant, now=clock.now())
    cache.delete(mail.KEY)
    page = quiet_page
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/p/bean/sign-in/")
    page.get_by_role("link", name="Find a lost card by its phone number").click()
    assert_accessible(page)
    page.get_by_label("Phone").fill("601234567")
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    recovering.send_due(now=clock.now())
    code = re.search(r"\d{6}", mail.letters()[0].body)
    assert code
    assert_accessible(page)
    page.get_by_label("Code").fill(code[0])
    page.get_by_role("button", name="Show my card").click()
    expect(page.get_by_text("BL 4821 7730")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)


def test_a_card_is_replaced_and_the_old_one_finds_nobody(owner: Page, live_server: Any, program: Program) -> None:
    factories.member(merchant=program.merchant, number="BL48217730")
    owner.goto(f"{live_server.url}/m/bean/members/BL48217730/cards/")
    assert_accessible(owner)
    owner.get_by_label("Number of the new card").fill("bl 5555 0001")
    owner.get_by_role("button", name="Replace the card").click()
    expect(owner.get_by_role("status")).to_contain_text("BL 5555 0001 now")
    assert_accessible(owner)
    owner.goto(f"{live_server.url}/till/bean/find/?q=BL48217730")
    expect(owner.get_by_role("alert")).to_contain_text("was replaced")


def test_the_pages_of_posters_and_of_adjusting_are_quiet_accessible_and_fit(
    owner: Page, live_server: Any, program: Program
) -> None:
    account = factories.account(program=program, number="BLA1")
    factories.adjustment(account, 1_000, by=factories.staff(merchant=program.merchant, name="Kuba"))
    for place in PLACES:
        owner.goto(f"{live_server.url}/m/bean/{place}")
        assert_accessible(owner)
        owner.set_viewport_size(PHONE)  # type: ignore[arg-type]
        assert_fits(owner)
        owner.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

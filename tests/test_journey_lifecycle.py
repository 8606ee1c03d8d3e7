"""An owner's year in a real browser, with the keyboard alone: a file in and out, a version back, a pause, an end."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from members.models import Account
from members.tests import factories
from programs import drafts, terms, versions
from programs.models import Role
from programs.versions import current
from rewards.tests.factories import reward
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COFFEE = terms.PRESETS["coffee-shop"]
PAGES = ("versions/", "versions/1/", "versions/compare/", "state/", "import/", "duplicate/")


@pytest.fixture
def anna() -> Account:
    program = factories.shop(slug="bean", terms_document=COFFEE)
    factories.program(merchant=program.merchant, terms_document=terms.PRESETS["stamps"], code="stamps")
    account = factories.account(program=program, name="Anna")
    factories.order(account, "48.50", at=timezone.now() - timedelta(days=20))
    reward(program=program, name="Any coffee", points_price=150, money_value=14)
    return account


@pytest.fixture
def studio(quiet_page: Page, live_server: Any, anna: Account) -> Page:
    owner = factories.staff(merchant=anna.program.merchant, role=Role.OWNER, name="Marta Wiśniewska")
    sign_in(quiet_page.context, owner.user, live_server.url)
    quiet_page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    quiet_page.goto(f"{live_server.url}/m/bean/program/points/")
    return quiet_page


def press(target: Locator, key: str = "Enter") -> None:
    target.focus()
    target.press(key)


def test_pages_are_accessible_and_fit_everywhere(studio: Page, live_server: Any, anna: Account) -> None:
    later = timezone.now() + timedelta(days=9)
    versions.publish(anna.program, COFFEE | {"clawback": "within_balance"}, effective_at=later, author=None)
    for size in (DESKTOP, PHONE):
        studio.set_viewport_size(size)  # type: ignore[arg-type]
        for page in PAGES:
            studio.goto(f"{live_server.url}/m/bean/program/points/{page}")
            studio.wait_for_load_state("networkidle")
            assert_accessible(studio)
            assert_fits(studio)


def test_it_pauses_goes_on_and_announces_an_end(studio: Page, anna: Account) -> None:
    press(studio.get_by_label("More about Points"))
    press(studio.get_by_role("link", name="Pause or close"))
    expect(studio.get_by_text("of them with points")).to_be_visible()
    press(studio.get_by_role("button", name="Pause now"))
    expect(studio.get_by_role("status")).to_contain_text("The program is paused.")
    assert current(anna.program, now=timezone.now()).terms.paused
    assert_accessible(studio)
    press(studio.get_by_role("button", name="Go on"))
    expect(studio.get_by_role("status").last).to_contain_text("The program runs again.")

    press(studio.get_by_label("They can be used through a last day, and end then"), " ")
    studio.get_by_label("Last day to use them").fill("2020-01-01")
    press(studio.get_by_role("button", name="Announce the end"))
    expect(studio.get_by_text("members get 30 days")).to_be_visible()
    assert_accessible(studio)
    studio.get_by_label("Last day to use them").fill("2099-12-31")
    press(studio.get_by_role("button", name="Announce the end"))
    expect(studio.get_by_text("can be used through 31 Dec 2099")).to_be_visible()
    press(studio.get_by_role("button", name="Take the end back"))
    expect(studio.get_by_role("status").last).to_contain_text("does not close")
    assert [one.number for one in anna.program.versions.all()] == [1, 2, 3, 4, 5]


def test_it_saves_a_file_and_reads_it_back(studio: Page, anna: Account, tmp_path: Path) -> None:
    press(studio.get_by_label("More about Points"))
    with studio.expect_download() as saving:
        press(studio.get_by_role("link", name="Save as a file"))
    file = tmp_path / saving.value.suggested_filename
    saving.value.save_as(file)
    assert file.name == "bean-points-v1.yaml"

    press(studio.get_by_role("link", name="Read from a file"))
    broken = tmp_path / "broken.yaml"
    broken.write_text("earning:\n  points: 1\n  colour: red\n")
    studio.get_by_label("File").set_input_files(broken)
    press(studio.get_by_role("button", name="Look at the file"))
    expect(studio.get_by_role("alert")).to_contain_text("line 3")
    assert_accessible(studio)

    file.write_text(file.read_text().replace("points: 1\n", "points: 3\n", 1))
    studio.get_by_label("File").set_input_files(file)
    press(studio.get_by_role("button", name="Look at the file"))
    expect(studio.get_by_text("Purchases earn 3")).to_be_visible()
    assert_accessible(studio)
    press(studio.get_by_role("button", name="Make it the draft"))
    expect(studio.locator("#toasts")).to_contain_text("The file is the draft now.")
    assert drafts.working(anna.program, now=timezone.now()).terms.earning.points == 3
    assert anna.program.versions.count() == 1


def test_it_restores_and_keeps_a_version_instead_of_another(studio: Page, anna: Account) -> None:
    program, now = anna.program, timezone.now()
    versions.publish(program, COFFEE | {"clawback": "within_balance"}, effective_at=now, author=None)
    versions.publish(program, COFFEE | {"expiry": {"kind": "never"}}, effective_at=now + timedelta(days=9), author=None)
    press(studio.get_by_role("link", name="Version history"))
    press(studio.get_by_role("button", name="Keep version 2 instead"))
    expect(studio.get_by_role("status")).to_contain_text("Version 3 will not begin.")
    press(studio.get_by_role("button", name="Restore version 1 as a draft"))
    expect(studio).to_have_url(re.compile("/program/points/$"))
    assert drafts.working(program, now=now).terms.clawback == "negative"
    press(studio.get_by_role("link", name="Version history"))
    press(studio.get_by_role("button", name="Restore version 3 as a draft"))
    expect(studio.get_by_role("heading", level=1)).to_contain_text("Replace the draft with version 3?")
    assert_accessible(studio)
    press(studio.get_by_role("button", name="Replace the draft"))
    expect(studio).to_have_url(re.compile("/program/points/$"))
    assert drafts.working(program, now=now).terms.expiry.kind == "never"


def test_it_duplicates_a_program(studio: Page, anna: Account) -> None:
    press(studio.get_by_label("More about Points"))
    press(studio.get_by_role("link", name="Duplicate"))
    studio.get_by_label("Name of the new program").fill("Points for offices")
    press(studio.get_by_role("button", name="Duplicate"))
    expect(studio.get_by_role("heading", level=1)).to_have_text("Points for offices")
    assert not anna.program.merchant.programs.get(code="points-for-offices").versions.exists()

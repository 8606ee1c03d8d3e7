"""A morning of an owner, in a real browser: find a member, put a mistake right, change the terms, offer a reward."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from members.models import Account, Adjustment
from members.tests import factories
from programs import drafts, terms
from programs.models import Role
from rewards.models import Reward
from rewards.tests.factories import reward
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME = "Władysława Brzęczyszczykiewicz-Grzegżółka"
PLACES = (
    "members/",
    "activity/",
    "program/",
    "program/points/tiers/",
    "program/points/limits/",
    "program/points/wording/",
    "rewards/",
    "books/",
)


@pytest.fixture
def anna() -> Account:
    program = factories.shop(slug="bean", terms_document=terms.PRESETS["coffee-shop"])
    account = factories.account(program=program, name=NAME, phone="601 234 567", email="anna@example.com")
    for weeks in range(12, 0, -1):
        factories.order(account, "48.50", at=timezone.now() - timedelta(weeks=weeks))
    reward(program=program, name="Any coffee", points_price=150, icon="cup", money_value=14)
    return account


@pytest.fixture
def dashboard(quiet_page: Page, live_server: Any, anna: Account) -> Page:
    owner = factories.staff(merchant=anna.program.merchant, role=Role.OWNER, name="Marta Wiśniewska")
    sign_in(quiet_page.context, owner.user, live_server.url)
    quiet_page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    quiet_page.goto(f"{live_server.url}/m/bean/members/")
    return quiet_page


def test_it_finds_a_member_and_puts_a_mistake_right(dashboard: Page, anna: Account) -> None:
    dashboard.get_by_label("Find a member").press_sequentially("601 23", delay=40)
    expect(dashboard).to_have_url(re.compile(r"q=601"))
    dashboard.get_by_role("link", name=NAME).click()
    dashboard.get_by_role("button", name=re.compile("^Why")).first.click()
    expect(dashboard.locator(".whybox")).to_contain_text("48.50\u00a0zł at 1\u00a0point per 1\u00a0zł")
    assert_accessible(dashboard)

    dashboard.get_by_role("link", name="Adjust points").click()
    drawer = dashboard.get_by_role("dialog")
    drawer.get_by_label("Points").fill("-9000")
    drawer.get_by_label("Why").select_option("Wrong amount")
    drawer.get_by_label("More about it").fill("on Monday")
    drawer.get_by_role("button", name="Adjust points").click()
    expect(drawer.get_by_role("alert")).to_contain_text("points short")


def test_it_adjusts_and_takes_it_back(dashboard: Page, live_server: Any, anna: Account) -> None:
    dashboard.goto(f"{live_server.url}/m/bean/members/{anna.member.number}/adjust/")  # the drawer as a page of its own
    dashboard.get_by_label("Points").fill("−14")
    dashboard.get_by_label("Why").select_option("Wrong amount")
    dashboard.get_by_label("More about it").fill("on Monday")
    dashboard.get_by_role("button", name="Adjust points").click()
    expect(dashboard.get_by_role("status")).to_contain_text("Wrong amount: on Monday")
    dashboard.get_by_role("button", name="Undo").click()
    expect(dashboard.get_by_role("status")).to_contain_text("Undone.")
    assert list(Adjustment.objects.order_by("pk").values_list("points", flat=True)) == [-14, 14]


def test_it_reviews_a_draft_and_publishes(dashboard: Page, anna: Account) -> None:
    coffee = terms.PRESETS["coffee-shop"]
    twice = coffee | {"earning": coffee["earning"] | {"points": 2}}
    drafts.replace(anna.program, twice, by=None, now=timezone.now())
    dashboard.get_by_role("link", name="Earning and tiers").click()
    expect(dashboard.locator("#savebar")).to_contain_text("2\u00a0points for every 1\u00a0zł spent")
    assert_accessible(dashboard)
    dashboard.get_by_role("link", name="Review and publish").click()
    assert_accessible(dashboard)
    dashboard.get_by_label("Why it changes").fill("Kinder")
    dashboard.get_by_role("button", name="Publish version 2").click()
    expect(dashboard.locator("#toasts")).to_contain_text("Version 2 published.")
    version = anna.program.versions.get(number=2)
    assert (version.author.name, version.note, version.terms["earning"]["points"]) == ("Marta Wiśniewska", "Kinder", 2)


def test_it_offers_a_reward_and_sees_what_it_is_about(dashboard: Page) -> None:
    dashboard.get_by_role("link", name="Rewards").click()
    dashboard.get_by_role("link", name="Add a reward").click()
    dashboard.get_by_label("Reward name").fill("250 g beans")
    dashboard.get_by_label("Cost").fill("480")
    dashboard.get_by_label("Worth in the shop").press_sequentially("48")
    expect(dashboard.locator("#about")).to_have_text("points, about 48\u00a0zł")
    dashboard.locator(".picture", has_text="Bean").click()
    assert_accessible(dashboard)
    dashboard.get_by_role("button", name="Add reward").click()
    expect(dashboard.get_by_role("status")).to_contain_text("250 g beans is kept.")
    assert Reward.objects.get(name="250 g beans").icon == "bean"


def test_it_reads_every_place_on_a_phone_in_the_dark(dashboard: Page, live_server: Any, anna: Account) -> None:
    dashboard.emulate_media(color_scheme="dark")
    dashboard.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for place in (*PLACES, f"members/{anna.member.number}/"):
        dashboard.goto(f"{live_server.url}/m/bean/{place}")
        dashboard.wait_for_load_state("networkidle")
        assert_fits(dashboard)
        assert_accessible(dashboard)

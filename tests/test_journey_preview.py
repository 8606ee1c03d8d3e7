"""The phone beside the studio, in a real browser: it follows the draft, stays in its frame and does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from members.models import Account
from members.tests import factories
from programs import drafts, terms
from programs.models import Role, Staff
from rewards.models import Redemption
from rewards.tests.factories import reward
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def anna() -> Account:
    document = terms.dump(terms.parse(terms.PRESETS["coffee-shop"]))
    program = factories.shop(slug="bean", terms_document=document, other_languages=["pl"])
    account = factories.account(program=program, user=factories.user())
    factories.order(account, "648.50", at=timezone.now())
    reward(program=program, name="Any coffee", points_price=150, icon="cup", money_value=14)
    return account


@pytest.fixture
def manager(anna: Account) -> Staff:
    return factories.staff(merchant=anna.program.merchant, role=Role.MANAGER, name="Marta Wiśniewska")


@pytest.fixture
def studio(quiet_page: Page, live_server: Any, manager: Staff) -> Iterator[Page]:
    sign_in(quiet_page.context, manager.user, live_server.url)
    quiet_page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    quiet_page.goto(f"{live_server.url}/m/bean/program/points/")
    yield quiet_page
    quiet_page.wait_for_load_state("networkidle")  # the panels of the phone, before their tables are emptied


def call_points(name: str, anna: Account, manager: Staff) -> None:
    document = drafts.working(anna.program, now=timezone.now()).document
    unit = {"one": name, "many": f"{name}s"}
    drafts.replace(anna.program, document | {"unit": unit}, by=manager.user, now=timezone.now())


def test_the_phone_follows_the_draft_and_stays_where_it_was(studio: Page, anna: Account, manager: Staff) -> None:
    phone = studio.frame_locator("iframe[data-phone]")
    expect(phone.get_by_role("heading", name="Hello, Anna")).to_be_visible()
    phone.get_by_role("link", name="Rewards", exact=True).click()
    expect(phone.locator(".p-rewards")).to_contain_text("150\u00a0points")
    call_points("bean", anna, manager)
    studio.evaluate("document.body.dispatchEvent(new Event('draft-changed', {bubbles: true}))")
    expect(phone.locator(".p-rewards")).to_contain_text("150\u00a0beans")
    studio.get_by_text("Live", exact=True).click()
    expect(phone.locator(".p-card")).to_contain_text("points to spend")
    studio.get_by_text("Draft", exact=True).click()
    expect(phone.locator(".p-card")).to_contain_text("beans to spend")


def test_nothing_in_the_phone_does_anything(studio: Page) -> None:
    phone = studio.frame_locator("iframe[data-phone]")
    phone.get_by_role("link", name="Use").click()
    phone.get_by_role("button", name="Set").click()
    expect(phone.get_by_role("button", name="Set")).to_be_visible()
    studio.wait_for_timeout(300)
    assert not Redemption.objects.exists()
    phone.get_by_role("link", name="You", exact=True).click()
    phone.get_by_role("button", name="Sign out").click()
    studio.wait_for_timeout(300)
    studio.reload()
    expect(studio.get_by_text("Members will see")).to_be_visible()


def test_it_speaks_the_languages_of_the_shop_and_looks_for_members(studio: Page, anna: Account) -> None:
    for name in ("Ben Abt", "Eva Berg", "Ola Nowak", "Jan Lis", "Zoe Kim", "Tom Wit"):
        factories.member(merchant=anna.program.merchant, name=name)
    studio.reload()
    phone = studio.frame_locator("iframe[data-phone]")
    studio.get_by_label("Language").select_option("pl")
    expect(phone.get_by_role("heading", name="Dzień dobry, Anna")).to_be_visible()
    studio.get_by_label("Search").fill("Berg")
    studio.get_by_label("Search").press("Enter")
    expect(phone.get_by_role("heading", name="Dzień dobry, Eva")).to_be_visible()
    expect(studio.get_by_label("Shown as")).to_contain_text("Eva Berg")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_fit_to_be_seen(studio: Page, size: Any, scheme: Any) -> None:
    studio.emulate_media(color_scheme=scheme)
    studio.set_viewport_size(size)
    studio.goto(studio.url + "preview/")
    expect(studio.frame_locator("iframe[data-phone]").get_by_role("heading", name="Hello, Anna")).to_be_visible()
    assert_fits(studio)
    assert_accessible(studio)
    frame = studio.frame(name="phone")
    assert frame is not None
    assert frame.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert abs(frame.evaluate("innerWidth") - 389) < 4

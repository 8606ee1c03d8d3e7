"""The office on a phone: nothing that matters lies beyond the edge, and what is open is in view."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from members.tests import factories
from programs.models import Role
from tests.browsing import PHONE, assert_accessible, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HIDDEN = """() => [...document.querySelectorAll("main .scroller, main input, main select")]
    .filter((part) => part.scrollWidth > part.clientWidth + 1 && part.type !== "checkbox")
    .map((part) => part.outerHTML.slice(0, 120))"""
IN_VIEW = """(link) => {
    const [own, strip] = [link, link.parentElement].map((part) => part.getBoundingClientRect());
    return own.left >= strip.left - 1 && own.right <= strip.right + 1;
}"""


@pytest.fixture
def phone(quiet_page: Page, live_server: Any) -> Page:
    """An owner's phone, in a shop where a member bought something."""
    program = factories.program(merchant=factories.merchant(slug="bean"))
    account = factories.account(program=program, name="Anna Maria Kowalczyk-Brzęczyszczykiewicz", number="BL48217730")
    factories.order(account, "1234.00")
    marta = factories.staff(merchant=program.merchant, role=Role.OWNER, name="Marta Wiśniewska")
    quiet_page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    sign_in(quiet_page.context, marta.user, live_server.url)
    return quiet_page


@pytest.mark.parametrize(
    "place",
    [
        "members/",
        "members/BL48217730/",
        "members/BL48217730/cards/",
        "activity/",
        "staff/",
        "limits/",
        "audit-log/",
        "jobs/",
    ],
)
def test_hides_nothing_beyond_the_edge(phone: Page, live_server: Any, place: str) -> None:
    phone.goto(f"{live_server.url}/m/bean/{place}")
    assert_fits(phone)
    assert phone.evaluate(HIDDEN) == []
    assert_accessible(phone)


@pytest.mark.parametrize("place", ["shop/", "limits/", "settings/consents/", "settings/retention/"])
def test_begins_where_the_open_tab_is(phone: Page, live_server: Any, place: str) -> None:
    phone.goto(f"{live_server.url}/m/bean/{place}")
    open_ones = phone.locator("[aria-current]:visible")
    expect(open_ones).to_have_count(2)  # the section and the tab
    assert [link.evaluate(IN_VIEW) for link in open_ones.all()] == [True, True]


def test_orders_the_list_by_its_heads(phone: Page, live_server: Any) -> None:
    phone.goto(f"{live_server.url}/m/bean/members/")
    phone.get_by_role("link", name="Last visit").click()
    expect(phone.get_by_role("columnheader", name="Last visit")).to_have_attribute("aria-sort", "descending")

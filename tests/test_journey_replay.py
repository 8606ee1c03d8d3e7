"""A manager replays past orders before publishing, in a real browser: ask, wait, read, and see it go out of date."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from loyalty_site import jobs
from members.tests import factories
from programs import drafts
from programs.models import Program, Role, Staff
from reports.models import Replay
from reports.replays import asking
from rewards.tests.factories import reward
from tests.browsing import DESKTOP, PHONE, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

A_SLOW_MACHINE = 30_000  # milliseconds for the bundle of plotly.js
LINE = "[data-chart='replay-drawing'] .scatterlayer path.js-line"


@pytest.fixture
def program() -> Program:
    """Four weeks of two members, and a draft that gives twice as much."""
    program = factories.shop(slug="bean")
    now = timezone.now()
    reward(program=program, points_price=60, money_value="9")
    for name in ("Anna Kowalczyk", "Piotr Zieliński"):
        account = factories.account(program=program, name=name)
        for days in range(28, 0, -4):
            factories.order(account, "48.50", at=now - timedelta(days=days))
    give(program, points=2)
    return program


def give(program: Program, *, points: int) -> None:
    """Let the draft give so many points for a zloty."""
    document = drafts.working(program, now=timezone.now()).document
    earning = document["earning"] | {"points": points}
    drafts.replace(program, document | {"earning": earning}, by=None, now=timezone.now())


@pytest.fixture
def zofia(program: Program) -> Staff:
    user = factories.user(email="zofia@example.com", name="Zofia Lis")
    return factories.staff(merchant=program.merchant, role=Role.MANAGER, user=user)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_manager_replays_before_publishing(
    page: Page, live_server: Any, program: Program, zofia: Staff, size: Any
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("input[name=login]").fill(zofia.user.email)
    page.locator("input[name=password]").fill(factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zofia")
    page.goto(f"{live_server.url}/m/bean/program/points/replay/")
    expect(page.get_by_text("See it before anybody is affected")).to_be_visible()
    page.get_by_role("button", name="Replay").press("Enter")
    expect(page.get_by_role("status").get_by_text("Replaying the orders of")).to_be_visible()
    jobs.drain(asking.job_of(Replay.objects.get()))
    expect(page.get_by_text("2 members gain")).to_be_visible()
    expect(page.locator(LINE)).to_have_count(2, timeout=A_SLOW_MACHINE)
    expect(page.get_by_role("link", name="Anna Kowalczyk")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    give(program, points=3)
    page.reload()
    expect(page.get_by_text("The draft has changed since.")).to_be_visible()

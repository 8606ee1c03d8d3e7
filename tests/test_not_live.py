"""A program without a version is for the dashboard only: no other page shows it, and nothing stumbles over it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLPattern, reverse

from loyalty_site import jobs
from loyalty_site.nights import last_closed_day
from members.tests import factories
from members.tests.factories import NOW
from programs import drafts
from programs.models import Merchant, Program, Role
from programs.terms import PRESETS
from reports import home
from tests.test_access import OURS, TABLE, answer, verdict
from tests.world import MEMBER, OWNER, World, build

pytestmark = pytest.mark.django_db

NAME = "Moonshine Points"
FACING_CUSTOMERS = ("portal", "till", "me")


def draft(merchant: Merchant) -> Program:
    """A program that nobody published, with tiers and rules of every day."""
    program = Program.objects.create(merchant=merchant, name=NAME, code="moonshine")
    drafts.replace(program, PRESETS["coffee-shop"], by=None, now=NOW)
    return program


@pytest.fixture
def world() -> World:
    made = build()
    draft(made.program.merchant)
    return made


@pytest.mark.parametrize(("name", "pattern"), OURS, ids=[name for name, _ in OURS])
def test_no_page_stumbles_over_it(name: str, pattern: URLPattern, world: World) -> None:
    person = world.people[MEMBER if TABLE[name] == MEMBER else OWNER]
    found = answer(person, pattern, world.arguments)
    assert verdict(found) != "broken"
    if name.startswith(FACING_CUSTOMERS):
        assert NAME not in found.content.decode()


@pytest.mark.parametrize(("name", "pattern"), OURS, ids=[name for name, _ in OURS])
def test_no_page_stumbles_in_a_shop_that_has_nothing_else(name: str, pattern: URLPattern) -> None:
    program = draft(factories.merchant())
    owner = factories.staff(merchant=program.merchant, role=Role.OWNER)
    member = factories.member(merchant=program.merchant, user=owner.user)
    slug = program.merchant.slug
    known = {"merchant": slug, "program": program.code, "number": member.number, "show": "draft", "page": f"p/{slug}/"}
    found = answer(owner.user, pattern, build().arguments | known)
    assert verdict(found) != "broken"


def test_members_get_no_account_in_it() -> None:
    program = draft(factories.shop().merchant)
    factories.member(merchant=program.merchant)
    assert not program.accounts.exists()


def test_orders_and_events_earn_nothing_in_it() -> None:
    live = factories.shop()
    program = draft(live.merchant)
    account = factories.account(program=live)
    assert len(factories.order(account, "20.00").entries) == 1
    assert not program.entries.exists()


def test_a_purchase_is_recorded_before_anything_is_live(client: Client) -> None:
    merchant = draft(factories.merchant()).merchant
    member = factories.member(merchant=merchant)
    client.force_login(factories.staff(merchant=merchant).user)
    sent = {"amount": "20.00", "reference": "5b0e6d5e-3d0b-4a53-8d5f-6d1f5a2f8d11"}
    answer = client.post(reverse("till-purchase-record", args=[merchant.slug, member.number]), sent)
    assert answer.status_code == 302
    assert merchant.orders.get().member == member


def test_a_night_passes_it_by() -> None:
    program = draft(factories.shop().merchant)
    factories.member(merchant=program.merchant)
    closed = last_closed_day(program.merchant.zone_name, NOW)
    for kind in settings.JOB_KINDS:
        done = jobs.drain(jobs.open_job(kind, program.merchant_id, closed, again=True), clock=lambda: NOW)
        assert (done.state, done.error) == ("done", "")


def test_its_rules_are_not_todays() -> None:
    assert "Double" not in home.today(draft(factories.merchant()).merchant, now=NOW)


def test_the_api_does_not_name_it(client: Client) -> None:
    live = factories.shop()
    draft(live.merchant)
    account = factories.account(program=live)
    text = factories.api_key(merchant=live.merchant)
    answer = client.get(f"/api/v1/members/{account.member.number}", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 200
    assert "moonshine" not in answer.content.decode()


def test_its_terms_cannot_be_shown_by_command() -> None:
    merchant = draft(factories.merchant()).merchant
    with pytest.raises(CommandError, match="not published"):
        call_command("show_terms", merchant=merchant.slug, program="moonshine", stdout=StringIO())


def test_its_first_version_holds_at_once(client: Client) -> None:
    """Who joins between publishing and a later day would collect under terms that do not hold yet."""
    program = draft(factories.merchant())
    client.force_login(factories.staff(merchant=program.merchant, role=Role.OWNER).user)
    page = reverse("dashboard-program-publish", args=[program.merchant.slug, program.code])
    assert "starts" not in client.get(page).context["form"].fields
    client.post(page, {"revision": "1", "starts": "later", "starts_on": "2099-01-01"})
    version = program.versions.get()
    assert version.effective_at <= version.published_at

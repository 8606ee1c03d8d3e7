"""The page of a replay: asked for, on its way, done, out of date; and its short form for the save bar."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from loyalty_site import jobs
from members.tests import factories
from programs import drafts
from programs.models import Program, Role
from reports.models import Replay
from reports.replays import asking
from reports.tests.test_replays import EACH, NOW, draft, shop

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
DATES = {"days": "0", "first_on": "2026-02-01", "last_on": "2026-02-22"}


@pytest.fixture
def program() -> Program:
    return shop()


@pytest.fixture
def manager(client: Client, program: Program) -> Client:
    client.force_login(factories.staff(merchant=program.merchant, role=Role.MANAGER).user)
    return client


def url(program: Program, name: str = "dashboard-program-replay") -> str:
    return reverse(name, args=[program.merchant.slug, program.code])


def page(client: Client, program: Program, **asked: Any) -> str:
    return client.get(url(program), **asked).content.decode()


def drain() -> None:
    jobs.drain(asking.job_of(Replay.objects.get()))


def test_it_asks_shows_the_way_and_the_result(manager: Client, program: Program) -> None:
    draft(program, rules=[EACH])
    assert "See it before anybody is affected" in page(manager, program)
    assert manager.post(url(program), DATES).status_code == 302
    assert manager.post(url(program), DATES).status_code == 302
    assert Replay.objects.count() == 1
    assert "Replaying the orders" in page(manager, program)
    drain()
    shown = page(manager, program)
    assert "5 members gain" in shown
    assert "all 15 entries came out exactly as the books have them" in shown
    assert 'data-chart="replay-drawing"' in shown
    assert "changed since" not in shown


def test_it_says_that_the_draft_has_changed_since(manager: Client, program: Program) -> None:
    draft(program, rules=[EACH])
    manager.post(url(program), DATES)
    drain()
    draft(program, rules=[])
    assert "The draft has changed since" in page(manager, program)


def test_a_part_of_the_page_asks_again_until_it_is_done(manager: Client, program: Program) -> None:
    draft(program, rules=[EACH])
    part = manager.post(url(program) + "?whole=1", DATES, **HTMX).content.decode()
    assert 'hx-trigger="load delay:1s"' in part
    assert "?whole=1" in part
    drain()
    assert manager.get(url(program) + "?whole=1", **HTMX)["HX-Refresh"] == "true"
    assert "See it day by day" in page(manager, program, **HTMX)


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"days": "0"}, "Say from which day through which."),
        ({"days": "0", "first_on": "2026-02-09", "last_on": "2026-02-01"}, "This day is before the first one."),
        ({"days": "0", "first_on": "2026-02-09", "last_on": "2999-02-01"}, "later orders are not known"),
        ({"days": "0", "first_on": "2020-02-09", "last_on": "2026-02-01"}, "Choose two years at most."),
    ],
)
def test_days_that_make_no_sense_are_said(manager: Client, program: Program, dates: dict[str, str], words: str) -> None:
    answer = manager.post(url(program), dates)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Replay.objects.exists()


def test_a_shop_without_orders_learns_what_a_replay_is_for(client: Client) -> None:
    program = factories.shop()
    client.force_login(factories.staff(merchant=program.merchant, role=Role.OWNER).user)
    assert "No orders to replay yet" in page(client, program)
    client.post(url(program), {"days": "90"})
    assert not Replay.objects.exists()


def test_the_save_bar_offers_a_replay_and_then_says_what_it_says(manager: Client, program: Program) -> None:
    draft(program, rules=[EACH])
    summary = url(program, "dashboard-program-replay-summary")
    assert "Replay 90 days" in manager.get(summary, **HTMX).content.decode()
    brief = manager.post(url(program) + "?brief=1", DATES, **HTMX).content.decode()
    assert "Replaying past orders" in brief
    drain()
    said = manager.get(summary, **HTMX).content.decode()
    assert "5 members" in said
    assert "+" in said
    drafts.discard(program, revision=1, by=None, now=NOW)
    assert "Replay 90 days" in manager.get(summary, **HTMX).content.decode()


def test_it_says_when_the_work_broke_off(manager: Client, program: Program) -> None:
    draft(program, rules=[EACH])
    replay, job = asking.ask(
        drafts.working(program, now=NOW), asking.last_days(program.merchant, 90, now=NOW), by=None, now=NOW
    )
    job.chunks.update(state="failed", attempt=5)
    jobs.settle(job, now=NOW)
    assert "The replay broke off" in page(manager, program)
    manager.post(url(program), DATES)
    assert Replay.objects.exclude(pk=replay.pk).exists()

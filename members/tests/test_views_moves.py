"""What publishing would do to members, as the studio shows it: each test's name finishes "it …"."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from members.tests import factories
from members.tests.factories import NOW
from members.tests.test_moves import document, shop
from programs import drafts, terms
from programs.models import Program, Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loyalty_site.clock.now", lambda: NOW)


def page(program: Program, name: str, **headers: str) -> str:
    client = Client()
    client.force_login(factories.staff(merchant=program.merchant, role=Role.MANAGER).user)
    answer: Any = client.get(f"/m/{program.merchant.slug}/program/points/{name}/", headers=headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def draft(program: Program, written: dict[str, Any]) -> None:
    drafts.replace(program, written, by=None, now=NOW)


def test_says_how_many_move_each_way_and_names_some() -> None:
    program = shop("450", "460", "1600")
    draft(program, document(("bronze", 0, 0), ("silver", 400, 50), ("gold", 2000, 0)))
    said = page(program, "moves")
    assert "<b>2 go up, 1 goes down</b>" in said
    assert "At once" in said
    assert "On 10 Apr" in said
    assert "come to 100 points at most" in said
    assert said.count('class="link" href="/m/') >= 3


def test_says_so_if_nobody_moves_or_there_are_no_tiers() -> None:
    program = shop("450")
    draft(program, document(("bronze", 0, 0), ("silver", 490, 0)))
    assert "Nobody changes tier, as things stand today." in page(program, "moves")
    draft(program, terms.P0 | {"tiers": None})
    assert "The new terms have no tiers" in page(program, "moves")


def test_counts_whom_an_announcement_reaches() -> None:
    program = shop("450")
    for number in range(3):
        factories.member(merchant=program.merchant, email=f"m{number}@example.com")
    assert "there is nothing to tell" in page(program, "notice")
    draft(program, document(("bronze", 0, 0), ("silver", 400, 0)))
    said = page(program, "notice", **{"HX-Request": "true"})
    assert "3 members get a mail." in said
    assert "1 without an address sees it on the card." in said
    assert "Silver" in page(program, "notice")


def test_gives_htmx_the_panel_alone() -> None:
    program = shop("450")
    part = page(program, "moves", **{"HX-Request": "true"})
    assert part.startswith('<div class="stack-s">')


def test_asks_a_fixed_number_of_questions(django_assert_max_num_queries: Any) -> None:
    program = shop("450", "460", "1600", "20", "30")
    draft(program, document(("bronze", 0, 0), ("silver", 400, 50), ("gold", 2000, 0)))
    with django_assert_max_num_queries(26):
        page(program, "moves")

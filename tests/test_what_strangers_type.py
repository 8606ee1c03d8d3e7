"""What no browser of ours sends, to pages that expect something sensible: each test's name finishes "it …"."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from members.tests import factories
from members.tests.factories import NOW
from programs import drafts
from programs.models import Program, Role
from programs.terms import P0, TermsRefused, parse

pytestmark = pytest.mark.django_db

MANY_DIGITS = "9" * 5_000  # more than Python turns into a number
EXPIRY = {"part": "expiry", "kind": "never", "unit": "months", "restore_grace_days": "0"}
BASKET = {"event": "purchase", "amount": "5", "time": "10:00"}
DAYS = {"days": "0", "last_on": "2026-01-31"}


@pytest.fixture
def program() -> Program:
    account = factories.account(program=factories.shop())
    factories.order(account, "20.00")
    return account.program


@pytest.fixture
def owner(program: Program) -> Client:
    client = Client()
    client.force_login(factories.staff(merchant=program.merchant, role=Role.OWNER).user)
    return client


def address(program: Program, path: str) -> str:
    return f"/m/{program.merchant.slug}/program/{program.code}/{path}"


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("limits/", EXPIRY | {"notice_days": MANY_DIGITS}, 422),
        ("limits/", EXPIRY | {"notice_days": "30, " + MANY_DIGITS}, 422),
        ("versions/1/restore/", {"replaces": MANY_DIGITS}, 302),
        ("replay/", DAYS | {"first_on": "0001-01-01", "last_on": "0001-12-31"}, 422),
        ("close/", {"after": "1", "last_day": "9999-12-31", "points": "keep"}, 422),
        ("close/", {"after": "1", "last_day": "9999-12-31", "points": "until", "until": "9999-12-31"}, 422),
        ("close/", {"after": "1", "last_day": "2099-01-01", "points": "until", "until": "9999-12-31"}, 422),
    ],
)
def test_refuses_numbers_and_days_that_nothing_can_be_counted_from(
    owner: Client, program: Program, path: str, sent: dict[str, Any], status: int
) -> None:
    assert owner.post(address(program, path), sent).status_code == status
    assert program.versions.count() == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_tries_no_day_outside_of_the_years_that_are_reckoned_with(owner: Client, program: Program, day: str) -> None:
    answer = owner.get(address(program, "try/"), BASKET | {"day": day})
    assert "Choose a day of the years 1970 to 2999." in answer.content.decode()


def test_shows_names_in_a_language_that_nobody_knows(owner: Client, program: Program) -> None:
    drafts.replace(program, P0 | {"unit": {"one": {"en": "bean", "xx": "zz"}}}, by=None, now=NOW)
    assert "zz" in owner.get(address(program, "wording/")).content.decode()


def test_ends_no_program_outside_of_them_either() -> None:
    for closing in ({"last_day": "9999-12-31"}, {"last_day": "2027-01-01", "points": "until", "until": "9999-12-31"}):
        with pytest.raises(TermsRefused, match="years 1970 to 2999"):
            parse(P0 | {"closing": closing})

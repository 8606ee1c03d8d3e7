"""Tests of the program's pages and the books, with members on the tiers; every name finishes "it ..."."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from loyalty_site import jobs
from loyalty_site.sql import rows
from members.tests import factories
from programs import editing, terms, versions
from programs.models import Program, Role

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def program() -> Program:
    return factories.shop(terms_document=terms.PRESETS["coffee-shop"])


def client_of(program: Program, role: Role = Role.OWNER) -> Client:
    client = Client()
    staff = factories.staff(merchant=program.merchant, role=role, name="Marta")
    client.force_login(staff.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(program: Program, path: str = "") -> str:
    return f"/m/{program.merchant.slug}/{path}"


def form_of(program: Program, **changes: Any) -> dict[str, Any]:
    """What a browser sends for the form as it stands, with some fields changed."""
    version = program.versions.order_by("-number").first()
    assert version
    values = editing.values_of(version.terms, language="en")
    return {
        **{key: value for key, value in values.items() if value is not None},
        "base": version.number,
        "starts": "now",
    } | changes


def edit(program: Program, client: Client | None = None, **changes: Any) -> Any:
    return (client or client_of(program)).post(address(program, "program/points/edit/"), form_of(program, **changes))


def test_it_says_the_terms_in_words(program):
    client = client_of(program, Role.MANAGER)
    pages = ["program/", "program/points/tiers/", "program/points/limits/"]
    text = strip_tags("".join(client.get(address(program, page)).content.decode() for page in pages))
    for words in ("1\u00a0point for every 1\u00a0zł spent", "2× points on Tuesdays", "valid for 12 months", "Reserve"):
        assert words in text


def test_it_counts_members_on_each_tier(program):
    factories.account(program=program)
    panel = client_of(program).get(address(program, "program/points/tiers/members/"), headers={"HX-Request": "true"})
    text = panel.content.decode()
    assert "1 member<" in text
    assert text.count("0 members") == 3
    assert "<html" not in text


def test_it_shows_a_shop_without_a_program(program):
    bare = factories.merchant()
    client = Client()
    client.force_login(
        factories.staff(merchant=bare, role=Role.OWNER).user,
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert "No program yet" in client.get(f"/m/{bare.slug}/program/").content.decode()
    assert "No program yet" in client.get(f"/m/{bare.slug}/books/").content.decode()


def test_it_lets_only_the_owner_edit(program):
    assert edit(program, client_of(program, Role.MANAGER)).status_code == 403


def test_it_says_what_changes_before_it_publishes(program):
    response = edit(program, points="2", level_1_at="400")
    text = response.content.decode()
    assert response.status_code == 200
    assert "2\u00a0points for every 1\u00a0zł spent" in text
    assert "Silver starts at 400\u00a0points, was 500" in text
    assert "Publish version 2" in text
    assert program.versions.count() == 1


def test_it_publishes_a_version_and_keeps_the_rest(program):
    before = program.versions.get()
    edit(program, points="2", note="Anniversary", publish="yes")
    latest = program.versions.get(number=2)
    assert latest.terms == before.terms | {"earning": before.terms["earning"] | {"points": 2}}
    assert (latest.note, latest.author.name) == ("Anniversary", "Marta")
    history = client_of(program).get(address(program, "program/points/versions/")).content.decode()
    assert "Anniversary" in history
    assert "2\u00a0points for every" in history


def test_it_publishes_once_for_two_clicks(program):
    sent = form_of(program, points="2", publish="yes")
    client = client_of(program)
    client.post(address(program, "program/points/edit/"), sent)
    again = client.post(address(program, "program/points/edit/"), sent)
    assert again.status_code == 422
    assert "Version 2 was published meanwhile" in again.content.decode()
    assert program.versions.count() == 2


def test_it_publishes_nothing_when_nothing_changes(program):
    response = edit(program, publish="yes")
    assert "Nothing differs" in response.content.decode()
    assert program.versions.count() == 1


def test_it_begins_on_a_day_of_the_merchant(program):
    day = (NOW + timedelta(days=10)).date()
    edit(program, points="2", starts="later", starts_on=day.isoformat(), publish="yes")
    assert (
        program.versions.get(number=2).effective_at.astimezone(program.merchant.zone).isoformat()[:16] == f"{day}T00:00"
    )
    assert versions.current(program, now=NOW).number == 1
    assert "Version 2 begins on" in client_of(program).get(address(program, "program/")).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"level_1_at": "0"}, "must be more than the level before"),
        ({"per": "0"}, "must be more than 0"),
        ({"per": "a lot"}, "Enter a number."),
        ({"expiry_kind": "after", "expiry_count": ""}, "Say after how long."),
        ({"starts": "later"}, "Choose the day."),
        ({"starts": "later", "starts_on": "2020-01-01"}, "Choose a day after today."),
        ({"starts": "later", "starts_on": "9999-12-31"}, "Choose a day within a year."),
    ],
)
def test_it_puts_a_fault_to_its_field(program, changes, words):
    response = edit(program, **changes)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_it_answers_a_change_with_the_save_bar_alone(program):
    url = address(program, "program/points/edit/")
    answer = client_of(program).post(url, form_of(program, points="2"), headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div class="savebar-place"')


def test_it_adds_up_the_books_and_tells_the_last_check(program):
    account = factories.account(program=program)
    factories.order(account, "100.00", at=NOW)
    factories.adjustment(account, 20, now=NOW)
    client = client_of(program, Role.MANAGER)
    assert "have not been checked yet" in client.get(address(program, "books/")).content.decode()
    jobs.drain(jobs.open_job("audit-books", program.merchant_id, NOW.date()))
    text = client.get(address(program, "books/")).content.decode()
    assert "The books balance: 1 account," in text
    assert "<b>145</b>" in text  # 25 for joining, 100 for the order, 20 by hand


def test_it_names_the_accounts_that_do_not_balance(program):
    factories.account(program=program)
    rows("UPDATE members_account SET balance = balance + 7")
    jobs.drain(jobs.open_job("audit-books", program.merchant_id, NOW.date()))
    text = client_of(program).get(address(program, "books/")).content.decode()
    assert "1 of 1 accounts do not balance" in text
    assert "Anna Kowalczyk" in text
    assert "Balance, and the sum of its entries" in text
    assert "+7" in text

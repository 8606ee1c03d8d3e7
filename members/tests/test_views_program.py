"""Tests of the program's pages and the books, with members on the tiers; every name finishes "it ..."."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from loyalty_site import jobs
from loyalty_site.sql import rows
from members.tests import factories
from programs import terms
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

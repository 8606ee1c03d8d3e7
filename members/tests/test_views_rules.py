"""What rules are told of the shop's members and orders: words to offer, and how many members each can reach."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from members import segments
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Program, Role
from programs.purchases import Line
from programs.terms import P0

pytestmark = pytest.mark.django_db

RULES = [
    {"code": "gold", "name": "Gold", "when": {"tiers": ["silver", "gold"]}, "give": {"multiplier": "2"}},
    {"code": "low", "name": "Low", "when": {"tiers": ["bronze"]}, "give": {"multiplier": "2"}},
    {"code": "students", "name": "Students", "when": {"segments": ["student"]}, "give": {"points": 5}},
    {"code": "cake", "name": "Cake", "when": {"event": "birthday"}, "give": {"points": 5}},
    {"code": "both", "name": "Both", "when": {"tiers": ["gold"], "segments": ["student"]}, "give": {"points": 5}},
    {"code": "all", "name": "All", "give": {"points": 5}},
]


@pytest.fixture
def program() -> Program:
    made = factories.shop(terms_document=P0 | {"rules": RULES})
    anna = factories.account(program=made, born_on="1990-05-01")
    factories.order(anna, "600.00", channel="web", lines=(Line("bean", "beans", 1, Decimal(40)),))
    factories.account(program=made)
    manager = factories.staff(merchant=made.merchant, role=Role.MANAGER)
    segments.put_into(anna.member, ["student"], by=manager, now=NOW)
    return made


def manager_of(program: Program) -> Client:
    client = Client()
    client.force_login(
        factories.staff(merchant=program.merchant, role=Role.MANAGER).user,
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def panel(program: Program, path: str, client: Client | None = None) -> str:
    address = f"/m/{program.merchant.slug}/program/points/{path}/"
    return (client or manager_of(program)).get(address).content.decode()


def test_it_says_how_many_members_a_rule_reaches(program):
    said = panel(program, "reach")
    assert 'id="reach-gold" hx-swap-oob="innerHTML">1 member today.<' in said
    assert 'id="reach-low" hx-swap-oob="innerHTML">1 member today.<' in said
    assert 'id="reach-students" hx-swap-oob="innerHTML">1 member today.<' in said
    assert 'id="reach-cake" hx-swap-oob="innerHTML">1 of 2 members have told their birthday.<' in said
    assert "reach-both" not in said
    assert "reach-all" not in said


def test_it_offers_what_the_shop_has_seen(program):
    said = panel(program, "seen")
    for kind, word in (("categories", "beans"), ("products", "bean"), ("channels", "web"), ("segments", "student")):
        assert f'<datalist id="seen-{kind}"><option value="{word}">' in said


def test_it_offers_nothing_of_another_shop(program):
    assert "<option" not in panel(factories.shop(), "seen")


def test_it_counts_in_as_many_statements_whatever_the_rules(program, django_assert_max_num_queries):
    client = manager_of(program)
    panel(program, "reach", client)
    with django_assert_max_num_queries(10):
        panel(program, "reach", client)

"""Supposing: a page sees other terms, and afterwards nothing ever happened."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from django.apps import apps
from django.db import InternalError, connection, transaction

from members import tiering
from members.models import Account, Member
from members.reading.purses import purses
from members.supposing import Busy, supposed
from members.tests import factories
from members.tests.factories import NOW
from programs import terms, versions
from programs.models import Program, Role

pytestmark = pytest.mark.django_db


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def with_levels(*levels: tuple[str, int]) -> dict[str, Any]:
    tiers = {
        "basis": "points",
        "window": {"kind": "rolling", "months": 12},
        "levels": [{"code": code, "name": code.title(), "at": at} for code, at in levels],
    }
    return terms.dump(terms.parse(terms.P0 | {"tiers": tiers}))


def test_it_is_undone() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "500.00")
    before, tier = rows(), Account.objects.get().tier_code
    with supposed(account.program, with_levels(("low", 0), ("high", 400)), number=account.member.number, now=NOW) as it:
        assert purses(it, now=NOW)[0].level.name == "High"
        assert rows() != before
    assert rows() == before
    assert Account.objects.get().tier_code == tier
    assert versions.current(account.program, now=NOW).number == 1


def test_it_is_undone_when_a_page_breaks() -> None:
    account, before = factories.account(program=factories.shop()), None
    before = rows()
    with pytest.raises(ZeroDivisionError), supposed(account.program, with_levels(("low", 0)), number="", now=NOW):
        raise ZeroDivisionError
    assert rows() == before


def test_a_page_cannot_write() -> None:
    account = factories.account(program=factories.shop())
    with (
        pytest.raises(InternalError, match="read-only"),
        supposed(account.program, None, number=account.member.number, now=NOW),
    ):
        factories.member(merchant=account.program.merchant)
    factories.member(merchant=account.program.merchant)


@pytest.mark.parametrize(("spent", "level"), [("399.00", "Low"), ("400.00", "High")])
def test_a_member_stands_where_what_counts_leads(spent: str, level: str) -> None:
    account = factories.account(program=factories.shop(terms_document=with_levels(("low", 0), ("high", 1000))))
    factories.order(account, spent)
    document = with_levels(("low", 0), ("high", 400))
    with supposed(account.program, document, number=account.member.number, now=NOW) as it:
        assert purses(it, now=NOW)[0].level.name == level


def test_a_pinned_member_stays() -> None:
    """Staff said so; other thresholds do not unsay it."""
    program = factories.shop(terms_document=with_levels(("low", 0), ("high", 400)))
    account, by = factories.account(program=program), factories.staff(merchant=program.merchant, role=Role.OWNER)
    tiering.pin(account, "high", until=NOW.date() + timedelta(days=9), by=by, reason="apology", now=NOW)
    document = with_levels(("low", 0), ("high", 4_000))
    with supposed(program, document, number=account.member.number, now=NOW) as it:
        assert purses(it, now=NOW)[0].level.name == "High"


def test_an_unchanged_tier_keeps_its_grace() -> None:
    document = with_levels(("low", 0), ("high", 400))
    account = factories.account(program=factories.shop(terms_document=document))
    factories.order(account, "500.00")
    kept = Account.objects.values().get()
    changed = document | {"expiry": {"kind": "never"}}
    with supposed(account.program, changed, number=account.member.number, now=NOW):
        assert Account.objects.values().get() == kept


def test_a_program_without_a_version_is_supposed_too() -> None:
    merchant = factories.merchant()
    member = factories.member(merchant=merchant)
    program = Program.objects.create(merchant=merchant, name="New", code="new", is_active=False)
    with supposed(program, terms.dump(terms.parse(terms.P0)), number=member.number, now=NOW) as it:
        (purse,) = purses(it, now=NOW)
    assert purse.account.program_id == program.pk
    assert not Account.objects.exists()
    assert not Program.objects.get().is_active


def test_a_shop_without_members_has_a_sample_of_one() -> None:
    program = factories.shop()
    with supposed(program, None, number="", now=NOW) as it:
        (purse,) = purses(it, now=NOW)
        assert purse.holding.spendable == 24 + 60 + 38
        assert it.user.pk
    assert not Member.objects.exists()


def test_nobody_else_is_found() -> None:
    program, other = factories.shop(), factories.account(program=factories.shop())
    with pytest.raises(Member.DoesNotExist), supposed(program, None, number=other.member.number, now=NOW):
        pass


@pytest.mark.django_db(transaction=True)
def test_others_see_what_is_live_meanwhile() -> None:
    """Another connection buys under the live terms while the supposition lasts, and waits for nothing."""
    account = factories.account(program=factories.shop())
    other = connection.copy(alias="default")
    try:
        with supposed(account.program, with_levels(("low", 0)), number="", now=NOW), other.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
            cursor.execute("SELECT count(*) FROM programs_programversion WHERE program_id = %s", [account.program_id])
            assert cursor.fetchone() == (1,)
            cursor.execute("SELECT 1 FROM programs_program WHERE id = %s FOR KEY SHARE", [account.program_id])
    finally:
        other.close()
    with transaction.atomic():
        factories.order(account, "10.00")
    assert Account.objects.get().balance == 10


@pytest.mark.django_db(transaction=True)
def test_it_does_not_wait_for_long() -> None:
    """An import may hold a thousand cards for a while; whoever looks is told, and nothing is kept."""
    account = factories.account(program=factories.shop())
    before, other = rows(), connection.copy(alias="default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM members_account WHERE id = %s FOR UPDATE", [account.pk])
            began = monotonic()
            with (
                pytest.raises(Busy),
                supposed(account.program, with_levels(("low", 0)), number=account.member.number, now=NOW),
            ):
                pass
            assert monotonic() - began < 6  # seconds; others wait for ten
        other.rollback()
    finally:
        other.close()
    assert rows() == before

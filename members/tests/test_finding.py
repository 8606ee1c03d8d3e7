"""Tests of finding members; every name finishes "it ..."."""

import pytest
from django.db import connection

from members import finding
from members.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    merchant = factories.merchant()
    factories.member(merchant=merchant, name="Piotr Zieliński", email="piotr@example.com", phone="+48602000111")
    return factories.member(
        merchant=merchant, name="Anna Kowalczyk", email="anna@example.com", phone="+48601234567", customer_number="K-77"
    )


@pytest.mark.parametrize("text", ["kowal", "KOWAL", "anna@", "601 234", "+48601234567", "K-77", " anna "])
def test_it_finds_by_any_part(anna, text):
    assert list(finding.search(anna.merchant, text)) == [anna]


def test_it_finds_by_a_card_however_it_is_typed(anna):
    spaced = f"{anna.number[:2].lower()} {anna.number[2:6]}-{anna.number[6:]}"
    assert list(finding.search(anna.merchant, spaced)) == [anna]
    assert list(finding.search(anna.merchant, anna.number[-4:])) == [anna]


@pytest.mark.parametrize("text", ["", "a", "nobody", "%%", "__"])
def test_it_finds_nobody_for_too_little_or_for_wildcards(anna, text):
    assert not finding.search(anna.merchant, text)


def test_it_looks_in_its_own_shop_only(anna):
    assert not finding.search(factories.merchant(), "anna")


CROWD = """
INSERT INTO members_member (merchant_id, number, customer_number, name, email, phone, is_blocked)
SELECT %s, 'BL' || lpad(n::text, 8, '0'), '', 'Jan Nowak ' || n, '', '+4870' || lpad(n::text, 7, '0'), false
FROM generate_series(1, 30000) AS n
"""


@pytest.fixture
def crowd(anna):
    """So many that reading all of them would be the slower way."""
    with connection.cursor() as cursor:
        cursor.execute(CROWD, [anna.merchant.pk])
        cursor.execute("ANALYZE members_member")
    return anna.merchant


@pytest.mark.parametrize("text", ["kowal", "601 234", "BL 4821 7730"])
def test_it_searches_a_crowd_by_index(crowd, text):
    plan = finding.search(crowd, text).explain()
    assert "member_search" in plan
    assert "Seq Scan" not in plan

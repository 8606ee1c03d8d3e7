"""Tests of finding members; every name finishes "it ..."."""

import pytest
from django.db import connection

from members import finding
from members.models import CardNumber, Member
from members.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    merchant = factories.merchant()
    factories.member(merchant=merchant, name="Piotr Zieliński", email="piotr@example.com", phone="+48602000111")
    return factories.member(
        merchant=merchant, name="Anna Kowalczyk", email="anna@example.com", phone="+48601234567", customer_number="K-77"
    )


PARTS = [
    "kowal", "KOWAL", "anna@", "601 234", "+48601234567", "K-77", " anna ", "an", "ko", "kowalczyk  anna",
    "anna kow", "kow ann", "0048 601", "0601-234", "(601) 234 567", "567", "4567", "anna 567", "ánna",
    "\uff41nna", "kówal",
]  # fmt: skip


@pytest.mark.parametrize("text", PARTS)
def test_it_finds_by_any_part(anna, text):
    assert list(finding.search(anna.merchant, text)) == [anna]
    assert finding.best(anna.merchant, text, 8) == [anna]


NAMES = ["Łucja Żółć", "Đorđe Đoković", "Strauß Øyvind", "王芳", "Иван Петров", "Nguyễn Ánh", "김민준", "Ægir O'Brien"]
TYPED = ["zolc", "dokovic", "strauss oy", "王", "芳", "етр", "nguyen anh", "민준", "o'bri"]


@pytest.mark.parametrize(("text", "place"), list(zip(TYPED, [0, 1, 2, 3, 3, 4, 5, 6, 7], strict=True)))
def test_it_finds_names_without_accents_and_in_every_script(text, place):
    merchant = factories.merchant()
    everybody = [factories.member(merchant=merchant, name=name) for name in NAMES]
    assert finding.best(merchant, text, 8) == [everybody[place]]


def test_it_puts_names_that_begin_so_first_and_everybody_once():
    merchant = factories.merchant()
    named = {
        name: factories.member(merchant=merchant, name=name) for name in ("Ola Bananna", "Anna Anna", "Piotr Annan")
    }
    order = ["Anna Anna", "Piotr Annan", "Ola Bananna"]
    assert finding.best(merchant, "anna", 8) == [named[name] for name in order]
    assert finding.best(merchant, "anna", 2) == [named[name] for name in order[:2]]


def test_it_finds_whoever_a_card_belongs_to_and_nobody_who_is_gone(anna):
    CardNumber.objects.create(merchant=anna.merchant, member=anna, number="OLD123", works=True, reason="merged")
    assert list(finding.search(anna.merchant, "old 123")) == [anna]
    assert finding.best(anna.merchant, "old 123", 8) == [anna]
    Member.objects.filter(pk=anna.pk).update(erased_at=factories.NOW)
    assert finding.best(anna.merchant, "kowal", 8) == []
    assert finding.exactly(anna.merchant, anna.number) is None


def test_it_finds_by_a_card_however_it_is_typed(anna):
    spaced = f"{anna.number[:2].lower()} {anna.number[2:6]}-{anna.number[6:]}"
    assert list(finding.search(anna.merchant, spaced)) == [anna]
    assert list(finding.search(anna.merchant, anna.number[-4:])) == [anna]


@pytest.mark.parametrize("text", ["", "a", "nobody", "%%", "__", "---", "\\\\", "kow%cz", "\uff05\uff05\uff05"])
def test_it_finds_nobody_for_too_little_or_for_wildcards(anna, text):
    assert not finding.search(anna.merchant, text)
    assert not finding.best(anna.merchant, text, 8)


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
    assert "member_any_part" in plan
    assert "Seq Scan" not in plan

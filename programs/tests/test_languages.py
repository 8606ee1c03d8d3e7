"""Tests of languages and of those a shop speaks; every name finishes "it ..."."""

import pytest
from django.db import IntegrityError

from programs.languages import name_of, plural_forms
from programs.models import Merchant


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("en", ("one", "many")),
        ("pl", ("one", "few", "many")),
        ("zh-hans", ("many",)),
        ("cs", ("one", "few", "many")),
        ("pt-br", ("one", "many")),
        ("nobody speaks this", ("one", "few", "many")),
    ],
)
def test_it_asks_for_the_forms_that_a_language_has(code, forms):
    assert plural_forms(code) == forms


def test_it_calls_a_language_what_its_speakers_do():
    assert [name_of(code) for code in ("en", "pl", "zh-hans", "??")] == ["English", "Polski", "中文 (简体)", "??"]


def opened(**languages):
    return Merchant.objects.create(name="Bean", slug="bean", currency="PLN", zone_name="Europe/Warsaw", **languages)


@pytest.mark.django_db
def test_it_puts_the_main_language_first():
    merchant = opened(language="pl", other_languages=["en", "zh-hans"])
    merchant.refresh_from_db()
    assert merchant.languages == ["pl", "en", "zh-hans"]


@pytest.mark.django_db
def test_it_speaks_no_language_twice():
    with pytest.raises(IntegrityError, match="language_once_per_merchant"):
        opened(language="pl", other_languages=["en", "pl"])

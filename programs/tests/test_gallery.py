"""Presets as shops get them: in their money, in their languages; every name finishes "it ..."."""

from decimal import Decimal

import pytest

from programs import gallery, price_levels
from programs.currencies import TENDER, decimals_of
from programs.earning import Standing, evaluate
from programs.gallery import GALLERY, Preset
from programs.models import Merchant
from programs.terms import PRESETS, in_language, parse
from programs.tests.factories import purchase


def shop(currency: str = "PLN", language: str = "en", *others: str) -> Merchant:
    return Merchant(name="Bean", currency=currency, language=language, other_languages=list(others))


@pytest.mark.parametrize(
    ("currency", "per"), [("PLN", "1.00"), ("EUR", "1.00"), ("JPY", "100"), ("KWD", "0.500"), ("HUF", "100.00")]
)
def test_it_gives_a_point_for_an_everyday_coin(currency: str, per: str) -> None:
    assert gallery.BY_CODE["points-per-spend"].document_for(shop(currency))["earning"]["per"] == per


@pytest.mark.parametrize(("currency", "per"), [("PLN", "1.00"), ("JPY", "100"), ("KWD", "0.100")])
def test_it_gives_one_percent_back_in_every_currency(currency: str, per: str) -> None:
    document = gallery.BY_CODE["cashback"].document_for(shop(currency))
    assert document["earning"]["per"] == per
    thousand_coins = price_levels.coin_of(currency) * 1000
    points = evaluate(parse(document), purchase(str(thousand_coins)), Standing()).points
    assert Decimal(points).scaleb(-decimals_of(currency)) == thousand_coins / 100


@pytest.mark.parametrize(("currency", "first"), [("PLN", 500), ("JPY", 50_000), ("KWD", 250), ("IDR", 5_000_000)])
def test_its_spend_ladder_begins_where_money_is_worth_it(currency: str, first: int) -> None:
    levels = gallery.BY_CODE["spend-ladder"].document_for(shop(currency))["tiers"]["levels"]
    assert [level["at"] for level in levels][:2] == [0, first]


def test_it_leaves_the_points_of_tiers_alone() -> None:
    levels = gallery.BY_CODE["vip"].document_for(shop("JPY"))["tiers"]["levels"]
    assert [level["at"] for level in levels] == [0, 1000, 3000]


@pytest.mark.parametrize("preset", GALLERY, ids=lambda preset: preset.code)
def test_it_can_be_written_in_every_currency(preset: Preset) -> None:
    for currency in TENDER:
        document = preset.document_for(shop(currency, "pl", "en", "zh-hans"))
        terms = parse(document)
        amounts = [terms.earning.per, *(rule.when.min_amount for rule in terms.rules if rule.when.min_amount)]
        assert all(amount == round(amount, decimals_of(currency)) for amount in amounts), currency


def test_it_shows_every_preset_once() -> None:
    assert sorted(gallery.BY_CODE) == sorted(PRESETS)
    assert len(GALLERY) == len(PRESETS) == 7


def test_it_names_the_unit_in_every_language_of_the_shop() -> None:
    unit = gallery.BY_CODE["stamps"].document_for(shop("PLN", "pl", "en"))["unit"]
    assert unit["few"] == {"en": "stamps", "pl": "stemple"}
    assert in_language(parse({"unit": unit, "earning": {"points": 1}}).unit.many, "pl") == "stempli"


def test_it_keeps_to_one_name_where_the_shop_speaks_english_alone() -> None:
    assert gallery.BY_CODE["coffee-shop"].document_for(shop())["unit"] == {"one": "point", "many": "points"}


@pytest.mark.parametrize("preset", GALLERY, ids=lambda preset: preset.code)
def test_every_name_in_it_can_be_translated(preset: Preset) -> None:
    document = PRESETS[preset.code]
    levels = document.get("tiers", {}).get("levels", [])
    known = {*gallery.RULE_NAMES, *gallery.LEVEL_NAMES, "VIP"}
    assert {named["name"] for named in [*document["rules"], *levels]} <= known

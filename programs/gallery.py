"""The presets that an owner chooses from: what each is called, whom it suits, its terms as a shop would have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, override
from django.utils.translation import gettext_lazy as _

from programs.models import Merchant
from programs.price_levels import suited
from programs.terms import PRESETS, in_language

Document = dict[str, Any]
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Preset:
    """One card of the gallery; `program` is what the program is called until its owner calls it otherwise."""

    code: str
    name: Words
    pitch: Words
    suits: Words
    program: str

    def document_for(self, merchant: Merchant) -> Document:
        """Its terms in the shop's money and languages."""
        return spoken(suited(PRESETS[self.code], merchant.currency), merchant)

    def program_name(self, merchant: Merchant) -> str:
        """What its program is called at first, in the shop's main language."""
        with override(merchant.language):
            return gettext(self.program)


GALLERY = [
    Preset(
        "points-per-spend",
        _("Points for every purchase"),
        _("Customers collect points with what they spend, and choose a reward."),
        _("Shops of any kind. The one to take if you are not sure."),
        gettext_noop("Points"),
    ),
    Preset(
        "stamps",
        _("Stamp card"),
        _("A stamp for every purchase. A full card is a reward."),
        _("Cafés, bakeries, barbers: many small purchases of much the same price."),
        gettext_noop("Stamp card"),
    ),
    Preset(
        "coffee-shop",
        _("Coffee shop"),
        _("Points, four tiers, and a double day for those who come often."),
        _("Cafés and roasters that also sell beans to take home."),
        gettext_noop("Points"),
    ),
    Preset(
        "online-shop",
        _("Online shop"),
        _("Points that wait until goods can no longer be sent back, and a gift for the first order."),
        _("Web shops: reviews and friends who are brought along earn too."),
        gettext_noop("Points"),
    ),
    Preset(
        "cashback",
        _("Cashback"),
        _("A part of what customers spend comes back as money for the next purchase."),
        _("Shops whose customers count in money: groceries, drugstores, pet food."),
        gettext_noop("Cashback"),
    ),
    Preset(
        "vip",
        _("VIP tiers"),
        _("Points, and two tiers above that earn faster and begin with a gift."),
        _("Fashion, beauty, wine: a few customers who spend much more than others."),
        gettext_noop("VIP"),
    ),
    Preset(
        "spend-ladder",
        _("Discount that grows"),
        _("The more somebody has spent in all, the higher the discount on everything. No points to count."),
        _("Workshops, hardware, books: large purchases now and then."),
        gettext_noop("Discount"),
    ),
]
BY_CODE = {preset.code: preset for preset in GALLERY}

# How the languages of shops call the units: one, few (2 to 4, where they are told apart), many.
UNITS = {
    "point": {"pl": ("punkt", "punkty", "punktów"), "zh-hans": ("积分", "积分", "积分")},
    "stamp": {"pl": ("stempel", "stemple", "stempli"), "zh-hans": ("印章", "印章", "印章")},
}
RULE_NAMES = [  # of the presets, for the catalogues
    gettext_noop("Welcome"),
    gettext_noop("Birthday"),
    gettext_noop("A stamp for every purchase"),
    gettext_noop("Double Tuesday"),
    gettext_noop("Beans to take home"),
    gettext_noop("First order"),
    gettext_noop("A friend brought along"),
    gettext_noop("Brought by a friend"),
    gettext_noop("A review written"),
]
LEVEL_NAMES = [
    gettext_noop("Bronze"),
    gettext_noop("Silver"),
    gettext_noop("Gold"),
    gettext_noop("Reserve"),
    gettext_noop("Member"),
    gettext_noop("VIP Plus"),
    gettext_noop("Guest"),
    gettext_noop("Regular"),
    gettext_noop("Friend"),
    gettext_noop("Family"),
]


def spoken(document: Document, merchant: Merchant) -> Document:
    """The document with its unit in every language of the shop, and its names in the main one."""
    levels = document["tiers"]["levels"] if "tiers" in document else []
    with override(merchant.language):
        for named in [*document["rules"], *levels]:
            named["name"] = gettext(named["name"])
    if not document["unit"].get("as_money"):
        document["unit"] = unit_in(document["unit"], merchant.languages)
    return document


def unit_in(unit: Document, languages: list[str]) -> Document:
    """The unit's names in some languages; a language that has none of ours speaks English."""
    one, many = in_language(unit["one"], "en"), in_language(unit["many"], "en")
    names = {code: words for code, words in UNITS.get(one, {}).items() if code in languages}
    if not names:
        return {"one": one, "many": many}
    if "en" in languages:
        names = {"en": (one, many, many)} | names
    forms = ("one", "few", "many") if "pl" in names else ("one", "many")
    places = {"one": 0, "few": 1, "many": 2}
    return {form: {code: words[places[form]] for code, words in names.items()} for form in forms}

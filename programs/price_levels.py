"""What money is worth, roughly: the everyday coin of each currency, by which amounts of presets are multiplied.

A preset says 1 point per 1.00. That suits the euro and the złoty; it must be ¥100 in Japan and 0.500 dinars in Kuwait.
"""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

from programs.currencies import decimals_of

Document = dict[str, Any]

COINS = {
    Decimal("0.5"): "BHD JOD KWD OMR",
    Decimal(10): """
        BDT BTN BWP CZK DKK EGP ERN INR LSL MAD MDL MKD MRU MUR MVR MXN NAD NIO NOK PHP RUB SCR SEK SRD STN SZL THB TJS
        TRY TWD UAH UYU ZAR ZMW ZWG
    """,
    Decimal(100): """
        AFN ALL AMD CRC CUP CVE DJF DOP DZD ETB GMD GYD HTG HUF ISK JMD JPY KES KGS KMF KZT LKR LRD NPR PKR RSD VES VUV
        XAF XOF XPF YER
    """,
    Decimal(1_000): "AOA ARS BIF CDF CLP COP IQD KHR KRW MGA MMK MNT MWK NGN PYG RWF SDG SOS SSP TZS UGX",
    Decimal(10_000): "GNF IDR LAK SYP UZS VND",
    Decimal(100_000): "IRR LBP",
}
COIN_OF = {code: coin for coin, codes in COINS.items() for code in codes.split()}
DEFAULT_COIN = Decimal(1)
CENTS = Decimal(100)  # of the money in which presets are written


def coin_of(currency: str) -> Decimal:
    """What is small change everywhere: 1 zł, ¥100, 0.500 dinars."""
    return COIN_OF.get(currency, DEFAULT_COIN)


def suited(document: Document, currency: str) -> Document:
    """A copy of a preset's document with its amounts in a currency; points stay unless they are money themselves."""
    new, coin = deepcopy(document), coin_of(currency)
    smallest = Decimal(10) ** decimals_of(currency)
    is_money = bool(new["unit"].get("as_money"))
    new["earning"]["per"] = in_money(new["earning"]["per"], CENTS / smallest if is_money else coin, currency)
    for rule in new["rules"]:
        suit_rule(rule, coin, currency)
        if is_money and "points" in rule["give"] and "per" not in rule["give"]:
            rule["give"]["points"] = int(rule["give"]["points"] * coin * smallest / CENTS)
    if new.get("tiers", {}).get("basis") == "spend":
        for level in new["tiers"]["levels"]:
            level["at"] = int(level["at"] * coin)
    return new


def suit_rule(rule: Document, coin: Decimal, currency: str) -> None:
    for part, key in ((rule.get("when", {}), "min_amount"), (rule["give"], "per")):
        if key in part:
            part[key] = in_money(part[key], coin, currency)


def in_money(amount: str, factor: Decimal, currency: str) -> str:
    """Write an amount times a factor with the currency's own decimals: 1.00, 100, 0.500."""
    return str((Decimal(amount) * factor).quantize(Decimal(1).scaleb(-decimals_of(currency))))

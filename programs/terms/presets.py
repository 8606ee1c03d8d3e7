"""Documents to start from; nobody starts from an empty form. P0 is the reference policy of the worked scenarios.

Their amounts are for money like the euro and the złoty; `programs.gallery` suits them to a shop.
"""

from typing import Any

Document = dict[str, Any]

MONEY_TIERS: Document = {
    "basis": "points",
    "window": {"kind": "rolling", "months": 12},
    "downgrade": "natural",
    "grace_days": 30,
    "levels": [
        {"code": "bronze", "name": "Bronze", "at": 0, "multiplier": "1.0"},
        {"code": "silver", "name": "Silver", "at": 500, "multiplier": "1.2"},
        {"code": "gold", "name": "Gold", "at": 1500, "multiplier": "1.5"},
    ],
}
POINTS: Document = {"one": "point", "many": "points"}
ONE_FOR_ONE: Document = {"points": 1, "per": "1.00", "rounding": "floor", "stacking": "multiply"}

P0: Document = {
    "unit": POINTS,
    "earning": ONE_FOR_ONE,
    "rules": [],
    "expiry": {"kind": "after", "months": 12},
    "expiry_notice_days": [30, 7],
    "clawback": "negative",
    "tiers": MONEY_TIERS,
}

POINTS_PER_SPEND: Document = {
    "unit": POINTS,
    "earning": ONE_FOR_ONE,
    "rules": [
        {"code": "welcome", "name": "Welcome", "when": {"event": "sign_up"}, "give": {"points": 50}},
        {"code": "birthday", "name": "Birthday", "when": {"event": "birthday"}, "give": {"points": 50}},
    ],
    "expiry": {"kind": "after", "months": 12, "round_to": "month"},
    "expiry_notice_days": [30, 7],
    "clawback": "negative",
}

CASHBACK: Document = {
    "unit": {"one": "cashback", "many": "cashback", "as_money": True},
    "earning": {"points": 1, "per": "1.00", "rounding": "floor", "stacking": "add", "pending_days": 14},
    "rules": [],
    "expiry": {"kind": "inactivity", "months": 12},
    "expiry_notice_days": [30, 7],
    "clawback": "negative",
}

STAMPS: Document = {
    "unit": {"one": "stamp", "many": "stamps"},
    "earning": {"points": 0, "per": "1.00"},
    "rules": [
        {
            "code": "stamp",
            "name": "A stamp for every purchase",
            "when": {"min_amount": "5.00"},
            "give": {"points": 1},
            "cap": {"points": 2, "per": "day"},
        },
    ],
    "expiry": {"kind": "inactivity", "months": 6},
    "expiry_notice_days": [14],
    "clawback": "within_balance",
}

VIP: Document = {
    **P0,
    "tiers": {
        **MONEY_TIERS,
        "window": {"kind": "calendar_year"},
        "downgrade": "one_step",
        "levels": [
            {"code": "member", "name": "Member", "at": 0, "multiplier": "1.0"},
            {"code": "vip", "name": "VIP", "at": 1000, "multiplier": "1.5", "entry_gift": 100},
            {"code": "vip-plus", "name": "VIP Plus", "at": 3000, "multiplier": "2.0", "entry_gift": 300},
        ],
    },
}

SPEND_LADDER: Document = {
    "unit": POINTS,
    "earning": {"points": 0, "per": "1.00"},
    "rules": [],
    "expiry": {"kind": "never"},
    "expiry_notice_days": [],
    "clawback": "negative",
    "tiers": {
        "basis": "spend",
        "window": {"kind": "lifetime"},
        "downgrade": "never",
        "levels": [
            {"code": "guest", "name": "Guest", "at": 0},
            {"code": "regular", "name": "Regular", "at": 500, "discount_percent": "3"},
            {"code": "friend", "name": "Friend", "at": 1500, "discount_percent": "5"},
            {"code": "family", "name": "Family", "at": 5000, "discount_percent": "10"},
        ],
    },
}

COFFEE_SHOP: Document = {
    "unit": {
        "one": {"en": "point", "pl": "punkt"},
        "few": {"en": "points", "pl": "punkty"},
        "many": {"en": "points", "pl": "punktów"},
    },
    "earning": {**ONE_FOR_ONE, "cap": {"points": 500, "per": "day"}},
    "rules": [
        {
            "code": "double-tuesday",
            "name": "Double Tuesday",
            "when": {"weekdays": ["tue"], "tiers": ["gold", "reserve"]},
            "give": {"multiplier": "2"},
        },
        {
            "code": "beans",
            "name": "Beans to take home",
            "when": {"categories": ["beans"]},
            "give": {"points": 1, "per": "2.00"},
        },
        {"code": "welcome", "name": "Welcome", "when": {"event": "sign_up"}, "give": {"points": 25}},
    ],
    "expiry": {"kind": "after", "months": 12, "round_to": "month"},
    "expiry_notice_days": [30, 7],
    "clawback": "negative",
    "tiers": {
        **MONEY_TIERS,
        "levels": [
            {"code": "bronze", "name": "Bronze", "at": 0, "multiplier": "1.0"},
            {"code": "silver", "name": "Silver", "at": 500, "multiplier": "1.1"},
            {"code": "gold", "name": "Gold", "at": 1500, "multiplier": "1.2"},
            {"code": "reserve", "name": "Reserve", "at": 4000, "multiplier": "1.5", "entry_gift": 150},
        ],
    },
}

ONLINE_SHOP: Document = {
    "unit": POINTS,
    "earning": {**ONE_FOR_ONE, "pending_days": 14},
    "rules": [
        {
            "code": "first-order",
            "name": "First order",
            "when": {"first_purchase": True, "min_amount": "50.00"},
            "give": {"points": 100},
        },
        {"code": "friend", "name": "A friend brought along", "when": {"event": "referral"}, "give": {"points": 100}},
        {"code": "brought", "name": "Brought by a friend", "when": {"event": "referred"}, "give": {"points": 50}},
        {
            "code": "review",
            "name": "A review written",
            "when": {"event": "review"},
            "give": {"points": 20},
            "cap": {"points": 60, "per": "month"},
        },
        {"code": "birthday", "name": "Birthday", "when": {"event": "birthday"}, "give": {"points": 50}},
    ],
    "expiry": {"kind": "inactivity", "months": 12},
    "expiry_notice_days": [30, 7],
    "clawback": "negative",
}

PRESETS: dict[str, Document] = {
    "points-per-spend": POINTS_PER_SPEND,
    "cashback": CASHBACK,
    "stamps": STAMPS,
    "vip": VIP,
    "spend-ladder": SPEND_LADDER,
    "coffee-shop": COFFEE_SHOP,
    "online-shop": ONLINE_SHOP,
}

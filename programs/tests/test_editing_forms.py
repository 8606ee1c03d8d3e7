"""Tests of the forms of the studio; every name finishes "it ..."."""

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.drafts import Working
from programs.editing import ladders, tiers
from programs.forms import rows
from programs.forms.limits import CapForm, ExpiryForm, RefundForm
from programs.forms.tiers import CountingForm, LadderForm
from programs.forms.wording import SmallPrintForm, UnitForm, WelcomeForm
from programs.models import Merchant
from programs.terms import PRESETS, TermsRefused, dump, parse
from programs.tests.odd_terms import odd_terms

LIMITS = (ExpiryForm, RefundForm, CapForm)
TIERS = (LadderForm, CountingForm)
WORDING = (UnitForm, WelcomeForm, SmallPrintForm)
SHOPS = st.sampled_from([["en"], ["pl", "en"], ["zh-hans", "en", "pl"], ["pl"]])


class Written(Working):
    """Terms as somebody works on them, without a database."""

    def __init__(self, document):
        super().__init__(None, None, None, None)
        self.__dict__["document"] = document


def form_of(kind, document, languages=("en",), data=None):
    merchant = Merchant(currency="PLN", language=languages[0], other_languages=list(languages[1:]))
    return kind(data, working=Written(document), merchant=merchant)


class Browser(HTMLParser):
    """What a browser sends of the fields of a page as they stand."""

    def __init__(self, html):
        super().__init__()
        self.sent, self.area, self.select = {}, None, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "input" and at.get("type") in ("radio", "checkbox"):
            self.sent |= {at["name"]: at.get("value", "on")} if "checked" in at else {}
        elif tag == "input":
            value = at.get("value") or ""
            self.sent[at["name"]] = value if at["type"] == "hidden" else value.replace("\r", "").replace("\n", "")
        elif tag == "select":
            self.select = at["name"]
            self.sent.pop(self.select, None)
        elif tag == "option" and (self.select not in self.sent or "selected" in at):
            self.sent[self.select] = at["value"]
        elif tag == "textarea":
            self.area, self.sent[at["name"]] = at["name"], ""

    def handle_data(self, data):
        if self.area:
            self.sent[self.area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            text = self.sent[self.area].replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")
            self.sent[self.area], self.area = text.replace("\n", "\r\n"), None


def sent_back(form):
    return Browser("".join(str(form[name]) for name in form.fields)).sent


def saved(kind, document, languages=("en",), /, **typed):
    """The document after the form was shown, something typed into it, and sent."""
    data = sent_back(form_of(kind, document, languages)) | typed
    form = form_of(kind, document, languages, data)
    assert form.is_valid(), form.errors
    return dump(parse(form.change(json.loads(json.dumps(document)))))


def same(one, other):
    return json.dumps(one) == json.dumps(other)


@given(odd_terms(), SHOPS)
def test_it_gives_back_any_terms_letter_by_letter(document, languages):
    for kind in (*LIMITS, *WORDING, *(TIERS if "tiers" in document else ())):
        assert same(saved(kind, document, languages), document), kind.name


# --- each field changes its own key, and nothing else


START = dump(parse(PRESETS["coffee-shop"] | {"restore_grace_days": 3}))
CHANGES = {
    (ExpiryForm, "kind", "never"): {"expiry": {"kind": "never"}},
    (ExpiryForm, "count", "6"): {"expiry.months": 6},
    (ExpiryForm, "unit", "days"): {"expiry": {"kind": "after", "days": 12, "round_to": "month"}},
    (ExpiryForm, "round_to", ""): {"expiry": {"kind": "after", "months": 12}},
    (ExpiryForm, "notice_days", "14"): {"expiry_notice_days": [14]},
    (ExpiryForm, "restore_grace_days", "0"): {"restore_grace_days": 0},
    (RefundForm, "clawback", "pending_only"): {"clawback": "pending_only"},
    (CapForm, "points", "1 000"): {"earning.cap.points": 1000},
    (CapForm, "per", "week"): {"earning.cap.per": "week"},
    (CountingForm, "basis", "visits"): {"tiers.basis": "visits"},
    (CountingForm, "window", "lifetime"): {"tiers.window": {"kind": "lifetime"}},
    (CountingForm, "months", "6"): {"tiers.window.months": 6},
    (CountingForm, "downgrade", "never"): {"tiers.downgrade": "never"},
    (CountingForm, "grace_days", "7"): {"tiers.grace_days": 7},
    (LadderForm, "level_1_name", " Srebrny "): {"tiers.levels.1.name": "Srebrny"},
    (LadderForm, "level_1_at", "600"): {"tiers.levels.1.at": 600},
    (LadderForm, "level_0_multiplier", "1,05"): {"tiers.levels.0.multiplier": "1.05"},
    (LadderForm, "level_3_entry_gift", ""): {"tiers.levels.3.entry_gift": 0},
    (LadderForm, "level_3_discount_percent", "2.5"): {"tiers.levels.3.discount_percent": "2.5"},
    (UnitForm, "one:en", "bean"): {"unit.one.en": "bean"},
    (UnitForm, "few:pl", "ziarna"): {"unit.few.pl": "ziarna"},
    (UnitForm, "many:pl", "ziaren"): {"unit.many.pl": "ziaren"},
    (UnitForm, "as_money", "on"): {"unit.as_money": True},
    (WelcomeForm, "welcome:en", "Hi"): {"texts.welcome": "Hi"},
    (WelcomeForm, "welcome:pl", "Cześć"): {"texts.welcome": {"pl": "Cześć"}},
    (SmallPrintForm, "terms:en", "No *cash*"): {"texts.terms": "No *cash*"},
}


def written(document, changes):
    """The document with other values at some dotted paths."""
    new = json.loads(json.dumps(document))
    for path, value in changes.items():
        *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
        node = new
        for step in way:
            node = node[step]
        node[last] = value
    return dump(parse(new))


@pytest.mark.parametrize(("kind", "field", "typed"), CHANGES)
def test_it_changes_what_was_typed_and_nothing_else(kind, field, typed):
    expected = written(START, CHANGES[kind, field, typed])
    assert saved(kind, START, ["en", "pl"], **{field: typed}) == expected != START


def test_it_writes_days_of_the_year_and_drops_one():
    dates = {"kind": "dates", "date_0_on_day": "30", "date_0_on_month": "06", "dates": "1"}
    assert saved(ExpiryForm, START, **dates)["expiry"] == {"kind": "dates", "dates": ["06-30"]}
    two = START | {"expiry": {"kind": "dates", "dates": ["06-30", "12-31"]}}
    data = rows.without_row(sent_back(form_of(ExpiryForm, two)), "date", 0)
    form = form_of(ExpiryForm, two, data=data)
    assert form.is_valid()
    assert form.change(two)["expiry"] == {"kind": "dates", "dates": ["12-31"]}


# --- what is wrong, in words that say how to put it right


FAULTS = {
    (ExpiryForm, "count", ""): ("count", "Say how long, such as 12."),
    (ExpiryForm, "count", "1300"): ("count", "Write 1200 months or less."),
    (ExpiryForm, "count", "twelve"): ("count", "Write a whole number, such as 12."),
    (ExpiryForm, "notice_days", "soon"): (
        "notice_days",
        "Write whole numbers with commas between them, such as 30, 7.",
    ),
    (ExpiryForm, "notice_days", "1,2,3,4,5,6"): ("notice_days", "Write 5 numbers or fewer."),
    (ExpiryForm, "restore_grace_days", "-1"): ("restore_grace_days", "Write 0 or more."),
    (CapForm, "points", "0"): ("points", "Write 1 or more."),
    (LadderForm, "level_1_name", " "): ("level_1_name", "Give the level a name, such as Silver."),
    (LadderForm, "level_2_at", "500"): ("level_2_at", "Start it above Silver, at more than 500."),
    (LadderForm, "level_1_discount_percent", "120"): ("level_1_discount_percent", "Write 100 or less."),
    (LadderForm, "level_1_multiplier", "1e3000"): ("level_1_multiplier", "Write a number, such as 1.5."),
    (WelcomeForm, "welcome:en", "x" * 10_001): ("welcome:en", "Shorten it to 10000 letters."),
}


@pytest.mark.parametrize(("kind", "field", "typed"), FAULTS)
def test_it_says_how_to_put_it_right(kind, field, typed):
    shown, sentence = FAULTS[kind, field, typed]
    form = form_of(kind, START, data=sent_back(form_of(kind, START)) | {field: typed})
    assert judged(form) == {shown: [sentence]}


def judged(form):
    """The errors of a form, those of the terms included."""
    if form.is_valid():
        try:
            parse(form.change(START))
        except TermsRefused as refusal:
            form.add_faults(refusal)
    return dict(form.errors)


def test_it_asks_for_a_name_in_some_language():
    data = sent_back(form_of(UnitForm, START, ["en", "pl"])) | {"one:en": "", "one:pl": ""}
    form = form_of(UnitForm, START, ["en", "pl"], data)
    assert judged(form) == {"one:en": ["Give it a name in at least one language, such as point."]}


def test_it_asks_for_the_forms_of_each_language():
    form = form_of(UnitForm, START, ["zh-hans", "en", "pl"])
    assert {tongue["code"]: len(tongue["fields"]) for tongue in form.tongues} == {"zh-hans": 1, "en": 2, "pl": 3}


def test_it_keeps_one_name_for_all_until_another_language_is_written():
    plain = dump(parse(PRESETS["stamps"]))
    assert saved(UnitForm, plain, ["en", "pl"], **{"one:en": "mark"})["unit"]["one"] == "mark"
    both = saved(UnitForm, plain, ["en", "pl"], **{"one:pl": "pieczątka"})["unit"]["one"]
    assert both == {"en": "stamp", "pl": "pieczątka"}


# --- the ladder


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("Gold", set(), "gold"),
        ("Gold", {"gold"}, "gold-2"),
        ("Gold", {"gold", "gold-2"}, "gold-3"),
        ("金卡", set(), "level-1"),
        ("金卡", {"level-1"}, "level-2"),
        ("VIP Plus!", set(), "vip-plus"),
        ("x" * 60, set(), "x" * 36),
    ],
)
def test_it_makes_a_code_from_a_name(name, taken, code):
    assert tiers.code_of(name, taken) == code


@given(st.text(max_size=60), st.sets(st.sampled_from(["gold", "level-1", "a", "a-2"])))
def test_it_makes_a_valid_code_of_any_name(name, taken):
    code = tiers.code_of(name, taken)
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", code)
    assert code not in taken


def test_a_code_stays_when_the_name_changes():
    named = saved(LadderForm, START, level_3_name="Roastery")
    assert [level["code"] for level in named["tiers"]["levels"]] == ["bronze", "silver", "gold", "reserve"]


@pytest.mark.parametrize(
    ("below", "above", "basis", "step"),
    [
        (500, 1500, "points", 1000),
        (0, 500, "points", 200),
        (4000, 0, "points", 8000),
        (0, 0, "visits", 10),
        (7, 9, "points", 8),
    ],
)
def test_it_suggests_a_round_step(below, above, basis, step):
    assert tiers.step_between(below, above, basis) == step


def test_the_level_that_becomes_the_lowest_begins_at_nought():
    data = rows.without_row(sent_back(form_of(LadderForm, START)), "level", 0)
    form = form_of(LadderForm, START, data=data)
    assert form.is_valid()
    assert [level["at"] for level in form.change(START)["tiers"]["levels"]] == [0, 1500, 4000]


@pytest.mark.parametrize(
    ("instead", "named"), [("silver", ["silver", "reserve"]), ("reserve", ["reserve"]), ("", ["reserve"])]
)
def test_rules_name_another_level_when_one_goes(instead, named):
    new = tiers.without_level(START, "gold", instead=instead)
    parse(new)
    assert new["rules"][0]["when"]["tiers"] == named


def test_a_rule_for_one_level_alone_goes_with_it():
    start = written(START, {"rules.0.when.tiers": ["gold"]})
    assert [rule["code"] for rule in tiers.without_level(start, "gold", instead="")["rules"]] == ["beans", "welcome"]
    assert [rule["code"] for rule in tiers.without_tiers(start)["rules"]] == ["beans", "welcome"]


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("currency", ["PLN", "JPY"])
def test_every_ladder_to_begin_with_is_valid(preset, currency):
    document = {key: part for key, part in dump(parse(PRESETS[preset])).items() if key != "tiers"}
    document["rules"] = []
    for made in ladders.ladders(document, currency).values():
        assert parse(ladders.with_tiers(document, made)).tiers

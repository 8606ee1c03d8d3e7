"""Tests of the forms of the studio; every name finishes "it ..."."""

import json
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from programs.drafts import Working
from programs.forms.limits import CapForm, ExpiryForm, RefundForm
from programs.forms.tiers import CountingForm, LadderForm
from programs.forms.wording import SmallPrintForm, UnitForm, WelcomeForm
from programs.models import Merchant
from programs.terms import dump, parse
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


def saved(kind, document, languages=("en",), **typed):
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

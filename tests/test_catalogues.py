"""Catalogues: compiled as written, whole for customers, and no English left where a customer reads another language."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from babel.messages.catalog import Message
from django.test import Client
from django.urls import reverse
from django.utils import translation

from loyalty_site import clock
from loyalty_site.catalogues import catalogues, compiled, read, tidied
from members import refunds
from members.models import Account, Member
from members.refunds import NewRefund
from members.tests import factories
from programs import terms
from programs.models import Merchant, Role
from rewards import redeeming
from rewards.models import Redemption, Reward
from rewards.tests.factories import reward

OTHERS = ("pl", "zh-hans")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]")
FORMS = {"pl": 3, "zh_Hans": 1}
CUSTOMERS = re.compile(
    r"/portal/|/me/|/mail/|layouts/portal|account/|programs/wording/|members/(reading|refusals|notices|details|entrance|consent)"
    r"|rewards/(refusals|offers|tickets)|loyalty_site/accounts|forms/(portal|consents)|models/consents|templates/4|templates/5"
)


def messages(path: Any) -> list[Message]:
    return [message for message in read(path) if message.id]


def forms(text: Any) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parts[-3])
def test_what_is_compiled_is_what_is_written(path: Any) -> None:
    assert path.with_suffix(".mo").read_bytes() == compiled(path), "run make messages"


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parts[-3])
def test_a_translation_says_what_the_source_says(path: Any) -> None:
    """The same things are named in it, and nothing waits for a second look."""
    wrong = []
    for message in messages(path):
        source = {name for form in forms(message.id) for name in PLACEHOLDER.findall(form)}
        for form in filter(None, forms(message.string)):
            said = set(PLACEHOLDER.findall(form))
            if said - source or (isinstance(message.id, str) and said != source):
                wrong.append((message.id, form))
    assert wrong == []
    assert path.read_bytes() == tidied(path), "run make messages"


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parts[-3])
def test_everything_that_customers_read_is_translated(path: Any) -> None:
    missing = [
        message.id
        for message in messages(path)
        if any(CUSTOMERS.search(place) for place, _line in message.locations) and not all(forms(message.string))
    ]
    assert missing == []


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parts[-3])
def test_plurals_have_the_forms_of_their_language(path: Any) -> None:
    wanted = FORMS[path.parts[-3]]
    assert read(path).num_plurals == wanted
    assert {len(message.string) for message in messages(path) if not isinstance(message.id, str)} == {wanted}


@pytest.mark.parametrize(
    ("count", "polish", "chinese"),
    [(1, "1 dzień", "1天"), (2, "2 dni", "2天"), (5, "5 dni", "5天"), (22, "22 dni", "22天")],
)
def test_numbers_take_their_form(count: int, polish: str, chinese: str) -> None:
    for language, words in (("pl", polish), ("zh-hans", chinese)):
        with translation.override(language):
            assert translation.ngettext("%(count)s day", "%(count)s days", count) % {"count": count} == words


# --- The portal in every language ---------------------------------------------------------------------------------

UNIT = {
    "one": {"en": "point", "pl": "punkt", "zh-hans": "积分"},
    "few": {"pl": "punkty"},
    "many": {"en": "points", "pl": "punktów", "zh-hans": "积分"},
}
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ONCE = {"points": 10, "per": "day"}
RULES = [
    {"code": "week", "name": "Wk", "when": {"weekdays": WEEK}, "give": {"multiplier": "2"}},
    {"code": "early", "name": "Ea", "when": {"hours": ["03:00", "03:01"]}, "give": {"multiplier": "3"}},
    {"code": "large", "name": "La", "when": {"min_amount": "900.00", "from": "2020-01-01"}, "give": {"points": 5}},
    {"code": "first", "name": "Fi", "when": {"first_purchase": True}, "give": {"points": 10}, "cap": ONCE},
    {"code": "beans", "name": "Be", "when": {"categories": ["kawa"]}, "give": {"points": 1, "each": "item"}},
    {"code": "join", "name": "Jo", "when": {"event": "sign_up"}, "give": {"points": 20}, "budget": 1000},
]
LEVELS = [
    {"code": "b", "name": "Bx", "at": 0},
    {"code": "s", "name": "Sx", "at": 100, "multiplier": "1.2", "entry_gift": 7, "discount_percent": "5"},
    {"code": "g", "name": "Gx", "at": 5000, "multiplier": "1.5"},
]
OURS = {"Kawa", "Zed", "Kowal", "Points", "Wk", "Ea", "La", "Fi", "Be", "Jo", "Bx", "Sx", "Gx", "Mug", "Cake"}
ALIKE = {"E mail", "English", "Polski"}  # the same word in Polish; what languages call themselves


def merchant_of_three_languages() -> Merchant:
    return factories.merchant(slug="cafe", name="Kawa", language="en", other_languages=list(OTHERS))


@pytest.fixture
def account() -> Account:
    """A member with something of every kind in the history."""
    document = terms.P0 | {
        "unit": UNIT,
        "rules": RULES,
        "earning": terms.P0["earning"] | {"cap": {"points": 900, "per": "day"}},
        "tiers": terms.P0["tiers"] | {"levels": LEVELS},
    }
    merchant = merchant_of_three_languages()
    program = factories.program(merchant=merchant, terms_document=terms.dump(terms.parse(document)))
    now = clock.now() - timedelta(days=3)
    account = factories.account(
        program=program, name="Zed Kowal", user=factories.user(email="zed@zed.example"), now=now
    )
    factories.order(account, "120.00", at=now, reference="O-1")
    factories.order(account, "700.00", at=now + timedelta(hours=1), reference="O-2")
    factories.order(account, "0.00", at=now + timedelta(hours=2))
    back = NewRefund(reference="R1", order_reference="O-1", amount=Decimal(20))
    refunds.refund(back, merchant=program.merchant, now=now + timedelta(hours=3))
    by = factories.staff(merchant=program.merchant, role=Role.OWNER)
    for points in (30, -5):
        factories.adjustment(account, points, by=by, reason="ok", now=now)
    reward(program=program, name="Cake", points_price=90_000)
    mug = reward(program=program, name="Mug", points_price=40)
    used = redeeming.redeem(account=account, reward=mug, reference="v1", now=now)
    redeeming.cancel(used, now=now)
    redeeming.redeem(account=account, reward=mug, reference="v2", now=clock.now())
    return account


def addresses(account: Account) -> list[str]:
    """Every page of the portal that this member can open."""
    slug = account.program.merchant.slug
    rewards = [reverse("portal-reward-redeem", args=[slug, pk]) for pk in Reward.objects.values_list("pk", flat=True)]
    codes = Redemption.objects.values_list("code", flat=True)
    return [
        *(
            reverse(f"portal-{page}", args=[slug])
            for page in ("home", "rewards", "history", "you", "consents", "leave", "how")
        ),
        *(reverse("portal-entry-why", args=[slug, entry.pk]) for entry in account.entries.all()),
        *rewards,
        *(reverse("portal-voucher-show", args=[slug, code]) for code in codes),
    ]


def texts_of(page: str) -> set[str]:
    """The texts of a page as people read or hear them, digits left out."""
    page = re.sub(r"<(script|style|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    spoken = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', page)
    texts = [*re.split(r"<[^>]*>", page), *spoken]
    return {re.sub(r"[\d\W_]+", " ", unescape(text)).strip() for text in texts}


def is_english(text: str) -> bool:
    """Whether there are words in it besides names; codes and card numbers have capitals alone."""
    return any(re.search(r"[a-z]{2}", word) for word in text.split() if word not in OURS) and text not in ALIKE


def said_in(language: str, member: Member, address: str) -> set[str]:
    member.language = language
    member.save(update_fields=["language"])
    client = Client()
    client.force_login(member.user)
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Language"] == language
    return texts_of(answer.text)


@pytest.mark.django_db
@pytest.mark.parametrize("language", OTHERS)
def test_no_page_of_the_portal_speaks_english(account: Account, language: str) -> None:
    """A text that is the same in English has no translation, but for names and the like."""
    english = {}
    for address in addresses(account):
        both = said_in("en", account.member, address) & said_in(language, account.member, address)
        if left := {text for text in both if is_english(text)}:
            english[address] = left
    assert english == {}


@pytest.mark.django_db
@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", ["portal-join", "portal-sign-in", "portal-terms"])
def test_the_ways_in_do_not_speak_english(language: str, name: str) -> None:
    slug = merchant_of_three_languages().slug
    pages = [
        texts_of(Client(headers={"Accept-Language": spoken}).get(reverse(name, args=[slug])).text)
        for spoken in ("en", language)
    ]
    assert {text for text in pages[0] & pages[1] if is_english(text)} == set()

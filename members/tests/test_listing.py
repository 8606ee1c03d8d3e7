"""The list of members: each test's name finishes "it …"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from members.forms.listing import ListForm
from members.listing import paging, words
from members.listing.choices import choices_of
from members.listing.choosing import chosen
from members.listing.wanted import Days, When
from members.models import Account, ConsentText, Member, MemberField
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Program, Role, Staff
from programs.terms import P0

pytestmark = pytest.mark.django_db

LEVELS = [{"code": "bronze", "name": "Bronze", "at": 0}, {"code": "gold", "name": "Gold", "at": 300}]
TIERED = P0 | {"tiers": {"basis": "points", "window": {"kind": "lifetime"}, "downgrade": "never", "levels": LEVELS}}


@pytest.fixture
def program() -> Program:
    return factories.shop(terms_document=TIERED)


@pytest.fixture
def manager(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.MANAGER)


def form_of(manager: Staff, query: str) -> ListForm:
    address = QueryDict(query)
    return ListForm(address, choices=choices_of(manager, program=address.get("program", ""), now=NOW))


def listed(manager: Staff, query: str = "", **place: int | None) -> paging.Slice:
    wanted = form_of(manager, query).wanted()
    found = chosen(manager.merchant, wanted, now=NOW)
    return paging.page(
        found, wanted, after=place.get("after"), before=place.get("before"), size=place.get("size") or 20
    )


def names(manager: Staff, query: str = "") -> list[str]:
    return [member.name for member in listed(manager, query).members]


def person(program: Program, name: str, *orders: tuple[str, int], **fields: Any) -> Account:
    """Somebody with purchases of so much, so many days ago."""
    own = {key: fields.pop(key) for key in ("segments", "consents", "fields", "is_blocked") if key in fields}
    account = factories.account(program=program, name=name, **fields)
    for amount, days in orders:
        factories.order(account, amount, at=NOW - timedelta(days=days))
    if own:
        Member.objects.filter(pk=account.member_id).update(**own)
    return account


@pytest.fixture
def people(program: Program) -> None:
    person(program, "Anna", ("400.00", 5), segments=["press", "students"], now=NOW - timedelta(days=100))
    person(program, "Łukasz", ("100.00", 70), segments=["students"], now=NOW - timedelta(days=90))
    person(program, "Maria", now=NOW - timedelta(days=3), is_blocked=True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Maria", "Łukasz", "Anna"]),
        ("tier=gold", ["Anna"]),
        ("tier=gold&tier=bronze", ["Maria", "Łukasz", "Anna"]),
        ("balance_from=100", ["Łukasz", "Anna"]),
        ("balance_from=100&balance_to=399", ["Łukasz"]),
        ("visited=within&visited_days=5", ["Anna"]),
        ("visited=before&visited_days=60", ["Łukasz"]),
        ("visited=never", ["Maria"]),
        ("joined=within&joined_days=3", ["Maria"]),
        ("joined=before&joined_days=95", ["Anna"]),
        ("tag=students", ["Łukasz", "Anna"]),
        ("tag=students, press", ["Anna"]),
        ("status=blocked", ["Maria"]),
        ("status=open", ["Łukasz", "Anna"]),
        ("tier=gold&tag=students&visited=within&visited_days=30&status=open", ["Anna"]),
        ("q=maria", ["Maria"]),
        ("q=lukasz&tag=students", ["Łukasz"]),
        ("tier=platinum&balance_from=nonsense&location=99", ["Maria", "Łukasz", "Anna"]),
        ("sort=name", ["Anna", "Łukasz", "Maria"]),
        ("sort=-balance", ["Anna", "Łukasz", "Maria"]),
        ("sort=visit", ["Maria", "Łukasz", "Anna"]),
        ("sort=-visit", ["Anna", "Łukasz", "Maria"]),
        ("sort=nonsense", ["Maria", "Łukasz", "Anna"]),
    ],
)
@pytest.mark.usefixtures("people")
def test_shows_who_fits(manager: Staff, query: str, expected: list[str]) -> None:
    assert names(manager, query) == expected


def test_counts_days_as_the_shop_does(program: Program, manager: Staff) -> None:
    day = NOW.astimezone(program.merchant.zone).date()
    person(program, "Ewa", now=NOW)
    between = f"joined=between&joined_from={day}&joined_until={day}"
    assert names(manager, between) == ["Ewa"]
    assert names(manager, f"joined=between&joined_until={day - timedelta(days=1)}") == []
    assert Days(When.WITHIN, 1).span_of_days(day) == (day - timedelta(days=1), None)


def test_asks_where_somebody_joined_and_what_they_agreed_to(program: Program, manager: Staff) -> None:
    merchant = program.merchant
    shop = factories.location(merchant=merchant)
    factories.location(merchant=merchant, code="powisle", name="Powiśle")
    ConsentText.objects.create(
        merchant=merchant, purpose="marketing", language="en", number=1, body="News?", channels=["email", "sms"]
    )
    person(program, "Anna", location=shop)
    person(program, "Jan", consents=["marketing:email"])
    assert names(manager, f"location={shop.pk}") == ["Anna"]
    assert names(manager, "consent=marketing:email") == ["Jan"]
    assert names(manager, "consent=marketing:sms") == []


def test_asks_for_the_shops_own_fields(program: Program, manager: Staff) -> None:
    kinds = {"size": "number", "since": "date", "vegan": "yes_no", "drink": "text", "milk": "choice"}
    for code, kind in kinds.items():
        choices = ["Oat", "Cow"] if kind == "choice" else []
        MemberField.objects.create(merchant=program.merchant, code=code, name=code.title(), kind=kind, choices=choices)
    fields = {"size": "9.5", "since": "2026-02-01", "vegan": True, "drink": "Flat white", "milk": "Oat"}
    person(program, "Anna", fields=fields)
    person(program, "Jan", fields={"size": "10", "vegan": False, "milk": "Cow"})
    person(program, "Ewa")
    for query, expected in {
        "f_size_from=9.5&f_size_to=9.5": ["Anna"],
        "f_size_from=10": ["Jan"],
        "f_since_from=2026-01-01&f_since_to=2026-02-01": ["Anna"],
        "f_vegan=no": ["Jan"],
        "f_drink=flat": ["Anna"],
        "f_milk=Oat&f_vegan=yes": ["Anna"],
        "f_milk=Soy": ["Ewa", "Jan", "Anna"],
    }.items():
        assert sorted(names(manager, query)) == sorted(expected), query


def test_says_each_filter_and_takes_it_away(manager: Staff) -> None:
    query = "tier=gold&balance_from=500&visited=before&visited_days=60&tag=press&status=blocked"
    form = form_of(manager, query)
    said = words.said(form.wanted(), form.offered)
    assert [one.words for one in said] == [
        "Tier: Gold",
        "Balance: 500 or more",
        "Last visit: more than 60 days ago",
        "Tag: press",
        "Blocked",
    ]
    assert form.query(without=said[2].names) == "tier=gold&balance_from=500&tag=press&status=blocked"


def test_refuses_a_stretch_the_wrong_way_round(manager: Staff) -> None:
    form = form_of(manager, "balance_from=10&balance_to=5&visited=within")
    assert not form.is_valid()
    assert set(form.errors) == {"balance_to", "visited_days"}


def test_leaves_out_who_was_merged_or_erased(program: Program, manager: Staff) -> None:
    anna, jan, ewa = (person(program, name).member_id for name in ("Anna", "Jan", "Ewa"))
    Member.objects.filter(pk=jan).update(merged_into=anna)
    Member.objects.filter(pk=ewa).update(erased_at=NOW)
    assert names(manager) == ["Anna"]


def test_finds_nobody_of_another_shop(manager: Staff) -> None:
    person(factories.shop(), "Stranger")
    assert names(manager) == []


def test_puts_whoever_has_no_account_among_those_without_points(program: Program, manager: Staff) -> None:
    person(program, "Anna", ("50.00", 1))
    owes = person(program, "Owes")
    Account.objects.filter(pk=owes.pk).update(balance=-5, debt=5)
    newcomer = Member.objects.create(merchant=program.merchant, number="BL1", name="Newcomer", joined_at=NOW)
    assert not newcomer.accounts.exists()
    person(program, "Zero")
    assert names(manager, "sort=-balance") == ["Anna", "Zero", "Newcomer", "Owes"]
    assert names(manager, "sort=balance") == ["Owes", "Newcomer", "Zero", "Anna"]
    assert names(manager, "visited=never&sort=name") == ["Newcomer", "Owes", "Zero"]


BALANCES = st.lists(st.integers(0, 3), min_size=1, max_size=9)


@given(balances=BALANCES, size=st.integers(1, 4), sort=st.sampled_from(["balance", "-balance", "name", "-joined"]))
@settings(max_examples=15, deadline=None)
def test_turns_every_page_forth_and_back(balances: list[int], size: int, sort: str) -> None:
    program = factories.shop()
    manager = factories.staff(merchant=program.merchant, role=Role.MANAGER)
    for number, points in enumerate(balances):
        account = person(program, f"Member {number % 3}", now=NOW - timedelta(days=number % 2))
        if points:
            factories.adjustment(account, points)
    query, pages = f"sort={sort}", []
    cut = listed(manager, query, size=size)
    while True:
        pages.append([member.pk for member in cut.members])
        if cut.after is None:
            break
        cut = listed(manager, query, size=size, after=cut.after)
    everybody = [pk for page in pages for pk in page]
    assert sorted(everybody) == sorted(Member.objects.filter(merchant=program.merchant).values_list("pk", flat=True))
    for page in reversed(pages[:-1]):
        cut = listed(manager, query, size=size, before=cut.before)
        assert [member.pk for member in cut.members] == page
    assert cut.before is None

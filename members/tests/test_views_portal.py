"""The portal's pages of members: each test's name finishes "it …"."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members import expiry, ledger, refunds, tiering
from members.models import Account, Member
from members.refunds import NewRefund
from members.tests import factories
from members.tests.factories import NOW
from members.tests.portal import holder, page
from programs import terms
from programs.models import Program

pytestmark = pytest.mark.django_db
TUESDAY = NOW  # 10 March 2026, noon in Warsaw
DOUBLE_TUESDAY = {
    "code": "double-tuesday",
    "name": "Double Tuesday",
    "when": {"weekdays": ["tue"], "tiers": ["gold"]},
    "give": {"multiplier": "2"},
}


# --- home ----------------------------------------------------------------------------------------


def test_home_shows_the_card_by_first_name(client: Client) -> None:
    account = holder()
    factories.order(account, "318.00")
    with time_machine.travel(NOW):
        text = page(client, account)
    assert "Hello, Anna" in text
    assert ">318<" in text
    assert "points to spend" in text
    assert "Bronze" in text
    assert "182 to go<" in text  # a rolling window has no day to be in time for
    assert "Nothing expires before the end of 10\u00a0Mar\u00a02027" in text


def test_home_greets_a_nameless_member_without_guessing(client: Client) -> None:
    assert "<h1>Hello</h1>" in page(client, holder(name=""))


@pytest.mark.parametrize(
    ("amount", "at", "is_true"), [("2000.00", 0, True), ("2000.00", 1, False), ("20.00", 0, False)]
)
def test_home_promises_a_bonus_only_to_whom_and_when_it_applies(
    client: Client, amount: str, at: int, is_true: bool
) -> None:
    account = holder({**terms.P0, "rules": [DOUBLE_TUESDAY]})
    factories.order(account, amount, at=NOW - timedelta(days=7))
    with time_machine.travel(TUESDAY + timedelta(days=at)):
        text = page(client, account)
    assert ("It is Tuesday, so your points are doubled today." in text) is is_true


def test_home_promises_no_bonus_whose_cap_is_used_up(client: Client) -> None:
    rule = {**DOUBLE_TUESDAY, "when": {"weekdays": ["tue"]}, "cap": {"points": 50, "per": "day"}}
    account = holder({**terms.P0, "rules": [rule]})
    with time_machine.travel(TUESDAY):
        assert "doubled today" in page(client, account)
        factories.order(account, "60.00", at=TUESDAY)
        assert "doubled today" not in page(client, account)


def test_home_says_what_is_on_the_way_and_what_expires_soon(client: Client) -> None:
    earning = {**terms.P0["earning"], "pending_days": 14}
    account = holder({**terms.P0, "earning": earning, "expiry": {"kind": "after", "days": 30}})
    factories.order(account, "85.00", at=NOW - timedelta(days=20))
    factories.order(account, "96.00", at=NOW)
    with time_machine.travel(NOW):
        text = page(client, account)
    assert "+96 on the way, 24\u00a0Mar" in text
    assert "85\u00a0points expire on 3\u00a0Apr" in text


def test_home_shows_a_debt_as_something_to_recover(client: Client) -> None:
    account = holder()
    factories.order(account, "90.00", reference="O1", at=NOW)
    factories.adjustment(account, -90)
    refund = NewRefund(reference="R1", order_reference="O1", amount=Decimal("90.00"))
    refunds.refund(refund, merchant=account.program.merchant, now=NOW)
    assert "points available, 90 to recover" in page(client, account)


def test_home_speaks_each_programs_own_unit(client: Client) -> None:
    account = holder(terms.PRESETS["cashback"] | {"earning": {"points": 1, "per": "1.00"}})
    stamps = factories.program(merchant=account.program.merchant, terms_document=terms.PRESETS["stamps"], code="stamps")
    ledger.open_accounts({account.member_id: NOW}, [stamps.pk])
    factories.order(account, "250.00")
    with time_machine.travel(NOW):
        text = page(client, account)
    assert ">2.50\u00a0zł<" in text
    assert "stamp to spend" in text
    assert text.count('class="p-card"') == 2


def test_home_shows_the_discount_of_a_program_that_gives_nothing_else(client: Client) -> None:
    account = holder(terms.PRESETS["spend-ladder"])
    factories.order(account, "600.00")
    text = page(client, account)
    assert ">3%<" in text
    assert "off every purchase" in text
    assert "900\u00a0zł to go" in text


def test_home_says_through_which_day_a_tier_is_kept(client: Client) -> None:
    account = holder()
    factories.order(account, "600.00", at=NOW - timedelta(days=364))
    today = NOW + timedelta(days=5)
    tiering.review_accounts(account.program, [account.pk], day=today.date(), now=today)
    with time_machine.travel(today):
        text = page(client, account)
    assert "Silver through 14\u00a0Apr. 500 more by then keeps it." in text


def test_home_tells_a_blocked_member_to_ask(client: Client) -> None:
    account = holder()
    Member.objects.filter(pk=account.member_id).update(is_blocked=True)
    assert "This card is blocked" in page(client, account)


def test_home_says_so_when_no_program_runs(client: Client) -> None:
    account = holder()
    Program.objects.update(is_active=False)
    assert "No program is running" in page(client, account)


def test_pages_are_only_for_the_member(client: Client) -> None:
    account, stranger = holder(), holder()
    home = reverse("portal-home", args=[account.member.merchant.slug])
    sign_in = reverse("portal-sign-in", args=[account.member.merchant.slug])
    assert client.get(home).url == f"{sign_in}?next={home}"
    client.force_login(stranger.member.user)
    assert client.get(home).status_code == 404
    assert client.get("/p/nowhere/").status_code == 404


# --- history -------------------------------------------------------------------------------------


def test_history_adds_up_whole_months_and_says_why_in_one_line(client: Client) -> None:
    account = holder({**terms.P0, "rules": [{**DOUBLE_TUESDAY, "when": {"weekdays": ["tue"]}}]})
    place = factories.location(merchant=account.program.merchant)
    factories.order(account, "62.00", at=NOW, location=place.code)
    factories.order(account, "28.40", at=NOW - timedelta(days=1))
    factories.adjustment(account, -14, reason="Wrong amount")
    with time_machine.travel(NOW):
        text = page(client, account, "portal-history")
    assert "March 2026<span>+138 earned</span>" in text
    assert "Purchase, 62.00\u00a0zł" in text
    assert "10\u00a0Mar, 12:00, Puławska. Double Tuesday." in text
    assert "Corrected by the shop" in text
    assert "Wrong amount." in text


def test_history_puts_what_expired_at_midnight_into_the_month_that_ended(client: Client) -> None:
    account = holder({**terms.P0, "expiry": {"kind": "after", "months": 0, "round_to": "month"}})
    factories.order(account, "30.00", at=NOW)
    expiry.expire_accounts([account.pk], now=NOW + timedelta(days=40))
    with time_machine.travel(NOW + timedelta(days=40)):
        text = page(client, account, "portal-history")
    assert "March 2026<span>+30 earned, −30 expired</span>" in text
    assert "31\u00a0Mar. Earned on 10\u00a0Mar." in text
    assert "April" not in text


@pytest.mark.parametrize(("query", "count"), [("?kind=earned", 1), ("?kind=expired", 0), ("?kind=nonsense", 1)])
def test_history_filters_by_kind(client: Client, query: str, count: int) -> None:
    account = holder()
    factories.order(account, "30.00")
    text = page(client, account, "portal-history", query=query)
    assert text.count("<details>") == count
    assert ("Show all" in text) is not count


@pytest.mark.parametrize(
    ("sought", "count"), [("30", 1), ("30,00", 1), ("O-77", 1), ("spilled", 1), ("tea", 0), ("nan", 0)]
)
def test_history_finds_by_amount_receipt_and_reason(client: Client, sought: str, count: int) -> None:
    account = holder()
    factories.order(account, "30.00", reference="O-77")
    factories.adjustment(account, -3, reason="Spilled milk")
    assert page(client, account, "portal-history", query=f"?q={sought}").count("<details>") == count


def test_history_goes_on_where_the_page_ended(client: Client) -> None:
    account = holder()
    for day in range(25):
        factories.order(account, "10.00", at=NOW - timedelta(days=day))
    text = page(client, account, "portal-history")
    (older,) = re.findall(r"\?before=(\d+)", text)
    rest = page(client, account, "portal-history", query=f"?before={older}")
    assert (text.count("<details>"), rest.count("<details>")) == (20, 5)


def test_history_takes_the_same_queries_for_many_entries(client: Client) -> None:
    account = holder()
    page(client, account, "portal-history")
    counts = []
    for day in range(18):
        factories.order(account, "10.00", at=NOW - timedelta(days=day))
        if day in (2, 17):
            with CaptureQueriesContext(connection) as queries:
                page(client, account, "portal-history")
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_history_of_a_new_member_says_how_it_starts(client: Client) -> None:
    assert "With your first purchase it starts here" in page(client, holder(), "portal-history")


def test_why_names_every_cause_for_its_own_member_only(client: Client) -> None:
    account, stranger = holder(), holder()
    factories.order(account, "48.50")
    entry = account.entries.get()
    text = page(client, account, "portal-entry-why", entry.pk)
    assert "48.50\u00a0zł at 1\u00a0point per 1\u00a0zł" in text
    assert "Points added" in text
    client.force_login(stranger.member.user)
    address = reverse("portal-entry-why", args=[stranger.member.merchant.slug, entry.pk])
    assert client.get(address).status_code == 404


def test_why_says_why_a_purchase_earned_nothing(client: Client) -> None:
    rule = {"code": "big", "name": "Big basket", "when": {"min_amount": "20.00"}, "give": {"points": 5}}
    account = holder(terms.P0 | {"rules": [rule]})
    factories.order(account, "0.60")
    assert "It earned nothing" in page(client, account, "portal-history")
    text = page(client, account, "portal-entry-why", account.entries.get().pk)
    for words in ("0.60 zł at 1 point per 1 zł", "Rounded down", "Big basket did not apply", "No points added"):
        assert words in text


def test_why_comes_alone_for_htmx(client: Client) -> None:
    account = holder()
    factories.order(account, "48.50")
    client.force_login(account.member.user)
    address = reverse("portal-entry-why", args=[account.member.merchant.slug, account.entries.get().pk])
    assert client.get(address, headers={"HX-Request": "true"}).content.strip().startswith(b'<div class="whybox">')


# --- you -----------------------------------------------------------------------------------------


def change(client: Client, account: Account, **fields: str) -> Any:
    client.force_login(account.member.user)
    return client.post(reverse("portal-you", args=[account.member.merchant.slug]), fields)


def test_you_changes_name_and_phone_and_sets_the_birthday_once(client: Client) -> None:
    account = holder()
    answer = change(client, account, name="Anna Nowak", phone="601 234 567", born_on="1991-12-03")
    assert answer.status_code == 302
    member = Member.objects.get(pk=account.member_id)
    assert (member.name, member.phone, str(member.born_on)) == ("Anna Nowak", "+48601234567", "1991-12-03")
    change(client, account, name="Anna Nowak", phone="", born_on="1980-01-01")
    member.refresh_from_db()
    assert (member.phone, str(member.born_on)) == ("", "1991-12-03")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "Anna", "phone": "12"}, "is not a phone number"),
        ({"name": "Anna", "phone": "+48 601 000 111"}, "This phone number is on another card"),
        ({"name": "Anna", "born_on": "2199-01-01"}, "Nobody was born on that day"),
    ],
)
def test_you_says_what_is_wrong(client: Client, fields: dict[str, str], words: str) -> None:
    account = holder()
    factories.member(merchant=account.program.merchant, name="Ben", phone="+48601000111")
    answer = change(client, account, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_home_names_the_end_of_a_calendar_year_that_tiers_count_in(client: Client) -> None:
    by_year = terms.P0["tiers"] | {"window": {"kind": "calendar_year"}}
    account = factories.account(
        program=factories.shop(terms_document=terms.P0 | {"tiers": by_year}),
        user=factories.user(email="anna@example.com"),
    )
    factories.order(account, "318.00")
    with time_machine.travel(NOW):
        assert "182 to go by 31\u00a0Dec<" in page(client, account)

"""The portal's pages of members: each test's name finishes "it …"."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from loyalty_site.models import User
from members import cards, expiry, ledger, refunds, tiering
from members.models import Account, Member
from members.refunds import NewRefund
from members.tests import factories
from members.tests.factories import NOW
from programs import terms, versions
from programs.models import Program

pytestmark = pytest.mark.django_db
TUESDAY = NOW  # 10 March 2026, noon in Warsaw
DOUBLE_TUESDAY = {
    "code": "double-tuesday",
    "name": "Double Tuesday",
    "when": {"weekdays": ["tue"], "tiers": ["gold"]},
    "give": {"multiplier": "2"},
}


def holder(terms_document: dict[str, Any] | None = None, **fields: Any) -> Account:
    """An account whose member signs in."""
    user = factories.user(email=fields.pop("email", ""))
    program = factories.shop(terms_document=terms_document)
    return factories.account(program=program, user=user, email=user.email, **fields)


def page(client: Client, account: Account, name: str = "portal-home", *args: Any, query: str = "") -> str:
    """Open a page of the portal as the account's holder."""
    client.force_login(account.member.user)
    answer = client.get(reverse(name, args=[account.member.merchant.slug, *args]) + query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


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
    assert "182 to go by 9\u00a0Mar\u00a02027" in text
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
    assert "85\u00a0points expire after 3\u00a0Apr" in text


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
    ledger.open_accounts([account.member_id], [stamps.pk], now=NOW)
    factories.order(account, "250.00")
    with time_machine.travel(NOW):
        text = page(client, account)
    assert ">2.50\u00a0zł<" in text
    assert "stamps to spend" in text
    assert text.count('class="p-card"') == 2


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


@pytest.mark.parametrize(("sought", "count"), [("30", 1), ("30,00", 1), ("O-77", 1), ("spilled", 1), ("tea", 0)])
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


def test_you_says_how_the_program_works_and_what_is_announced(client: Client) -> None:
    account = holder()
    later = {**terms.P0, "expiry": {"kind": "never"}}
    versions.publish(account.program, later, effective_at=NOW + timedelta(days=30), author=None)
    with time_machine.travel(NOW):
        text = page(client, account, "portal-you")
    assert "1\u00a0point for every 1\u00a0zł spent, for everyone." in text
    assert "Version 1, in force since 1\u00a0Jan\u00a02020." in text
    assert "From 9\u00a0Apr" in text
    assert "New: Points never expire." in text


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


# --- ways in -------------------------------------------------------------------------------------


def code_sent_to(email: str) -> str:
    (letter,) = [letter for letter in mail.outbox if letter.to == [email]]
    found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(letter.body), re.MULTILINE)
    assert found, letter.body
    return found[1]


def enter_code(client: Client, address: str, email: str) -> Any:
    """Ask for a code at an address, type it in, and follow to where it leads."""
    asked = client.post(address, {"email": email})
    assert asked.status_code == 302, asked.content.decode()
    return client.post(asked.url, {"code": code_sent_to(email)}, follow=True)


def test_a_member_signs_in_by_a_code_and_the_card_becomes_theirs(client: Client) -> None:
    member = factories.member(merchant=factories.shop().merchant, email="Anna@example.com")
    slug = member.merchant.slug
    history = reverse("portal-history", args=[slug])
    answer = enter_code(client, reverse("portal-sign-in", args=[slug]) + f"?next={history}", "anna@example.com")
    assert answer.redirect_chain[-1][0] == history
    member.refresh_from_db()
    assert member.user.email == "anna@example.com"
    assert not member.user.has_usable_password()


def test_sign_in_answers_the_same_for_an_address_nobody_knows(client: Client) -> None:
    member = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    address = reverse("portal-sign-in", args=[member.merchant.slug])
    known, unknown = (Client().post(address, {"email": email}) for email in ("anna@example.com", "eve@example.com"))
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [letter.to for letter in mail.outbox] == [["anna@example.com"]]
    assert not User.objects.filter(email="eve@example.com").exists()


def test_sign_in_leads_back_only_into_its_own_portal(client: Client) -> None:
    member = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    address = reverse("portal-sign-in", args=[member.merchant.slug]) + "?next=https://evil.example/p/"
    answer = enter_code(client, address, "anna@example.com")
    assert answer.redirect_chain[-1][0] == reverse("portal-home", args=[member.merchant.slug])


def test_never_hands_over_a_blocked_card_or_one_that_is_somebody_elses(client: Client) -> None:
    blocked = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    Member.objects.filter(pk=blocked.pk).update(is_blocked=True)
    linked = factories.member(merchant=factories.merchant(), email="anna@example.com", user=factories.user())
    own = factories.member(merchant=factories.merchant(), email="anna@example.com")
    enter_code(client, reverse("portal-sign-in", args=[own.merchant.slug]), "anna@example.com")
    owners = {member.pk: member.user_id for member in Member.objects.all()}
    assert owners == {
        blocked.pk: None,
        linked.pk: linked.user_id,
        own.pk: User.objects.get(email="anna@example.com").pk,
    }


def test_leaves_a_second_card_of_the_same_shop_alone(client: Client) -> None:
    own = factories.member(merchant=factories.shop().merchant, user=factories.user(email="anna@example.com"))
    other = factories.member(merchant=own.merchant, email="anna@example.com")
    enter_code(client, reverse("portal-sign-in", args=[own.merchant.slug]), "anna@example.com")
    other.refresh_from_db()
    assert other.user is None


def test_a_card_whose_address_comes_later_opens_without_signing_in_again(client: Client) -> None:
    first = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    enter_code(client, reverse("portal-sign-in", args=[first.merchant.slug]), "anna@example.com")
    second = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    assert client.get(reverse("portal-home", args=[second.merchant.slug])).status_code == 200


def test_a_password_opens_no_card_by_its_address(client: Client) -> None:
    member = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    client.force_login(factories.user(email="anna@example.com"))
    assert client.get(reverse("portal-home", args=[member.merchant.slug])).status_code == 404
    assert "No shop has a card" in client.get(reverse("me-cards")).content.decode()


def test_somebody_new_joins_after_the_address_is_proven(client: Client) -> None:
    shop = factories.shop().merchant
    address = reverse("portal-join", args=[shop.slug])
    step = enter_code(client, address, "ola@example.com")
    assert step.redirect_chain[-1][0] == address
    assert not shop.members.exists()
    answer = client.post(address, {"name": "Ola Zielińska", "phone": ""}, follow=True)
    assert "Hello, Ola" in answer.content.decode()
    assert shop.members.get().email == "ola@example.com"


def test_joining_leads_a_member_to_the_card_there_is(client: Client) -> None:
    member = factories.member(merchant=factories.shop().merchant, email="anna@example.com")
    answer = enter_code(client, reverse("portal-join", args=[member.merchant.slug]), "anna@example.com")
    assert answer.redirect_chain[-1][0] == reverse("portal-home", args=[member.merchant.slug])
    assert member.merchant.members.count() == 1


def test_joining_with_somebody_elses_phone_is_refused_in_words(client: Client) -> None:
    member = factories.member(merchant=factories.shop().merchant, phone="+48601234567")
    client.force_login(factories.user(email="ola@example.com"))
    answer = client.post(
        reverse("portal-join", args=[member.merchant.slug]), {"name": "Ola", "phone": "+48 601 234 567"}
    )
    assert answer.status_code == 422
    assert "Ask at the shop" in answer.content.decode()


@pytest.mark.parametrize("name", ["portal-sign-in", "portal-join"])
def test_the_ways_into_a_shop_that_does_not_exist_are_not_found(client: Client, name: str) -> None:
    assert client.get(reverse(name, args=["nowhere"])).status_code == 404


# --- my cards ------------------------------------------------------------------------------------


def test_my_cards_opens_a_single_card_at_once(client: Client) -> None:
    account = holder()
    client.force_login(account.member.user)
    assert client.get(reverse("me-cards")).url == reverse("portal-home", args=[account.member.merchant.slug])


def test_my_cards_lists_several_with_what_is_on_them(client: Client) -> None:
    account = holder()
    factories.order(account, "318.00", at=timezone.now())
    second = factories.shop(name="CDNOW Records").merchant
    factories.member(merchant=second, user=account.member.user)
    client.force_login(account.member.user)
    text = client.get(reverse("me-cards")).content.decode()
    assert "318\u00a0points" in text
    assert "CDNOW Records" in text


def test_my_cards_takes_the_same_queries_for_many_cards(django_assert_num_queries) -> None:
    user = factories.user()
    for _number in range(5):
        factories.member(merchant=factories.shop().merchant, user=user)
    cards.cards_of(user, now=NOW)  # terms are parsed once per process
    with django_assert_num_queries(4):
        cards.cards_of(user, now=NOW)


def test_my_cards_shows_staff_without_a_card_the_way_to_their_shop(client: Client) -> None:
    staff = factories.staff(merchant=factories.shop().merchant)
    client.force_login(staff.user)
    assert "You have no card of your own" in client.get(reverse("me-cards")).content.decode()

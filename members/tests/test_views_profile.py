"""Tests of the page of one member and of what staff write there; every name finishes "it ..."."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from loyalty_site import auditing
from loyalty_site.models import AuditEvent
from members import consenting, looking, noting, numbers, referring, refunds
from members.audit_log import reading as audit_log
from members.consenting import Answer
from members.merging import together
from members.models import Account, CardNumber, Member, MemberField, Notice, Order
from members.reading import known, purses, timeline
from members.refunds import NewRefund
from members.tests import factories
from members.tests.agreeing import ticked
from members.tests.factories import NOW
from programs.models import Role
from programs.tests.factories import document

pytestmark = pytest.mark.django_db

FRIEND = {"code": "friend", "name": "Friend", "when": {"event": "referral"}, "give": {"points": 100}}
GUEST = {"code": "guest", "name": "Guest", "when": {"event": "referred"}, "give": {"points": 20}}


def account(*rules: dict[str, Any]) -> Account:
    return factories.account(
        program=factories.shop(terms_document=document(rules=list(rules))), email="anna@example.com"
    )


def client_of(account: Account, role: Role) -> Client:
    client = Client()
    staff = factories.staff(merchant=account.program.merchant, role=role)
    client.force_login(staff.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(account: Account, path: str = "") -> str:
    return f"/m/{account.program.merchant.slug}/members/{account.member.number}/{path}"


def test_it_lets_a_manager_set_tags_and_shows_them():
    anna = account()
    client = client_of(anna, Role.MANAGER)
    answer = client.post(address(anna, "tags/"), {"tags": "student,  new in town ,"})
    assert answer.status_code == 302
    anna.member.refresh_from_db()
    assert anna.member.segments == ["new in town", "student"]
    assert "new in town" in client.get(address(anna)).content.decode()
    assert 'value="new in town, student"' in client.get(address(anna, "tags/")).content.decode()


def test_it_says_which_tags_rules_look_at():
    anna = account(FRIEND | {"when": {"segments": ["student"]}})
    assert "Rules look at: student." in client_of(anna, Role.OWNER).get(address(anna, "tags/")).content.decode()


def test_it_keeps_tags_from_cashiers():
    anna = account()
    assert client_of(anna, Role.CASHIER).post(address(anna, "tags/"), {"tags": "x"}).status_code == 403
    assert "/tags/" not in client_of(anna, Role.CASHIER).get(address(anna)).content.decode()


def test_it_refuses_too_long_a_tag_in_the_form():
    anna = account()
    answer = client_of(anna, Role.OWNER).post(address(anna, "tags/"), {"tags": "x" * 121})
    assert "At most 20 tags" in answer.content.decode()


def test_it_records_an_event_once_and_rewards_both_sides():
    anna = account(FRIEND, GUEST)
    ben = factories.account(program=anna.program, name="Ben", email="ben@example.com")
    client = client_of(anna, Role.CASHIER)
    assert "/events/" in client.get(address(anna)).content.decode()
    typed = {"event": "referral", "friend": "ben@example.com", "reason": "", "reference": str(uuid4())}
    for _press in range(2):
        assert client.post(address(anna, "events/"), typed).status_code == 302
    for held in (anna, ben):
        held.refresh_from_db()
    assert (anna.balance, ben.balance) == (100, 20)
    assert "Brought a friend: recorded." in client.get(address(anna)).content.decode()


def test_it_offers_no_event_that_earns_nothing():
    anna = account()
    client = client_of(anna, Role.OWNER)
    assert "/events/" not in client.get(address(anna)).content.decode()
    typed = {"event": "referral", "friend": "", "reason": "", "reference": str(uuid4())}
    assert client.post(address(anna, "events/"), typed).status_code in (200, 422)
    assert anna.entries.count() == 0


def test_it_refuses_a_friend_whom_nobody_knows():
    anna = account(FRIEND)
    typed = {"event": "referral", "friend": "zoe@example.com", "reason": "", "reference": str(uuid4())}
    answer = client_of(anna, Role.CASHIER).post(address(anna, "events/"), typed)
    assert "Add the friend first" in answer.content.decode()


@pytest.mark.parametrize("area", ["m", "till"])
def test_it_adds_one_member_for_a_double_click(area):
    anna = account()
    client = client_of(anna, Role.CASHIER)
    url = f"/{area}/{anna.program.merchant.slug}/members/add/"
    typed = {"name": "Ben", "contact": "ben@example.com", "email": "ben@example.com", "phone": "", "born_on": ""}
    typed |= {"reference": str(uuid4())} | ticked(anna.program.merchant)
    first, again = client.post(url, typed), client.post(url, typed)
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert Member.objects.filter(name="Ben").count() == 1
    other = client.post(url, typed | {"name": "Cleo", "contact": "c@example.com", "email": "c@example.com"})
    assert "This form added somebody already" in other.content.decode()
    assert typed["reference"] not in other.content.decode()


# --- notes, details, blocks ---


def test_it_lets_cashiers_write_pin_and_remove_their_notes():
    anna = account()
    client = client_of(anna, Role.CASHIER)
    assert client.post(address(anna, "note/"), {"text": " "}).status_code == 422
    assert client.post(address(anna, "note/"), {"text": "Oat milk", "is_pinned": "on"}).status_code == 302
    note = anna.member.notes.get()
    assert "Shown at the till" in client.get(address(anna)).content.decode()
    client.post(address(anna, f"notes/{note.pk}/pin/"), {"off": "1"})
    assert anna.member.note == ""
    assert "gone for good" in client.get(address(anna, f"notes/{note.pk}/remove/")).content.decode()
    client.post(address(anna, f"notes/{note.pk}/remove/"))
    assert not anna.member.notes.exists()


def test_it_refuses_to_remove_a_colleagues_note():
    anna = account()
    client_of(anna, Role.CASHIER).post(address(anna, "note/"), {"text": "Oat milk"})
    note = anna.member.notes.get()
    client = client_of(anna, Role.CASHIER)
    assert f"notes/{note.pk}/remove/" not in client.get(address(anna)).content.decode()
    client.post(address(anna, f"notes/{note.pk}/remove/"))
    assert anna.member.notes.exists()


def details_of(account: Account, **fields: Any) -> dict[str, Any]:
    member = account.member
    kept = {"name": member.name, "phone": "", "email": member.email, "born_on": "", "customer_number": ""}
    return kept | fields


def test_it_corrects_details_and_own_fields():
    anna = account()
    merchant = anna.program.merchant
    for kind, code in (("choice", "coffee"), ("number", "cups"), ("yes_no", "cup"), ("date", "due"), ("text", "dog")):
        choices = ["Espresso", "Filter"] * (kind == "choice")
        MemberField.objects.create(merchant=merchant, code=code, name=code.title(), kind=kind, choices=choices)
    client = client_of(anna, Role.CASHIER)
    own = {"own-coffee": "Filter", "own-cups": "4,5", "own-cup": "no", "own-due": "2026-12-24", "own-dog": "Figa"}
    wrong = client.post(address(anna, "edit/"), details_of(anna, **own | {"own-cups": "many"}))
    assert wrong.status_code == 422
    assert "such as 42.5" in wrong.content.decode()
    assert client.post(address(anna, "edit/"), details_of(anna, name="Anna Nowak", **own)).status_code == 302
    anna.member.refresh_from_db()
    assert anna.member.name == "Anna Nowak"
    assert anna.member.fields == {"coffee": "Filter", "cups": "4.5", "cup": False, "due": "2026-12-24", "dog": "Figa"}
    page = client.get(address(anna)).content.decode()
    for words in ("Anna Nowak", "Filter", "4.5", "24\u00a0Dec", "Figa"):
        assert words in page


def test_it_lets_a_choice_stay_that_is_no_longer_offered():
    anna = account()
    field = MemberField.objects.create(
        merchant=anna.program.merchant, code="coffee", name="Coffee", kind="choice", choices=["Espresso", "Filter"]
    )
    Member.objects.filter(pk=anna.member_id).update(fields={"coffee": "Cortado"})
    client = client_of(anna, Role.CASHIER)
    assert client.post(address(anna, "edit/"), details_of(anna, **{"own-coffee": "Cortado"})).status_code == 302
    anna.member.refresh_from_db()
    assert anna.member.fields == {field.code: "Cortado"}


def test_it_leaves_alone_what_a_colleague_changed_meanwhile():
    anna = account()
    MemberField.objects.create(merchant=anna.program.merchant, code="dog", name="Dog")
    client = client_of(anna, Role.CASHIER)
    shown = client.get(address(anna, "edit/")).context["form"]
    Member.objects.filter(pk=anna.member_id).update(customer_number="4711", fields={"dog": "Figa"})
    sent = details_of(anna, name="Anna Nowak", seen=shown["seen"].value()) | {"own-dog": ""}
    assert client.post(address(anna, "edit/"), sent).status_code == 302
    anna.member.refresh_from_db()
    assert (anna.member.name, anna.member.customer_number) == ("Anna Nowak", "4711")
    assert anna.member.fields == {"dog": "Figa"}


@pytest.mark.parametrize("seen", ["", "{", "[1]", "null", "[" * 100_000])
def test_it_takes_a_form_that_does_not_say_what_was_seen(seen):
    anna = account()
    sent = details_of(anna, name="Anna Nowak", seen=seen)
    assert client_of(anna, Role.CASHIER).post(address(anna, "edit/"), sent).status_code in (302, 422)


def test_it_blocks_says_what_that_means_and_unblocks():
    anna = account()
    client = client_of(anna, Role.MANAGER)
    assert "Purchases and refunds count" in client.get(address(anna, "block/")).content.decode()
    assert client.post(address(anna, "block/"), {"reason": ""}).status_code == 422
    client.post(address(anna, "block/"), {"reason": "Found in the street"})
    page = client.get(address(anna)).content.decode()
    assert "Found in the street" in page
    assert "Blocked by Kuba" in page
    assert "Unblock" not in client_of(anna, Role.CASHIER).get(address(anna)).content.decode()
    client.post(address(anna, "unblock/"))
    assert "Found in the street" not in client.get(address(anna)).content.decode()


# --- what the page shows ---


def test_it_lists_purchases_with_what_was_given_back():
    anna = account()
    for number in range(7):
        factories.order(anna, "10.00", at=NOW + timedelta(minutes=number), reference=f"Receipt {number}")
    refund = NewRefund(reference="B1", order_reference="Receipt 6", amount=Decimal("4.00"), reason="cold")
    refunds.refund(refund, merchant=anna.program.merchant, now=NOW + timedelta(hours=1))
    client = client_of(anna, Role.CASHIER)
    page = client.get(address(anna)).content.decode()
    assert "6.00\u00a0zł" in page
    assert "4.00\u00a0zł given back" in page
    assert "Receipt 1" not in page
    assert "All purchases" in page
    page = client.get(address(anna, "orders/")).content.decode()
    assert "Receipt 0" in page
    last = Order.objects.get(reference="Receipt 1").pk
    assert "Receipt 1<" not in client.get(address(anna, "orders/"), {"before": last}).content.decode()


def test_it_says_who_brought_whom():
    anna = account(FRIEND, GUEST)
    ben = factories.account(program=anna.program, name="Ben", email="ben@example.com")
    client = client_of(anna, Role.CASHIER)
    typed = {"event": "referral", "friend": "ben@example.com", "reason": "", "reference": str(uuid4())}
    client.post(address(anna, "events/"), typed)
    assert "Brought by Anna" in client.get(address(ben)).content.decode()
    again = client.post(address(anna, "events/"), typed | {"reference": str(uuid4())})
    assert "Nobody is brought twice" in again.content.decode()
    anna.refresh_from_db()
    assert anna.balance == 100


def test_it_leads_numbers_that_are_no_longer_on_the_card_to_the_member():
    anna = account()
    merchant = anna.program.merchant
    CardNumber.objects.create(merchant=merchant, number="BL00000001", member=anna.member, works=False, reason="lost")
    gone = factories.member(merchant=merchant, name="Ania")
    Member.objects.filter(pk=gone.pk).update(merged_into=anna.member)
    client = client_of(anna, Role.CASHIER)
    for number in ("BL00000001", gone.number):
        answer = client.get(f"/m/{merchant.slug}/members/{number}/")
        assert (answer.status_code, answer["Location"]) == (302, address(anna))


def test_it_asks_as_often_for_a_full_page_as_for_an_empty_one():
    asked = []
    for times in (1, 12):
        anna = account()
        merchant, client = anna.program.merchant, client_of(anna, Role.MANAGER)
        kuba = factories.staff(merchant=merchant)
        for number in range(times):
            factories.order(anna, "10.00", at=NOW + timedelta(minutes=number), recorded_by=kuba)
            noting.write(anna.member, f"Note {number}", is_pinned=False, by=kuba, now=NOW)
            MemberField.objects.create(merchant=merchant, code=f"f{number}", name=f"F{number}")
            friend = factories.member(merchant=merchant, name=f"Friend {number}")
            referring.keep(anna.member, friend, source="till", reference=f"r{number}", by=kuba, occurred_at=NOW)
        client.get(address(anna))
        with CaptureQueriesContext(connection) as captured:
            client.get(address(anna))
        asked.append(len(captured))
    assert asked[1] <= asked[0] + 1  # one counts the friends whom the page does not name
    assert asked[1] < 30


def test_it_tells_of_the_card_that_was_merged_what_it_agreed_to_reached_and_was_told():
    anna = account()
    merchant, old = anna.program.merchant, factories.account(program=anna.program, name="Ania")
    factories.order(old, "900.00")
    consenting.record(old.member, [Answer("marketing:email", is_given=True)], door="till", now=NOW)
    Notice.objects.create(
        account=old, program=old.program, kind="expiry", points=5, subject_on=NOW.date(), notice_on=NOW.date(),
        state="shown", due_at=NOW,
    )  # fmt: skip
    owner = factories.staff(merchant=merchant, role=Role.OWNER)
    auditing.record("x", merchant=merchant.pk, actor=owner.user, at=NOW, subject=old.member.number)
    together.merge(old.member, into=anna.member, by=owner, now=NOW)
    card = numbers.spaced(old.member.number)
    client = client_of(anna, Role.OWNER)
    told = [(event.words, event.detail) for event in events_of(anna)]
    assert ("Agreed: News and offers", f"E-mail, at the till, card {card}") in told
    assert ("Reached Silver", f"from Bronze, card {card}") in told
    assert any(words.startswith("Told: 5\N{NO-BREAK SPACE}points expire") for words, _detail in told)
    assert f"card {card}" in client.get(address(anna, "consents/")).text
    fresh = Member.objects.get(pk=anna.member_id)
    assert [len(rows) for rows in (known.consents(fresh), known.entries(fresh), known.notices(fresh))] == [1, 3, 1]
    log = audit_log.sheet(merchant, audit_log.Asked(subject=anna.member.number))
    assert "x" in {line.event.action for line in log.lines}


def events_of(account: Account) -> list[timeline.Event]:
    fresh = Account.objects.select_related("member", "program__merchant").get(pk=account.pk)
    return timeline.events(fresh.member, purses.purse_of(fresh, now=NOW))


def test_it_notes_lists_of_members_once_for_each_narrowing_and_hour():
    anna = account()
    client, shop = client_of(anna, Role.MANAGER), f"/m/{anna.program.merchant.slug}"
    for _time in range(2):
        client.get(f"{shop}/members/")
        client.get(f"{shop}/members/", {"status": "open", "q": "anna@example.com"})
    client.get(f"{shop}/members/", {"q": "nobody at all"})
    client.get(f"{shop}/duplicates/")
    listed = AuditEvent.objects.filter(action=looking.LISTED).order_by("pk")
    assert [event.details for event in listed] == [
        {"what": "members", "narrowed": [], "rows": 1},
        {"what": "members", "narrowed": ["Not blocked"], "rows": 1},
    ]


def test_it_notes_who_looked_at_purchases_and_at_both_sides_of_a_merge():
    anna = account()
    other = factories.member(merchant=anna.program.merchant)
    client = client_of(anna, Role.MANAGER)
    client.get(address(anna, "orders/"))
    client.get(address(anna, f"merge/{other.number}/"))
    seen = AuditEvent.objects.filter(action=looking.SEEN).values_list("subject", "details__what")
    assert set(seen) == {(anna.member.number, "orders"), (anna.member.number, "merge"), (other.number, "merge")}


def test_it_notes_who_looked_at_whom_once_an_hour():
    anna = account()
    client = client_of(anna, Role.CASHIER)
    for _time in range(2):
        client.get(address(anna))
    event = AuditEvent.objects.get(action=looking.SEEN)
    assert (event.subject, event.details) == (anna.member.number, {"what": "profile"})

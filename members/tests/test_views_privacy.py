"""Pages of personal data: consents, everything that is known, erasing, the owner's texts, how long things are kept."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from loyalty_site import clock, jobs
from loyalty_site.models import AuditEvent, User
from members import consenting, noting, retaining
from members.models import Account, Consent, ConsentText, Member, Retention
from members.tests import factories
from members.tests.agreeing import ticked
from programs.models import Role, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Account:
    program = factories.shop()
    user = factories.user(email="anna@anna.example")
    account = factories.account(program=program, email="anna@anna.example", phone="+48601234567", user=user)
    factories.order(account, "40.00", at=clock.now() - timedelta(days=1))
    return account


def signed_in(account: Account, role: Role) -> tuple[Client, Staff]:
    staff, client = factories.staff(merchant=account.program.merchant, role=role), Client()
    client.force_login(staff.user)
    return client, staff


def member_in(account: Account) -> Client:
    client = Client()
    assert account.member.user
    client.force_login(account.member.user)
    return client


def office(account: Account, rest: str) -> str:
    return f"/m/{account.program.merchant.slug}/{rest}"


def of_anna(account: Account, rest: str) -> str:
    return office(account, f"members/{account.member.number}/{rest}")


def portal(account: Account, rest: str) -> str:
    return f"/p/{account.program.merchant.slug}/you/{rest}"


def boxes(account: Account, *keys: str) -> dict[str, Any]:
    return {name: value for name, value in ticked(account.program.merchant, *keys).items() if "terms" not in name}


# --- consents ------------------------------------------------------------------------------------


def test_a_member_says_yes_and_no_in_the_portal(anna: Account) -> None:
    client = member_in(anna)
    client.post(portal(anna, "consents/"), boxes(anna, "marketing:email", "marketing:sms"))
    client.post(portal(anna, "consents/"), boxes(anna, "marketing:sms"))
    anna.member.refresh_from_db()
    assert anna.member.consents == ["marketing:sms"]
    page = client.get(portal(anna, "consents/")).text
    assert page.count("checked") == 1
    assert "withdrawn" in page
    assert not Consent.objects.exclude(door="portal", by=None).exists()


def test_staff_write_down_what_a_member_says(anna: Account) -> None:
    client, kuba = signed_in(anna, Role.CASHIER)
    answer = client.post(of_anna(anna, "consents/"), boxes(anna, "marketing:email"), follow=True)
    assert "agreed" in answer.text
    row = Consent.objects.get()
    assert (row.by, row.door, row.key) == (kuba, "dashboard", "marketing:email")


def test_an_owner_changes_the_texts_and_answers_stay_with_theirs(anna: Account) -> None:
    client, _owner = signed_in(anna, Role.OWNER)
    consenting.record(
        anna.member, [consenting.Answer("terms:", is_given=True, text=terms(anna))], door="till", now=clock.now()
    )
    page = client.get(office(anna, "settings/consents/"))
    typed = {
        name: field.value() or "" for name in page.context["form"].fields for field in [page.context["form"][name]]
    }
    assert client.post(office(anna, "settings/consents/"), typed, follow=True).text.count("Nothing has changed") == 1
    client.post(office(anna, "settings/consents/"), typed | {"body_terms_en": "I want a card."})
    assert terms(anna).body == "I want a card."
    old = Consent.objects.get().text
    assert old is not None
    assert old.body != "I want a card."
    page = client.get(office(anna, "settings/consents/")).text
    assert "I want a card." in page
    assert "Taking part, in English, version 2" in page
    event = AuditEvent.objects.filter(action="consent-text-published").latest("pk")
    assert event.details["after"]["text"] == "I want a card."


def terms(account: Account) -> consenting.Asked:
    return consenting.asked(account.program.merchant, "en")[0]


def test_news_need_a_way_to_travel(anna: Account) -> None:
    client, _owner = signed_in(anna, Role.OWNER)
    answer = client.post(office(anna, "settings/consents/"), {"body_marketing_en": "News by"})
    assert answer.status_code == 422
    assert "Tick at least one way" in answer.text
    assert not ConsentText.objects.exists()


# --- data ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["json", "html", ""])
def test_everything_is_handed_out_in_each_form(anna: Account, kind: str) -> None:
    client, kuba = signed_in(anna, Role.MANAGER)
    noting.write(anna.member, "Oat milk, always", is_pinned=False, by=kuba, now=clock.now())
    for reader, address in ((client, of_anna(anna, "data/")), (member_in(anna), portal(anna, "data/"))):
        answer = reader.get(address, {"as": kind} if kind else {})
        assert answer.status_code == 200
        for known in ("anna@anna.example", "601234567", "Oat milk, always", "40.00"):
            assert known in answer.text
        assert bool(kind) == ("attachment" in answer.headers.get("Content-Disposition", ""))


def test_the_file_is_json_with_every_entry(anna: Account) -> None:
    data = json.loads(member_in(anna).get(portal(anna, "data/"), {"as": "json"}).content)
    assert [entry["points"] for entry in data["entries"]] == [40]
    assert data["accounts"][0]["balance"] == 40


def test_another_kind_of_file_is_not_found(anna: Account) -> None:
    assert member_in(anna).get(portal(anna, "data/"), {"as": "pdf"}).status_code == 404


def test_looking_at_data_is_written_down_once_an_hour(anna: Account) -> None:
    client, kuba = signed_in(anna, Role.MANAGER)
    for _again in range(2):
        client.get(of_anna(anna, "data/"))
    client.get(of_anna(anna, "data/"), {"as": "json"})
    assert AuditEvent.objects.get(action="member-data").details == {"kind": "json"}
    event = AuditEvent.objects.get(action="member-seen", details__what="data")
    assert (event.actor, event.subject) == (kuba.user, anna.member.number)


# --- erasing -------------------------------------------------------------------------------------


def test_a_manager_sees_what_goes_and_erases(anna: Account) -> None:
    client, _staff = signed_in(anna, Role.MANAGER)
    assert "40" in client.get(of_anna(anna, "erase/")).text
    assert client.post(of_anna(anna, "erase/")).status_code == 422
    assert Member.objects.get(pk=anna.member_id).erased_at is None
    answer = client.post(of_anna(anna, "erase/"), {"is_asked_for": "on"}, follow=True)
    assert "Erased" in answer.text
    assert Member.objects.get(pk=anna.member_id).erased_at


def test_a_member_gives_the_card_up_and_is_signed_out(anna: Account) -> None:
    client = member_in(anna)
    assert client.post(portal(anna, "leave/")).status_code == 422
    answer = client.post(portal(anna, "leave/"), {"is_meant": "on"}, follow=True)
    assert "Your card is given up" in answer.text
    assert "_auth_user_id" not in client.session
    anna.refresh_from_db()
    assert (anna.balance, Member.objects.get(pk=anna.member_id).email) == (0, "")
    assert AuditEvent.objects.get(action="member-erased").actor is None


# --- retention -----------------------------------------------------------------------------------


def night(account: Account, months: int | None) -> dict[str, Any]:
    now = clock.now()
    retaining.settle(account.program.merchant, unseen_months=months, notice_months=None, by=factories.user(), now=now)
    day = (now - timedelta(days=1)).date()
    job = jobs.drain(jobs.open_job("retain", account.program.merchant_id, day, again=True))
    assert job.state == "done", job.error
    result: dict[str, Any] = job.result
    return result


def test_an_owner_sets_how_long_and_sees_who_is_due(anna: Account) -> None:
    factories.member(merchant=anna.program.merchant, name="Long gone")
    client, _owner = signed_in(anna, Role.OWNER)
    client.post(office(anna, "settings/retention/"), {"unseen_months": "24", "notice_months": ""})
    assert Retention.objects.get().unseen_months == 24
    assert "1 member is due" in client.get(office(anna, "settings/retention/")).text
    assert AuditEvent.objects.filter(action="retention-changed").exists()


def test_a_night_erases_only_who_no_longer_comes_and_has_nothing_left(anna: Account) -> None:
    gone = factories.member(merchant=anna.program.merchant, name="Long gone")
    holder = factories.account(program=anna.program, name="Holds points", email="h@h.example")
    factories.order(holder, "10.00", at=factories.LONG_AGO + timedelta(days=1))
    Member.objects.filter(pk=holder.member_id).update(joined_at=factories.LONG_AGO)
    seen = factories.user()
    looks = factories.member(merchant=anna.program.merchant, name="Looks at the card", user=seen)
    User.objects.filter(pk=seen.pk).update(last_login=clock.now())
    kept = {anna.member_id, looks.pk}
    if holder.lots.open().exists():
        kept.add(holder.member_id)
    assert night(anna, None).get("members", 0) == 0
    night(anna, 24)
    left = set(Member.objects.filter(erased_at=None).values_list("pk", flat=True))
    assert gone.pk not in left
    assert kept <= left
    assert night(anna, 24).get("members", 0) == 0


def test_addresses_that_never_joined_go_after_a_month(anna: Account) -> None:
    stranger = User.objects.create_user("asked@once.example")
    new = User.objects.create_user("asked@today.example")
    User.objects.filter(pk=stranger.pk).update(joined_at=clock.now() - timedelta(days=31))
    assert night(anna, None)["strangers"] == 1
    emails = set(User.objects.filter(pk__in=[stranger.pk, new.pk]).values_list("email", flat=True))
    assert emails == {"asked@today.example", f"erased-{stranger.pk}@erased.invalid"}

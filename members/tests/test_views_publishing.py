"""Reviewing, publishing and discarding a draft in the browser; every name finishes "it ..."."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from loyalty_site.models import User
from members.tests import factories
from programs import drafts, terms, versions
from programs.models import Draft, Program, Role

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PUBLISH, DISCARD, ON_TOP = "publish/", "draft/discard/", "draft/on-top/"


@pytest.fixture
def program() -> Program:
    return factories.shop(terms_document=terms.PRESETS["coffee-shop"])


def client_of(program: Program, role: Role = Role.OWNER) -> Client:
    client = Client()
    staff = factories.staff(merchant=program.merchant, role=role, name="Marta")
    client.force_login(staff.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def change(program: Program, by: User | None = None, **parts: Any) -> drafts.Working:
    document = drafts.working(program, now=NOW).document | parts
    return drafts.replace(program, document, by=by, now=NOW)


def other_tiers(program: Program) -> drafts.Working:
    tiers = drafts.working(program, now=NOW).document["tiers"]
    levels = [level | {"at": 400} if level["code"] == "silver" else level for level in tiers["levels"]]
    return change(program, tiers=tiers | {"levels": levels})


def address(program: Program, path: str = "") -> str:
    return f"/m/{program.merchant.slug}/program/{program.code}/{path}"


def sent(program: Program, **fields: Any) -> dict[str, Any]:
    return {"revision": drafts.working(program, now=NOW).revision, "starts": "now", "moves_tiers": "review"} | fields


def publish(program: Program, client: Client | None = None, **fields: Any) -> Any:
    return (client or client_of(program)).post(address(program, PUBLISH), sent(program, **fields))


def test_it_shows_what_changes_and_asks_about_tiers_only_where_they_change(program: Program) -> None:
    change(program, expiry={"kind": "never"})
    text = client_of(program).get(address(program, PUBLISH)).content.decode()
    assert "Publish version 2" in text
    assert "moves_tiers" not in text
    other_tiers(program)
    assert "moves_tiers" in client_of(program).get(address(program, PUBLISH)).content.decode()


def test_it_publishes_with_all_that_the_form_says(program: Program) -> None:
    other_tiers(program)
    answer = publish(program, note="Kinder", notifies="on", moves_tiers="now")
    version = program.versions.get(number=2)
    assert answer.status_code == 302
    assert (version.note, version.notifies, version.moves_tiers) == ("Kinder", True, "now")
    assert version.author.name == "Marta"
    assert not Draft.objects.exists()


def test_it_begins_on_a_day_of_the_merchant(program: Program) -> None:
    change(program, expiry={"kind": "never"})
    day = (NOW + timedelta(days=10)).date()
    publish(program, starts="later", starts_on=day.isoformat())
    begins = program.versions.get(number=2).effective_at.astimezone(program.merchant.zone)
    assert begins.isoformat()[:16] == f"{day}T00:00"
    assert "Version 2 begins on" in client_of(program).get(address(program)).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts": "later"}, "Choose the day."),
        ({"starts": "later", "starts_on": "2020-01-01"}, "Choose a day after today."),
        ({"starts": "later", "starts_on": "9999-12-31"}, "Choose a day within a year."),
        ({"starts": "later", "starts_on": "soon"}, "Enter a valid date."),
        ({"starts": ""}, "This field is required."),
    ],
)
def test_it_puts_a_fault_to_its_field(program: Program, fields: dict[str, str], words: str) -> None:
    change(program, expiry={"kind": "never"})
    answer = publish(program, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert program.versions.count() == 1


def test_it_refuses_a_draft_that_changed_since_it_was_reviewed_and_says_who_did(program: Program) -> None:
    before = sent(program, revision=change(program, expiry={"kind": "never"}).revision)
    change(program, by=factories.user(name="Adam Nowak"), clawback="pending_only")
    answer = client_of(program).post(address(program, PUBLISH), before)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Adam Nowak changed the draft meanwhile" in text
    assert 'name="revision" value="2"' in text
    assert program.versions.count() == 1


def test_a_second_click_publishes_nothing_more(program: Program) -> None:
    change(program, expiry={"kind": "never"})
    client, form = client_of(program), sent(program)
    assert client.post(address(program, PUBLISH), form).status_code == 302
    assert client.post(address(program, PUBLISH), form).status_code == 302
    assert program.versions.count() == 2


def test_a_draft_that_was_overtaken_is_put_on_top_first(program: Program) -> None:
    change(program, expiry={"kind": "never"})
    versions.publish(program, terms.P0, effective_at=NOW, author=None)
    client = client_of(program)
    assert "Version 2 was published meanwhile" in publish(program, client).content.decode()
    assert "Put it on top" in client.get(address(program)).content.decode()
    client.post(address(program, ON_TOP))
    assert publish(program, client).status_code == 302
    assert program.versions.count() == 3


def test_managers_review_and_do_not_publish(program: Program) -> None:
    change(program, expiry={"kind": "never"})
    client = client_of(program, Role.MANAGER)
    text = client.get(address(program, PUBLISH)).content.decode()
    assert "An owner of the shop publishes it." in text
    assert "Publish version 2" not in text
    assert publish(program, client).status_code == 403
    assert program.versions.count() == 1


def test_it_discards_a_draft_after_saying_what_is_lost(program: Program) -> None:
    change(program, expiry={"kind": "never"})
    client = client_of(program, Role.MANAGER)
    assert "never expire" in client.get(address(program, DISCARD)).content.decode()
    client.post(address(program, DISCARD), {"revision": 1})
    assert not Draft.objects.exists()
    assert "savebar" not in client.get(address(program)).content.decode().replace("savebar-place", "").replace(
        'id="savebar"', ""
    )


def test_it_loses_nothing_of_a_draft_that_somebody_else_went_on_with(program: Program) -> None:
    change(program, expiry={"kind": "never"})
    client = client_of(program, Role.MANAGER)
    change(program, factories.staff(merchant=program.merchant, role=Role.OWNER).user, clawback="pending_only")
    again = client.post(address(program, DISCARD), {"revision": 1})
    assert (again.status_code, Draft.objects.count()) == (422, 1)
    assert "changed the draft meanwhile" in again.content.decode()
    assert 'name="revision" value="2"' in again.content.decode()


def test_a_program_that_never_was_live_publishes_its_first_version(program: Program) -> None:
    fresh = Program.objects.create(merchant=program.merchant, name="Stamps", code="stamps")
    drafts.replace(fresh, terms.PRESETS["stamps"], by=None, now=NOW)
    client = client_of(program)
    text = client.get(address(fresh, PUBLISH)).content.decode()
    assert "What you promise" in text
    assert "notifies" not in text
    assert publish(fresh, client).status_code == 302
    assert versions.current(fresh, now=timezone.now()).number == 1


def test_the_first_version_of_a_shop_leads_home_where_the_guide_goes_on() -> None:
    program = Program.objects.create(merchant=factories.merchant(), name="Stamps", code="stamps")
    drafts.replace(program, terms.PRESETS["stamps"], by=None, now=NOW)
    client = client_of(program)
    text = client.get(address(program, PUBLISH)).content.decode()
    assert (text.count("badge draft"), "Why it changes" in text) == (1, False)
    assert publish(program, client).headers["Location"] == f"/m/{program.merchant.slug}/"
    change(program, expiry={"kind": "never"})
    assert publish(program, client).headers["Location"] == address(program)


def test_a_program_that_never_was_live_is_an_owners_to_throw_away(program: Program) -> None:
    fresh = Program.objects.create(merchant=program.merchant, name="Stamps", code="stamps")
    revision = drafts.replace(fresh, terms.PRESETS["stamps"], by=None, now=NOW).revision
    manager = client_of(program, Role.MANAGER)
    assert manager.post(address(fresh, DISCARD), {"revision": revision}).status_code == 403
    assert "draft/discard" not in manager.get(address(fresh)).content.decode()
    assert client_of(program).post(address(fresh, DISCARD), {"revision": revision}).status_code == 302
    assert not Program.objects.filter(pk=fresh.pk).exists()

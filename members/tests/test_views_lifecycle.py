"""Pages that pause, close, move and restore: each test's name finishes "it …"."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.tests import factories
from programs import drafts, terms, terms_files, versions
from programs.models import Program, Role
from programs.versions import current

pytestmark = pytest.mark.django_db

OTHER = terms.P0 | {"clawback": "within_balance"}
TEA = {"code": "tea", "name": "Tea", "give": {"points": 5}}


@pytest.fixture
def program() -> Program:
    return factories.shop()


def signed_in(program: Program, role: Role = Role.OWNER) -> Client:
    client = Client()
    client.force_login(factories.staff(merchant=program.merchant, role=role).user)
    return client


def address(program: Program, name: str, *args: Any) -> str:
    return reverse(f"dashboard-{name}", args=[program.merchant.slug, program.code, *args])


def test_a_second_owner_is_told_that_the_first_was_faster(program: Program) -> None:
    client = signed_in(program)
    first = client.post(address(program, "program-pause"), {"after": 1, "note": "Renovation"})
    second = client.post(address(program, "program-close"), {"after": 1, "last_day": "2099-01-01", "points": "keep"})
    assert (first.status_code, second.status_code) == (302, 422)
    assert "Version 2 was published meanwhile" in second.content.decode()
    version = program.versions.get(number=2)
    assert (version.note, version.terms["paused"], version.notifies) == ("Renovation", True, False)


def test_a_form_without_the_version_that_was_seen_changes_nothing(program: Program) -> None:
    for name in ("program-pause", "program-resume", "program-reopen", "program-close"):
        assert signed_in(program).post(address(program, name), {}).status_code == 422
    assert program.versions.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"last_day": "2020-01-01"}, "Choose today or a later day."),
        ({"last_day": "soon"}, "Enter a valid date."),
        ({"points": "until", "until": ""}, "Choose the day."),
        ({"points": "until", "until": "2099-01-20"}, "members get 30 days"),
    ],
)
def test_an_end_that_is_wrong_is_shown_again(program: Program, given: dict[str, str], words: str) -> None:
    sent = {"after": "1", "last_day": "2099-01-01", "points": "keep", "until": ""} | given
    answer = signed_in(program).post(address(program, "program-close"), sent)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert program.versions.count() == 1


def test_the_page_says_what_members_hold(program: Program) -> None:
    factories.order(factories.account(program=program), "120.00")
    text = signed_in(program).get(address(program, "program-holdings")).content.decode().replace("\u00a0", " ")
    assert "120 points" in text
    assert "No reward says its worth" in text


def test_a_file_is_looked_at_and_then_kept_as_the_draft(program: Program) -> None:
    client, url = signed_in(program, Role.MANAGER), address(program, "terms-import")
    file = io.BytesIO(terms_files.written(OTHER).encode())
    looked = client.post(url, {"file": file})
    assert (looked.status_code, program.versions.count()) == (200, 1)
    assert not drafts.working(program, now=timezone.now()).is_changed
    kept = client.post(url, dict(looked.context["keep"].initial))
    assert kept.status_code == 302
    assert drafts.working(program, now=timezone.now()).terms == terms.parse(OTHER)
    assert program.versions.count() == 1


@pytest.mark.parametrize("change", [{"expiry": {"kind": "never"}}, {"rules": [TEA | {"give": {"points": 9}}]}])
def test_a_file_is_looked_at_again_when_the_terms_changed_meanwhile(program: Program, change: dict[str, Any]) -> None:
    client, url = signed_in(program), address(program, "terms-import")
    drafts.replace(program, terms.P0 | {"rules": [TEA]}, by=None, now=timezone.now())
    looked = client.post(url, {"file": io.BytesIO(terms_files.written(OTHER).encode())})
    changed = drafts.replace(program, terms.P0 | {"rules": [TEA]} | change, by=None, now=timezone.now())
    again = client.post(url, dict(looked.context["keep"].initial))
    assert "changed meanwhile" in again.content.decode()
    assert drafts.working(program, now=timezone.now()).terms == changed.terms
    assert client.post(url, dict(again.context["keep"].initial)).status_code == 302


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"file": io.BytesIO(b"")},
        {"file": io.BytesIO(b"\x00" * 9)},
        {"file": io.BytesIO(b"x" * 200_000)},
        {"text": "a: [", "seen": ""},
        {"text": "", "seen": ""},
        {"text": "a: 1", "seen": "x"},
    ],
)
def test_a_file_that_is_no_file_of_terms_is_refused(program: Program, sent: dict[str, Any]) -> None:
    assert signed_in(program).post(address(program, "terms-import"), sent).status_code == 422


def test_the_export_says_where_it_is_from(program: Program) -> None:
    answer = signed_in(program, Role.MANAGER).get(address(program, "terms-export") + "?of=1")
    assert answer.headers["Content-Type"] == "text/yaml; charset=utf-8"
    head = answer.content.decode().splitlines()[:2]
    assert head == ["# Bean & Leaf, Points", "# Version 1, from 2020-01-01 on"]
    assert terms_files.read(answer.content) == terms.parse(terms.P0)
    for unknown in ("2", "0", "x", "9" * 40, ""):
        assert signed_in(program).get(address(program, "terms-export") + f"?of={unknown}").status_code == 404


def test_a_manager_neither_pauses_nor_withdraws(program: Program) -> None:
    client = signed_in(program, Role.MANAGER)
    later = timezone.now() + timedelta(days=3)
    versions.publish(program, OTHER, effective_at=later, author=None)
    for name, args in (("program-pause", ()), ("version-withdraw", (2,)), ("program-duplicate", ())):
        assert client.post(address(program, name, *args), {"after": 2}).status_code == 403
    assert "instead" not in client.get(address(program, "versions")).content.decode()


def test_comparing_takes_any_two_and_nothing_else(program: Program) -> None:
    versions.publish(program, OTHER, effective_at=datetime(2026, 1, 1, tzinfo=UTC), author=None)
    client, url = signed_in(program), address(program, "versions-compare")
    assert "takes back what it earned, as far as the balance goes" in client.get(url + "?from=1&to=2").content.decode()
    assert "both promise the same" in client.get(url + "?from=2&to=2").content.decode()
    assert client.get(url + "?from=1&to=9").status_code == 404


def test_history_asks_as_much_of_two_versions_as_of_ten(program: Program, django_assert_max_num_queries: Any) -> None:
    for number in range(9):
        versions.publish(
            program, terms.P0 | {"expiry_notice_days": [number + 1]}, effective_at=timezone.now(), author=None
        )
    client = signed_in(program)
    client.get(address(program, "versions"))
    with django_assert_max_num_queries(14):
        client.get(address(program, "versions"))
    assert current(program, now=timezone.now()).number == 10

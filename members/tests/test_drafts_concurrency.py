"""Two people at the same draft at the same moment, each over a connection of their own."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from loyalty_site.models import User
from members.tests.at_once import at_once
from programs import drafts, publishing, versions
from programs.drafts import EditedMeanwhile
from programs.models import Draft, Merchant, Program
from programs.publishing import NothingToPublish
from programs.tests.factories import document

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def program() -> Program:
    merchant = Merchant.objects.create(name="Bean", slug="bean", zone_name="Europe/Warsaw", currency="PLN")
    made = Program.objects.create(merchant=merchant, name="Points", code="points")
    versions.publish(made, document(), effective_at=NOW, author=None)
    return made


def change(program: Program, by: User, path: str, value: Any, seen: str) -> drafts.Working:
    return drafts.edit(program, lambda kept: kept | {path: value}, paths=(path,), seen=seen, by=by, now=NOW)


def test_of_two_edits_of_one_part_one_is_kept_and_one_refused(program: Program) -> None:
    by = User.objects.create_user("marta@example.com", name="Marta")
    seen = drafts.mark(drafts.working(program, now=NOW).document, "expiry")
    kinds = [{"kind": "never"}, {"kind": "inactivity", "months": 3}, {"kind": "after", "days": 9}]
    answers = at_once(*(partial(change, program, by, "expiry", kind, seen) for kind in kinds))
    assert sum(isinstance(answer, EditedMeanwhile) for answer in answers) == 2
    assert Draft.objects.get().revision == 1


def test_edits_of_several_parts_are_all_kept(program: Program) -> None:
    by = User.objects.create_user("marta@example.com", name="Marta")
    before = drafts.working(program, now=NOW).document
    parts = {"expiry": {"kind": "never"}, "clawback": "within_balance", "expiry_notice_days": [9]}
    at_once(*(partial(change, program, by, path, value, drafts.mark(before, path)) for path, value in parts.items()))
    after = drafts.working(program, now=NOW)
    assert {path: after.document[path] for path in parts} == parts
    assert after.revision == 3


def test_two_who_publish_at_once_publish_once(program: Program) -> None:
    by = User.objects.create_user("marta@example.com", name="Marta")
    revision = drafts.replace(program, document(clawback="within_balance"), by=by, now=NOW).revision
    publish = partial(publishing.publish_draft, program, revision=revision, effective_at=NOW, by=by, now=NOW)
    answers = at_once(publish, publish, publish)
    assert sum(isinstance(answer, NothingToPublish) for answer in answers) == 2
    assert program.versions.count() == 2


def test_a_program_thrown_away_while_others_work_on_it_is_gone_for_them(program: Program) -> None:
    by = User.objects.create_user("marta@example.com", name="Marta")
    fresh = Program.objects.create(merchant=program.merchant, name="Next", code="next")
    revision = drafts.replace(fresh, document(), by=by, now=NOW).revision
    seen = drafts.mark(drafts.working(fresh, now=NOW).document, "expiry")
    thrown, changed, published = (Program.objects.get(pk=fresh.pk) for _ in range(3))
    answers = at_once(
        partial(drafts.discard, thrown, revision=revision, by=None, now=NOW),
        partial(change, changed, by, "expiry", {"kind": "never"}, seen),
        partial(publishing.publish_draft, published, revision=revision, effective_at=NOW, by=by, now=NOW),
    )
    assert not any(isinstance(answer, Program.DoesNotExist) for answer in answers)
    assert fresh.versions.exists() == Program.objects.filter(pk=fresh.pk).exists() or Draft.objects.exists()

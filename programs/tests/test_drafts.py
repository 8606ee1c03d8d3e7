"""Drafts: edited in parts by several people, discarded, published once, never lost silently."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loyalty_site.models import User
from programs import drafts, publishing, terms, versions
from programs.drafts import EditedMeanwhile
from programs.models import Draft, Merchant, Program
from programs.publishing import BeginsEarlier, ChangedSinceReview, NothingToPublish
from programs.tests.factories import document, rule
from programs.versions import ProgramGone, PublishedMeanwhile, Way

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def a_merchant() -> Merchant:
    return Merchant.objects.create(name="Bean", slug="bean", zone_name="Europe/Warsaw", currency="PLN")


@pytest.fixture
def marta() -> User:
    return User.objects.create_user("marta@example.com", name="Marta")


@pytest.fixture
def program(marta: User) -> Program:
    made = Program.objects.create(merchant=a_merchant(), name="Stamps", code="stamps")
    versions.publish(made, document(rules=[rule("a", give={"points": 5})]), effective_at=NOW, author=marta)
    return made


def change(program: Program, by: User, path: str, value: Any, *, seen: str = "") -> drafts.Working:
    seen = seen or drafts.mark(drafts.working(program, now=NOW).document, path)
    return drafts.edit(program, lambda kept: kept | {path: value}, paths=(path,), seen=seen, by=by, now=NOW)


def publish(program: Program, by: User, **given: Any) -> Any:
    known = {"revision": drafts.working(program, now=NOW).revision, "effective_at": NOW, **given}
    return publishing.publish_draft(program, by=by, now=NOW, **known)


def test_it_begins_with_the_first_edit_and_leaves_live_terms_alone(program: Program, marta: User) -> None:
    edited = change(program, marta, "expiry", {"kind": "never"})
    assert edited.is_changed
    assert edited.revision == 1
    assert edited.draft
    assert edited.draft.edited_by == marta
    assert versions.current(program, now=NOW).terms.expiry.kind == "after"


def test_it_ends_when_nothing_differs_any_more(program: Program, marta: User) -> None:
    before = drafts.working(program, now=NOW).document["expiry"]
    change(program, marta, "expiry", {"kind": "never"})
    assert not change(program, marta, "expiry", before).draft
    assert not Draft.objects.exists()


def test_edits_of_different_parts_go_together(program: Program, marta: User) -> None:
    seen = drafts.mark(drafts.working(program, now=NOW).document, "clawback")
    change(program, marta, "expiry", {"kind": "never"})
    both = change(program, marta, "clawback", "within_balance", seen=seen).terms
    assert (both.expiry.kind, both.clawback) == ("never", "within_balance")


def test_an_edit_of_a_part_that_changed_meanwhile_is_refused_with_a_name(program: Program, marta: User) -> None:
    seen = drafts.mark(drafts.working(program, now=NOW).document, "expiry")
    change(program, marta, "expiry", {"kind": "never"})
    with pytest.raises(EditedMeanwhile, match="Marta") as refused:
        change(program, marta, "expiry", {"kind": "inactivity", "months": 3}, seen=seen)
    assert refused.value.edited_at == NOW
    assert drafts.working(program, now=NOW).terms.expiry.kind == "never"


def test_terms_that_do_not_parse_change_nothing(program: Program, marta: User) -> None:
    with pytest.raises(terms.TermsRefused):
        change(program, marta, "expiry", {"kind": "someday"})
    assert not drafts.working(program, now=NOW).draft


def test_a_mark_of_rules_sees_their_order_and_one_of_a_rule_sees_it_alone() -> None:
    one, other = rule("a", give={"points": 5}), rule("b", give={"points": 6})
    both = document(rules=[one, other])
    assert drafts.mark(both, "rules") != drafts.mark(document(rules=[other, one]), "rules")
    assert drafts.mark(both, "rules") == drafts.mark(document(rules=[one | {"name": "New"}, other]), "rules")
    assert drafts.mark(both, "rules.a") == drafts.mark(document(rules=[one]), "rules.a")
    assert drafts.mark(both, "rules.a") != drafts.mark(document(rules=[one | {"name": "New"}]), "rules.a")
    assert drafts.mark(both, "earning.per") != drafts.mark(document(earning={"per": "2.00"}), "earning.per")


def test_publishing_makes_the_next_version_once(program: Program, marta: User) -> None:
    revision = change(program, marta, "expiry", {"kind": "never"}).revision
    version = publish(program, marta, note="Kinder", way=Way(moves_tiers="now", notifies=True))
    assert (version.number, version.note, version.moves_tiers, version.notifies) == (2, "Kinder", "now", True)
    assert not drafts.working(program, now=NOW).is_changed
    with pytest.raises(NothingToPublish):
        publish(program, marta, revision=revision)


def test_publishing_refuses_what_was_not_reviewed(program: Program, marta: User) -> None:
    seen = change(program, marta, "expiry", {"kind": "never"}).revision
    change(program, marta, "clawback", "within_balance")
    with pytest.raises(EditedMeanwhile):
        publish(program, marta, revision=seen)


def test_a_draft_that_was_overtaken_is_put_on_top_first(program: Program, marta: User) -> None:
    change(program, marta, "expiry", {"kind": "never"})
    versions.publish(program, document(clawback="pending_only"), effective_at=NOW, author=None)
    with pytest.raises(PublishedMeanwhile):
        publish(program, marta)
    seen = drafts.working(program, now=NOW).revision
    drafts.put_on_top(program, now=NOW)
    assert drafts.put_on_top(program, now=NOW).revision == 2
    with pytest.raises(ChangedSinceReview):
        publish(program, marta, revision=seen)
    assert publish(program, marta).number == 3


def test_it_does_not_begin_before_a_version_that_is_announced(program: Program, marta: User) -> None:
    later = NOW + timedelta(days=9)
    versions.publish(program, document(clawback="pending_only"), effective_at=later, author=None)
    change(program, marta, "expiry", {"kind": "never"})
    with pytest.raises(BeginsEarlier):
        publish(program, marta)
    assert publish(program, marta, effective_at=later).number == 3


def test_discarding_takes_a_program_that_never_was_live_with_it(program: Program, marta: User) -> None:
    fresh = Program.objects.create(merchant=program.merchant, name="Next", code="next")
    drafts.replace(fresh, document(), by=marta, now=NOW)
    drafts.discard(fresh, revision=1, by=None, now=NOW)
    change(program, marta, "expiry", {"kind": "never"})
    with pytest.raises(EditedMeanwhile):
        drafts.discard(program, revision=0, by=None, now=NOW)
    drafts.discard(program, revision=1, by=None, now=NOW)
    drafts.discard(program, revision=1, by=None, now=NOW)
    drafts.discard(fresh, revision=1, by=None, now=NOW)
    assert [*Program.objects.filter(code__in=["next", "stamps"])] == [program]
    assert not Draft.objects.exists()


def test_who_works_on_a_program_that_is_gone_is_told_so(program: Program, marta: User) -> None:
    fresh = Program.objects.create(merchant=program.merchant, name="Next", code="next")
    revision = drafts.replace(fresh, document(), by=marta, now=NOW).revision
    Program.objects.filter(pk=fresh.pk).delete()
    with pytest.raises(ProgramGone):
        change(fresh, marta, "expiry", {"kind": "never"})
    with pytest.raises(ProgramGone):
        publish(fresh, marta, revision=revision)
    drafts.discard(fresh, revision=revision, by=None, now=NOW)

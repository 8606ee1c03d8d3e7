"""The history of a program: each test's name finishes "it …"."""

from datetime import UTC, datetime, timedelta

import pytest

from loyalty_site.models import User
from programs import drafts, duplicating, exporting, lineage, terms, terms_files, versions
from programs.beginning import NameTaken
from programs.lineage import DraftInTheWay, NotAnnounced
from programs.models import Merchant, Program, ProgramVersion
from programs.tests.factories import document
from programs.versions import current

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
A_DAY = timedelta(days=1)


@pytest.fixture
def marta() -> User:
    return User.objects.create_user("marta@example.com", name="Marta")


@pytest.fixture
def program() -> Program:
    merchant = Merchant.objects.create(name="Bean", slug="bean", zone_name="Europe/Warsaw", currency="PLN")
    made = Program.objects.create(merchant=merchant, name="Points", code="points")
    versions.publish(made, document(), effective_at=NOW - 9 * A_DAY, author=None)
    return made


def publish(program: Program, clawback: str, *, days: int) -> ProgramVersion:
    return versions.publish(program, document(clawback=clawback), effective_at=NOW + days * A_DAY, author=None)


def standings(program: Program) -> list[tuple[int, str]]:
    return [(stage.version.number, stage.standing) for stage in lineage.stages(program, now=NOW)]


def test_says_of_each_version_when_it_holds(program: Program) -> None:
    publish(program, "within_balance", days=-3)
    publish(program, "pending_only", days=5)
    publish(program, "negative", days=5)
    assert standings(program) == [(4, "coming"), (3, "replaced"), (2, "live"), (1, "past")]
    newest, *_others, first = lineage.stages(program, now=NOW)
    assert (newest.until, first.until) == (None, NOW - 3 * A_DAY)
    assert [len(stage.changes) for stage in lineage.stages(program, now=NOW)] == [1, 1, 1, 0]


def test_restores_a_version_as_the_draft(program: Program, marta: User) -> None:
    publish(program, "within_balance", days=-3)
    first = program.versions.get(number=1)
    working = lineage.restore(first, replaces=None, by=marta, now=NOW)
    assert working.is_changed
    assert working.document == terms.dump(terms.parse(first.terms))
    assert lineage.restore(first, replaces=None, by=marta, now=NOW).revision == working.revision


def test_asks_before_it_replaces_a_draft_with_changes(program: Program, marta: User) -> None:
    publish(program, "within_balance", days=-3)
    draft = drafts.replace(program, document(clawback="pending_only"), by=marta, now=NOW)
    with pytest.raises(DraftInTheWay):
        lineage.restore(program.versions.get(number=1), replaces=None, by=marta, now=NOW)
    with pytest.raises(DraftInTheWay):
        lineage.restore(program.versions.get(number=1), replaces=draft.revision + 1, by=marta, now=NOW)
    after = lineage.restore(program.versions.get(number=1), replaces=draft.revision, by=marta, now=NOW)
    assert after.terms.clawback == "negative"


def test_restores_no_end_that_is_past(program: Program, marta: User) -> None:
    ending = document() | {"closing": {"last_day": "2026-11-18"}}
    versions.publish(program, ending, effective_at=NOW - 8 * A_DAY, author=None)
    publish(program, "within_balance", days=-1)
    working = lineage.restore(program.versions.get(number=2), replaces=None, by=marta, now=NOW)
    assert working.terms.closing is None


def test_withdraws_an_announced_version_on_its_own_day(program: Program, marta: User) -> None:
    coming = publish(program, "within_balance", days=5)
    made = lineage.withdraw(coming, by=marta, now=NOW)
    assert (made.effective_at, made.note) == (coming.effective_at, "Version 1 stays, instead of version 2")
    assert current(program, now=NOW + 6 * A_DAY).terms == terms.parse(document())
    assert standings(program) == [(3, "coming"), (2, "replaced"), (1, "live")]


def test_withdraws_nothing_twice_and_nothing_that_has_begun(program: Program, marta: User) -> None:
    coming = publish(program, "within_balance", days=5)
    lineage.withdraw(coming, by=marta, now=NOW)
    for version in (coming, program.versions.get(number=1)):
        with pytest.raises(NotAnnounced):
            lineage.withdraw(version, by=marta, now=NOW)


def test_exports_a_draft_the_live_terms_and_any_version(program: Program, marta: User) -> None:
    publish(program, "within_balance", days=5)
    drafts.replace(program, document(clawback="pending_only"), by=marta, now=NOW)
    working = drafts.working(program, now=NOW)
    files = {chosen: exporting.export(working, chosen, now=NOW) for chosen in ("draft", "live", "1", "2")}
    read = {chosen: terms_files.read(file.text.encode()).clawback for chosen, file in files.items() if file}
    assert read == {"draft": "pending_only", "live": "negative", "1": "negative", "2": "within_balance"}
    assert [file.name for file in files.values() if file] == [
        "bean-points-draft.yaml", "bean-points-v1.yaml", "bean-points-v1.yaml", "bean-points-v2.yaml",
    ]  # fmt: skip
    assert exporting.export(working, "3", now=NOW) is None


def test_duplicates_a_program_that_runs_though_the_first_is_paused(program: Program, marta: User) -> None:
    versions.publish(program, document() | {"paused": True}, effective_at=NOW, author=None)
    made = duplicating.duplicate(drafts.working(program, now=NOW), name="More points", by=marta, now=NOW)
    working = drafts.working(made, now=NOW)
    assert (made.code, working.live, working.terms) == ("more-points", None, terms.parse(document()))
    with pytest.raises(NameTaken):
        duplicating.duplicate(drafts.working(program, now=NOW), name="more POINTS", by=marta, now=NOW)

"""Every entry explains itself: worked out again from its explanation alone, it moves the points it moved."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from members.models import EntryKind, LedgerEntry
from members.reading import statement
from members.reading.why import explanation, why_of
from programs.earning import Purchase, Standing, evaluate, keep
from programs.terms import Terms
from programs.tests.factories import any_purchase, any_terms, standings
from programs.unfolding import unfold
from programs.versions import terms_of
from tests import recomputing
from tests.scenario_player import Player, read

STORIES = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
AUDIENCES = ("customer", "cashier", "owner")


@given(any_terms(), any_purchase(), standings)
def test_an_award_is_worked_out_again_from_its_explanation(under: Terms, bought: Purchase, standing: Standing) -> None:
    award = evaluate(under, bought, standing)
    whole = unfold(award.explain, under)
    assert recomputing.points_of("earn", whole) == award.points
    assert whole["qualifying"] == award.qualifying


def entries() -> list[LedgerEntry]:
    return list(statement.readable(LedgerEntry.objects.order_by("pk")))


def check(entry: LedgerEntry) -> None:
    """Work an entry out again, compare the lots and debts it names with the books, and read it in all words."""
    whole = explanation(entry)
    assert recomputing.points_of(entry.kind, whole) == entry.points, whole
    drawn = sorted(entry.draws.values_list("lot_id", "points"))
    own = [(entry.pk, whole["debt_paid"])] if "debt_paid" in whole else []
    assert drawn == sorted(map(tuple, whole.get("lots", own)))
    for audience in AUDIENCES:
        check_words(entry, audience)


def check_words(entry: LedgerEntry, audience: Any) -> None:
    why = why_of(entry, audience)
    moving = [line.points for line in why.causes if line.points is not None]
    assert why.total.points == entry.points == (sum(moving) if moving else entry.points)
    assert why.causes
    assert not [line.text for line in why.causes if "%(" in line.text or not line.text]


def check_kept(entry: LedgerEntry) -> None:
    """A refund of money says what the award keeps on what is left, by the award's own terms.

    The award may have gone to a card that was merged into this one since.
    """
    award = LedgerEntry.objects.get(order=entry.order_id, account__program=entry.account.program_id, kind="earn")
    left = Decimal(entry.explain["left"])
    assert entry.explain["kept"] == keep(award.explain, terms_of(award.version_id or 0), left)


@pytest.mark.django_db
@pytest.mark.parametrize("path", STORIES, ids=[path.stem for path in STORIES])
def test_every_entry_of_a_story_explains_itself(path: Path) -> None:
    Player(read(path)).play()
    by_line = {entry.order_id for entry in entries() if "returned" in entry.explain}
    for entry in entries():
        check(entry)
        if entry.kind == EntryKind.CLAWBACK and entry.order_id and entry.order_id not in by_line:
            check_kept(entry)

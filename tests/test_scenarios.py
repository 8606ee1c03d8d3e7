"""Every worked scenario plays as written. `SCENARIOS=<folder>` plays the stories of another folder instead."""

import os
from pathlib import Path

import pytest

from tests.scenario_player import Player, Unknown, read

FOLDER = Path(os.environ.get("SCENARIOS") or Path(__file__).parent / "scenarios")
STORIES = sorted([*FOLDER.glob("*.yaml"), *FOLDER.glob("*.yml")])


def test_has_stories_to_play() -> None:
    assert STORIES, f"no scenario in {FOLDER}"


@pytest.mark.django_db
@pytest.mark.parametrize("path", STORIES, ids=[path.stem for path in STORIES])
def test_plays(path: Path) -> None:
    Player(read(path)).play()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "step",
    [
        {"at": "2026-01-01 10:00", "dance": {"member": "anna"}},
        {"at": "2026-01-01 10:00", "order": {"id": "1", "member": "anna", "amount": "1.00", "colour": "red"}},
        {"at": "2026-01-01 10:00", "order": {"id": "1", "member": "anna"}},
        {"at": "2026-01-01 10:00", "expect": {"member": "anna", "mood": "good"}},
        {"at": "2026-01-01 10:00", "expect": {"books": {"sold": 1}}},
        {"at": "2026-01-01 10:00", "run": "away"},
        {"at": "2026-01-01 10:00", "merge": {"from": "ben", "into": "anna", "by": "adam"}},
    ],
)
def test_refuses_words_it_does_not_know(step: dict[str, object]) -> None:
    with pytest.raises((Unknown, AssertionError)):
        Player({"title": "strange", "steps": [step]}).play()


@pytest.mark.django_db
def test_fails_when_a_figure_is_wrong() -> None:
    order = {"at": "2026-01-01 10:00", "order": {"id": "1", "member": "anna", "amount": "10.00"}}
    with pytest.raises(AssertionError):
        Player({"title": "wrong", "steps": [order | {"expect": {"points": 11}}]}).play()
    with pytest.raises(AssertionError):
        Player({"title": "wrong", "steps": [order | {"expect": {"says": ["a joke"]}}]}).play()

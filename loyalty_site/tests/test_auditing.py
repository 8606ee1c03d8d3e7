"""What is written down of a change: what differs, and nobody's name."""

from __future__ import annotations

import pytest

from loyalty_site import auditing, clock


def test_only_what_differs_is_kept() -> None:
    kept = auditing.differing({"role": 10, "name": "x"}, {"role": 20, "name": "x", "place": "a"})
    assert kept == {"before": {"role": 10, "place": None}, "after": {"role": 20, "place": "a"}}


@pytest.mark.parametrize(("text", "seen"), [("", ""), ("Anna", "•••"), ("anna@example.com", "a•••m")])
def test_a_masked_text_finds_nobody(text: str, seen: str) -> None:
    assert auditing.masked(text) == seen


@pytest.mark.django_db
def test_an_event_says_what_was_before_and_after() -> None:
    event = auditing.record(
        "x", merchant=None, actor=None, at=clock.now(), subject="BL1", before={"a": 1}, after={"a": 2}, reason="y"
    )
    event.refresh_from_db()
    assert event.details == {"before": {"a": 1}, "after": {"a": 2}, "reason": "y"}

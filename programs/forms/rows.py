"""Rows of a form, such as levels or dates: numbered fields in what a browser sent, one put in between or taken away.

Row 2 of `level` is `level_2_name` and the like; `levels` counts them. Nothing is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MOST_ROWS = 366
Sent = dict[str, Any]


def count_of(sent: Mapping[str, Any], stem: str) -> int:
    """How many rows were sent; none where nobody says."""
    said = str(sent.get(f"{stem}s", ""))
    return min(int(said), MOST_ROWS) if said.isdecimal() and len(said) < len(str(10**6)) else 0


def row_of(sent: Mapping[str, Any], stem: str, place: int) -> Sent:
    """The fields of one row, without its number."""
    before = f"{stem}_{place}_"
    return {name.removeprefix(before): sent[name] for name in sent if name.startswith(before)}


def rows_of(sent: Mapping[str, Any], stem: str) -> list[Sent]:
    return [row_of(sent, stem, place) for place in range(count_of(sent, stem))]


def with_rows(sent: Mapping[str, Any], stem: str, rows: list[Sent]) -> Sent:
    """What was sent, with other rows in the place of its own."""
    ours = re.compile(rf"{stem}_\d+_")
    others = {name: sent[name] for name in sent if not ours.match(name)}
    numbered = {f"{stem}_{place}_{key}": value for place, row in enumerate(rows) for key, value in row.items()}
    return others | numbered | {f"{stem}s": str(len(rows))}


def with_row(sent: Mapping[str, Any], stem: str, place: int, row: Sent) -> Sent:
    rows = rows_of(sent, stem)
    return with_rows(sent, stem, [*rows[:place], row, *rows[place:]])


def without_row(sent: Mapping[str, Any], stem: str, place: int) -> Sent:
    rows = rows_of(sent, stem)
    return with_rows(sent, stem, rows[:place] + rows[place + 1 :])

"""The rows of one sheet of a workbook, as its XML goes by: cells as people see them, dates in ISO form."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from members.sheets.shared_strings import LONGEST, SharedStrings
from members.sheets.xml_parts import bare, parser

MOST_COLUMNS = 200
EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  days on paper, without a zone
LAST_DAY = 2_958_465  # 31 Dec 9999
WHOLE = 10**15
TEXTS, VALUES = {"t", "v"}, {"t", "v", "f"}
LETTERS = re.compile(r"[A-Z]+")


class SheetRows:
    """Feed it the bytes of a sheet; it answers with the rows that are complete."""

    def __init__(self, texts: SharedStrings, date_styles: frozenset[int], *, since_1904: bool) -> None:
        self.texts, self.date_styles = texts, date_styles
        self.epoch = EPOCH_1904 if since_1904 else EPOCH
        self.done: list[tuple[int, list[str]]] = []
        self.cells: list[str] = []
        self.number, self.column = 0, -1
        self.kind, self.style, self.formula = "", 0, ""
        self.pieces: list[str] = []
        self.takes = ""
        self.xml: Any = parser()
        self.xml.StartElementHandler, self.xml.EndElementHandler = self.start, self.end
        self.xml.CharacterDataHandler = self.text

    def feed(self, block: bytes) -> list[tuple[int, list[str]]]:
        self.xml.Parse(block)
        found, self.done = self.done, []
        return found

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in VALUES:
            self.takes = name
        elif name == "c":
            self.column = column_of(attributes["r"]) if "r" in attributes else self.column + 1
            self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s") or 0)
            self.pieces, self.formula = [], ""
        elif name == "row":
            self.number = int(attributes.get("r") or self.number + 1)
            self.cells, self.column = [], -1
        elif ":" in name:
            self.start(bare(name), attributes)

    def text(self, piece: str) -> None:
        if self.takes in TEXTS and len(self.pieces) < LONGEST:
            self.pieces.append(piece[:LONGEST])
        elif self.takes == "f" and not self.formula:
            self.formula = "=" + piece[:LONGEST]

    def end(self, name: str) -> None:
        if name in VALUES:
            self.takes = ""
        elif name == "c":
            self.put(self.value())
        elif name == "row":
            self.done.append((self.number, self.cells))
        elif ":" in name:
            self.end(bare(name))

    def put(self, value: str) -> None:
        if not value or not 0 <= self.column < MOST_COLUMNS:
            return
        missing = self.column - len(self.cells)
        self.cells += [""] * missing
        self.cells[self.column :] = [value]

    def value(self) -> str:
        """What the cell shows; of a formula its last result, or the formula itself where nobody has worked it out."""
        raw = "".join(self.pieces)[:LONGEST]
        if not raw:
            return self.formula
        match self.kind:
            case "s":
                return self.texts[int(raw)]
            case "n":
                return self.number_or_date(raw)
            case "b":
                return "true" if raw == "1" else "false"
        return raw

    def number_or_date(self, raw: str) -> str:
        number = float(raw)
        if self.style in self.date_styles and 0 <= number <= LAST_DAY:
            return day_of(self.epoch, number)
        return str(int(number)) if number.is_integer() and abs(number) < WHOLE else repr(number)


def day_of(epoch: datetime, number: float) -> str:
    """A day, or an instant on the shop's clock, to the second."""
    at = epoch + timedelta(days=int(number), seconds=round(number % 1 * 86_400))
    return at.date().isoformat() if number.is_integer() else at.isoformat(" ")


def column_of(reference: str) -> int:
    """AB12 is in column 27, counted from 0; what names no column is in none."""
    letters = LETTERS.match(reference)
    return place_of(letters[0]) if letters else -1


@lru_cache(maxsize=1024)
def place_of(letters: str) -> int:
    place = 0
    for letter in letters[:4]:
        place = place * 26 + ord(letter) - 64
    return place - 1

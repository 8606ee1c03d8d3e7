"""The rows of one sheet of a workbook, as its XML goes by: cells as people see them, dates in ISO form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from members.sheets.shared_strings import LONGEST, SharedStrings
from members.sheets.xml_parts import bare, parser

MOST_COLUMNS = 200
EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  days on paper, without a zone
LAST_DAY = 2_958_465  # 31 Dec 9999
WHOLE = 10**15
TEXTS = ("t", "v")


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
        match bare(name):
            case "row":
                self.number = int(attributes.get("r") or self.number + 1)
                self.cells, self.column = [], -1
            case "c":
                self.column = column_of(attributes["r"]) if "r" in attributes else self.column + 1
                self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s") or 0)
                self.pieces, self.formula = [], ""
            case "v" | "t" | "f" as part:
                self.takes = part

    def text(self, piece: str) -> None:
        if self.takes in TEXTS and len(self.pieces) < LONGEST:
            self.pieces.append(piece[:LONGEST])
        elif self.takes == "f" and not self.formula:
            self.formula = "=" + piece[:LONGEST]

    def end(self, name: str) -> None:
        match bare(name):
            case "row":
                self.done.append((self.number, self.cells))
            case "c":
                self.put(self.value())
            case "v" | "t" | "f":
                self.takes = ""

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
        known = {"n": self.number_or_date, "s": lambda said: self.texts[int(said)], "b": truth}
        convert: Callable[[str], str] | None = known.get(self.kind)
        return convert(raw) if convert else raw

    def number_or_date(self, raw: str) -> str:
        number = float(raw)
        if self.style in self.date_styles and 0 <= number <= LAST_DAY:
            return day_of(self.epoch, number)
        return str(int(number)) if number.is_integer() and abs(number) < WHOLE else repr(number)


def truth(raw: str) -> str:
    return "true" if raw == "1" else "false"


def day_of(epoch: datetime, number: float) -> str:
    """A day, or an instant on the shop's clock, to the second."""
    at = epoch + timedelta(days=int(number), seconds=round(number % 1 * 86_400))
    return at.date().isoformat() if number.is_integer() else at.isoformat(" ")


def column_of(reference: str) -> int:
    """AB12 is in column 27, counted from 0."""
    column = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - 64
    return column - 1

"""The texts that the cells of a workbook share, kept in a file beside, so that a million of them cost no memory."""

from __future__ import annotations

from array import array
from types import TracebackType
from typing import IO, Any

from members.sheets.xml_parts import bare, parser

BLOCK = 1 << 16
LONGEST = 1 << 17  # letters; a cell holds 32,767


class SharedStrings:
    """Texts by their numbers. What is phonetic (`rPh`) is left out."""

    def __init__(self, spool: IO[bytes]) -> None:
        self.spool, self.ends = spool, array("Q", [0])
        self.pieces: list[str] = []
        self.is_in_text, self.skips = False, False
        self.length = 0

    def __enter__(self) -> SharedStrings:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.ends = array("Q", [0])

    def read(self, part: IO[bytes]) -> None:
        """Take in all texts of the part."""
        xml: Any = parser()
        xml.StartElementHandler, xml.EndElementHandler, xml.CharacterDataHandler = self.start, self.end, self.text
        while block := part.read(BLOCK):
            xml.Parse(block)
        self.spool.flush()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match bare(name):
            case "si":
                self.pieces, self.length = [], 0
            case "rPh":
                self.skips = True
            case "t":
                self.is_in_text = not self.skips

    def text(self, piece: str) -> None:
        if self.is_in_text and self.length < LONGEST:
            self.pieces.append(piece)
            self.length += len(piece)

    def end(self, name: str) -> None:
        match bare(name):
            case "si":
                written = "".join(self.pieces)[:LONGEST].encode()
                self.spool.write(written)
                self.ends.append(self.ends[-1] + len(written))
            case "rPh":
                self.skips = False
            case "t":
                self.is_in_text = False

    def __getitem__(self, number: int) -> str:
        """Raises ValueError for a number that no text has."""
        if not 0 <= number < len(self.ends) - 1:
            raise ValueError("a cell names a text that is not there")
        self.spool.seek(self.ends[number])
        return self.spool.read(self.ends[number + 1] - self.ends[number]).decode()

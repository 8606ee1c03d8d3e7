"""Where the parts of a workbook are: its first sheet, its shared texts, and which of its styles are dates."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import IO, Any
from zipfile import ZipFile

from members.sheets.xml_parts import bare, parser

WORKBOOK = "xl/workbook.xml"
LARGEST = 32 * 2**20  # of the small parts that are read whole
DATES_BUILT_IN = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
QUOTED = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]")
DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)


def elements(book: ZipFile, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """All elements of a small part, in order, with their attributes. Raises KeyError or ValueError."""
    if book.getinfo(name).file_size > LARGEST:
        raise ValueError("a small part of the workbook is not small")
    found: list[tuple[str, dict[str, str]]] = []
    xml: Any = parser()
    xml.StartElementHandler = lambda tag, attributes: found.append((bare(tag), attributes))
    part: IO[bytes]
    with book.open(name) as part:
        xml.Parse(part.read(), True)
    return iter(found)


def first_sheet(book: ZipFile) -> str:
    """The path of the first sheet that people see."""
    sheets = [attributes for tag, attributes in elements(book, WORKBOOK) if tag == "sheet"]
    shown = [sheet for sheet in sheets if sheet.get("state", "visible") == "visible"] or sheets
    wanted = next((value for key, value in shown[0].items() if bare(key) == "id"), "") if shown else ""
    for attributes in relations(book):
        if attributes.get("Id") == wanted:
            return path_of(attributes["Target"])
    raise ValueError("the workbook has no sheet")


def relations(book: ZipFile) -> Iterator[dict[str, str]]:
    found = elements(book, "xl/_rels/workbook.xml.rels")
    return (attributes for tag, attributes in found if tag == "Relationship")


def path_of(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def shared_strings(book: ZipFile) -> str:
    """The path of the shared texts, "" for a workbook without."""
    paths = [path_of(one["Target"]) for one in relations(book) if one.get("Type", "").endswith("/sharedStrings")]
    return paths[0] if paths else ""


def since_1904(book: ZipFile) -> bool:
    """Whether days are counted as old Macs did."""
    flags = [one.get("date1904", "") for tag, one in elements(book, WORKBOOK) if tag == "workbookPr"]
    return flags[:1] in (["1"], ["true"])


def date_styles(book: ZipFile) -> frozenset[int]:
    """The numbers of the cell styles that show a number as a date."""
    if "xl/styles.xml" not in book.namelist():
        return frozenset()
    formats, styles, is_of_cells = set(DATES_BUILT_IN), [], False
    for tag, attributes in elements(book, "xl/styles.xml"):
        match tag:
            case "numFmt" if DATE_LETTERS.search(QUOTED.sub("", attributes.get("formatCode", ""))):
                formats.add(int(attributes["numFmtId"]))
            case "cellXfs" | "cellStyles":
                is_of_cells = tag == "cellXfs"
            case "xf" if is_of_cells:
                styles.append(int(attributes.get("numFmtId") or 0))
    return frozenset(number for number, style in enumerate(styles) if style in formats)

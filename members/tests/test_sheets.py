"""Reading files: each test's name finishes "it …"."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_site.web import uploads
from members import sheets
from members.csv_files import Unreadable
from members.tests.importing import workbook

Write = Callable[..., Path]
ENTITY = b'<!DOCTYPE a [<!ENTITY b "bb">]><sheetData><row><c><v>&b;</v></c></row></sheetData>'
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return written


def read(path: Path, **by_hand: str) -> list[list[str]]:
    dialect = sheets.dialect_of(path, path.name, **by_hand)
    return [record.cells for record in sheets.records(path, dialect)]


def packed(parts: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return made.getvalue()


def book_of(sheet: bytes, **more: bytes) -> bytes:
    """The least that is a workbook, with this sheet in it."""
    rels = b'<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml" Type="x/worksheet"/></Relationships>'
    parts = {
        "xl/workbook.xml": b'<workbook xmlns:r="r"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": rels,
        SHEET: sheet,
    }
    return packed(parts | more)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250", "gb18030"])
def test_reads_text_of_any_separator_and_encoding(separator: str, encoding: str, write: Write) -> None:
    letters = "会员姓名咖啡" if encoding == "gb18030" else "Zażółć gęślą jaźń, źdźbło"
    text = separator.join(["name", "e-mail"]) + "\r\n" + separator.join([f'"{letters}"', "a@b.example"]) + "\r\n"
    assert read(write(text.encode(encoding))) == [["name", "e-mail"], [letters, "a@b.example"]]


def test_takes_an_encoding_and_a_separator_by_hand(write: Write) -> None:
    path = write("a;b,c\nż;1,2\n".encode("cp1250"))
    assert read(path, encoding="cp1250", separator=",") == [["a;b", "c"], ["ż;1", "2"]]


def test_reads_numbers_dates_and_formulas_of_a_workbook(tmp_path: Path) -> None:
    day, at = date(2026, 3, 31), datetime(2026, 3, 31, 14, 5)  # noqa: DTZ001
    workbook(tmp_path / "file.xlsx", [[*"abcde"], [1, 34.5, day, "00042", True], [0.3, at, "", "=1+1", ""]])
    found = read(tmp_path / "file.xlsx")
    assert found[1] == ["1", "34.5", "2026-03-31", "00042", "true"]
    assert (found[2][0], found[2][3]) == ("0.3", "0")


def test_reads_a_formula_that_nobody_worked_out_as_itself(write: Write) -> None:
    sheet = b"<sheetData><row><c t='inlineStr'><is><t>a</t></is></c></row><row><c><f>SUM(A1)</f></c></row></sheetData>"
    assert read(write(book_of(sheet), "file.xlsx")) == [["a"], ["=SUM(A1)"]]


def test_reads_shared_texts_gaps_and_hidden_sheets(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "file.xlsx")) as book:
        hidden, shown = book.add_worksheet(), book.add_worksheet()
        hidden.hide()
        shown.activate()
        shown.write_string(0, 0, "a")
        shown.write_string(4, 3, "ż")
        shown.write_rich_string(4, 0, "one ", book.add_format({"bold": True}), "two")
    assert read(tmp_path / "file.xlsx") == [["a"], ["one two", "", "", "ż"]]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "0 bytes"),
        (b"\xd0\xcf\x11\xe0rest", "a.xls", "old kind"),
        (b"%PDF-1.7", "a.csv", "PDF"),
        (b"\x89PNG....", "a.csv", "picture"),
        (b"\x1f\x8b....", "a.csv.gz", "gzip"),
        (b"<!DOCTYPE html><html>", "a.csv", "web page"),
        (b"PK\x03\x04 but no more", "a.xlsx", "damaged"),
        (packed({"word/document.xml": b""}), "a.docx", "text document"),
        (packed({"content.xml": b""}), "a.ods", "OpenDocument"),
        (packed({"orders.csv": b"a,b"}), "a.zip", "Unpack it"),
        (b"a,b\n1,\0\0\0\0\xff\xfe\x01" * 3, "a.csv", "neither text nor"),
        (b"only,a,header\n", "a.csv", "header row at most"),
        (packed({"xl/workbook.xml": b"\0" * 80_000_000}), "a.xlsx", "would unpack"),
        (book_of(b"<sheetData><row>"), "a.xlsx", "header row at most"),
        (book_of(b"<a></b>"), "a.xlsx", "damaged"),
        (
            book_of(b'<!DOCTYPE a [<!ENTITY b "bb">]><sheetData><row><c><v>&b;</v></c></row></sheetData>'),
            "a.xlsx",
            "damaged",
        ),
        (book_of(b"<sheetData><row><c t='s'><v>7</v></c></row></sheetData>"), "a.xlsx", "damaged"),
        (b'a,b\n1,"never closed' + b"x" * 200_000, "a.csv", "cannot be read"),
    ],
)
def test_says_what_is_wrong_with_a_file(content: bytes, name: str, words: str, write: Write) -> None:
    path = write(content, name)
    with pytest.raises(Unreadable, match=words):
        sheets.opening_of(path, sheets.dialect_of(path, name))


def test_says_that_a_file_is_too_large_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2 * 2**30)  # a hole: no disk is filled
    with pytest.raises(Unreadable, match="larger than 300 MB"):
        sheets.dialect_of(path, "large.csv")
    assert uploads.MOST_BYTES == 300 * 2**20


@pytest.mark.parametrize(("name", "words"), [("a.xlsx", "plain text"), ("a.csv", "XLSX spreadsheet")])
def test_reads_a_file_with_the_wrong_ending_and_says_so(name: str, words: str, write: Write, tmp_path: Path) -> None:
    content = b"a,b\n1,2\n" if name == "a.xlsx" else workbook(tmp_path / "b.xlsx", [["a", "b"], [1, 2]])
    dialect = sheets.dialect_of(write(content, name), name)
    assert words in dialect.note
    assert sheets.opening_of(tmp_path / name, dialect) == (["a", "b"], [["1", "2"]])


def tried(path: Path, name: str) -> None:
    """Read all of a file: rows, or one sentence, and nothing else."""
    with suppress(Unreadable):
        for record in sheets.records(path, sheets.dialect_of(path, name)):
            assert len(record.cells) <= 200


@given(
    content=st.binary(max_size=400), start=st.sampled_from([b"", b"PK\x03\x04", b"a,b\n", b"\xff\xfe", b"\xef\xbb\xbf"])
)
@settings(deadline=None)
def test_never_breaks_over_any_bytes(content: bytes, start: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "file"
    path.write_bytes(start + content)
    tried(path, "file.csv")


MARKUP = st.sampled_from(
    [
        b"<row r='9'>", b"<row>", b"</row>", b"<c r='ZZZZ1'>", b"<c r='B2' t='s' s='99'>", b"<c t='b'>", b"</c>",
        b"<c r='' s='x'>", b"<v>", b"</v>", b"1e999", b"nan", b"-1", b"44000.5", b"<f>", b"</f>", b"<t>", b"</t>",
        b"&#0;", b"&amp;",
    ]
)  # fmt: skip


@given(pieces=st.lists(MARKUP, max_size=30))
@settings(deadline=None)
def test_never_breaks_over_any_sheet(pieces: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "file.xlsx"
    path.write_bytes(book_of(b"<sheetData>" + b"".join(pieces) + b"</sheetData>"))
    tried(path, "file.xlsx")


@given(place=st.integers(0, 3_000), byte=st.integers(0, 255))
@settings(deadline=None)
def test_never_breaks_over_a_damaged_workbook(place: int, byte: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "file.xlsx"
    content = bytearray(book_of(b"<sheetData><row><c><v>1</v></c></row><row><c><v>2</v></c></row></sheetData>"))
    struct.pack_into("B", content, place % len(content), byte)
    path.write_bytes(bytes(content))
    tried(path, "file.xlsx")

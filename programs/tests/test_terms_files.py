"""Terms as a file: each test's name finishes "it …"."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from programs import terms, terms_files
from programs.terms import P0, PRESETS, Terms
from programs.terms_files import FileRefused

from .whole_terms import whole_terms


def faults(content: str | bytes) -> list[tuple[Any, ...]]:
    with pytest.raises(FileRefused) as refused:
        terms_files.read(content.encode() if isinstance(content, str) else content)
    return [(fault.line, fault.path, fault.sentence) for fault in refused.value.faults]


@settings(max_examples=60, deadline=None)
@given(whole_terms())
def test_reads_what_it_wrote(promised: Terms) -> None:
    written = terms_files.written(terms.dump(promised), head=["Bean & Leaf\n, Points: 1", "- {x"])
    assert terms_files.read(written.encode()) == promised
    assert terms_files.read(json.dumps(terms.dump(promised), indent="\t").encode()) == promised


@pytest.mark.parametrize("document", [P0, *PRESETS.values()])
def test_reads_utf_16_and_a_mark_of_utf_8(document: dict[str, Any]) -> None:
    promised = terms.parse(document)
    written = terms_files.written(terms.dump(promised))
    assert terms_files.read(written.encode("utf-16")) == terms_files.read(written.encode("utf-8-sig")) == promised


def test_keeps_numbers_with_a_point_and_dates_as_they_are_written() -> None:
    found = terms_files.read(b"earning: {points: 1, per: 1.10}\nclosing: {last_day: 2026-12-31}\n")
    assert (str(found.earning.per), str(found.closing.last_day if found.closing else "")) == ("1.10", "2026-12-31")


def test_lists_every_fault_with_its_line_and_path() -> None:
    file = "earning:\n  points: 1.5\n  foo: 2\nrules:\n  - {code: a, name: A, give: {points: 5}, whem: {}}\n"
    assert faults(file) == [
        (2, "earning.points", "must be a whole number"),
        (3, "earning.foo", "is not a known key"),
        (5, "rules[0].whem", "is not a known key"),
    ]


def test_points_to_the_part_that_misses_a_key() -> None:
    file = "earning: {points: 1}\nclosing:\n  last_day: 2026-12-31\n  points: until\n"
    assert [(line, path) for line, path, _words in faults(file)] == [(2, "closing.until")]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", None, "empty"),
        ("# only this\n", None, "only comments"),
        ("earning:\n\tpoints: 1\n", 2, "tab"),
        ("a: 1\nb: 2\na: 3\n", 3, "twice"),
        ("a: &x [1]\nb: *x\n", 2, "Aliases"),
        ("a: !!python/object:os.system x\n", 1, "Tags"),
        ("<<: {a: 1}\n", 1, "Merging"),
        ("? [a]\n: b\n", 1, "plain word"),
        ("a: 1\n---\nb: 2\n", 2, "more than one document"),
        ("- " * 300 + "x", 1, "nested"),
        ("{" * 5_000, 1, "nested"),
        ("earning: {points: 1\n", 2, "cannot be read"),
        ("earning:\n  points: 1\n per: 2\n", 3, "cannot be read"),
        ("unit: {one: zażółć}".encode("cp1250"), None, "UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", None, "UTF-8"),
        (b"PK\x03\x04\x00", 1, "not a text file"),
        (b"x" * (terms_files.MOST_BYTES + 1), None, "larger"),
        ('{"earning": {"points": 1, "points": 2}}', None, "twice"),
        ('{"unit": {"one": "\\u0000"}}', None, "not text"),
        ('a: "\\0"\n', 1, "not text"),
        ('{"a": "\\ud800"}', None, "not text"),
        ('a: "\\UFFFFFFFF"\n', None, "not text"),
        ('a: "\\U00110000"\n', None, "not text"),
        ("hello", None, "set of keys"),
    ],
)
def test_says_what_is_wrong_with_a_file_in_a_sentence(content: str | bytes, line: int | None, words: str) -> None:
    ((found, _path, sentence),) = faults(content)
    assert (found, words in sentence) == (line, True), sentence


def test_reads_no_bomb() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    assert faults(bomb)[0][2].startswith("Aliases")

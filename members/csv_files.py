"""Reading the orders of a shop from a CSV file, whatever its dialect: lines come out in blocks, never the whole file.

The encoding is UTF-8 (with or without a mark), UTF-16 with one, or guessed between Central European and Chinese; the
separator is the one of comma, semicolon and tab that the header row has most of.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from django.utils.translation import gettext as _

BLOCK = 1 << 16
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
HANZI = re.compile(rb"(?:[\xb0-\xf7][\xa1-\xfe])+")
SEPARATORS = (",", ";", "\t")

# Our names of the columns, and what else they are called; the first that the file has is taken.
ALIASES: dict[str, tuple[str, ...]] = {
    "order_id": ("order", "order_number", "order_no", "receipt", "reference", "id", "numer_zamówienia", "订单号"),
    "customer": (
        "customer_number", "customer_id", "customer_email", "member", "card_number", "card", "email", "e_mail", "phone",
        "klient", "客户",
    ),
    "placed_at": ("created_at", "ordered_at", "paid_at", "datetime", "timestamp"),
    "placed_on": ("date", "order_date", "ordered_on", "purchase_date", "day", "data", "日期"),
    "amount": ("total", "line_total", "total_price", "price", "gross", "value", "sum", "kwota", "金额"),
    "currency": ("currency_code", "waluta", "币种"),
    "quantity": ("qty", "pieces", "count", "ilość", "数量"),
    "sku": ("product", "product_id", "item", "ean", "produkt", "商品"),
    "category": ("product_category", "department", "group", "kategoria", "类别"),
    "location": ("store", "shop", "branch", "sklep", "门店"),
    "channel": ("sales_channel", "source", "kanał", "渠道"),
}  # fmt: skip
NEEDED = ("order_id", "customer", "amount")


class Unreadable(Exception):
    """The file cannot be imported at all; the text is one sentence that says what to do."""


class Row(NamedTuple):
    """One row of the file, by our names of its columns; `number` is its line as an editor counts them."""

    number: int
    order_id: str
    customer: str
    placed_at: str
    placed_on: str
    amount: str
    currency: str
    quantity: str
    sku: str
    category: str
    location: str
    channel: str


class Lines(NamedTuple):
    """Some lines of the file in a row, cells as they stand, with the line number of each and where our columns are."""

    columns: Mapping[str, int]
    numbers: list[int]
    cells: list[list[str]]

    def rows(self) -> Iterator[Row]:
        pick = picker(self.columns)
        return (
            Row(number, *map(str.strip, pick(cells))) for number, cells in zip(self.numbers, self.cells, strict=True)
        )


def blocks_of(path: Path, size: int, mapped: Mapping[str, str] | None = None) -> Iterator[Lines]:
    """Read a file in blocks of some lines, the lines of one order together; `mapped` names columns by hand.

    Raises Unreadable for a file that is not there, is empty, or lacks a column that an order needs.
    """
    with path.open(encoding=encoding_of(path), newline="") as file:
        header = first_line(file, path)
        separator = max(SEPARATORS, key=header.count)
        columns = columns_of(names_in(header, separator), mapped or {})
        lines = csv.reader((line.replace("\0", "") for line in file), delimiter=separator)
        try:
            yield from cut(lines, columns, size)
        except csv.Error as error:
            raise unreadable_line(lines.line_num + 1) from error
        except UnicodeError as error:
            raise unreadable_line(lines.line_num + 2) from error


def cut(lines: Any, columns: Mapping[str, int], size: int) -> Iterator[Lines]:
    """Cut between two orders, unless one has more lines than ten blocks hold."""
    at, block = columns["order_id"], Lines(columns, [], [])
    for cells in lines:
        if not any(cells):
            continue
        is_full = len(block.cells) >= size
        if is_full and (block.cells[-1][at : at + 1] != cells[at : at + 1] or len(block.cells) >= 10 * size):
            yield block
            block = Lines(columns, [], [])
        block.numbers.append(lines.line_num + 1)
        block.cells.append(cells)
    if block.cells:
        yield block


def picker(columns: Mapping[str, int]) -> Callable[[list[str]], tuple[str, ...]]:
    """How to take our columns, in our order, from the cells of a row; what the file or the row lacks is empty."""
    width = max(columns.values()) + 1
    chosen: Callable[[list[str]], tuple[str, ...]] = itemgetter(*(columns.get(name, -1) for name in Row._fields[1:]))

    def pick(cells: list[str]) -> tuple[str, ...]:
        missing = width - len(cells)
        return chosen([*cells, *[""] * missing, ""] if missing > 0 else [*cells, ""])

    return pick


def first_line(file: TextIO, path: Path) -> str:
    try:
        header = file.readline()
    except UnicodeError as error:
        raise unreadable_line(1) from error
    if not header.strip():
        raise Unreadable(_("“%(file)s” is empty. Export the orders again, with a header row.") % {"file": path.name})
    return header


def names_in(header: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([header], delimiter=separator))
    except csv.Error as error:
        raise unreadable_line(1) from error


def unreadable_line(number: int) -> Unreadable:
    words = _("Line %(line)d cannot be read. Save the file as CSV in UTF-8 and import it again.")
    return Unreadable(words % {"line": number})


def encoding_of(path: Path) -> str:
    """Guess the encoding from the whole file, read in blocks. Raises Unreadable where there is no file."""
    try:
        with path.open("rb") as file:
            first = file.read(BLOCK)
            marked = next((name for mark, name in MARKS if first.startswith(mark)), None)
            return marked or guess(first, iter(lambda: file.read(BLOCK), b""))
    except OSError as error:
        raise Unreadable(
            _("“%(file)s” cannot be opened: %(why)s. Check the name.") % {"file": path, "why": error.strerror}
        ) from error


def guess(first: bytes, rest: Iterable[bytes]) -> str:
    """UTF-8 if all of it is; else Chinese where the bytes above 127 come in pairs of hanzi; else Central European."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    high = hanzi = 0
    is_utf8 = True
    for block in (first, *rest):
        is_utf8 = is_utf8 and decodes(decoder, block)
        if block.isascii():
            continue
        high += sum(map(len, HIGH_BYTES.findall(block)))
        hanzi += sum(map(len, HANZI.findall(block)))
    if is_utf8:
        return "utf-8"
    return "gb18030" if hanzi > 0.7 * high else "cp1250"


def decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def columns_of(header: list[str], mapped: Mapping[str, str]) -> dict[str, int]:
    """Where each of our columns stands: by hand, else by its own name, else by an alias.

    Raises Unreadable, naming what is missing and what there is.
    """
    found = {tidy(name): position for position, name in reversed(list(enumerate(header)))}
    columns: dict[str, int] = {}
    for name, aliases in ALIASES.items():
        wanted = [tidy(mapped[name])] if name in mapped else [name, *aliases]
        position = next((found[alias] for alias in wanted if alias in found), None)
        if position is not None and (name in mapped or position not in columns.values()):
            columns[name] = position
    check(columns, header, mapped)
    return columns


def check(columns: dict[str, int], header: list[str], mapped: Mapping[str, str]) -> None:
    missing = [name for name in (*NEEDED, *mapped) if name not in columns]
    if "placed_at" not in columns and "placed_on" not in columns:
        missing.append("placed_on")
    if missing:
        words = _(
            "No column for %(missing)s. The file has: %(columns)s. Say which one it is with --map %(first)s=COLUMN."
        )
        raise Unreadable(words % {"missing": ", ".join(missing), "columns": ", ".join(header), "first": missing[0]})


def tidy(name: str) -> str:
    """Order-ID, "order id" and ORDER_ID are one name."""
    return re.sub(r"[^\w]+", "_", name.strip().lower()).strip("_")

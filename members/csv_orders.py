"""What the rows of a file say was bought: orders, their dates and their numbers, as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from loyalty_site.refusals import Refused
from members import finding
from members.csv_files import Row
from members.models import Order
from members.new_orders import NewOrder, fingerprint_of, rest_of, usual_end
from programs.calendar import A_DAY
from programs.earning import Line
from programs.models import Merchant

NOBODY = 0
Refusal = tuple[int, str]  # the row, and the words that say what to do
NOON = time(12)
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
DATE_FORMATS = ("%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日")
TIME_FORMATS = ("", " %H:%M", " %H:%M:%S")
SPACES = str.maketrans("", "", " \u00a0\u202f'’")
LONGEST = {"order_id": 80, "customer": 64, "channel": 40, "sku": 80, "category": 80}
SURELY_SHORT = min(LONGEST.values())


class BadRow(Refused):
    code = "bad-row"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What reading needs to know of the shop: its merchant, the codes of its locations, and the last date it takes."""

    merchant: Merchant
    locations: frozenset[str]
    latest: datetime


def sheet_of(merchant: Merchant, *, now: datetime) -> Sheet:
    return Sheet(merchant, frozenset(merchant.locations.values_list("code", flat=True)), now + A_DAY)


class Bought(NamedTuple):
    """An order as the file has it; `customer` is text, `member_id` whose it is, once known. `placed_at` is in UTC."""

    row: int
    customer: str
    reference: str
    amount: Decimal
    placed_at: datetime
    currency: str
    location: str
    channel: str
    lines: tuple[Line, ...]
    member_id: int = NOBODY
    edition: str = ""  # of an import that may be undone and come again

    def order(self) -> NewOrder:
        return NewOrder(
            reference=self.reference,
            member_id=self.member_id,
            amount=self.amount,
            source=Order.Source.IMPORT,
            placed_at=self.placed_at,
            currency=self.currency,
            location=self.location,
            channel=self.channel,
            lines=self.lines,
            edition=self.edition,
        )

    def fingerprint(self, member_id: int) -> str:
        """What the fingerprint of the member's `order()` is, without making the order: known files are read often."""
        rest = rest_of(self.order()) if self.lines else usual_end(self.currency, self.location, self.channel)
        return fingerprint_of(self.reference, member_id, self.amount, Order.Source.IMPORT, self.placed_at, rest)


def together(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows that follow each other and share an order_id are one order."""
    group: list[Row] = []
    for row in rows:
        if group and (not row.order_id or row.order_id != group[0].order_id):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def bought(rows: Sequence[Row], sheet: Sheet) -> Bought:
    """Make one order of the rows that share its number. Raises BadRow."""
    first, merchant = rows[0], sheet.merchant
    check(rows, sheet.locations)
    lines = tuple(line_of(row, merchant) for row in rows) if says_what(rows) else ()
    return Bought(
        first.number,
        customer_of(first.customer, merchant),
        first.order_id,
        sum((line.amount for line in lines), Decimal(0)) if lines else money(first.amount, merchant),
        placed_at(first, sheet),
        first.currency.upper(),
        first.location,
        first.channel,
        lines,
    )


def check(rows: Sequence[Row], locations: frozenset[str]) -> None:
    first = rows[0]
    if not first.order_id or not first.customer:
        raise BadRow(_("The order number or the customer is missing. Fill it in."))
    for row in rows:
        check_length(row)
    if len(rows) > 1 and any((row.customer, placed(row)) != (first.customer, placed(first)) for row in rows):
        raise BadRow(_("Rows of one order name different customers or dates. Give each order its own number."))
    if first.location and first.location not in locations:
        words = _("The location is none of this shop's: %(codes)s. Add it, or correct the column.")
        raise BadRow(words % {"codes": ", ".join(sorted(locations)) or "–"})


def check_length(row: Row) -> None:
    if len(row.order_id) + len(row.customer) + len(row.channel) + len(row.sku) + len(row.category) <= SURELY_SHORT:
        return
    for name, longest in LONGEST.items():
        if len(getattr(row, name)) > longest:
            words = _("The %(column)s is too long: at most %(longest)d letters.")
            raise BadRow(words % {"column": name, "longest": longest})


def customer_of(text: str, merchant: Merchant) -> str:
    """One spelling for one customer: e-mail in small letters, phone in the international form. Raises BadRow."""
    if text.startswith("+"):
        phone = finding.phone_or_none(text, merchant.country)
        if phone is None:
            raise BadRow(_("A phone number is not one. Write it with its country code, such as +48 601 234 567."))
        return phone
    return text.lower() if "@" in text else text


def says_what(rows: Sequence[Row]) -> bool:
    """Whether the file says what was bought, so that lines are worth keeping."""
    first = rows[0]
    return len(rows) > 1 or bool(first.sku or first.category or first.quantity)


def placed(row: Row) -> str:
    return row.placed_at or row.placed_on


def placed_at(row: Row, sheet: Sheet) -> datetime:
    """When the order was placed, in UTC; times without an offset, and days, are the merchant's. Raises BadRow."""
    text = placed(row)
    at = moment(text)
    if at is None:
        raise BadRow(_("The date cannot be read. Write it as 2026-03-31 or 2026-03-31 14:05."))
    if ":" not in text:
        at = datetime.combine(at, NOON)
    at = (at if at.tzinfo else at.replace(tzinfo=sheet.merchant.zone)).astimezone(UTC)
    if not EARLIEST <= at <= sheet.latest:
        raise BadRow(_("The date lies in the future or before 1970. Correct it."))
    return at


def moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return moment_in_words(text)


@lru_cache(maxsize=4096)
def moment_in_words(text: str) -> datetime | None:
    for date_format in DATE_FORMATS:
        for time_format in TIME_FORMATS:
            try:
                return datetime.strptime(text, date_format + time_format)  # noqa: DTZ007  the merchant's zone is added
            except ValueError:
                continue
    return None


def line_of(row: Row, merchant: Merchant) -> Line:
    return Line(row.sku, row.category, number(row.quantity or "1"), money(row.amount, merchant))


def money(text: str, merchant: Merchant) -> Decimal:
    return number(text.removesuffix(merchant.currency))


@lru_cache(maxsize=1 << 14)
def number(text: str) -> Decimal:
    """48.50, 48,50, 1 234,50, 1,234.50 and 1.234,50 are numbers; the last of two separators is the decimal one.

    Raises BadRow.
    """
    text = text.translate(SPACES)
    point = max(text.rfind("."), text.rfind(","))
    if point >= 0 and text.count(text[point]) == 1:
        whole, decimals = text[:point], text[point + 1 :]
        text = f"{whole.replace(',', '').replace('.', '')}.{decimals}"
    else:
        text = text.replace(",", "").replace(".", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= 10**9:
        raise BadRow(_("An amount or quantity is not a number. Write it as 48.50 or 48,50."))
    return value

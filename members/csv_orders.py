"""What the rows of a file say was bought: orders, their dates and their numbers, as people write them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from loyalty_site.refusals import Refused
from members import finding
from members.csv_files import Row
from members.models import Order
from members.new_orders import NewOrder
from programs.calendar import A_DAY
from programs.earning import Line
from programs.models import Merchant

NOON = time(12)
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
DATE_FORMATS = ("%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日")
TIME_FORMATS = ("", " %H:%M", " %H:%M:%S")
SPACES = str.maketrans("", "", "  \u202f'’")
LONGEST = {"order_id": 80, "customer": 64, "channel": 40, "sku": 80, "category": 80}


class BadRow(Refused):
    code = "bad-row"


@dataclass(frozen=True, slots=True)
class Bought:
    """An order as the file has it: who bought is text still."""

    row: int
    customer: str
    order: NewOrder


def order_of(rows: Sequence[Row], merchant: Merchant, locations: Collection[str], *, now: datetime) -> Bought:
    """Make one order of the rows that share its number. Raises BadRow."""
    first = rows[0]
    check(rows, locations)
    lines = tuple(line_of(row, merchant) for row in rows)
    order = NewOrder(
        reference=first["order_id"],
        member_id=0,
        amount=sum((line.amount for line in lines), Decimal(0)),
        source=Order.Source.IMPORT,
        placed_at=placed_at(first, merchant, now=now),
        currency=first["currency"].upper(),
        location=first["location"],
        channel=first["channel"],
        lines=lines if says_what(rows) else (),
    )
    return Bought(first.number, customer_of(first["customer"], merchant), order)


def check(rows: Sequence[Row], locations: Collection[str]) -> None:
    first = rows[0]
    if not first["order_id"] or not first["customer"]:
        raise BadRow(_("The order number or the customer is missing. Fill it in."))
    for name, longest in LONGEST.items():
        if any(len(row[name]) > longest for row in rows):
            words = _("The %(column)s is too long: at most %(longest)d letters.")
            raise BadRow(words % {"column": name, "longest": longest})
    if any((row["customer"], placed(row)) != (first["customer"], placed(first)) for row in rows[1:]):
        raise BadRow(_("Rows of one order name different customers or dates. Give each order its own number."))
    if first["location"] and first["location"] not in locations:
        words = _("The location is none of this shop's: %(codes)s. Add it, or correct the column.")
        raise BadRow(words % {"codes": ", ".join(sorted(locations)) or "–"})


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
    return len(rows) > 1 or any(rows[0][name] for name in ("sku", "category", "quantity"))


def placed(row: Row) -> str:
    return row["placed_at"] or row["placed_on"]


def placed_at(row: Row, merchant: Merchant, *, now: datetime) -> datetime:
    """When the order was placed; times without an offset, and days, are the merchant's. Raises BadRow."""
    text = placed(row)
    at = moment(text)
    if at is None:
        raise BadRow(_("The date cannot be read. Write it as 2026-03-31 or 2026-03-31 14:05."))
    if ":" not in text:
        at = datetime.combine(at, NOON)
    at = at if at.tzinfo else at.replace(tzinfo=merchant.zone)
    if not EARLIEST <= at <= now + A_DAY:
        raise BadRow(_("The date lies in the future or before 1970. Correct it."))
    return at


def moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for date_format in DATE_FORMATS:
        for time_format in TIME_FORMATS:
            try:
                return datetime.strptime(text, date_format + time_format)  # noqa: DTZ007  the merchant's zone is added
            except ValueError:
                continue
    return None


def line_of(row: Row, merchant: Merchant) -> Line:
    return Line(
        sku=row["sku"],
        category=row["category"],
        quantity=number(row["quantity"] or "1"),
        amount=number(row["amount"].removesuffix(merchant.currency)),
    )


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

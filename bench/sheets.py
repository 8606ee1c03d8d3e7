"""A shop's orders as a CSV file of any size, and terms with rules to evaluate them under; the same file each time."""

import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from programs import terms

SPAN = timedelta(days=350)
COLUMNS = ["order_id", "customer", "placed_at", "amount", "currency", "channel"]
PRICE = Decimal("12.34")
CHANNELS = ["store"] * 8 + ["web", "app"]

RULES: dict[str, Any] = {
    **terms.P0,
    "rules": [
        {
            "code": "double-tuesday",
            "name": "Double Tuesday",
            "when": {"weekdays": ["tue"], "min_amount": "20.00"},
            "give": {"multiplier": "2"},
        },
        {"code": "app", "name": "Ordered in the app", "when": {"channels": ["app"]}, "give": {"points": 5}},
    ],
}


def write(path: Path, *, orders: int, customers: int, now: datetime, first: int = 1) -> None:
    """Write so many orders, oldest first, as a shop system exports them: one row each."""
    with path.open("w", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(COLUMNS)
        sheet.writerows(rows(orders, customers, now, first))


def rows(orders: int, customers: int, now: datetime, first: int) -> Iterator[list[object]]:
    draw = random.Random(orders)
    step, begins_at = SPAN / orders, now.astimezone(UTC).replace(microsecond=0) - SPAN - timedelta(days=1)
    for number in range(orders):
        placed_at = f"{begins_at + step * number:%Y-%m-%d %H:%M:%S}+00:00"
        customer, cents = draw.randint(1, customers), int(draw.lognormvariate(8, 0.8))
        yield [100_000_000 + first + number, customer, placed_at, f"{cents / 100:.2f}", "PLN", draw.choice(CHANNELS)]

"""Where the new orders of a file wait, each member's together, until all of the file has been looked through.

Then every member's orders can be recorded in the order of their dates, whatever the order of the file, and with few
members in a transaction.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from members.csv_orders import Bought

BUCKET_BYTES = 2_000_000  # of the file, so about 30,000 orders that one process holds at a time
MOST_BUCKETS = 512  # files that are open at once


def bucket_count(path: Path) -> int:
    """How many buckets a file of this size needs; one that is not there is found to be missing elsewhere."""
    return min(path.stat().st_size // BUCKET_BYTES + 1, MOST_BUCKETS) if path.is_file() else 1


def shares_of(fresh: Sequence[Bought], count: int) -> list[bytes]:
    """Split orders into that many buckets, a member's always into the same; a stranger is told by the text."""
    shares: list[list[Bought]] = [[] for _ in range(count)]
    for one in fresh:
        shares[(one.member_id or zlib.crc32(one.customer.encode())) % count].append(one)
    return [pickle.dumps(share) if share else b"" for share in shares]


class Spool:
    """The buckets as files of a folder, which the caller removes."""

    def __init__(self, folder: Path, count: int) -> None:
        self.paths = [folder / str(number) for number in range(count)]
        self.open = ExitStack()
        self.files = [self.open.enter_context(path.open("wb")) for path in self.paths]

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.open.close()

    def add(self, shares: Sequence[bytes]) -> None:
        for file, share in zip(self.files, shares, strict=True):
            file.write(share)

    def filled(self) -> Iterator[Path]:
        """The buckets that hold anything, complete."""
        self.open.close()
        return (path for path in self.paths if path.stat().st_size)


def orders_in(bucket: Path) -> Iterator[Bought]:
    """All orders of a bucket, in the order of the file."""
    with bucket.open("rb") as file:
        while file.peek(1):
            yield from pickle.load(file)  # noqa: S301  our own words, from a process of our own

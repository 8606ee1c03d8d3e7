"""One run of an import: the file is looked through in blocks, then what is new is recorded, some members at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from members import csv_files, csv_orders
from members.importing import filled, spool
from members.importing.crew import crew
from members.importing.recording import record
from members.importing.sifting import sift
from members.importing.spool import Spool
from members.importing.tally import Imported
from programs.models import Merchant

BLOCK = 4_000  # lines
W = TypeVar("W")
D = TypeVar("D")


def import_orders(
    path: Path,
    *,
    merchant: Merchant,
    now: datetime,
    mapped: Mapping[str, str] | None = None,
    enrols: bool = True,
    is_dry: bool = False,
    processes: int = 1,
    after_step: Callable[[Imported], None] = lambda done: None,
) -> Imported:
    """Record every order of a file that is not known yet, in short transactions; again, and nothing changes.

    With `enrols`, unknown customers become members who joined with their first order. With `is_dry`, nothing is kept.
    Each member's orders are recorded by date, however many `processes` share the work; two or more need the caller to
    hold no transaction. Raises csv_files.Unreadable, nothing having been recorded.
    """
    done, buckets = Imported(), spool.bucket_count(path)
    look = partial(sift, sheet=csv_orders.sheet_of(merchant, now=now), buckets=buckets)
    work = partial(record, merchant=merchant, now=now, enrols=enrols, is_dry=is_dry)
    with TemporaryDirectory(prefix="import-") as folder, crew(processes, folder) as hands:
        with Spool(Path(folder), buckets) as waiting:
            for sifted in done_ahead(hands, look, csv_files.blocks_of(path, BLOCK, mapped), ahead=processes):
                waiting.add(sifted.shares)
                after_step(done.look(sifted))
        for recorded in done_ahead(hands, work, waiting.filled(), ahead=2 * processes):
            after_step(done.add(recorded))
    if done.new:
        filled.analyze()
    return done


def done_ahead(hands: Executor, work: Callable[[W], D], wanted: Iterable[W], *, ahead: int) -> Iterator[D]:
    """What came of each piece of work, in order, while some more are under way, but never many."""
    under_way: deque[Future[D]] = deque()
    for piece in wanted:
        under_way.append(hands.submit(work, piece))
        if len(under_way) > ahead:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()

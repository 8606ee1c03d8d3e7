"""One run of an import: the file is read in blocks; each is sifted, and what is new in it recorded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from datetime import datetime
from functools import partial
from pathlib import Path

from members import csv_files, csv_orders
from members.csv_files import Lines
from members.importing.crew import crew
from members.importing.recording import Recorded, record
from members.importing.sifting import Sifted, sift
from members.importing.tally import Imported
from programs.models import Merchant

BLOCK = 4_000  # lines


def import_orders(
    path: Path,
    *,
    merchant: Merchant,
    now: datetime,
    mapped: Mapping[str, str] | None = None,
    enrols: bool = True,
    is_dry: bool = False,
    processes: int = 1,
    after_block: Callable[[Imported], None] = lambda done: None,
) -> Imported:
    """Record every order of a file that is not known yet, in short transactions; again, and nothing changes.

    With `enrols`, unknown customers become members who joined with their first order. With `is_dry`, all is worked
    out and nothing is kept. Orders of one member keep the order of the file, however many `processes` share the work;
    two or more need the caller to hold no transaction. Raises csv_files.Unreadable for a file that cannot be read;
    what came before stays.
    """
    done, sheet = Imported(), csv_orders.sheet_of(merchant, now=now)
    blocks = csv_files.blocks_of(path, BLOCK, mapped)
    look = partial(sift, sheet=sheet, parts=processes)
    work = partial(record, merchant=merchant, now=now, enrols=enrols, is_dry=is_dry)
    with crew(processes) as hands:
        sifted_ahead = begun_ahead(hands, look, blocks, ahead=processes - 1)
        for sifted, recorded in worked_through(sifted_ahead, work, hands):
            done.add(sifted, recorded, is_dry=is_dry)
            after_block(done)
    return done


def worked_through(
    blocks: Iterator[Sifted], work: Callable[[bytes], Recorded], hands: Executor
) -> Iterator[tuple[Sifted, list[Recorded]]]:
    """Blocks in the order of the file, as they are done: a block begins when the one before is recorded."""
    begun: tuple[Sifted, list[Future[Recorded]]] | None = None
    for sifted in blocks:
        if begun:
            yield begun[0], [future.result() for future in begun[1]]
        begun = sifted, [hands.submit(work, part) for part in sifted.parts]
    if begun:
        yield begun[0], [future.result() for future in begun[1]]


def begun_ahead(
    hands: Executor, look: Callable[[Lines], Sifted], blocks: Iterator[Lines], *, ahead: int
) -> Iterator[Sifted]:
    """Blocks in the order of the file, sifted while others are recorded, but never more of them than a few."""
    waiting: deque[Future[Sifted]] = deque()
    for block in blocks:
        waiting.append(hands.submit(look, block))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()

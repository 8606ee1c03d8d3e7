"""Orders from a file, rules evaluated, beside statements that copy the same file into the same tables.

The bare floor writes orders and balances. The full one writes all that an order leaves behind: its entry, with an
explanation of the usual length, and its lot. Neither evaluates anything.
"""

import multiprocessing
import resource
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import psycopg
from django.db import connection, connections, transaction
from django.utils import timezone

from bench import live, people, sheets
from bench.imports_sql import BALANCES, ENTRIES, ORDERS, STAGE
from bench.report import Result
from loyalty_site.sql import rows
from members import importing, orders
from members.models import Account
from members.new_orders import NewOrder
from programs.models import Program

BATCH, BATCHES, FEW = 1_000, 5, 10
PROCESSES = 2
MILLION, AGAIN, TOGETHER = 1_000_000, 100_000, 5_000


def run(options: Namespace) -> list[Result]:
    count = int(MILLION * options.scale)
    with tempfile.TemporaryDirectory() as folder:
        full, bare = floor(folder, count // 4, with_entries=True), floor(folder, count // 4, with_entries=False)
        path, program = sheet(folder, count), ready("import", count)
        first, memory = imported(path, program, expected=f"{count:,} new, 0 known, 0 errors")
        people.settle_down()
        again, _ = imported(path, program, expected=f"0 new, {count:,} known, 0 errors")
        more = sheet(folder, count // 5, first=2 * MILLION)
        beside = live.beside(program, lambda: imported(more, program, expected="0 known, 0 errors"))
    name = f"import of {count:,} orders"
    return [
        Result(name, count / first, "/s", full, "COPY, orders, entries, lots, balances"),
        Result(f"{name}, the bare floor", count / first, "/s", bare, "COPY, orders, balances"),
        Result("the same file again", count / again, "/s", AGAIN, "at least"),
        Result("import: most memory of a process", memory, "MB", live.MEMORY_LIMIT, "at most", more_is_better=False),
        beside.results("import")[0],
        Result(
            "record_many, 1,000 at once, many members", recorded(program, members=BATCH), "/s", TOGETHER, "at least"
        ),
        Result("record_many, 1,000 at once, ten members", recorded(program, members=FEW), "/s", TOGETHER, "at least"),
    ]


def floor(folder: str, count: int, *, with_entries: bool) -> float:
    """Orders a second by statements alone. Of a quarter of the orders: fewer are quicker, so the floor gains by it."""
    program = ready(f"import-floor-{with_entries}", count)
    return count / by_hand(sheet(folder, count), program, with_entries=with_entries)


def sheet(folder: str, count: int, *, first: int = 1) -> Path:
    path = Path(folder) / f"{count}.csv"
    sheets.write(path, orders=count, customers=customers(count), now=timezone.now(), first=first)
    return path


def customers(count: int) -> int:
    return max(count // 10, 100)


def ready(slug: str, count: int) -> Program:
    program = people.shop(slug, members=customers(count), document=sheets.RULES)
    people.settle_down()
    return program


def by_hand(path: Path, program: Program, *, with_entries: bool) -> float:
    """Seconds that PostgreSQL needs for the file by itself, in one transaction."""
    parameters = {"merchant": program.merchant_id, "program": program.pk}
    start = time.perf_counter()
    with transaction.atomic():
        rows(STAGE)
        copy(path)
        rows(ORDERS, parameters)
        if with_entries:
            rows(ENTRIES, parameters)
        rows(BALANCES, parameters)
    return time.perf_counter() - start


def copy(path: Path) -> None:
    statement = "COPY staged FROM STDIN (FORMAT csv, HEADER)"
    with psycopg.Cursor(connection.connection) as cursor, cursor.copy(statement) as target, path.open("rb") as file:
        while block := file.read(1 << 18):
            target.write(block)


def imported(path: Path, program: Program, *, expected: str) -> tuple[float, float]:
    """Seconds and the most memory of a process, in MB, for an import in processes of its own."""

    def work() -> str:
        done = importing.import_orders(path, merchant=program.merchant, now=timezone.now(), processes=PROCESSES)
        return str(done)

    start = time.perf_counter()
    said, memory = apart(work)
    seconds = time.perf_counter() - start
    if expected not in said:
        raise SystemExit(f"the import said {said}, expected {expected}")
    return seconds, memory


def apart(work: Callable[[], str]) -> tuple[str, float]:
    """Run in a child: what it said, and the most memory that it or a child of its own took."""
    connections.close_all()
    receiver, sender = multiprocessing.get_context("fork").Pipe(duplex=False)

    def answer() -> None:
        said = work()
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sender.send((said, max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024))

    child = multiprocessing.get_context("fork").Process(target=answer)
    child.start()
    sender.close()
    said, memory = receiver.recv()
    child.join()
    return said, memory


def recorded(program: Program, *, members: int) -> float:
    """Orders a second of the call behind an import and a batch of the API, in one process."""
    ids = list(Account.objects.filter(program=program).order_by("-pk").values_list("member_id", flat=True)[:members])
    seconds = 0.0
    for batch in range(BATCHES):
        wanted = [bought(ids[n % len(ids)], f"{members}-{batch}-{n}", n) for n in range(BATCH)]
        start = time.perf_counter()
        orders.record_many(wanted, merchant=program.merchant, now=timezone.now())
        seconds += time.perf_counter() - start
    return BATCH * BATCHES / seconds


def bought(member_id: int, reference: str, number: int) -> NewOrder:
    return NewOrder(reference=reference, member_id=member_id, amount=number % 97 + sheets.PRICE, source="api")

"""Imports that die in the middle are completed by the next one: each test's name finishes "it …"."""

from __future__ import annotations

import time
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from bench import sheets
from members import importing
from members.importing import recording, running
from members.models import Account, PointsLot
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Merchant
from tests.faults import books, deaths, seeds

ORDERS = 600

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BLOCK", 100)
    monkeypatch.setattr(recording, "SLICE", 60)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    sheets.write(tmp_path / "orders.csv", orders=ORDERS, customers=50, now=NOW)
    return tmp_path / "orders.csv"


def open_shop() -> Merchant:
    return factories.shop(terms_document=sheets.RULES).merchant


def bring_in(path: Path, merchant: Merchant, processes: int = 1) -> str:
    return str(importing.import_orders(path, merchant=merchant, now=NOW, processes=processes))


def picture(merchant: Merchant) -> list[Any]:
    """What customers hold, without the numbers that only the database knows."""
    whose = "member__customer_number"
    accounts = Account.objects.filter(program__merchant=merchant).order_by(whose)
    lots = PointsLot.objects.filter(account__in=accounts).order_by(f"account__{whose}", "available_at", "points")
    return [
        *accounts.values_list(whose, "balance", "earned", "qualifying", "order_count", "order_total", "tier_code"),
        *lots.values_list(f"account__{whose}", "points", "remaining", "available_at", "expires_at"),
    ]


def children_of(process: BaseProcess) -> list[str]:
    """The processes that an import has begun, once it has."""
    begun = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not begun.read_text():
        assert process.is_alive(), process.exitcode
        time.sleep(0.01)
    return begun.read_text().split()


def is_alive(pid: str) -> bool:
    """Whether a process does anything still: the dead may stay in the table until somebody asks after them."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("seed", seeds.rounds(3))
def test_completes_an_import_that_died_at_any_moment(seed: str, path: Path) -> None:
    peaceful, merchant = open_shop(), open_shop()
    moments = deaths.moments_of(partial(bring_in, path, peaceful))
    died = deaths.end(deaths.start(partial(bring_in, path, merchant), dies_at=seeds.drawn(seed).randrange(moments)))
    assert died
    bring_in(path, merchant)
    assert bring_in(path, merchant) == f"{ORDERS} orders: 0 new, {ORDERS} known, 0 errors"
    assert picture(merchant) == picture(peaceful)
    books.assert_sound(merchant, now=NOW)


@pytest.mark.parametrize("seed", seeds.rounds(1))
def test_leaves_nobody_at_work_when_it_is_killed(seed: str, path: Path) -> None:
    peaceful, merchant = open_shop(), open_shop()
    bring_in(path, peaceful)
    process = deaths.start(partial(bring_in, path, merchant, 2), is_daemon=False)
    children = children_of(process)
    deaths.kill(process, after=seeds.drawn(seed).uniform(0, 0.5))
    process.join()
    deadline = time.monotonic() + deaths.PATIENCE
    while any(map(is_alive, children)):
        assert time.monotonic() < deadline, children
        time.sleep(0.1)
    bring_in(path, merchant, processes=2)
    assert picture(merchant) == picture(peaceful)
    books.assert_sound(merchant, now=NOW)

"""Imports of the browser that die in the middle, and their undoing: each test's name finishes "it …"."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from django.db import connections
from django.db.models import F

from bench import sheets
from loyalty_site import jobs
from loyalty_site.models import Job
from members.importing import arriving, work
from members.models import Account, Import, Order, Refund
from members.tests import factories, importing
from members.tests.factories import NOW
from programs.models import Role, Staff
from tests.faults import books, deaths
from tests.faults.test_import import picture

ORDERS = 240

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 60)


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    sheets.write(tmp_path / "orders.csv", orders=ORDERS, customers=30, now=NOW)
    return (tmp_path / "orders.csv").read_bytes()


def an_owner() -> Staff:
    return factories.staff(merchant=factories.shop(terms_document=sheets.RULES).merchant, role=Role.OWNER)


def drain(imported_id: int, minutes: int) -> None:
    """Work on the import's job, if it is open, later; what a dead worker had leased is free by then."""
    if job := arriving.job_of(Import.objects.get(pk=imported_id)):
        jobs.drain(job, clock=lambda: NOW + timedelta(minutes=minutes))


def work_with_deaths(imported: Import, draw: Random) -> Import:
    """Let workers die at moments of their work, one after the other, and one end it."""
    died = 0
    for minutes, most in enumerate((40, 150, 400, 400)):
        worker = deaths.start(partial(drain, imported.pk, minutes), dies_at=draw.randint(most // 4, most))
        died += deaths.end(worker)
    assert died
    connections.close_all()
    drain(imported.pk, 9)
    imported.refresh_from_db()
    assert Job.objects.filter(subject_id=imported.pk).exclude(state=Job.State.DONE).count() == 0
    return imported


@pytest.mark.parametrize("seed", [1, 2])
def test_records_each_order_once_although_workers_die(content: bytes, seed: int) -> None:
    wanted, owner = an_owner(), an_owner()
    importing.done(content, by=wanted, kind="orders")
    imported = importing.looked(content, by=owner, kind="orders")
    arriving.start(imported, by=owner, now=NOW)
    imported = work_with_deaths(imported, Random(seed))
    assert (imported.state, imported.done["new"]) == ("done", ORDERS)
    assert picture(owner.merchant) == picture(wanted.merchant)
    books.assert_sound(owner.merchant, now=NOW + timedelta(minutes=9))


@pytest.mark.parametrize("seed", [3, 4])
def test_takes_each_order_back_once_although_workers_die(content: bytes, seed: int) -> None:
    owner = an_owner()
    imported = importing.done(content, by=owner, kind="orders")
    arriving.undo(imported, by=owner, now=NOW)
    imported = work_with_deaths(imported, Random(seed))
    assert (imported.state, imported.undone["new"]) == ("undone", ORDERS)
    orders = Order.objects.filter(merchant=owner.merchant)
    assert not orders.exclude(refunded=F("amount")).exists()
    assert Refund.objects.filter(merchant=owner.merchant).count() == orders.exclude(amount=0).count()
    left = Account.objects.filter(program__merchant=owner.merchant).values_list("balance", "order_count", "order_total")
    assert set(left) == {(0, 0, 0)}
    assert not owner.merchant.members.present().exists()
    books.assert_sound(owner.merchant, now=NOW + timedelta(minutes=9))

"""Loading the demo shops: once, whole, and only where known passwords do no harm."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context

from django.conf import settings
from django.db import connection, connections

from demo import bean_and_leaf, cdnow_records, founding, life, nights, regular
from demo.founding import PASSWORD, PIN
from loyalty_site import clock
from loyalty_site.models import AuditEvent
from members.models import LedgerEntry
from programs import calendar
from programs.models import Merchant

SEED = "Bean & Leaf"
LOADED = "demo-loaded"
LOGINS = f"""
  Everybody below signs in with the password {PASSWORD}, and takes over a till with the PIN {PIN}
    owner      marta@beanandleaf.example     dashboard of Bean & Leaf
    manager    zofia@beanandleaf.example
    cashier    kuba@beanandleaf.example      till of Bean & Leaf
    owner      olivia@cdnow-records.example  dashboard of CDNOW Records
    operator   operator@regulars.example     /admin/
  A customer signs in by a code, which the demo shows at /demo/mail/
    customer   anna@poczta.example           her card at Bean & Leaf
"""


class CannotLoad(Exception):
    """The demo cannot be loaded; the text is one sentence that says what to do."""


def load() -> None:
    """Load what is missing, a process for each shop; a demo that was loaded on an earlier day stays as it is."""
    check_place()
    founding.user("operator@regulars.example", "Operator", is_staff=True, is_superuser=True)
    missing = [build for slug, build in SHOPS.items() if not is_loaded(slug)]
    if missing:
        side_by_side(missing)


def side_by_side(builds: Sequence[Callable[[], None]]) -> None:
    """Run each in a process of its own; the first that fails is raised here."""
    connections.close_all()  # a connection must not be shared with a child
    with ProcessPoolExecutor(len(builds), mp_context=get_context("fork")) as pool:
        for running in [pool.submit(build) for build in builds]:
            running.result()


def build_bean_and_leaf() -> None:
    hurry()
    seed(bean_and_leaf.SLUG, members=2_000, months=18)


def build_cdnow_records() -> None:
    hurry()
    now = clock.now()
    mark_loaded(cdnow_records.build(cdnow_records.SLUG, now=now), now)


def hurry() -> None:
    """Do not wait for the disk at every commit: what a power cut takes is loaded again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


SHOPS = {bean_and_leaf.SLUG: build_bean_and_leaf, cdnow_records.SLUG: build_cdnow_records}


def seed(slug: str, *, members: int, months: int) -> str:
    """Found a shop and live its past up to now; the answer says what came of it and how long it took."""
    check_place()
    if is_loaded(slug):
        raise CannotLoad(f"There is a shop at “{slug}” already; choose another --merchant.")
    started, now = time.monotonic(), clock.now()
    today = calendar.local_day(now, bean_and_leaf.ZONE)
    opens_on = calendar.add_months(today, -months)
    shop = bean_and_leaf.found(slug, opens_on=opens_on, today=today)
    anna = regular.anna(
        founding.user("anna@poczta.example", "Anna Kowalczyk", password=None), today=today, opens_on=opens_on
    )
    life.Life(shop, members=members, opens_on=opens_on, now=now, seed=SEED, regular=anna).live()
    mark_loaded(shop.merchant, now)
    return said(shop.merchant, time.monotonic() - started)


def check_place() -> None:
    if not settings.RELAXED:
        raise CannotLoad("Demo shops have passwords that everybody knows: they load with DEMO=1 or DEBUG=1 only.")


def is_loaded(slug: str) -> bool:
    merchant = Merchant.objects.filter(slug=slug).first()
    if merchant and not AuditEvent.objects.filter(merchant_id=merchant.pk, action=LOADED).exists():
        raise CannotLoad(f"The shop “{slug}” is only half loaded: start over with `make demo RESET=1`.")
    return merchant is not None


def mark_loaded(merchant: Merchant, now: datetime) -> None:
    nights.mailed(merchant)
    AuditEvent.objects.create(at=now, merchant_id=merchant.pk, action=LOADED, subject=merchant.slug)


def said(merchant: Merchant, seconds: float) -> str:
    members, bought = merchant.members.count(), merchant.orders.count()
    entries = LedgerEntry.objects.filter(program__merchant=merchant).count()
    return f"{merchant.name}: {members:,} members, {bought:,} orders, {entries:,} ledger entries in {seconds:.0f} s"

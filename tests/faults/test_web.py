"""Web servers that die in the middle of an order, while the shop sends it until it is answered: "it …"."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.utils import timezone

from members.models import LedgerEntry, Order
from members.tests import factories
from tests.faults import books, seeds
from tests.faults.shop_system import ShopSystem, amount_of
from tests.faults.site import Site, kill

ORDERS, AT_ONCE = 100, 4

pytestmark = pytest.mark.xdist_group("faults")


def assert_each_order_counts_once(shop: ShopSystem) -> None:
    """Every order was answered, is there once, and what was answered is what is in the books."""
    merchant = shop.program.merchant
    posted = LedgerEntry.objects.filter(program=shop.program, kind="earn").select_related("order")
    entries = {entry.order.reference: entry for entry in posted}
    assert len(entries) == posted.count() == Order.objects.filter(merchant=merchant).count() == len(shop.answers)
    for reference, answer in shop.answers.items():
        entry, (told,) = entries[reference], answer["entries"]
        assert (told["points"], told["balance"]) == (entry.points, entry.balance_after)
        assert entry.points >= amount_of(reference)
    books.assert_sound(merchant, now=timezone.now())


@pytest.mark.parametrize("seed", seeds.rounds(1))
def test_counts_each_order_once_though_web_processes_die(site: Site, seed: str) -> None:
    site.start_web("tests.faults.dying_web", MOMENTS="500")
    shop = ShopSystem(factories.shop(), port=site.port)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(shop.sends, map(str, range(ORDERS)), at_once=AT_ONCE)
        died = harass(site, shop, seeds.drawn(seed))
    sending.result()
    print(f"seed {seed}: {died} killed from outside, answers {dict(shop.statuses)}")
    assert shop.statuses["0"], "nothing died in the middle of an order"
    assert_each_order_counts_once(shop)


def harass(site: Site, shop: ShopSystem, dice: Random) -> int:
    """Kill a worker of gunicorn every now and then, wherever it is."""
    count = 0
    while not shop.over.wait(dice.uniform(0.5, 2)):
        workers = site.web_workers()
        if workers:
            kill(dice.choice(workers))
            count += 1
    return count

"""A small shop's story: each test's name finishes "it …"."""

from collections import Counter
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from demo import bean_and_leaf, cdnow_records, founding, life, loading, regular
from demo.bean_and_leaf import Shop
from loyalty_site.models import Job
from members import audit, chunks
from members.models import Account, Adjustment, LedgerEntry, Order, PointsLot
from programs import calendar
from reports.models import DailyKpi
from rewards.models import Redemption

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


def lived(slug: str, *, members: int, months: int) -> Shop:
    today = calendar.local_day(NOW, bean_and_leaf.ZONE)
    opens_on = calendar.add_months(today, -months)
    shop = bean_and_leaf.found(slug, opens_on=opens_on, today=today)
    anna = regular.anna(founding.user("anna@poczta.example", "Anna Kowalczyk"), today=today, opens_on=opens_on)
    life.Life(shop, members=members, opens_on=opens_on, now=NOW, seed="test", regular=anna).live()
    return shop


def told(shop: Shop) -> list[tuple[Any, ...]]:
    entries = LedgerEntry.objects.filter(program=shop.program).order_by("id")
    return list(entries.values_list("account__member__name", "kind", "points", "balance_after", "occurred_at"))


def test_lives_a_year_whose_books_balance() -> None:
    shop = lived("small", members=30, months=14)
    for first, last in chunks.ranges(shop.merchant.pk, None):
        assert audit.work(shop.merchant.pk, None, first, last, NOW)["unbalanced"] == 0
    kinds = Counter(LedgerEntry.objects.values_list("kind", flat=True))
    assert kinds.keys() >= {"earn", "redeem", "restore", "expire", "adjust", "clawback"}
    assert not Order.objects.filter(placed_at__gt=NOW).exists()
    assert not LedgerEntry.objects.filter(occurred_at__gt=NOW).exists()
    assert not PointsLot.objects.due(NOW).exists()
    assert Redemption.objects.filter(state="used").exists()
    assert Adjustment.objects.filter(state="waiting").count() == 1
    anna = Account.objects.get(member__email="anna@poczta.example", program=shop.program)
    assert anna.tier_code == "gold"
    assert anna.lots.pending(NOW).exists()
    assert anna.lots.spendable(NOW).filter(expires_at__lte=datetime(2026, 3, 31, 22, tzinfo=UTC)).exists()
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    assert DailyKpi.objects.filter(merchant=shop.merchant).count() > 400


def test_the_coffee_shop_has_a_sign_of_its_own() -> None:
    shop = bean_and_leaf.found("signed", opens_on=NOW.date(), today=NOW.date())
    assert shop.merchant.logo.digest == shop.merchant.logo_digest


def test_tells_the_same_story_from_the_same_seed() -> None:
    assert told(lived("first", members=12, months=2)) == told(lived("second", members=12, months=2))


def test_shifts_the_real_orders_by_whole_days() -> None:
    orders = cdnow_records.shifted(last_on=date(2026, 3, 9))
    assert (orders[0]["placed_on"], orders[-1]["placed_on"], len(orders)) == ("2024-09-10", "2026-03-09", 6919)


def test_refuses_to_load_where_passwords_matter(settings: Any) -> None:
    settings.RELAXED = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo")


def test_says_that_a_half_loaded_demo_must_start_over(settings: Any) -> None:
    settings.RELAXED = True
    bean_and_leaf.found(bean_and_leaf.SLUG, opens_on=date(2026, 1, 1), today=date(2026, 3, 10))
    with pytest.raises(CommandError, match="RESET=1"):
        call_command("load_demo")


def test_leaves_a_loaded_demo_as_it_is(settings: Any) -> None:
    settings.RELAXED = True
    for slug in (bean_and_leaf.SLUG, "cdnow-records"):
        loading.mark_loaded(bean_and_leaf.found(slug, opens_on=date(2026, 1, 1), today=date(2026, 3, 10)).merchant, NOW)
    said = StringIO()
    call_command("load_demo", stdout=said)
    assert "marta@beanandleaf.example" in said.getvalue()
    assert not Order.objects.exists()

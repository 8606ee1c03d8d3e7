"""The path of one ordinary order: each test's name finishes "it …"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from members import one_order, orders, refunds
from members.models import Account, LedgerEntry, Order, PointsLot, TierChange
from members.new_orders import NewOrder
from members.tests import factories
from programs import terms, versions
from programs.earning import Line
from programs.models import Program

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
LEVELS = [
    {"code": "bronze", "name": "Bronze", "at": 0, "multiplier": "1.0"},
    {"code": "silver", "name": "Silver", "at": 100, "multiplier": "1.2"},
    {"code": "gold", "name": "Gold", "at": 250, "multiplier": "1.5", "entry_gift": 30},
]
RULE = {"code": "beans", "name": "Beans", "when": {"categories": ["beans"]}, "give": {"multiplier": "2"}}

CAPPED = RULE | {"cap": {"points": 40, "per": "month"}}


def tiered(basis: str, window: dict[str, Any], **earning: Any) -> dict[str, Any]:
    tiers = {**terms.P0["tiers"], "basis": basis, "window": window, "levels": LEVELS}
    return {**terms.P0, "earning": {**terms.P0["earning"], **earning}, "tiers": tiers, "rules": [RULE]}


TERMS = [
    terms.P0,
    tiered("points", {"kind": "rolling", "months": 1}),
    tiered("spend", {"kind": "calendar_year"}, carry_over=True, per="7.00"),
    tiered("visits", {"kind": "lifetime"}, pending_days=3),
    {key: part for key, part in terms.P0.items() if key != "tiers"},
    tiered("points", {"kind": "rolling", "months": 2}, cap={"points": 90, "per": "day"}) | {"rules": [CAPPED]},
    tiered("spend", {"kind": "rolling", "months": 1}) | {"paused": True},
    tiered("points", {"kind": "rolling", "months": 1}) | {"closing": {"last_day": "2026-03-20"}},
    tiered("visits", {"kind": "lifetime"})
    | {"closing": {"last_day": "2026-03-11", "points": "until", "until": "2026-04-30"}},
]


@dataclass(frozen=True)
class Visit:
    """An order some hours after the last one, perhaps with beans, perhaps brought back in part, perhaps sent late."""

    hours: int
    cents: int
    has_beans: bool
    refunded: int
    minutes_late: int


VISITS = st.lists(
    st.builds(
        Visit,
        hours=st.sampled_from([0, 1, 7, 30, 24 * 9, 24 * 20, 24 * 200]),
        cents=st.integers(0, 9_000),
        has_beans=st.booleans(),
        refunded=st.sampled_from([0, 0, 0, 50, 100]),
        minutes_late=st.sampled_from([0, 0, 0, 5, 90, 60 * 24 * 3]),
    ),
    max_size=12,
)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to make the example smaller would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(visits=VISITS, document=st.sampled_from(TERMS))
def test_writes_what_the_path_of_a_batch_writes(visits: list[Visit], document: dict[str, Any]) -> None:
    alone, batch = (
        factories.account(program=factories.shop(terms_document=document), now=START - timedelta(days=400))
        for _ in range(2)
    )
    now = START
    for n, visit in enumerate(visits):
        now += timedelta(hours=visit.hours)
        for account in (alone, batch):
            new = order_of(visit, account, f"O{n}", now=now)
            if account is alone:
                orders.record(new, merchant=account.program.merchant, now=now)
            else:
                orders.record_many([new], merchant=account.program.merchant, now=now)
            bring_back(visit, new, account.program, now=now)
        assert written(alone) == written(batch)


def order_of(visit: Visit, account: Account, reference: str, *, now: datetime) -> NewOrder:
    amount = Decimal(visit.cents) / 100
    return NewOrder(
        reference=reference,
        member_id=account.member_id,
        amount=amount,
        placed_at=now - timedelta(minutes=visit.minutes_late),
        lines=(Line(category="beans", amount=amount),) if visit.has_beans else (),
    )


def bring_back(visit: Visit, new: NewOrder, program: Program, *, now: datetime) -> None:
    back = (new.amount * visit.refunded / 100).quantize(Decimal("0.01"))
    if back:
        refund = refunds.NewRefund(reference=f"R{new.reference}", order_reference=new.reference, amount=back)
        refunds.refund(refund, merchant=program.merchant, now=now)


def written(account: Account) -> list[Any]:
    """Everything that the ledger knows of an account, without the numbers of rows and what they point to."""
    own = {"id", "account_id", "member_id", "program_id", "merchant_id", "version_id", "order_id", "entry_id"}
    own |= {"posted_at", "recorded_at", "qualifying_version_id", "fingerprint"}
    tables = [
        Account.objects.filter(pk=account.pk),
        Order.objects.filter(member=account.member_id).order_by("id"),
        LedgerEntry.objects.filter(account=account).order_by("id"),
        PointsLot.objects.filter(account=account).order_by("entry_id"),
        TierChange.objects.filter(account=account).order_by("id"),
    ]
    found = [[{key: row[key] for key in row.keys() - own - {"explain"}} for row in table.values()] for table in tables]
    for row in found[2]:
        row["reference"] = row["reference"].replace(f":{account.pk}:", ":")  # of the gift of a tier
    return found


def recorded_here(account: Account, amount: str = "60.00", **fields: Any) -> one_order.Recorded | None:
    new = NewOrder(
        reference=fields.pop("reference", "O1"), member_id=account.member_id, amount=Decimal(amount), **fields
    )
    return one_order.record(new, merchant=account.program.merchant, now=START)


@pytest.mark.parametrize("document", TERMS)
def test_takes_an_ordinary_order(document: dict[str, Any]) -> None:
    account = factories.account(program=factories.shop(terms_document=document))
    recorded = recorded_here(account)
    assert recorded is not None
    assert LedgerEntry.objects.get().pk == recorded.outcomes[0].entry_id
    assert Order.objects.get().pk == recorded.order_id


def test_earns_in_every_running_program() -> None:
    points = factories.shop()
    factories.program(merchant=points.merchant, code="more")
    account = factories.account(program=points)
    recorded = recorded_here(account)
    assert recorded is not None
    assert [outcome.points for outcome in recorded.outcomes] == [60, 60]


def test_counts_an_order_of_nothing_as_a_visit_ever_after() -> None:
    account = factories.account(program=factories.shop(terms_document=TERMS[3]))
    for n in range(3):
        assert recorded_here(account, "0.00", reference=f"O{n}")
    account.refresh_from_db()
    assert account.qualifying == 3
    factories.order(account, "0.00", at=START - timedelta(days=2), now=START)
    account.refresh_from_db()
    assert account.qualifying == 4


def test_leaves_an_order_that_is_known_or_of_another_day_or_of_a_stranger() -> None:
    account = factories.account(program=factories.shop())
    assert recorded_here(account)
    assert recorded_here(account) is None
    assert recorded_here(account, reference="O2", placed_at=START - timedelta(days=1)) is None
    assert recorded_here(account, reference="O3", placed_at=START + timedelta(hours=1)) is None
    stranger = factories.account(program=factories.shop())
    new = NewOrder(reference="O4", member_id=stranger.member_id, amount=Decimal(5))
    assert one_order.record(new, merchant=account.program.merchant, now=START) is None
    assert Order.objects.count() == 1


def test_leaves_terms_that_look_further_back() -> None:
    capped = {**terms.P0, "rules": [RULE | {"cap": {"points": 500, "per": "lifetime"}}]}
    asleep = {**terms.P0, "expiry": {"kind": "inactivity", "months": 6}}
    for document in (capped, asleep):
        assert recorded_here(factories.account(program=factories.shop(terms_document=document))) is None


def test_notices_a_version_that_was_published_meanwhile() -> None:
    account = factories.account(program=factories.shop())
    assert recorded_here(account)
    double = {**terms.P0, "earning": {**terms.P0["earning"], "points": 2}}
    versions.publish(account.program, double, effective_at=START - timedelta(hours=1), author=None)
    assert recorded_here(account, reference="O2") is None
    recorded = recorded_here(account, reference="O3")
    assert recorded is not None
    assert recorded.outcomes[0].points == 120


def test_leaves_an_order_that_a_refund_waits_for() -> None:
    account = factories.account(program=factories.shop())
    refund = refunds.NewRefund(reference="R1", order_reference="O1", amount=Decimal("20.00"))
    refunds.record(refund, merchant=account.program.merchant, now=START)
    assert recorded_here(account) is None


def test_goes_on_while_another_program_is_only_a_draft() -> None:
    program = factories.shop()
    Program.objects.create(merchant=program.merchant, name="Stamps", code="stamps")
    order = NewOrder(reference="O1", member_id=factories.account(program=program).member_id, amount=Decimal(10))
    assert one_order.record(order, merchant=program.merchant, now=START)


def test_goes_on_beside_a_program_that_closed_before_the_member_joined() -> None:
    program = factories.shop()
    closing = {"closing": {"last_day": "2026-03-01"}}
    factories.program(merchant=program.merchant, code="stamps", terms_document=terms.P0 | closing)
    member = factories.member(merchant=program.merchant, now=START)
    order = NewOrder(reference="O1", member_id=member.pk, amount=Decimal(10))
    found = one_order.record(order, merchant=program.merchant, now=START)
    assert found is not None
    assert [outcome.points for outcome in found.outcomes] == [10]

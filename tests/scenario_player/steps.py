"""The steps of a story: each calls the function that the doors call, with the stage's clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from loyalty_site import jobs
from members import adjusting, blocking, crediting, erasing, events, following, orders, refunds, tiering
from members.events import NewEvent, ReportedEvent
from members.merging import apart, together
from members.models import Adjustment, LedgerEntry, Member, Merge
from members.new_orders import NewOrder
from members.refunds import BroughtBack, NewRefund, RecordedRefund
from members.refusals import Waiting
from members.segments import put_into
from programs import calendar, versions
from programs.earning import Line
from programs.models import Location, ProgramVersion
from rewards import redeeming
from rewards.models import Redemption
from tests.scenario_player.stage import Stage
from tests.scenario_player.story import Unknown, call, merged

A_DAY = timedelta(days=1)
NIGHT = tuple(settings.JOB_KINDS)


def order(
    stage: Stage,
    id: str,  # noqa: A002 (the key of the format)
    member: str,
    amount: str,
    placed_at: str | None = None,
    currency: str = "",
    points_money: str = "0",
    gift_card: str = "0",
    shipping: str = "0",
    location: str = "",
    channel: str = "",
    lines: list[dict[str, Any]] | None = None,
) -> orders.RecordedOrder:
    if location:
        Location.objects.get_or_create(merchant=stage.merchant, code=location, defaults={"name": location.title()})
    new = NewOrder(
        reference=str(id),
        member_id=stage.member(member).pk,
        amount=Decimal(amount),
        source="api",
        placed_at=stage.instant(placed_at) if placed_at else stage.now,
        currency=currency,
        points_money=Decimal(points_money),
        gift_card=Decimal(gift_card),
        shipping=Decimal(shipping),
        location=location,
        channel=channel,
        lines=tuple(call(line, given, "line") for given in lines or []),
    )
    return orders.record(new, merchant=stage.merchant, now=stage.now)


def line(sku: str = "", category: str = "", quantity: int | str = 1, amount: str = "0") -> Line:
    return Line(sku=sku, category=category, quantity=Decimal(quantity), amount=Decimal(amount))


def refund(
    stage: Stage,
    id: str,  # noqa: A002 (as above)
    order: str,
    amount: str,
    lines: list[dict[str, Any]] | None = None,
) -> RecordedRefund:
    new = NewRefund(
        reference=str(id),
        order_reference=str(order),
        amount=Decimal(amount),
        lines=tuple(call(returned_line, given, "line") for given in lines or []),
        source="api",
    )
    return refunds.refund(new, merchant=stage.merchant, now=stage.now)


def returned_line(sku: str, quantity: int | str | None = None, amount: str | None = None) -> BroughtBack:
    numbers = {"quantity": quantity, "amount": amount}
    return BroughtBack(sku=sku, **{name: Decimal(n) for name, n in numbers.items() if n is not None})


def enrol(stage: Stage, member: str, born_on: str = "") -> Member:
    person = stage.member(member)
    person.born_on = date.fromisoformat(born_on) if born_on else None
    person.save()
    return person


def event(
    stage: Stage,
    id: str,  # noqa: A002 (as above)
    member: str,
    event: str,
    friend: str = "",
    occurred_at: str = "",
) -> ReportedEvent:
    new = NewEvent(
        reference=str(id),
        member=stage.member(member),
        event=event,
        referred=stage.member(friend) if friend else None,
        occurred_at=stage.instant(occurred_at) if occurred_at else None,
        source="api",
    )
    return events.report(new, merchant=stage.merchant, now=stage.now)


def segments(stage: Stage, member: str, are: list[str], by: str) -> Member:
    return put_into(stage.member(member), are, by=stage.person(by), now=stage.now)


def block(stage: Stage, member: str, by: str, reason: str) -> Member:
    return blocking.block(stage.member(member), reason, by=stage.person(by), now=stage.now)


def unblock(stage: Stage, member: str, by: str) -> Member:
    return blocking.unblock(stage.member(member), by=stage.person(by), now=stage.now)


def credit(stage: Stage, member: str, points: int, through: str = "terms", reason: str = "credit") -> LedgerEntry:
    return crediting.credit(
        account=stage.account(member),
        points=points,
        reason=reason,
        reference=f"credit-{next(stage.numbers)}",
        now=stage.now,
        through=through if through in ("terms", "never") else date.fromisoformat(through),  # type: ignore[arg-type]
    )


def redeem(stage: Stage, member: str, reward: str, as_: str = "") -> Redemption:
    name = as_ or f"redemption-{next(stage.numbers)}"
    account, wanted = stage.account(member), stage.reward(reward)
    redemption = redeeming.redeem(account=account, reward=wanted, reference=name, now=stage.now)
    stage.redemptions[name] = redeeming.use(redemption, by=stage.person("till"), now=stage.now)
    return redemption


def cancel(stage: Stage, redemption: str) -> Redemption:
    return redeeming.cancel(stage.redemptions[redemption], now=stage.now)


def adjust(stage: Stage, member: str, points: int, by: str, reason: str = "") -> Adjustment:
    adjustment = adjusting.adjust(
        account=stage.account(member),
        points=points,
        reason=reason,
        by=stage.person(by),
        reference=f"adjustment-{next(stage.numbers)}",
        now=stage.now,
    )
    stage.last_adjustment = adjustment
    if adjustment.state == Adjustment.State.WAITING:
        raise Waiting.for_approval(adjustment.author.points_per_adjustment)
    return adjustment


def approve(stage: Stage, adjustment: str, by: str) -> Adjustment:
    if adjustment != "last" or stage.last_adjustment is None:
        raise Unknown(f"approve: no adjustment {adjustment}")
    return adjusting.decide(adjustment=stage.last_adjustment, by=stage.person(by), is_approved=True, now=stage.now)


def publish(
    stage: Stage, terms: dict[str, Any], effective: str = "now", moves_tiers: str = "review", notifies: bool = False
) -> ProgramVersion:
    stage.document = merged(stage.document, terms)
    effective_at = stage.now if effective == "now" else stage.instant(effective)
    way = versions.Way(moves_tiers, notifies)
    return versions.publish(stage.program, stage.document, effective_at=effective_at, author=None, way=way)


def pin_tier(stage: Stage, member: str, tier: str, until: str, by: str, reason: str) -> None:
    account, last_day = stage.account(member), date.fromisoformat(until)
    tiering.pin(account, tier, until=last_day, by=stage.person(by), reason=reason, now=stage.now)


def erase(stage: Stage, member: str, by: str = "") -> Member:
    if member in stage.erased:
        return erasing.leave(stage.erased[member], now=stage.now)
    person = stage.member(member)
    gone = erasing.erase(person, by=stage.person(by), now=stage.now) if by else erasing.leave(person, now=stage.now)
    stage.erased[member] = gone
    return gone


def merge(stage: Stage, from_: str, into: str, by: str) -> Merge:
    made = together.merge(stage.member(from_), into=stage.member(into), by=stage.person(by), now=stage.now)
    stage.merges[from_] = made
    return made


def undo_merge(stage: Stage, from_: str, by: str) -> Merge:
    if from_ not in stage.merges:
        raise Unknown(f"undo_merge: {from_} was not merged")
    return apart.undo(stage.merges[from_], by=stage.person(by), now=stage.now)


def run(stage: Stage, kinds: str) -> None:
    """Do the work of a night, or one kind of it, after a sweep has looked for what versions ask for."""
    following.sweep(now=stage.now)
    for kind in NIGHT if kinds == "nightly" else (kinds,):
        if kind not in NIGHT:
            raise Unknown(f"run: nothing is called {kind}")
        closed = calendar.local_day(stage.now, stage.merchant.zone) - A_DAY
        job = jobs.open_job(kind, stage.merchant.pk, closed, again=True)
        done = jobs.drain(job, clock=lambda: stage.now)
        assert done.state == "done", done.error


STEPS: dict[str, Callable[..., Any]] = {
    step.__name__: step
    for step in (
        order,
        refund,
        enrol,
        event,
        segments,
        block,
        unblock,
        credit,
        redeem,
        cancel,
        adjust,
        approve,
        publish,
        pin_tier,
        erase,
        merge,
        undo_merge,
        run,
    )
}

"""Plays worked scenarios: a YAML file is one story, told through the functions that the doors call, with its own clock.

A step, a key or an expectation that the player does not know is an error, never skipped.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from loyalty_site import jobs
from loyalty_site.models import User
from loyalty_site.refusals import Refused
from members import adjusting, audit, balances, crediting, enrolling, orders, refunds, tiering
from members.models import Account, Adjustment, Member
from members.new_orders import NewOrder
from members.refunds import NewRefund
from members.refusals import Waiting
from programs import calendar, terms, versions
from programs.earning import Line
from programs.models import Location, Merchant, Program, Role, Staff
from rewards import redeeming
from rewards.models import Redemption, Reward

A_DAY = timedelta(days=1)
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
NIGHT = tuple(settings.JOB_KINDS)


class Unknown(Exception):
    """The story uses a word that the player does not know."""


class PlainLoader(yaml.SafeLoader):
    """Dates stay text, so that the player reads them in the merchant's zone."""


PlainLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(path: Path) -> dict[str, Any]:
    story: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)  # noqa: S506 (a SafeLoader)
    return story


def merged(base: Any, change: Any) -> Any:
    """Lay a change over a document key by key; lists, and parts that name their kind, replace."""
    if not isinstance(base, dict) or not isinstance(change, dict) or "kind" in change:
        return change
    return base | {key: merged(base.get(key), value) for key, value in change.items()}


def call(function: Callable[..., Any], arguments: dict[str, Any], where: str) -> Any:
    """Call with exactly the keys that the function names."""
    known = inspect.signature(function).parameters
    names = {f"{key}_" if f"{key}_" in known else key: value for key, value in arguments.items()}
    strange = set(names) - set(known)
    missing = {name for name, parameter in known.items() if parameter.default is parameter.empty} - set(names)
    if strange or missing:
        raise Unknown(f"{where}: unknown {sorted(strange)}, missing {sorted(missing)}")
    return function(**names)


class Player:
    """One story being played: who there is, what time it is, and what the last step did."""

    def __init__(self, story: dict[str, Any]) -> None:
        call(self.prepare, story, "story")

    def prepare(
        self,
        title: str,
        steps: list[dict[str, Any]],
        merchant: dict[str, str] | None = None,
        terms: dict[str, Any] | None = None,
        staff: dict[str, dict[str, Any]] | None = None,
        rewards: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        self.title, self.steps = title, steps
        self.now = BEFORE_ALL
        self.numbers = count(1)
        self.redemptions: dict[str, Redemption] = {}
        self.last_adjustment: Adjustment | None = None
        call(self.open_shop, merchant or {}, "merchant")
        self.publish_first(terms or {})
        for name, fields in (staff or {}).items():
            call(self.hire, {"name": name} | fields, f"staff {name}")
        for name, fields in (rewards or {}).items():
            call(self.offer, {"name": name} | fields, f"reward {name}")

    def open_shop(self, zone: str = "Europe/Warsaw", currency: str = "PLN") -> None:
        self.merchant = Merchant.objects.create(
            name=self.title[:80], slug=f"story-{Merchant.objects.count()}", zone_name=zone, currency=currency
        )

    def publish_first(self, change: dict[str, Any]) -> None:
        self.document = merged(terms.P0, change)
        self.program = Program.objects.create(merchant=self.merchant, name="Points", code="points")
        versions.publish(self.program, self.document, effective_at=BEFORE_ALL, author=None)

    def play(self) -> None:
        for number, step in enumerate(self.steps, 1):
            self.step(dict(step), where=f"step {number} {step}")

    def step(self, step: dict[str, Any], *, where: str) -> None:
        if "at" in step:
            self.now = self.instant(step.pop("at"))
        expected = step.pop("expect", None)
        if len(step) > 1 or not (step or expected):
            raise Unknown(f"{where}: a step does one thing")
        result: Any = None
        for verb, body in step.items():
            action = getattr(self, f"do_{verb}", None)
            if action is None:
                raise Unknown(f"{where}: no step is called {verb}")
            result = self.attempt(action, body, where)
        if step and isinstance(result, Refused) and "refused" not in (expected or {}):
            raise AssertionError(f"{where}: refused as {result.code}: {result.words}") from result
        for key, value in (expected or {}).items():
            self.check(key, value, result, expected or {}, where)

    def attempt(self, action: Callable[..., Any], body: Any, where: str) -> Any:
        try:
            return call(action, body, where) if isinstance(body, dict) else action(body)
        except Refused as refusal:
            return refusal

    # --- who and when ---------------------------------------------------------------------------------------------

    def instant(self, text: str) -> datetime:
        if text.endswith("Z"):
            return datetime.fromisoformat(text)
        return datetime.fromisoformat(text).replace(tzinfo=self.merchant.zone)

    def member(self, name: str) -> Member:
        known = self.merchant.members.filter(customer_number=name).first()
        person = enrolling.NewMember(name=name.title(), customer_number=name)
        return known or enrolling.enrol(person, merchant=self.merchant, now=self.now)

    def account(self, name: str) -> Account:
        return Account.objects.get(member=self.member(name), program=self.program)

    def hire(
        self, name: str, role: str = "cashier", adjust_limit: int | None = None, adjust_limit_day: int | None = None
    ) -> Staff:
        return Staff.objects.create(
            merchant=self.merchant,
            user=User.objects.create_user(f"{name}-{self.merchant.pk}@example.com", name=name.title()),
            role=Role[role.upper()],
            adjust_limit=adjust_limit,
            adjust_limit_day=adjust_limit_day,
        )

    def person(self, name: str) -> Staff:
        email = f"{name}-{self.merchant.pk}@example.com"
        return self.merchant.staff.filter(user__email=email).first() or self.hire(name)

    def offer(
        self,
        name: str,
        price: int = 100,
        stock: int | None = None,
        per_member: dict[str, Any] | None = None,
        min_tier: str = "",
    ) -> Reward:
        limits = per_member or {}
        if set(limits) - {"times", "per"}:
            raise Unknown(f"reward {name}: per_member takes times and per")
        return Reward.objects.create(
            merchant=self.merchant,
            program=self.program,
            name=name,
            points_price=price,
            stock=stock,
            limit_times=limits.get("times"),
            limit_per=limits.get("per", Reward.Period.LIFETIME),
            min_tier=min_tier,
        )

    def reward(self, name: str) -> Reward:
        return self.merchant.rewards.filter(name=name).first() or self.offer(name)

    # --- steps ----------------------------------------------------------------------------------------------------

    def do_order(
        self,
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
            Location.objects.get_or_create(merchant=self.merchant, code=location, defaults={"name": location.title()})
        return orders.record(
            NewOrder(
                reference=str(id),
                member_id=self.member(member).pk,
                amount=Decimal(amount),
                source="api",
                placed_at=self.instant(placed_at) if placed_at else self.now,
                currency=currency,
                points_money=Decimal(points_money),
                gift_card=Decimal(gift_card),
                shipping=Decimal(shipping),
                location=location,
                channel=channel,
                lines=tuple(call(line, given, "line") for given in lines or []),
            ),
            merchant=self.merchant,
            now=self.now,
        )

    def do_credit(self, member: str, points: int, through: str = "terms", reason: str = "credit") -> Any:
        return crediting.credit(
            account=self.account(member),
            points=points,
            reason=reason,
            reference=f"credit-{next(self.numbers)}",
            now=self.now,
            through=through if through in ("terms", "never") else date.fromisoformat(through),  # type: ignore[arg-type]
        )

    def do_redeem(self, member: str, reward: str, as_: str = "") -> Redemption:
        name = as_ or f"redemption-{next(self.numbers)}"
        redemption = redeeming.redeem(
            account=self.account(member), reward=self.reward(reward), reference=name, now=self.now
        )
        self.redemptions[name] = redeeming.use(redemption, by=self.person("till"), now=self.now)
        return redemption

    def do_cancel(self, redemption: str) -> Redemption:
        return redeeming.cancel(self.redemptions[redemption], now=self.now)

    def do_refund(self, id: str, order: str, amount: str) -> refunds.RecordedRefund:  # noqa: A002 (as above)
        new = NewRefund(reference=str(id), order_reference=str(order), amount=Decimal(amount), source="api")
        return refunds.refund(new, merchant=self.merchant, now=self.now)

    def do_adjust(self, member: str, points: int, by: str, reason: str = "") -> Adjustment:
        self.last_adjustment = adjusting.adjust(
            account=self.account(member),
            points=points,
            reason=reason,
            by=self.person(by),
            reference=f"adjustment-{next(self.numbers)}",
            now=self.now,
        )
        if self.last_adjustment.state == Adjustment.State.WAITING:
            raise Waiting.for_approval(self.last_adjustment.author.points_per_adjustment)
        return self.last_adjustment

    def do_approve(self, adjustment: str, by: str) -> Adjustment:
        if adjustment != "last" or self.last_adjustment is None:
            raise Unknown(f"approve: no adjustment {adjustment}")
        return adjusting.decide(adjustment=self.last_adjustment, by=self.person(by), is_approved=True, now=self.now)

    def do_publish(self, terms: dict[str, Any], effective: str = "now") -> Any:
        self.document = merged(self.document, terms)
        effective_at = self.now if effective == "now" else self.instant(effective)
        return versions.publish(self.program, self.document, effective_at=effective_at, author=None)

    def do_pin_tier(self, member: str, tier: str, until: str, by: str, reason: str) -> None:
        tiering.pin(
            self.account(member),
            tier,
            until=date.fromisoformat(until),
            by=self.person(by),
            reason=reason,
            now=self.now,
        )

    def do_run(self, kinds: str) -> None:
        for kind in NIGHT if kinds == "nightly" else (kinds,):
            if kind not in NIGHT:
                raise Unknown(f"run: nothing is called {kind}")
            closed = calendar.local_day(self.now, self.merchant.zone) - A_DAY
            job = jobs.open_job(kind, self.merchant.pk, closed, again=True)
            done = jobs.drain(job, clock=lambda: self.now)
            assert done.state == "done", done.error

    # --- expectations ---------------------------------------------------------------------------------------------

    def check(self, key: str, value: Any, result: Any, expected: dict[str, Any], where: str) -> None:
        found = self.found(key, value, result, expected, where)
        assert found == value, f"{where}: {key} is {found}, expected {value}"

    def found(self, key: str, value: Any, result: Any, expected: dict[str, Any], where: str) -> Any:
        match key:
            case "member":
                return value
            case "points":
                return result.points
            case "refused":
                return result.code if isinstance(result, Refused) else None
            case "draws":
                return [draw.points for draw in result.entry.draws.order_by("id")]
            case "books":
                return {name: getattr(audit.books(self.program), name, None) for name in value}
            case _ if "member" in expected:
                return self.holding(key, expected["member"], where)
        raise Unknown(f"{where}: cannot expect {key}")

    def holding(self, key: str, name: str, where: str) -> Any:
        account = self.account(name)
        holding = balances.holding(account, now=self.now)
        match key:
            case "spendable" | "pending" | "debt":
                return getattr(holding, key)
            case "balance":
                return account.balance
            case "tier":
                return account.tier_code
            case "qualifying":
                return int(account.qualifying)
            case "lots":
                return [[lot.remaining, self.valid_through(lot.expires_at)] for lot in holding.lots]
            case "entries":
                moved = account.entries.exclude(points=0).order_by("id")
                return [list(entry) for entry in moved.values_list("kind", "points")]
        raise Unknown(f"{where}: cannot expect {key} of a member")

    def valid_through(self, expires_at: datetime | None) -> str:
        if expires_at is None:
            return "never"
        last = calendar.local_day(expires_at, self.merchant.zone)
        return (date.fromordinal(last.toordinal() - 1)).isoformat()


def line(sku: str = "", category: str = "", quantity: int | str = 1, amount: str = "0") -> Line:
    return Line(sku=sku, category=category, quantity=Decimal(quantity), amount=Decimal(amount))

"""The stage of one story: the shop and its people, who come into being when first named, and the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

from loyalty_site.models import User
from members import enrolling
from members.models import Account, Adjustment, Member, Merge
from members.refusals import UnknownMember
from programs import terms, versions
from programs.models import Merchant, Program, Role, Staff
from rewards.models import Redemption, Reward
from tests.scenario_player.story import Unknown, call, merged

BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)


class Stage:
    """Who there is, what time it is, and what steps refer back to."""

    def __init__(self, title: str, merchant: dict[str, str], change: dict[str, Any]) -> None:
        self.now = BEFORE_ALL
        self.numbers = count(1)
        self.redemptions: dict[str, Redemption] = {}
        self.erased: dict[str, Member] = {}
        self.last_adjustment: Adjustment | None = None
        self.merges: dict[str, Merge] = {}
        self.merchant: Merchant = call(partial(open_shop, title), merchant, "merchant")
        self.document = merged(terms.P0, change)
        self.program = Program.objects.create(merchant=self.merchant, name="Points", code="points")
        versions.publish(self.program, self.document, effective_at=BEFORE_ALL, author=None)

    def instant(self, text: str) -> datetime:
        """Read a time: local to the merchant unless it ends in Z."""
        if text.endswith("Z"):
            return datetime.fromisoformat(text)
        return datetime.fromisoformat(text).replace(tzinfo=self.merchant.zone)

    def member(self, name: str) -> Member:
        """Find a member; a name that staff bears too is that person's own card. Nobody finds one who was erased."""
        if name in self.erased:
            raise UnknownMember(name)
        known = self.merchant.members.filter(customer_number=name).first()
        worker = self.merchant.staff.filter(user__email=self.address(name)).first()
        user = worker.user if worker else None
        if known and known.merged_into:
            return known.merged_into
        person = enrolling.NewMember(name=name.title(), customer_number=name, user=user)
        return known or enrolling.enrol(person, merchant=self.merchant, now=self.now)

    def account(self, name: str) -> Account:
        return Account.objects.get(member=self.member(name), program=self.program)

    def account_even_erased(self, name: str) -> Account:
        """The account that a story looks at, whoever holds it."""
        member = self.erased.get(name) or self.member(name)
        return Account.objects.get(member=member, program=self.program)

    def address(self, name: str) -> str:
        return f"{name}-{self.merchant.pk}@example.com"

    def person(self, name: str) -> Staff:
        return self.merchant.staff.filter(user__email=self.address(name)).first() or self.hire(name)

    def hire(
        self, name: str, role: str = "cashier", adjust_limit: int | None = None, adjust_limit_day: int | None = None
    ) -> Staff:
        user = User.objects.create_user(self.address(name), name=name.title())
        self.merchant.members.filter(customer_number=name).update(user=user)
        return Staff.objects.create(
            merchant=self.merchant,
            user=user,
            role=Role[role.upper()],
            adjust_limit=adjust_limit,
            adjust_limit_day=adjust_limit_day,
        )

    def reward(self, name: str) -> Reward:
        return self.merchant.rewards.filter(name=name).first() or self.offer(name)

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


def open_shop(title: str, zone: str = "Europe/Warsaw", currency: str = "PLN") -> Merchant:
    slug = f"story-{Merchant.objects.count()}"
    return Merchant.objects.create(name=title[:80], slug=slug, zone_name=zone, currency=currency)

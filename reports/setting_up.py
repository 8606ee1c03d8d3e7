"""The way from an empty shop to the first member who earned, as far as it has been gone. Checks rows, not ticks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from loyalty_site.models import AuditEvent
from members.models import LedgerEntry, Member
from programs import furnishing
from programs.models import Merchant, Program, ProgramVersion, Staff
from programs.versions import Schedule
from rewards.models import Reward


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `minutes` is how long it takes, `address` the page where it is done. Without an address it can wait."""

    title: str
    is_done: bool
    minutes: int = 0
    action: str = ""
    address: str = ""
    hint: str = ""

    @property
    def can_wait(self) -> bool:
        return not self.address


@dataclass(frozen=True, slots=True)
class Guide:
    """All steps in their order; it is over when the first member has earned."""

    steps: list[Step]
    is_over: bool

    @property
    def needed(self) -> list[Step]:
        return [step for step in self.steps if not step.can_wait]

    @property
    def done_count(self) -> int:
        return sum(step.is_done for step in self.needed)

    @property
    def next(self) -> Step | None:
        """The first step that is open: the one to go on with."""
        return next((step for step in self.needed if not step.is_done), None)

    @property
    def minutes_left(self) -> int:
        return sum(step.minutes for step in self.needed if not step.is_done)


def guide(merchant: Merchant, *, now: datetime) -> Guide:
    """See how far the shop is, in a fixed number of queries: one for a shop whose members have earned."""
    done = facts(merchant)
    is_over = done["earned"] or (done["recorded"] and gives_discounts_alone(merchant, now=now))
    return Guide([*own_steps(merchant, done), *shared_steps(merchant, done, is_over=is_over)], is_over)


def own_steps(merchant: Merchant, done: dict[str, bool]) -> list[Step]:
    """What the owner sets up: the shop, its look, its program."""
    to = addresses(merchant)
    is_looked = done["looked"] or bool(merchant.logo_digest) or done["published"]
    return [
        Step(_("Name your shop"), True, 1, _("Change"), to["dashboard-shop-edit"]),
        Step(_("Give it colour and logo"), is_looked, 1, _("Choose"), to["dashboard-look-edit"]),
        Step(_("Choose what customers collect"), done["begun"], 2, _("Choose"), to["dashboard-program-add"]),
        Step(_("Look it over and publish"), done["published"], 2, _("Open"), to["dashboard-program-show"]),
    ]


def shared_steps(merchant: Merchant, done: dict[str, bool], *, is_over: bool) -> list[Step]:
    """What brings it to life: a reward, a member, the first points."""
    to = addresses(merchant)
    return [
        Step(_("Put a reward on offer"), done["rewarding"], 2, _("Add one"), to["dashboard-reward-add"]),
        Step(_("Add the first member"), done["joined"], 1, _("Add"), to["till-member-add"]),
        Step(_("Record a first purchase at the till"), is_over, 1, _("Open till"), to["till-home"]),
        Step(_("Let your staff in"), done["staffed"], hint=_("Can wait. Whoever runs this site gives them a login.")),
    ]


def addresses(merchant: Merchant) -> dict[str, str]:
    names = (
        "dashboard-shop-edit", "dashboard-look-edit", "dashboard-program-add", "dashboard-program-show",
        "dashboard-reward-add", "till-member-add", "till-home",
    )  # fmt: skip
    return {name: reverse(name, args=[merchant.slug]) for name in names}


def gives_discounts_alone(merchant: Merchant, *, now: datetime) -> bool:
    """Whether no running program has points to earn, as with a spend ladder: there the first purchase is the end."""
    running = Schedule.running(merchant)
    return not any(running.at(program_id, now).terms.gives_points for program_id in running.program_ids)


def facts(merchant: Merchant) -> dict[str, bool]:
    here = OuterRef("pk")
    programs = Program.objects.filter(merchant=OuterRef(OuterRef("pk"))).values("pk")
    earned = LedgerEntry.objects.filter(program__in=Subquery(programs), kind="earn")
    questions = {
        "looked": AuditEvent.objects.filter(merchant_id=here, action=furnishing.LOOKED),
        "begun": Program.objects.filter(merchant=here),
        "published": ProgramVersion.objects.filter(program__merchant=here),
        "rewarding": Reward.objects.filter(merchant=here, is_active=True),
        "joined": Member.objects.filter(merchant=here),
        "staffed": Staff.objects.filter(merchant=here, is_active=True).order_by("id")[1:2],
        "earned": earned.filter(points__gt=0),
        "recorded": earned,
    }
    asked = {name: Exists(rows) for name, rows in questions.items()}
    return dict(Merchant.objects.filter(pk=merchant.pk).annotate(**asked).values(*questions).get())

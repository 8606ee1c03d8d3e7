"""The way from an empty shop to the first member who earned, as far as it has been gone. Checks rows, not ticks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from members.models import LedgerEntry
from programs.models import Merchant, Program, ProgramVersion, Staff
from rewards.models import Reward


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `url_name` is the page where it is done, `hint` says who does it where there is none."""

    title: str
    is_done: bool
    action: str = ""
    url_name: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    steps: list[Step]

    @property
    def done(self) -> list[Step]:
        return [step for step in self.steps if step.is_done]

    @property
    def open(self) -> list[Step]:
        return [step for step in self.steps if not step.is_done]

    @property
    def done_count(self) -> int:
        return len(self.done)

    @property
    def is_done(self) -> bool:
        return not self.open


def guide(merchant: Merchant) -> Guide:
    """See how far the shop is, in one query."""
    done = facts(merchant)
    return Guide(
        [
            Step(_("Name your shop"), True),
            Step(_("Publish how points are earned"), done["published"], _("Set up"), "dashboard-program-show"),
            Step(_("Put a reward on offer"), done["rewarding"], _("Add one"), "dashboard-reward-add"),
            Step(_("Let your staff in"), done["staffed"], hint=_("Whoever runs this site gives them a login.")),
            Step(_("Give a member the first points"), done["earned"], _("Open till"), "till-home"),
        ]
    )


class Facts(TypedDict):
    published: bool
    rewarding: bool
    staffed: bool
    earned: bool


def facts(merchant: Merchant) -> Facts:
    here = OuterRef("pk")
    programs = Program.objects.filter(merchant=OuterRef(OuterRef("pk"))).values("pk")
    return (
        Merchant.objects.filter(pk=merchant.pk)
        .annotate(
            published=Exists(ProgramVersion.objects.filter(program__merchant=here)),
            rewarding=Exists(Reward.objects.filter(merchant=here, is_active=True)),
            staffed=Exists(Staff.objects.filter(merchant=here, is_active=True).order_by("id")[1:2]),
            earned=Exists(LedgerEntry.objects.filter(program__in=Subquery(programs), kind="earn", points__gt=0)),
        )
        .values("published", "rewarding", "staffed", "earned")
        .get()
    )

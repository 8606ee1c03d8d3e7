"""Trying a purchase or another event under some terms: the code that posts works it out, and nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from members import entry_gifts, inactivity, ledger, occasions
from members.awarding import Awarding
from members.budgets import Budgets
from members.models import Member
from members.movements import Held, Movement, tier_after
from members.new_orders import NewOrder, fault_of
from programs import tiers
from programs.models import Program
from programs.terms import Level, Terms
from programs.versions import DatedVersion, Schedule

PURCHASE = "purchase"
NOBODY = 0  # the id of a member, and of an account, that exists for the trial alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried: an event at an instant, of a member, or of somebody new who stands at a tier.

    A purchase is the `order`, whose member and date are those of the trial.
    """

    event: str
    at: datetime
    order: NewOrder
    member: Member | None = None
    tier_code: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a trial gives under one version: the movement that would be posted, and the gifts of tiers it reaches.

    `has_rule` is False for an event that the version does not reward: it would post nothing at all.
    """

    version: DatedVersion
    movement: Movement
    before: str
    gifts: tuple[Level, ...]
    has_rule: bool
    owed: int

    @property
    def terms(self) -> Terms:
        return self.version.terms

    @property
    def points(self) -> int:
        """The points of the event itself, and of the tiers that it lifts the member to."""
        return self.movement.points + sum(level.entry_gift for level in self.gifts)

    @property
    def after(self) -> str:
        """The code of the tier afterwards."""
        return tier_after(self.movement.explain) if self.movement.explain.get("tier_after") else self.before


def answer(trial: Trial, program: Program, schedule: Schedule, *, now: datetime) -> Answer:
    """Work out a trial under the version of a schedule that is in force at its instant.

    The past counts as late as it is recorded: an event of the future finds the member as that day would.
    Raises BadAmount or WrongCurrency.
    """
    trial = replace(trial, order=replace(trial.order, placed_at=trial.at, member_id=id_of(trial.member)))
    if fault := fault_of(trial.order, program.merchant):
        raise fault
    now = max(now, trial.at)
    version = schedule.at(program.pk, trial.at)
    account = account_of(trial, program, version)
    before = level_code(version.terms, account.tier_code)
    awarding = Awarding(
        {account.id: account},
        program.merchant,
        [trial.order],
        versions=schedule,
        now=now,
        budgets=Budgets(only_looks=True),
    )
    movement = movement_of(trial, account, awarding, version)
    gifts = gifts_of(awarding.climbs.get(version, ()), version, program, at=now)
    has_rule = trial.event == PURCHASE or occasions.has_rule(version, trial.event)
    return Answer(version, movement, before, gifts, has_rule, account.debt)


def account_of(trial: Trial, program: Program, version: DatedVersion) -> Held:
    """The member's account as it stands, or one that was just opened at a tier."""
    known = ledger.look(trial.member.pk, [program.pk]) if trial.member else {}
    if known:
        return next(iter(known.values()))
    nothing = Decimal(0)
    code = level_code(version.terms, trial.tier_code)
    return Held(NOBODY, id_of(trial.member), program.pk, 0, 0, code, nothing, nothing, 0, tier_since=trial.at)


def id_of(member: Member | None) -> int:
    return member.pk if member else NOBODY


def level_code(terms: Terms, code: str) -> str:
    """The tier as these terms see it: one that they do not know counts as their lowest."""
    return tiers.level_of(terms.tiers, code).code if terms.tiers else ""


def movement_of(trial: Trial, account: Held, awarding: Awarding, version: DatedVersion) -> Movement:
    if trial.event == PURCHASE:
        found = awarding.movement(account, trial.order, order_id=None)
    else:
        found = occasions.movement(trial.event, account, awarding, trial.at, f"{trial.event}:trial")
    (alive,) = inactivity.kept_alive([found], [version.terms.expiry], zone=awarding.zone, now=awarding.now)
    return alive


def gifts_of(
    climbs: Sequence[tuple[int, Level]], version: DatedVersion, program: Program, *, at: datetime
) -> tuple[Level, ...]:
    """The tiers whose entry gifts would be posted: reached now, and not given in this tier window yet."""
    due = entry_gifts.due(climbs, version, program.merchant, at=at)
    return tuple(level for _account_id, level in due)

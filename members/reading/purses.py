"""A member's accounts under the terms in force: what each holds, at which level, spoken in its own unit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from members import balances
from members.balances import Holding
from members.models import Account, Member
from programs import tiers, wording
from programs.phases import ENDED, Phase, phase_of
from programs.terms import Level, Terms
from programs.versions import Schedule, current


@dataclass(frozen=True)
class Purse:
    """One account of a member at one instant."""

    account: Account
    terms: Terms
    holding: Holding

    @cached_property
    def phase(self) -> Phase:
        """Whether the program runs, is paused, closes or has closed."""
        return phase_of(self.terms, self.holding.now, self.account.program.merchant.zone)

    @property
    def state(self) -> str:
        """What a member should know of a program that does not simply run; empty if it does."""
        return wording.said_to_members(self.terms, self.phase, self.speech)

    @property
    def level(self) -> Level | None:
        return tiers.level_of(self.terms.tiers, self.account.tier_code) if self.terms.tiers else None

    @property
    def rank(self) -> int:
        """The level's place from 1, as tier shapes count; 0 without tiers."""
        return tiers.rank(self.terms.tiers, self.account.tier_code) + 1 if self.terms.tiers else 0

    @property
    def spendable_unit(self) -> str:
        """What the points to spend are called in their number: point, points."""
        return self.speech.unit_for(self.holding.spendable)

    @property
    def gives_discounts_alone(self) -> bool:
        """Whether the program gives no points, so that the discount of the level is what the card is about."""
        return self.level is not None and not self.terms.gives_points

    @property
    def discount(self) -> str:
        """What the level takes off every purchase: 5%, 2.5% or 0%."""
        counts = self.level is not None and self.phase not in ENDED
        return f"{self.speech.number(self.level.discount_percent if self.level and counts else 0)}%"

    @cached_property
    def speech(self) -> wording.Speech:
        """Speak the program's unit and the shop's currency in the active language."""
        return wording.speech(self.account.program.merchant.currency, self.terms.unit)

    @property
    def spendable(self) -> str:
        """What can be spent, with its unit: 318 points."""
        return self.speech.points(self.holding.spendable)

    def figure(self, points: int) -> str:
        """A number of points without its unit, unless that is money: 318, or 3.18 zł."""
        return self.speech.points(points) if self.terms.unit.as_money else self.speech.number(points)


def purses(member: Member, *, now: datetime) -> list[Purse]:
    """The member's accounts in running programs, oldest program first; without those that are over."""
    running = member.accounts.filter(program__is_active=True)
    accounts = list(running.select_related("member", "program__merchant").order_by("program_id"))
    return [purse for purse in purses_of(accounts, now=now) if purse.phase is not Phase.OVER]


def purses_of(accounts: Collection[Account], *, now: datetime) -> list[Purse]:
    """Some accounts under their terms, in a fixed number of queries; load `program__merchant` with them."""
    versions = Schedule(account.program_id for account in accounts)
    held = balances.holdings(accounts, now=now)
    return [Purse(account, versions.at(account.program_id, now).terms, held[account.pk]) for account in accounts]


def purse_of(account: Account, *, now: datetime) -> Purse:
    """One account under its terms."""
    return Purse(account, current(account.program, now=now).terms, balances.holding(account, now=now))

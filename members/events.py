"""Events that a shop reports and its terms reward: a review, a survey, a friend brought along. Each counts once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from loyalty_site.retrying import retried
from members import adjusting, blocked_cards, buyers, expiry, inactivity, ledger, occasions, referring
from members.awarding import Awarding
from members.models import LedgerEntry, Member, Order
from members.movements import Held
from members.new_orders import NewOrder
from members.refusals import Conflict, NotAllowed, OwnCard
from programs import versions
from programs.models import Merchant, Staff
from programs.phases import stop_of
from programs.versions import Schedule

REFERRAL, REFERRED = "referral", "referred"
EVENTS = (REFERRAL, REFERRED, "survey", "review", "check_in", "social_share", "profile_completed", "custom")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """Something a member did, as it is reported. `referred` is the friend, who earns by a referral too."""

    member: Member
    event: str
    reference: str
    source: str = Order.Source.TILL
    occurred_at: datetime | None = None
    referred: Member | None = None
    reason: str = ""
    recorded_by: Staff | None = None

    @property
    def sides(self) -> dict[str, tuple[str, Member]]:
        """Who earns by which event, by the reference of the entry."""
        reference = f"event:{self.source}:{self.reference}"
        sides = {reference: (self.event, self.member)}
        return sides | {f"{reference}:{REFERRED}": (REFERRED, self.referred)} if self.referred else sides


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """The entries of a reported event, 0 points where a cap left nothing; none where no program rewards it."""

    entries: tuple[LedgerEntry, ...]
    is_new: bool

    @property
    def points(self) -> int:
        return sum(entry.points for entry in self.entries)


@retried
def report(new: NewEvent, *, merchant: Merchant, now: datetime) -> ReportedEvent:
    """Post what a reported event earns in every running program that rewards it, by the terms of its own date.

    The same reference again returns the first result. Raises NotAllowed for an event that is not reported, a friend
    whom somebody brought already and a blocked card; Conflict when the reference was another event, OwnCard on the card
    of whoever records it.
    """
    refuse_unsound(new, merchant)
    occurred_at = new.occurred_at or now
    running = versions.Schedule.running(merchant)
    member_ids = {member.pk for _event, member in new.sides.values()}
    now_known, held = buyers.hold_present(member_ids, merchant, running, since=occurred_at, now=now)
    new = of_present(new, now_known)
    known = LedgerEntry.objects.filter(program__in=running.program_ids, reference__in=list(new.sides))
    if known:
        return first_result(list(known.select_related("account")), new)
    blocked_cards.refuse(now_known.values())
    if new.referred:
        referring.keep(
            new.member,
            new.referred,
            source=new.source,
            reference=new.reference,
            by=new.recorded_by,
            occurred_at=occurred_at,
        )
    return ReportedEvent(tuple(post(new, held, running, merchant, occurred_at, now=now)), True)


def of_present(new: NewEvent, now_known: dict[int, int]) -> NewEvent:
    """The event with the members whom those became who were merged meanwhile."""
    if all(was == now for was, now in now_known.items()):
        return new
    members = Member.objects.in_bulk(now_known.values())
    referred = members[now_known[new.referred.pk]] if new.referred else None
    return replace(new, member=members[now_known[new.member.pk]], referred=referred)


def refuse_unsound(new: NewEvent, merchant: Merchant) -> None:
    if new.event not in EVENTS:
        raise NotAllowed(_("This is not an event that a shop reports. Choose another one."))
    if any(member.merchant_id != merchant.pk for _event, member in new.sides.values()):
        raise NotAllowed(_("This card belongs to another shop."))
    if new.referred and (new.event != REFERRAL or new.referred == new.member):
        raise NotAllowed(_("A friend is named where a member brought somebody else along."))
    if new.recorded_by and any(adjusting.is_own_card(member, new.recorded_by) for _event, member in new.sides.values()):
        raise OwnCard


def post(
    new: NewEvent, held: dict[int, Held], running: Schedule, merchant: Merchant, occurred_at: datetime, *, now: datetime
) -> list[LedgerEntry]:
    looked_at = [
        NewOrder(reference="", member_id=member.pk, amount=Decimal(0), placed_at=occurred_at)
        for _event, member in new.sides.values()
    ]  # so that the caps of the event's own day are looked up
    awarding = Awarding(held, merchant, looked_at, versions=running, now=now)
    movements = [
        replace(
            occasions.movement(event, account, awarding, occurred_at, reference),
            actor_id=new.recorded_by.user_id if new.recorded_by else None,
            reason=new.reason,
        )
        for reference, (event, member) in new.sides.items()
        for account in held.values()
        if account.member_id == member.pk and occasions.has_rule(running.at(account.program_id, occurred_at), event)
    ]
    expiries = [running.at(held[move.account_id].program_id, occurred_at).terms.expiry for move in movements]
    movements = inactivity.kept_alive(movements, expiries, zone=merchant.zone, now=now)
    outcomes = ledger.post(movements, held, now=now)
    awarding.budgets.keep()
    ledger.prolong(awarding.expiry_moves(movements), now=now)
    inactivity.revive(movements, expiries, held, zone=merchant.zone, now=now)
    expiry.expire_accounts([outcome.movement.account_id for outcome in outcomes], now=now)
    return list(LedgerEntry.objects.filter(pk__in=[outcome.entry_id for outcome in outcomes]).order_by("pk"))


def first_result(known: list[LedgerEntry], new: NewEvent) -> ReportedEvent:
    for entry in known:
        event, member = new.sides[entry.reference]
        is_same = entry.explain.get("event") == event and entry.account.member_id in member.selves
        if not is_same or (new.occurred_at and new.occurred_at != entry.occurred_at):
            raise Conflict(new.reference)
    return ReportedEvent(tuple(sorted(known, key=lambda entry: entry.pk)), False)


def rewarded(merchant: Merchant, *, now: datetime) -> list[str]:
    """The reported events that the running terms reward, to choose from."""
    running = versions.Schedule.running(merchant)
    known = [running.at(program_id, now) for program_id in running.program_ids]
    giving = [version for version in known if not stop_of(version.terms, now, merchant.zone)]
    return [event for event in EVENTS if any(occasions.has_rule(version, event) for version in giving)]

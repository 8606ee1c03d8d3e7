"""Redeeming: points become a voucher, a voucher is used, or its points come back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from loyalty_site.retrying import retried
from loyalty_site.round_trips import RoundTrips, as_json
from members import expiry, families, giving_back, ledger
from members.merging import carrying
from members.models import Account
from members.movements import Movement
from members.posting import Shelf, plan
from members.refusals import Conflict
from programs import tiers
from programs.models import Staff
from programs.phases import Phase, phase_of
from programs.terms import Tiers
from rewards.models import Redemption, Reward
from rewards.refusals import CardBlocked, LimitReached, NotEligible, OutOfStock, VoucherOver
from rewards.standing import Standing, standing

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that sounds or looks like another
CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a reward, as far as it decides: program, tier, and whether the card is blocked."""

    program_id: int
    tier_code: str
    levels: Tiers | None
    is_blocked: bool
    is_over: bool


@retried
def redeem(*, account: Account, reward: Reward, reference: str, now: datetime, by: Staff | None = None) -> Redemption:
    """Spend the reward's price and hand out its voucher; a retry returns the first one.

    Raises InsufficientPoints, OutOfStock, LimitReached, NotEligible or Conflict, having changed nothing.
    """
    trips = RoundTrips()
    try:
        found = standing(trips, account, reward, reference, now=now)
        account = account if found.held.id == account.pk else Account.objects.get(pk=found.held.id)
        if found.known_id:
            return same(Redemption.objects.get(pk=found.known_id), account, reward, reference)
        asking = asking_of(found, now=now)
        refuse_unless_free(found.reward, asking, used=found.used)
        ends_at = expiry.moved_by_activity(found.version, now, reward.merchant.zone)
        redemption = hand_out(found, account, reference, now=now)
        trips.write("rewards_redemption_post", as_json(entry_of(redemption, found, by=by)), as_json(row_of(redemption)))
        ledger.prolong({account.pk: ends_at} if ends_at else {}, now=now)
    finally:
        trips.leave()
    return redemption


def asking_of(found: Standing, *, now: datetime) -> Asking:
    terms = found.version.terms
    is_over = phase_of(terms, now, found.reward.merchant.zone) is Phase.OVER
    return Asking(found.held.program_id, found.held.tier_code, terms.tiers, found.is_blocked, is_over)


def entry_of(redemption: Redemption, found: Standing, *, by: Staff | None) -> dict[str, Any]:
    """What the ledger is to write: the price, drawn from the account's lots. Raises InsufficientPoints."""
    movement = Movement(
        account_id=redemption.account_id,
        kind="redeem",
        points=-redemption.points,
        reference=f"redeem:{redemption.reference}",
        occurred_at=redemption.redeemed_at,
        actor_id=by.user_id if by else found.user_id,
        explain={"reward": found.reward.name},
    )
    held = {found.held.id: found.held}
    outcomes = plan([movement], held, Shelf(found.lots), {}, now=redemption.redeemed_at)
    outcomes[0].entry_id = found.entry_id
    return next(ledger.single_rows(outcomes, held))


def hand_out(found: Standing, account: Account, reference: str, *, now: datetime) -> Redemption:
    """The voucher that the entry pays for. If another one has its code, the whole decision runs again."""
    reward = found.reward
    redemption = Redemption(
        id=found.redemption_id,
        merchant_id=reward.merchant_id,
        program_id=reward.program_id,
        account=account,
        reward=reward,
        entry_id=found.entry_id,
        reference=reference,
        code=new_code(),
        points=reward.points_price,
        redeemed_at=now,
        expires_at=now + timedelta(minutes=reward.voucher_minutes),
    )
    redemption._state.adding, redemption._state.db = False, "default"
    return redemption


def row_of(redemption: Redemption) -> dict[str, Any]:
    row = {field.attname: getattr(redemption, field.attname) for field in Redemption._meta.concrete_fields}
    return row | {"has_stock": redemption.reward.stock is not None}


def same(known: Redemption, account: Account, reward: Reward, reference: str) -> Redemption:
    if known.reward_id != reward.pk or not families.is_same(known.account_id, account.pk):
        raise Conflict(reference)
    return known


def refuse_unless_free(reward: Reward, asking: Asking, *, used: int) -> None:
    """Refuse what points alone cannot buy; `used` is how often the member had the reward in the limit's period."""
    refuse_unless_eligible(reward, asking)
    if reward.stock == 0:
        raise OutOfStock
    if reward.limit_times and used >= reward.limit_times:
        raise LimitReached(reward.limit_times, reward.get_limit_per_display())


def refuse_unless_eligible(reward: Reward, asking: Asking) -> None:
    if not reward.is_active:
        raise NotEligible(_("This reward is not on offer any more."))
    if asking.program_id != reward.program_id:
        raise NotEligible(_("This reward belongs to another program."))
    if asking.is_over:
        raise NotEligible(_("The program is over, and its points have ended."))
    if asking.is_blocked:
        raise CardBlocked
    levels = asking.levels
    if reward.min_tier and levels and tiers.rank(levels, asking.tier_code) < tiers.rank(levels, reward.min_tier):
        name = tiers.level_of(levels, reward.min_tier).name
        raise NotEligible(_("This reward is for %(tier)s and above.") % {"tier": name})


def new_code() -> str:
    """A code that can be spoken; the database keeps it from being given twice by a merchant."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


@retried
def use(redemption: Redemption, *, by: Staff, now: datetime) -> Redemption:
    """Hand the reward over: the voucher is used up. Raises VoucherOver when it was used, cancelled or ran out.

    Raises NotEligible while the card is blocked.
    """
    redemption = hold(redemption)
    refuse_unless_open(redemption, now=now)
    if redemption.account.member.is_blocked:
        raise CardBlocked
    redemption.state, redemption.used_at, redemption.used_by = Redemption.State.USED, now, by
    redemption.used_location = by.location
    redemption.save(update_fields=["state", "used_at", "used_by", "used_location"])
    return redemption


@retried
def redeem_and_use(*, account: Account, reward: Reward, reference: str, by: Staff, now: datetime) -> Redemption:
    """Redeem a reward and hand it over in one step, as at the till; a retry returns the first redemption.

    Raises what `redeem` raises, and VoucherOver when a retry comes after its points were given back.
    """
    redemption = redeem(account=account, reward=reward, reference=reference, now=now, by=by)
    return redemption if redemption.state == Redemption.State.USED else use(redemption, by=by, now=now)


def hold(redemption: Redemption) -> Redemption:
    ledger.lock([redemption.account_id])
    return (
        Redemption.objects.select_for_update(of=("self",))
        .select_related("account__member", "merchant")
        .get(pk=redemption.pk)
    )


def refuse_unless_open(redemption: Redemption, *, now: datetime) -> None:
    match redemption.state:
        case Redemption.State.USED if redemption.used_at:
            raise VoucherOver.used(redemption.used_at.astimezone(redemption.merchant.zone))
        case Redemption.State.CANCELLED | Redemption.State.LAPSED:
            raise VoucherOver(_("The points of this voucher were given back. Redeem the reward again."))
    if redemption.expires_at <= now:
        raise VoucherOver(_("This voucher ran out, and its points come back. Redeem the reward again."))


@retried
def cancel(redemption: Redemption, *, now: datetime, by: Staff | None = None) -> Redemption:
    """Put the points back into the lots they came from, restore stock and limit; cancelling twice changes nothing.

    Points whose date has passed meanwhile come back and expire at once, unless the terms give them days of grace.
    Works on used vouchers too: staff undo.
    """
    return give_back(redemption, Redemption.State.CANCELLED, now=now, by=by)


@retried
def give_up(redemption: Redemption, *, now: datetime) -> Redemption:
    """The holder wants the points of an unused voucher back; one that was used or is over stays as it is."""
    redemption = hold(redemption)
    return cancel(redemption, now=now) if redemption.state == Redemption.State.OPEN else redemption


@retried
def give_back(redemption: Redemption, state: Redemption.State, *, now: datetime, by: Staff | None = None) -> Redemption:
    """End a voucher as cancelled or lapsed and restore its points; one used a moment ago does not lapse."""
    redemption = hold(redemption)
    is_over = redemption.state in (Redemption.State.CANCELLED, Redemption.State.LAPSED)
    if is_over or (state == Redemption.State.LAPSED and redemption.state == Redemption.State.USED):
        return redemption
    drawn_at = redemption.redeemed_at
    giving_back.keep_alive(redemption.account, redemption.entry_id, drawn_at=drawn_at, now=now)
    held = ledger.lock([redemption.account_id])
    ledger.post([restoring(redemption, state, by=by, now=now)], held, now=now)
    Reward.objects.filter(pk=redemption.reward_id, stock__isnull=False).update(stock=F("stock") + 1)
    redemption.state, redemption.ended_at = state, now
    redemption.save(update_fields=["state", "ended_at"])
    expiry.expire_accounts([redemption.account_id], now=now)
    if held[redemption.account_id].merged_into_id:
        carrying.carry_on(redemption.account, now=now)
    return redemption


def restoring(redemption: Redemption, state: Redemption.State, *, by: Staff | None, now: datetime) -> Movement:
    return Movement(
        account_id=redemption.account_id,
        kind="restore",
        points=redemption.points,
        reference=f"restore:{redemption.reference}",
        occurred_at=now,
        restores=redemption.entry_id,
        actor_id=by.user_id if by else None,
        explain={"reward": redemption.reward.name, "lapsed": state == Redemption.State.LAPSED},
    )


def sweep_lapsed(now: datetime) -> int:
    """Give back the points of vouchers that nobody used in time; safe to run at any time, in any number."""
    lapsed = list(Redemption.objects.lapsed(now).select_related("reward", "account").order_by("id")[:500])
    for redemption in lapsed:
        give_back(redemption, Redemption.State.LAPSED, now=now)
    return len(lapsed)

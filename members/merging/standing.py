"""How an account stands once another became it, and once that is undone: what counts for tiers, the tier, counters."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from loyalty_site.sql import rows
from members.history import basis_of
from members.ledger_merging import Standing, read
from members.models import Account, TierChange
from programs import tiers
from programs.terms import Tiers
from programs.versions import current, terms_of

NOTHING = Decimal(0)
TIER = ("tier_code", "tier_since", "demote_on", "pinned_until")
LAST = ("last_order_at", "last_activity_at")
COUNTED = "SELECT members_counted(%s, %s, %s, 'infinity')"


def standing_of(account: Account) -> Standing:
    """How an account stands now."""
    fields = {name: getattr(account, name) for name in Standing.__slots__ if name != "account_id"}
    return Standing(account_id=account.pk, **fields)


def as_kept(standing: Standing) -> dict[str, Any]:
    """A standing as JSON can keep it."""
    return {name: None if value is None else str(value) for name, value in asdict(standing).items()}


def counted(account: Account) -> Decimal:
    """What counts for an account's tier by the ledger, over the window in which it was counted last."""
    if account.qualifying_since is None or account.qualifying_version_id is None:
        return account.qualifying
    basis = basis_of(terms_of(account.qualifying_version_id))
    return Decimal(rows(COUNTED, [account.pk, basis, account.qualifying_since])[0][0])


def together(target: Account, source: Account, *, now: datetime) -> Standing:
    """How an account stands that another one became: what both did counts, and the higher tier holds.

    Nothing is given for a tier that only both together reach; `target` is linked with `source` already.
    """
    stands = standing_of(target)
    stands.qualifying = counted(target)
    stands.carry += source.carry
    stands.order_count += source.order_count
    stands.order_total += source.order_total
    for name in LAST:
        setattr(stands, name, latest(getattr(target, name), getattr(source, name)))
    levels = current(target.program, now=now).terms.tiers
    return with_tier(stands, target, source, levels, now=now) if levels else stands


def with_tier(stands: Standing, target: Account, source: Account, levels: Tiers, *, now: datetime) -> Standing:
    """The tier of whoever has the higher one, with how long it holds; a higher one where both together reach it."""

    def rank(code: str) -> int:
        return tiers.rank(levels, code)

    higher = source if rank(source.tier_code) > rank(target.tier_code) else target
    stands = replace(stands, **{name: getattr(higher, name) for name in TIER})
    if source.tier_code == target.tier_code:
        stands.pinned_until = latest(source.pinned_until, target.pinned_until)
    reached = natural(target, levels, stands.qualifying)
    if rank(reached) >= rank(stands.tier_code):
        stands.demote_on = None
    if rank(reached) > rank(stands.tier_code):
        stands.tier_code, stands.tier_since = reached, now
    return stands


def natural(account: Account, levels: Tiers, amount: Decimal) -> str:
    """The code of the tier that so much reaches; the account's own where nobody has counted yet."""
    return tiers.natural(levels, amount).code if account.qualifying_since else account.tier_code


def latest(*moments: Any) -> Any:
    """The latest of some days or instants, of which some may be missing."""
    return max((moment for moment in moments if moment is not None), default=None)


def step_of(account: Account) -> int:
    """The number of an account's last change of tier."""
    return TierChange.objects.filter(account=account).order_by("-pk").values_list("pk", flat=True).first() or 0


def apart(target: Account, source: Account, kept: dict[str, Any], *, now: datetime) -> Standing:
    """How the account that stays stands without the other one, which is no longer linked.

    `kept` says how it stood `before` the merge and `after`, and its last `step` of tier. What changed since stays.
    """
    stands = standing_of(target)
    before, after = read(kept["before"]), read(kept["after"])
    stands.qualifying = counted(target)
    stands.carry = max(stands.carry - source.carry, NOTHING)
    stands.order_count -= source.order_count
    stands.order_total -= source.order_total
    for name in LAST:
        if getattr(stands, name) == getattr(after, name):
            setattr(stands, name, getattr(before, name))
    return replace(stands, **tier_apart(target, stands, before, after, kept["step"], now=now))


def tier_apart(
    target: Account, stands: Standing, before: Standing, after: Standing, step: int, *, now: datetime
) -> dict[str, Any]:
    """The tier from before the merge; a higher one that was reached since stays, and so does what staff set."""
    is_as_left = step_of(target) == step and stands.pinned_until == after.pinned_until
    back = {name: getattr(before, name) for name in TIER}
    if is_as_left:
        return back
    levels = current(target.program, now=now).terms.tiers
    if levels is None or stands.pinned_until != after.pinned_until:
        return {}
    reached = natural(target, levels, stands.qualifying)
    if tiers.rank(levels, reached) > tiers.rank(levels, before.tier_code):
        return {"tier_code": reached, "demote_on": None}
    return back

"""What the API offers of rewards: what there is, redeeming, and the voucher's end."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel, Field

from loyalty_site import clock
from loyalty_site.round_trips import ask
from loyalty_site.web.answers import Problem, documented, reply
from loyalty_site.web.cursors import Cursor, Limit, cursor_of, row_after
from members import finding, numbers
from members.models import Account
from programs.api import ApiCall, author_of, needs
from programs.keys import Caller
from programs.models import Merchant, Scope
from programs.shapes import Code, Reference, Shape, Sought
from rewards import redeeming
from rewards.models import Redemption, Reward

router = Router(tags=["rewards"])

OURS = "api:"  # keeps a caller's references apart from those of till and portal


class RewardOut(BaseModel):
    id: int
    program: str
    name: str
    description: str
    points: int = Field(description="What it costs.")
    stock: int | None = Field(description="How many are left; null without a limit.")
    min_tier: str | None


class RewardsOut(BaseModel):
    rewards: list[RewardOut]
    next: str | None = Field(description="Ask with ?cursor= for more; null at the end.")


class RedemptionIn(Shape):
    """A reward for a member's points."""

    reference: Reference
    member: Sought
    reward: Annotated[int, Field(strict=True, ge=1, le=2**63 - 1, description="Its id.")]


class RedemptionOut(BaseModel):
    code: str = Field(description="What the member shows or says.")
    reference: str | None = Field(description="Yours; null for what was redeemed elsewhere.")
    reward: str
    points: int
    state: str = Field(examples=["open", "used", "cancelled", "lapsed"])
    redeemed_at: str
    expires_at: str


@router.get("/rewards", response=documented(200, answers=RewardsOut), **needs(Scope.READ))
def rewards(request: ApiCall, cursor: Cursor = "", limit: Limit = 50) -> HttpResponse:
    """List the rewards on offer."""
    offered = request.auth.merchant.rewards.filter(is_active=True, pk__gt=row_after(cursor) or 0)
    found = list(offered.order_by("pk")[: limit + 1])
    page = found[:limit]
    content = [reward_answer(reward, request.auth) for reward in page]
    return reply({"rewards": content, "next": cursor_of(page[-1].pk) if len(found) > limit else None})


def reward_answer(reward: Reward, caller: Caller) -> dict[str, Any]:
    return {
        "id": reward.pk,
        "program": caller.programs.get(reward.program_id, ""),
        "name": reward.name,
        "description": reward.description,
        "points": reward.points_price,
        "stock": reward.stock,
        "min_tier": reward.min_tier or None,
    }


@router.post("/redemptions", response=documented(201, 200, answers=RedemptionOut), **needs(Scope.REWARDS))
def redemption_make(request: ApiCall, redemption: RedemptionIn) -> HttpResponse:
    """Spend a member's points on a reward and answer its voucher; the same again answers the same, with 200."""
    merchant, now = request.auth.merchant, clock.now()
    account, reward = who_and_what(redemption.member, redemption.reward, merchant)
    made = redeeming.redeem(account=account, reward=reward, reference=OURS + redemption.reference, now=now)
    return reply(redemption_answer(made), 201 if made.redeemed_at == now else 200)  # a known one is older


def who_and_what(sought: str, reward_id: int, merchant: Merchant) -> tuple[Account, Reward]:
    """The reward and the member's account in its program, by their numbers alone; redeeming reads the rest."""
    member_id, program_id, account_id = asked(merchant, sought, reward_id)
    if member_id is None:  # found by phone, or not at all
        found = asked(merchant, sought, reward_id, member_id=finding.known(merchant, sought))
        member_id, program_id, account_id = found
    if program_id is None:
        raise Http404
    if account_id is None:
        raise Problem("not-eligible", _("The member has no account in the reward's program yet."))
    reward = Reward.from_db(None, ["id", "program_id"], [reward_id, program_id])
    reward.merchant = merchant
    return Account.from_db(None, ["id", "member_id", "program_id"], [account_id, member_id, program_id]), reward


def asked(merchant: Merchant, sought: str, reward_id: int, *, member_id: int | None = None) -> list[int | None]:
    """The numbers of member, program and account, None for each that there is not."""
    bare = sought.strip()
    found = ask("rewards_asked", merchant.pk, member_id, bare, numbers.tidy(bare), reward_id)
    answer: list[int | None] = orjson.loads(found or b"[null, null, null]")
    return answer


def redemption_answer(made: Redemption) -> dict[str, Any]:
    is_ours = made.reference.startswith(OURS)
    return {
        "code": made.code,
        "reference": made.reference.removeprefix(OURS) if is_ours else None,
        "reward": made.reward.name,
        "points": made.points,
        "state": made.state,
        "redeemed_at": made.redeemed_at,
        "expires_at": made.expires_at,
    }


@router.post("/redemptions/{code}/use", response=documented(200, answers=RedemptionOut), **needs(Scope.REWARDS))
def redemption_use(request: ApiCall, code: Code) -> HttpResponse:
    """Use a voucher up as its reward is handed over; a second use is refused and says when the first one was."""
    staff = author_of(request.auth)
    used = redeeming.use(redemption_of(request, code), by=staff, now=clock.now())
    return reply(redemption_answer(used))


@router.post("/redemptions/{code}/cancel", response=documented(200, answers=RedemptionOut), **needs(Scope.REWARDS))
def redemption_cancel(request: ApiCall, code: Code) -> HttpResponse:
    """Put a voucher's points back where they came from; a second time changes nothing."""
    cancelled = redeeming.cancel(redemption_of(request, code), now=clock.now())
    return reply(redemption_answer(cancelled))


def redemption_of(request: ApiCall, code: str) -> Redemption:
    return get_object_or_404(request.auth.merchant.redemptions.select_related("reward"), code=code.upper())

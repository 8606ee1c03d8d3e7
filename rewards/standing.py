"""How things stand when somebody asks for a reward: one statement, read while the account is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from loyalty_site.sql import rows
from members.models import Account
from programs import calendar, versions
from programs.versions import DatedVersion
from rewards.models import Redemption, Reward

REWARD_FIELDS = [field.attname for field in Reward._meta.concrete_fields]
STANDING = f"""
SELECT (SELECT id FROM rewards_redemption WHERE merchant_id = reward.merchant_id AND reference = %(reference)s),
       (SELECT array_agg(version.id ORDER BY version.id)
        FROM programs_program running JOIN programs_programversion version ON version.program_id = running.id
        WHERE running.merchant_id = reward.merchant_id AND running.is_active),
       member.is_blocked, member.user_id, {", ".join(f"reward.{name}" for name in REWARD_FIELDS)}
FROM rewards_reward reward, members_account account JOIN members_member member ON member.id = account.member_id
WHERE reward.id = %(reward)s AND account.id = %(account)s
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """The redemption that already bears the reference, the terms in force, the member, the reward as it is now."""

    known_id: int | None
    version: DatedVersion
    is_blocked: bool
    user_id: int | None
    reward: Reward


def standing(account: Account, reward: Reward, reference: str, *, now: datetime) -> Standing:
    """Look, once the account is held; what others committed before that is seen."""
    wanted = {"reference": reference, "reward": reward.pk, "account": account.pk}
    known_id, version_ids, is_blocked, user_id, *row = rows(STANDING, wanted)[0]
    fresh = Reward.from_db(None, REWARD_FIELDS, row)
    fresh.merchant = reward.merchant
    running = versions.remembered(reward.merchant_id)
    if running.version_ids != version_ids:
        versions.remembered.cache_clear()
        running = versions.remembered(reward.merchant_id)
    in_force = running if account.program_id in running.versions else versions.Schedule([account.program_id])
    return Standing(known_id, in_force.at(account.program_id, now), is_blocked, user_id, fresh)


def used_times(reward: Reward, account: Account, *, now: datetime) -> int:
    """How often the member has had this reward in the current day, week, month or ever."""
    had = Redemption.objects.counted().filter(reward=reward, account=account)
    if reward.limit_per != Reward.Period.LIFETIME:
        had = had.filter(redeemed_at__gte=calendar.period_start(reward.limit_per, now, reward.merchant.zone))
    return had.count()

"""Rewards for tests."""

from typing import Any

from programs.models import Program
from rewards.models import Reward


def reward(*, program: Program, name: str = "Any coffee", points_price: int = 100, **fields: Any) -> Reward:
    return Reward.objects.create(
        merchant=program.merchant, program=program, name=name, points_price=points_price, **fields
    )

"""What the API offers of rewards and their vouchers."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["rewards"])

"""How much bad luck, and which: `make faults` sets SEED, ROUNDS, SECONDS; `make test` plays the same few each time."""

from __future__ import annotations

import os
from random import Random

SEED = os.environ.get("SEED") or "1"
ROUNDS = int(os.environ.get("ROUNDS") or 0)  # 0: the short version
SECONDS = float(os.environ.get("SECONDS") or 0)


def rounds(few: int) -> list[str]:
    """The seeds of a test's rounds: `few` of them in the short version."""
    return [f"{SEED}-{number}" for number in range(ROUNDS or few)]


def drawn(seed: str, *names: object) -> Random:
    """The dice of one part of a round: the same seed and names throw the same."""
    return Random("/".join(map(str, (seed, *names))))

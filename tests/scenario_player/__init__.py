"""Plays worked scenarios: a YAML file is one story, told through the functions that the doors call, with its own clock.

A step, a key or an expectation that the player does not know is an error, never skipped.
"""

from tests.scenario_player.player import Player
from tests.scenario_player.story import Unknown, read

__all__ = ["Player", "Unknown", "read"]

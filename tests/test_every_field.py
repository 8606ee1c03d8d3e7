"""Every key of the terms has a field on a tab of the studio, or is said to be elsewhere. A new one without fails."""

from __future__ import annotations

import re

from programs.terms import Terms
from programs.tests.test_editing_forms import CHANGES
from tests.test_every_key import keys

SEEN_WHOLE = {"expiry.kind", "expiry.days", "expiry.round_to", "expiry.dates", "tiers.window.kind"}  # with their part
MADE_ONCE = {"tiers.levels.code"}  # from the name
ON_THE_EARNING_TAB = ("rules.", "earning.points", "earning.per", "earning.rounding", "earning.stacking")
OF_THE_EARNING_TAB = {"earning.carry_over", "earning.pending_days"}
ON_PAGES_OF_THEIR_OWN = {"paused", "closing.last_day", "closing.points", "closing.until"}


def test_every_key_of_tiers_limits_and_wording_has_a_field() -> None:
    reached = {re.sub(r"\.\d+|\.(en|pl)$", "", path) for changes in CHANGES.values() for path in changes}
    ours = {key for key in keys(Terms) if not key.startswith(ON_THE_EARNING_TAB)}
    elsewhere = MADE_ONCE | OF_THE_EARNING_TAB | ON_PAGES_OF_THEIR_OWN
    assert ours - elsewhere - SEEN_WHOLE <= reached, "give the key a field, and a row to CHANGES"

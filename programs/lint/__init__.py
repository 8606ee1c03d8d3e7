"""A second look at terms that are valid: what is hardly meant, what never happens, what a law forbids.

Pure; it warns and never blocks. Every finding says how to mend it.
"""

from collections.abc import Iterator
from datetime import datetime

from programs.lint import earnings, ladder, law, limits, names, never, nothing, together
from programs.lint.finding import Desk, Finding, ShopFacts
from programs.terms import Terms
from programs.wording import speech

__all__ = ["Finding", "ShopFacts", "findings"]


def findings(terms: Terms, shop: ShopFacts, *, now: datetime) -> list[Finding]:
    """List what is worth another look in the active language, warnings before what only informs.

    A program that is paused or closes is judged as if it ran.
    """
    terms = terms.but(paused=False, closing=None)
    found = found_in(Desk(terms, shop, now, speech(shop.currency, terms.unit, shop.places)))
    return sorted(found, key=lambda finding: finding.severity != "warn")


def found_in(desk: Desk) -> Iterator[Finding]:
    yield from never.findings(desk)
    yield from nothing.findings(desk)
    yield from together.findings(desk)
    yield from limits.findings(desk)
    yield from earnings.findings(desk)
    yield from ladder.findings(desk)
    yield from law.findings(desk)
    yield from names.findings(desk)

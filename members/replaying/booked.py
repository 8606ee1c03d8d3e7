"""Accounts that are not lived again: cards that were merged, parted or erased within the range.

What they did is taken from the books as it is, under any terms, for what two cards have together cannot be told from
what each of them would have had. So they end as the books have them, and gain and lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loyalty_site.sql import many
from members.budgets import Budgets
from members.history import rules_in
from members.replaying import facts_sql
from members.replaying.facts import Fact
from members.replaying.span import Span
from members.replaying.tally import Tally

Rules = Mapping[int, dict[str, int]]


def accounts_of(span: Span, first: int, last: int) -> frozenset[int]:
    """Those of a range of accounts that are taken from the books."""
    asked = {"program": span.program.pk, "merchant": span.merchant.pk, "start": span.start, "end": span.end}
    return frozenset(row[0] for row in many(facts_sql.BOOKED, asked | {"first": first, "last": last}))


def rules_of(facts: Iterable[Fact], booked: frozenset[int]) -> Rules:
    """What each rule gave by the entries of these accounts, or gave back."""
    entries = [fact.id for fact in facts if fact.account_id in booked]
    return {pk: rules_in(given) for pk, given in many(facts_sql.RULES, {"entries": entries})} if entries else {}


def take_down(fact: Fact, rules: Rules, tally: Tally, budgets: Budgets, program_id: int) -> None:
    """Count an entry as it was posted."""
    given = rules.get(fact.id, {})
    if given:
        budgets.spend(program_id, given)
    if fact.kind == "earn":
        tally.issued(fact.account_id, fact.at, fact.points, given)
    elif fact.kind == "clawback":
        tally.took_back(fact.account_id, fact.at, -fact.points)
    elif fact.kind in ("redeem", "restore"):
        tally.redeemed -= fact.points
    elif fact.kind == "expire":
        tally.expired -= fact.points
    if fact.purchase:
        tally.bought(fact.account_id, fact.at)

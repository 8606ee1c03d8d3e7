"""Budgets: what a rule has given to everybody so far, kept in one row for each rule with a budget.

Two orders at once would both find the same points left. So whoever may give more holds the row, from the moment a rule
fires until the transaction ends; orders for which it does not fire wait for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import LiteralString

from loyalty_site.sql import rows

HOLD = "SELECT points FROM members_ruleissue WHERE program_id = %(program)s AND code = %(code)s::text FOR UPDATE"
LOOK = "SELECT points FROM members_ruleissue WHERE program_id = %(program)s AND code = %(code)s::text"
GIVEN: LiteralString = """
SELECT coalesce(sum((explain -> 'rule_points' ->> %(code)s::text)::bigint), 0)::bigint FROM members_ledgerentry
WHERE program_id = %(program)s AND kind IN ('earn', 'clawback') AND explain -> 'rule_points' ? %(code)s::text
"""
OPEN: LiteralString = f"""
INSERT INTO members_ruleissue (program_id, code, points)
SELECT %(program)s, %(code)s::text, given.points FROM ({GIVEN}) AS given (points)
ON CONFLICT (program_id, code) DO NOTHING
"""
KEEP = """
UPDATE members_ruleissue AS kept SET points = new.points
FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS new (program_id, code, points)
WHERE kept.program_id = new.program_id AND kept.code = new.code
"""

GIVE_BACK = """
UPDATE members_ruleissue AS kept SET points = kept.points + back.points
FROM unnest(%s::text[], %s::bigint[]) AS back (code, points) WHERE kept.program_id = %s AND kept.code = back.code
"""


def give_back(program_id: int, rule_points: Mapping[str, int]) -> None:
    """Let points that were taken back (`rule_points` are below 0) be given again; without a budget there is no row."""
    if rule_points:
        codes = sorted(rule_points)
        rows(GIVE_BACK, [codes, [rule_points[code] for code in codes], program_id])


class Budgets:
    """What the rules of some programs have issued, as this transaction knows and moves it on.

    A preview `only_looks`: it holds no row and keeps nothing.
    """

    def __init__(self, *, only_looks: bool = False) -> None:
        self.only_looks = only_looks
        self.issued: dict[tuple[int, str], int] = {}
        self.spent: set[tuple[int, str]] = set()

    def issued_by(self, program_id: int, code: str) -> int:
        """The points a rule has given so far; from here on others who ask wait."""
        key = (program_id, code)
        if key not in self.issued:
            wish = {"program": program_id, "code": code}
            found = rows(LOOK, wish) or rows(GIVEN, wish) if self.only_looks else rows(HOLD, wish)
            if not found:
                rows(OPEN, wish)  # a rule that had no budget when it gave its first points
                found = rows(HOLD, wish)
            self.issued[key] = found[0][0]
        return self.issued[key]

    def spend(self, program_id: int, rule_points: Mapping[str, int]) -> None:
        """Let what an award's rules gave count for the next one."""
        for code, points in rule_points.items():
            if points and (program_id, code) in self.issued:
                self.issued[program_id, code] += points
                self.spent.add((program_id, code))

    def keep(self) -> None:
        """Write down what was spent, with the entries that spent it."""
        if self.spent and not self.only_looks:
            programs, codes = zip(*sorted(self.spent), strict=True)
            rows(KEEP, [list(programs), list(codes), [self.issued[key] for key in sorted(self.spent)]])
        self.spent.clear()


class Issued(Mapping[str, int]):
    """The engine's view of one program's budgets: asks, and holds, only for a rule that fires."""

    def __init__(self, budgets: Budgets, program_id: int) -> None:
        self.budgets, self.program_id = budgets, program_id

    def __getitem__(self, code: str) -> int:
        return self.budgets.issued_by(self.program_id, code)

    def __iter__(self) -> Iterator[str]:
        return (code for program_id, code in self.budgets.issued if program_id == self.program_id)

    def __len__(self) -> int:
        return sum(1 for _code in self)

"""What came back of an order line by line, cut as the award had cut the order: by the line rules that counted it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from programs.asking import shares_of
from programs.purchases import Line
from programs.terms import Rule
from programs.unfolding import has_fired

ONE, ZERO = Decimal(1), Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """How much of a line came back, from 0 to 1: of its money, and of its pieces."""

    money: Decimal = ZERO
    pieces: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Returned:
    """Eligible money that came back, by the line rules that had counted it; by rule, the part of its pieces left."""

    money: Mapping[frozenset[str], Decimal]
    pieces_left: Mapping[str, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.money.values(), ZERO)


def returned(explain: dict[str, Any], rules: Sequence[Rule], lines: Sequence[Line], parts: Sequence[Part]) -> Returned:
    """Say what came back of an award, from the part of each of the order's lines that did.

    `rules` are those of the award's own version; the explanation says which ones fired.
    """
    answers = explain.get("rules", {})
    matchers = {rule.code: rule.when.names for rule in rules if rule.when.counts_lines and has_fired(rule, answers)}
    money: dict[frozenset[str], Decimal] = defaultdict(Decimal)
    shares = shares_of(lines, Decimal(explain["base"]))
    for line, share, part in zip(lines, shares, parts, strict=True):
        money[frozenset(code for code, matches in matchers.items() if matches(line))] += share * part.money
    counted = {
        code: [(Decimal(line.quantity), part) for line, part in zip(lines, parts, strict=True) if matches(line)]
        for code, matches in matchers.items()
    }
    return Returned(money, {code: pieces_left(pieces) for code, pieces in counted.items()})


def pieces_left(pieces: Sequence[tuple[Decimal, Part]]) -> Decimal:
    """The part of all pieces that stays."""
    bought = sum((quantity for quantity, _part in pieces), ZERO)
    left = sum((quantity * (ONE - part.pieces) for quantity, part in pieces), ZERO)
    return left / bought if bought else ONE

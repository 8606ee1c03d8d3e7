"""What one purchase earns, and why: evaluations per second of plain and of rich terms, in one process, no database."""

import time
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bench.report import Result
from programs import calendar
from programs.earning import Line, Purchase, Standing, evaluate, kept
from programs.terms import P0, Terms, parse

COUNT, ROUNDS = 2_000, 7
ZONE = ZoneInfo("Europe/Warsaw")
TUESDAY = datetime(2026, 11, 17, 8, 31, tzinfo=UTC)
LINES = (Line("a", "beans", 1, Decimal("20.00")), Line("b", "milk", 2, Decimal("42.00")))
PLAIN = {"earning": {"points": 1}, "expiry": {"kind": "never"}}
RICH = P0 | {
    "earning": {"points": 1, "cap": {"points": 500, "per": "day"}},
    "rules": [
        {"code": "tue", "name": "T", "when": {"weekdays": ["tue"], "tiers": ["gold"]}, "give": {"multiplier": "2"}},
        {"code": "beans", "name": "B", "when": {"categories": ["beans"]}, "give": {"points": 1, "per": "2.00"}},
        {"code": "big", "name": "L", "when": {"min_amount": "50.00"}, "give": {"points": 20}},
        {"code": "may", "name": "M", "when": {"until": "2026-05-31"}, "give": {"multiplier": "3"}},
        {"code": "early", "name": "E", "when": {"hours": ["07:00", "10:00"]}, "give": {"points": 5},
         "cap": {"points": 50, "per": "month"}},
        {"code": "first", "name": "F", "when": {"first_purchase": True}, "give": {"points": 100}, "budget": 10_000},
    ],
}  # fmt: skip
GOLD = Standing(tier_code="gold", earned={"day": 0}, rule_earned={"early": 0}, rule_issued={"first": 0})


def run(options: Namespace) -> list[Result]:
    plain, standard, rich = parse(PLAIN), parse(P0), parse(RICH)
    explain, remaining = evaluate(rich, bought(0, LINES), GOLD).explain, Decimal("31.00")
    return [
        award("no rules", plain, micros=25),
        award("a tier that multiplies", standard, micros=25),
        award("tier, six rules, cap", rich, micros=80),
        award("tier, six rules, cap, lines", rich, LINES, micros=80),
        Result("what a refund leaves of it", per_second(lambda n: kept(explain, rich, remaining)), "/s"),
        Result("expiry of a credit", per_second(lambda n: calendar.expiry_of(standard.expiry, at(n), ZONE)), "/s"),
    ]


def award(name: str, terms: Terms, lines: tuple[Line, ...] = (), *, micros: int) -> Result:
    """How many purchases are evaluated and explained, beside how many were asked for."""
    purchases = [bought(number, lines) for number in range(COUNT)]
    ours = per_second(lambda number: evaluate(terms, purchases[number], GOLD))
    return Result(f"awards: {name}", ours, "/s", 1e6 / micros, f"the target, {micros} µs for one")


def at(number: int) -> datetime:
    return TUESDAY + timedelta(minutes=number)


def bought(number: int, lines: tuple[Line, ...]) -> Purchase:
    return Purchase(placed_at=at(number), zone=ZONE, amount=Decimal(6200 + number) / 100, lines=lines)


def per_second(act: Callable[[int], object]) -> float:
    """How many fit in a second of processor time, in the best of some rounds."""
    best = float("inf")
    for _round in range(ROUNDS):
        started = time.process_time()
        for number in range(COUNT):
            act(number)
        best = min(best, time.process_time() - started)
    return COUNT / best

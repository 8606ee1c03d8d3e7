"""The figures of a replay: those of a part, and their sums over all parts, as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Sum

from members.models import Order
from members.replaying.tally import Tally
from programs import calendar
from reports.models import Replay
from reports.replays import worth

Part = dict[str, Any]
EXAMPLES = 5
SUMS = ("taken_back", "redeemed", "unpaid_count", "unpaid", "expired", "held", "debt", "compared")
COUNTS = ("days", "rules", "tiers")


def part_of(live: Tally, draft: Tally) -> Part:
    """What came of some accounts under both terms, with those that gain and lose most."""
    changes = [
        [draft.net.get(pk, 0) - live.net.get(pk, 0), pk, live.net.get(pk, 0), draft.net.get(pk, 0)]
        for pk in sorted({*live.active, *live.net, *draft.net})
    ]
    return {
        "live": side_of(live),
        "draft": side_of(draft),
        "gain": sum(change[0] > 0 for change in changes),
        "lose": sum(change[0] < 0 for change in changes),
        "same": sum(change[0] == 0 for change in changes),
        "members": sum(live.tiers.values()),
        "orders": live.order_count,
        "best": foremost(changes, sign=1),
        "worst": foremost(changes, sign=-1),
    }


def side_of(tally: Tally) -> Part:
    return {
        "days": {day.isoformat(): points for day, points in sorted(tally.days.items())},
        "issued": sum(tally.days.values()),
        "rules": {code: points for code, points in tally.rules.items() if points},
        "tiers": dict(tally.tiers),
        "differing": len(tally.differing),
        **{name: getattr(tally, name) for name in SUMS},
    }


def foremost(changes: Iterable[list[int]], *, sign: int) -> list[list[int]]:
    """The five largest changes up (or down), the lowest account first where they are as large."""
    wanted = (change for change in changes if change[0] * sign > 0)
    return sorted(wanted, key=lambda change: (-sign * change[0], change[1]))[:EXAMPLES]


def added(parts: Iterable[Part]) -> Part:
    """All parts together; in whatever way the accounts were cut, the sums are the same."""
    total: Part = {"live": blank(), "draft": blank(), "best": [], "worst": []}
    counts = Counter[str]()
    for part in parts:
        for side in ("live", "draft"):
            add(total[side], part[side])
        counts.update({name: part[name] for name in ("gain", "lose", "same", "members", "orders")})
        total["best"] = foremost(total["best"] + part["best"], sign=1)
        total["worst"] = foremost(total["worst"] + part["worst"], sign=-1)
    return total | {name: counts[name] for name in ("gain", "lose", "same", "members", "orders")}


def blank() -> Part:
    return dict.fromkeys(("issued", "differing", *SUMS), 0) | {name: {} for name in COUNTS}


def add(total: Part, side: Part) -> None:
    for name in ("issued", "differing", *SUMS):
        total[name] += side[name]
    for name in COUNTS:
        for key, points in side[name].items():
            total[name][key] = total[name].get(key, 0) + points


def money_of(replay: Replay) -> Part:
    """What members spent in the range, less what came back of it; and what a point is worth, as text."""
    zone = replay.program.merchant.zone
    start = calendar.start_of_day(replay.first_on, zone)
    bought = Order.objects.filter(
        merchant=replay.program.merchant_id, placed_at__gte=start, placed_at__lt=replay.until
    ).aggregate(paid=Sum("amount", default=0), back=Sum("refunded", default=0))
    value = worth.of_point(replay.program, since=start)
    return {"sales": str(bought["paid"] - bought["back"]), "point_value": None if value is None else str(value)}

"""What a page shows of a replay: figures beside figures, in words, with the members who gain and lose most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from loyalty_site.web import format as formats
from members.models import Account, Member
from programs import terms
from programs.terms import Terms
from reports.formulas import change, share
from reports.models import Replay
from reports.periods import days_between
from reports.plots import Plot, drawing, points
from reports.wording import locale, weekday_and_day

A_MONTH = Decimal(365) / 12  # days
SHOWN = 3  # decimals of a share, which is a tenth of a percent


@dataclass(frozen=True, slots=True)
class Row:
    """One figure under both terms; `help` says how it is worked out."""

    label: str
    live: str
    draft: str
    difference: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A member with the points under both terms."""

    member: Member
    live: str
    draft: str
    difference: str


@dataclass(frozen=True)
class Shown:
    """A finished replay."""

    replay: Replay

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = self.replay.result
        return found

    @property
    def live(self) -> dict[str, Any]:
        found: dict[str, Any] = self.result["live"]
        return found

    @property
    def draft(self) -> dict[str, Any]:
        found: dict[str, Any] = self.result["draft"]
        return found

    @property
    def currency(self) -> str:
        return self.replay.program.merchant.currency

    @property
    def value(self) -> Decimal | None:
        """What a point is worth."""
        text = self.result["point_value"]
        return Decimal(text) if text else None

    @property
    def sales(self) -> Decimal:
        return Decimal(self.result["sales"])

    @property
    def day_count(self) -> int:
        return (self.replay.last_on - self.replay.first_on).days + 1

    def net(self, side: dict[str, Any]) -> int:
        """Points issued, less what refunds took back."""
        return int(side["issued"] - side["taken_back"])

    def cost(self, side: dict[str, Any]) -> Decimal | None:
        """What the points of the range come to in money, once they are spent."""
        return None if self.value is None else self.net(side) * self.value

    @property
    def cost_a_month(self) -> Decimal | None:
        """What the rewards cost more in a month of the same length, to the whole unit."""
        live, draft = self.cost(self.live), self.cost(self.draft)
        return None if live is None or draft is None else (draft - live) * A_MONTH / self.day_count

    @property
    def growth(self) -> str:
        """+12.3 %, of the points issued."""
        return signed_percent(change(self.draft["issued"], self.live["issued"]))

    @property
    def about_a_month(self) -> str:
        money = self.cost_a_month
        return "" if money is None else signed_money(money, self.currency)


def rows_of(shown: Shown) -> list[Row]:
    """The figures of a replay, one below the other."""
    live, draft = shown.live, shown.draft
    found = [
        count_row(_("Points issued"), live["issued"], draft["issued"]),
        count_row(_("Taken back by refunds"), live["taken_back"], draft["taken_back"]),
        count_row(_("Expired"), live["expired"], draft["expired"]),
        count_row(_("Points held in the end"), live["held"], draft["held"]),
    ]
    if shown.value is not None:
        found.insert(1, cost_row(shown))
        found.append(liability_row(shown))
    return found


def count_row(label: str, live: int, draft: int) -> Row:
    return Row(label, points(live), points(draft), formats.signed(draft - live, locale=locale()))


def cost_row(shown: Shown) -> Row:
    live, draft = (share(shown.cost(side) or 0, shown.sales) for side in (shown.live, shown.draft))
    before, after = (formats.percent(one, locale=locale()) for one in (live, draft))
    words = _("Points issued less those taken back, at what a point is worth, over sales less refunds.")
    return Row(_("Cost of rewards, as a share of sales"), before, after, percentage_points(live, draft), words)


def percentage_points(live: Decimal | None, draft: Decimal | None) -> str:
    if live is None or draft is None:
        return ""
    apart = round(draft - live, SHOWN)
    return _("%(points)s pp") % {"points": sign(apart) + percent(apart).replace("%", "").strip()}


def liability_row(shown: Shown) -> Row:
    value = shown.value or Decimal(0)
    live, draft = ((side["held"] - side["debt"]) * value for side in (shown.live, shown.draft))
    before, after = (formats.money_short(money, shown.currency, locale=locale()) for money in (live, draft))
    return Row(
        _("Liability in the end"),
        before,
        after,
        signed_money(draft - live, shown.currency),
        _("Points held less points owed, at what a point is worth: what the rewards come to that they can become."),
    )


def signed_money(money: Decimal, currency: str) -> str:
    return sign(round(money)) + formats.money_short(abs(money), currency, locale=locale())


def signed_percent(growth: Decimal | None) -> str:
    return "" if growth is None else sign(round(growth, SHOWN)) + percent(round(growth, SHOWN))


def percent(share: Decimal) -> str:
    return formats.percent(abs(share), locale=locale())


def sign(number: Decimal | int) -> str:
    """Plus or minus; nothing for what is shown as nought."""
    return "−" if number < 0 else "+" if number > 0 else ""


def tier_rows(shown: Shown) -> list[dict[str, Any]]:
    """How many members end on each tier, the lowest first; tiers that only one of the terms has stand there too."""
    live, draft = terms.parse(shown.replay.live), terms.parse(shown.replay.terms)
    levels = {level.code: level for one in (live, draft) if one.tiers for level in one.tiers.levels}
    ranks = ranks_of(live) | ranks_of(draft)
    by_rank = sorted(levels, key=lambda code: (ranks[code], code))
    counts = [(code, shown.live["tiers"].get(code, 0), shown.draft["tiers"].get(code, 0)) for code in by_rank]
    return [
        {"name": levels[code].name, "rank": ranks[code], "row": count_row("", before, after)}
        for code, before, after in counts
    ]


def ranks_of(one: Terms) -> dict[str, int]:
    return {level.code: rank for rank, level in enumerate(one.tiers.levels, 1)} if one.tiers else {}


def rule_rows(shown: Shown) -> list[Row]:
    """What each rule gave, under the terms that have it."""
    names = {rule.code: rule.name for one in (shown.replay.live, shown.replay.terms) for rule in terms.parse(one).rules}
    live, draft = shown.live["rules"], shown.draft["rules"]
    return [count_row(str(name), live.get(code, 0), draft.get(code, 0)) for code, name in names.items()]


def unheard_of(shown: Shown) -> bool:
    """Whether the draft rewards events that the live terms do not: the books know nothing of those."""
    live, draft = (
        {rule.when.event for rule in terms.parse(one).rules} - {"purchase"}
        for one in (shown.replay.live, shown.replay.terms)
    )
    return bool(draft - live)


def examples(shown: Shown, which: str) -> list[Example]:
    """The members who gain (`best`) or lose (`worst`) most."""
    changes: Sequence[list[int]] = shown.result[which]
    found = accounts(pk for _change, pk, _live, _draft in changes)
    return [
        Example(found[pk].member, points(live), points(draft), formats.signed(apart, locale=locale()))
        for apart, pk, live, draft in changes
        if pk in found
    ]


def accounts(ids: Iterable[int]) -> dict[int, Account]:
    return Account.objects.select_related("member").in_bulk(list(ids))


def plot(shown: Shown) -> Plot | None:
    """Points issued day by day, the draft against the live terms; None where none were."""
    days = days_between(shown.replay.first_on, shown.replay.last_on)
    step = 7 if len(days) > 100 else 1
    live, draft = (per_step(side["days"], days, step) for side in (shown.live, shown.draft))
    if not any(live) and not any(draft):
        return None
    begins = days[::step]
    labels = [weekday_and_day(day) for day in begins]
    written = [[points(count) for count in side] for side in (draft, live)]
    series = [
        {"kind": "line", "colour": "--chart-1", "y": draft, "text": [f"{n} {_('draft')}" for n in written[0]]},
        {"kind": "dotted", "colour": "--chart-prev", "y": live, "text": [f"{n} {_('live')}" for n in written[1]]},
    ]
    table = [list(row) for row in zip(labels, written[1], written[0], strict=True)]
    heads = [_("Day") if step == 1 else _("Week from"), _("Live"), _("Draft")]
    return Plot(drawing(labels, begins, series, step=step), heads, table[::-1])


def per_step(found: dict[str, int], days: Sequence[date], step: int) -> list[int]:
    counts = [found.get(day.isoformat(), 0) for day in days]
    return [sum(counts[place : place + step]) for place in range(0, len(counts), step)]

"""A trial in words: what it gives under the live terms and under the draft, why, and what the draft makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from loyalty_site.templatetags.regulars import local_day
from loyalty_site.web.format import MINUS
from members import trying
from members.reading.why import Why
from members.trying import Answer, Trial
from programs import calendar, tiers, wording
from programs.drafts import Working
from programs.models import Merchant
from programs.supposing import at_all_times
from programs.terms import Level
from programs.versions import Schedule
from programs.wording import Speech
from programs.wording.awards import award_total
from programs.wording.lines import note
from programs.wording.reasons import Listener


@dataclass(frozen=True)
class Column:
    """What a trial gives under one version. `answer` is what would be posted, `why` its explanation for the owner."""

    title: str
    answer: Answer
    why: Why
    merchant: Merchant
    at: datetime
    is_draft: bool

    @property
    def speech(self) -> Speech:
        return wording.speech(self.merchant.currency, self.answer.terms.unit)

    @property
    def figure(self) -> str:
        """96 points, or 0.96 zł."""
        return self.speech.points(self.answer.points)

    @property
    def facts(self) -> list[str]:
        """From when and until when the points are good, the tier before and after, and its gifts."""
        return [*self.validity, *self.gifts, *self.tier]

    @property
    def validity(self) -> list[str]:
        move, zone = self.answer.movement, self.merchant.zone
        if not move.points:
            return []
        is_later = move.available_at is not None and move.available_at > self.at
        spendable = _("Spendable from %(day)s") % {"day": local_day(move.available_at, zone)}
        if move.expires_at is None:
            last = _("Valid for good")
        else:
            last_day = calendar.day_ending(move.expires_at, zone)
            last = _("Valid through %(last)s") % {"last": self.speech.day(last_day)}
        return [spendable if is_later else _("Spendable at once"), last]

    @property
    def gifts(self) -> list[str]:
        return [
            _("%(points)s of it for reaching %(tier)s")
            % {"points": self.speech.points(level.entry_gift), "tier": level.name}
            for level in self.answer.gifts
        ]

    @property
    def tier(self) -> list[str]:
        before, after = self.level(self.answer.before), self.level(self.answer.after)
        if before is None or after is None:
            return []
        if before == after:
            return [_("Stays %(tier)s") % {"tier": before.name}]
        return [_("%(before)s before, %(after)s afterwards") % {"before": before.name, "after": after.name}]

    def level(self, code: str) -> Level | None:
        levels = self.answer.terms.tiers
        return tiers.level_of(levels, code) if levels else None


@dataclass(frozen=True, slots=True)
class Tried:
    """The columns of a trial, the live one first; `difference` is what the draft gives more or less, in words."""

    columns: list[Column]
    difference: str


def tried(trial: Trial, working: Working, *, now: datetime) -> Tried:
    """Try under the live terms, if there are any, and under the draft, if there is one.

    Raises BadAmount where the amounts cannot be of one purchase.
    """
    program = working.program
    columns = []
    if working.live:
        live = trying.answer(trial, program, Schedule([program.pk]), now=now)
        columns.append(column(live, trial, working, is_draft=False))
    if working.is_changed:
        schedule = at_all_times(program.pk, working.terms, number=working.next_number)
        columns.append(column(trying.answer(trial, program, schedule, now=now), trial, working, is_draft=True))
    return Tried(columns, difference(columns))


def column(answer: Answer, trial: Trial, working: Working, *, is_draft: bool) -> Column:
    merchant = working.program.merchant
    return Column(
        title=title_of(answer, working, is_draft=is_draft),
        answer=answer,
        why=why_of(answer, trial, merchant),
        merchant=merchant,
        at=trial.at,
        is_draft=is_draft,
    )


def title_of(answer: Answer, working: Working, *, is_draft: bool) -> str:
    if is_draft:
        return _("Draft")
    if working.live and answer.version.id == working.live.id:
        return _("Live")
    return _("Version %(number)s") % {"number": answer.version.number}


def why_of(answer: Answer, trial: Trial, merchant: Merchant) -> Why:
    """The explanation that the entry would have in the ledger, as the owner reads it there."""
    if not answer.has_rule:
        listener = Listener("owner", "", wording.speech(merchant.currency, answer.terms.unit), {})
        return Why([note(_("These terms give nothing for it"))], award_total(0, listener), "")
    move = answer.movement
    paid = {"debt_paid": min(answer.owed, move.points)} if answer.owed and move.points else {}
    *causes, total = wording.explained(
        move.explain | paid,
        answer.terms,
        "owner",
        merchant.currency,
        member=trial.member.first_name if trial.member else "",
        places=merchant.place_names,
    )
    return Why(causes, total, "")


def difference(columns: list[Column]) -> str:
    """+48 points under the draft."""
    if len(columns) < 2:
        return ""
    live, draft = columns
    more = draft.answer.points - live.answer.points
    if not more:
        return _("The draft gives as much for this.")
    size = draft.speech.points(abs(more))
    return _("%(points)s under the draft") % {"points": f"{'+' if more > 0 else MINUS}{size}"}

"""One course of events: the facts of some accounts, lived under one schedule of terms, in memory.

Awards, refunds, occasions and gifts come from the code that posts them to the ledger; nothing is written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from members import entry_gifts, occasions
from members.awarding import Awarding
from members.budgets import Budgets
from members.clawing_back import Law, Lost, taken_back, uncounted
from members.history import Past, basis_of
from members.movements import Held, Movement, Shortfall
from members.posting import settle
from members.replaying.backing import Award, Returned, Returns, taken_by
from members.replaying.facts import GIVEN, Fact
from members.replaying.ladder import Ladder
from members.replaying.purse import Purse
from members.replaying.span import Span
from members.replaying.starts import ZERO, Start
from members.replaying.tally import Tally
from programs import calendar
from programs.purchases import Purchase
from programs.versions import DatedVersion, Schedule

OF_EVENTS = ("event:", "sign_up:", "birthday:", "anniversary:")


class Course:
    """The accounts of a replay on their way; `tally` is what came of it."""

    def __init__(
        self, span: Span, starts: Mapping[int, Start], returns: Returns, *, versions: Schedule, budgets: Budgets
    ) -> None:
        self.span, self.returns, self.versions = span, returns, versions
        self.program_id, self.zone = span.program.pk, span.zone
        self.held = {pk: start.account() for pk, start in starts.items()}
        self.gone = {pk for pk, start in starts.items() if start.is_gone}
        self.purse = Purse(span, starts, returns.drawn)
        basis = basis_of(self.version_at(span.start).terms)
        past = {pk: start.past[basis] for pk, start in starts.items()}
        self.awarding = Awarding(
            self.held, span.merchant, (), versions=versions, now=span.start, past=past, budgets=budgets
        )
        self.tally = Tally(span.start, span.end, self.awarding.dating.day_of)
        self.gifts = {pk: list(start.gifts) for pk, start in starts.items()}
        self.ladder = Ladder(self.awarding, span, starts=starts, gifts=self.gifts)
        if self.version_at(span.start).terms.tiers != span.levels:
            self.ladder.begin_anew(self.held.values())
        self.gift_lots: dict[tuple[int, str], int] = {}
        self.awards: dict[int, tuple[Award, int]] = {}
        self.lost: dict[int, tuple[int, int]] = {}
        self.handlers = {
            "earn": self.earn,
            "clawback": self.take_back,
            "redeem": self.redeem,
            "restore": self.restore,
            "adjust": self.adjust,
            "transfer": self.move,
        }

    def version_at(self, at: datetime) -> DatedVersion:
        return self.versions.at(self.program_id, at)

    def live(self, fact: Fact) -> None:
        """Live one fact; the facts of an account come in the order in which they became known."""
        handler = self.handlers.get(fact.kind)
        if handler is None:
            return
        account = self.held[fact.account_id]
        self.ladder.catch_up(account, fact.known_at, self.give_gift)
        self.awarding.now = fact.known_at
        handler(fact, account)

    # --- What earns --------------------------------------------------------------------------------------------

    def earn(self, fact: Fact, account: Held) -> None:
        if fact.purchase:
            self.buy(fact, fact.purchase, account)
        elif fact.reference.startswith("credit:") or fact.event == GIVEN:
            self.credit(fact, account)
        elif fact.event and fact.reference.startswith(OF_EVENTS):
            self.celebrate(fact, account)

    def buy(self, fact: Fact, purchase: Purchase, account: Held) -> None:
        award, version, _reached, available_at, expires_at = self.awarding.earned(
            account, purchase, explains=fact.comes_back
        )
        account.carry = award.carry
        expires_at = self.purse.stay.end_of(version, fact, expires_at)
        lot_id = self.purse.open_lot(account, award.points, available_at, expires_at)
        self.tally.bought(account.id, fact.at)
        self.tally.issued(account.id, fact.at, award.points, award.rule_points)
        self.tally.compare(fact.id, fact.points, award.points)
        if fact.comes_back and fact.order_id:
            kept = Award(
                lot_id, account.id, award.points, award.qualifying, version.id,
                award.explain | {"rule_points": award.rule_points}, version.terms,
            )  # fmt: skip
            self.awards[fact.order_id] = kept, self.ladder.step_count(account.id)
        self.purse.stay.prolong(version, fact)
        if self.awarding.climbs:
            self.ladder.climb(account, self.give_gift, now=fact.known_at)

    def celebrate(self, fact: Fact, account: Held) -> None:
        """An occasion or a reported event."""
        version, event = self.version_at(fact.at), fact.event or ""
        points = 0
        if occasions.has_rule(version, event):
            earned = occasions.movement(event, account, self.awarding, fact.at, fact.reference)
            points, given = earned.points, earned.explain["rule_points"]
            self.awarding.past[account.id].add(Past(fact.at, 0, ZERO, given))
            expires_at = self.purse.stay.end_of(version, fact, earned.expires_at)
            self.purse.open_lot(account, points, fact.at, expires_at)
            self.tally.issued(account.id, fact.at, points, given)
            self.purse.stay.prolong(version, fact)
        self.tally.compare(fact.id, fact.points, points)

    def credit(self, fact: Fact, account: Held) -> None:
        """Points that staff gave, which end when they said."""
        self.purse.open_lot(account, fact.points, fact.at, self.returns.ends.get(fact.id))
        self.tally.issued(account.id, fact.at, fact.points, {})
        self.purse.stay.prolong(self.version_at(fact.at), fact)

    def give_gift(self, account: Held, movement: Movement, code: str) -> None:
        """The gift of a tier just reached, unless it was had in the tier's window."""
        lot_id = self.purse.open_lot(account, movement.points, movement.occurred_at, movement.expires_at)
        self.purse.stay.note(account.id, movement.occurred_at)
        self.gifts[account.id].append((code, movement.occurred_at, movement.points))
        self.gift_lots[account.id, code] = lot_id
        self.tally.issued(account.id, movement.occurred_at, movement.points, {})

    # --- What takes --------------------------------------------------------------------------------------------

    def take_back(self, fact: Fact, account: Held) -> None:
        """A refund."""
        back, order_id = self.returns.by_entry.get(fact.id), fact.order_id or 0
        if back is None:
            return
        award, step_count = self.awards.get(order_id) or (self.returns.awards[order_id], 0)
        by = Law(award.terms, award.terms.clawback, basis_of(self.version_at(fact.known_at).terms))
        lost = self.lost_of(award, order_id, now=fact.known_at)
        movement = taken_back(
            award, account, back.row, order=back.order, before=back.before, after=back.after, by=by, lost=lost
        )
        outcome = settle(movement, account, self.purse.shelf, {}, now=fact.known_at)
        self.uncount(account, movement, outcome.points, back, basis=by.basis)
        points, qualifying = self.lost[order_id]
        self.lost[order_id] = points - outcome.points, qualifying + movement.qualifying
        self.tally.took_back(account.id, fact.at, -outcome.points)
        self.tally.compare(fact.id, fact.points, outcome.points)
        if fact.reference == f"refund:{back.row.source}:undo:{back.row.source}:{order_id}":
            self.ladder.step_back(account, step_count, self.take_gift, now=fact.known_at)

    def lost_of(self, award: Award, order_id: int, *, now: datetime) -> Lost:
        """What an award has lost to refunds so far, and what of it expired unspent."""
        points, qualifying = self.lost.setdefault(order_id, self.returns.lost.get(order_id, (0, 0)))
        lot = self.purse.shelf.lots.get(award.pk)
        expired = lot.remaining if lot and lot.is_expired(now) else 0
        return Lost(points, award.qualifying + qualifying, expired + self.returns.expired.get(award.pk, 0))

    def uncount(self, account: Held, movement: Movement, points: int, back: Returned, *, basis: str) -> None:
        """Let what came back count no longer: for carry, first purchase, tiers, caps and budgets."""
        running, freed = self.awarding.running[account.id], movement.explain.get("rule_points", {})
        running.carry = account.carry
        running.order_count += movement.order_count
        counts = uncounted(back.order, back.row, lost=-movement.qualifying, basis=basis)
        self.awarding.past[account.id].add(Past(back.order.placed_at, points, -counts, freed))
        self.awarding.budgets.spend(self.program_id, freed)

    def take_gift(self, account: Held, code: str, now: datetime) -> None:
        """Take back the gift of a tier that was reached by mistake."""
        lot_id = self.gift_lots.pop((account.id, code), None)
        if lot_id is None:
            return
        points = self.gifts[account.id].pop()[2]
        terms = self.version_at(now).terms
        movement = entry_gifts.taken(account.id, points, lot_id, terms.clawback, now=now)
        outcome = settle(movement, account, self.purse.shelf, {}, now=now)
        self.tally.took_back(account.id, now, -outcome.points)

    # --- What spends -------------------------------------------------------------------------------------------

    def redeem(self, fact: Fact, account: Held) -> None:
        """A reward as it was had, if the points are there."""
        if not self.purse.draw(fact, account, Shortfall.REFUSE):
            self.tally.unpaid_count += 1
            self.tally.unpaid -= fact.points
            return
        self.tally.redeemed -= fact.points
        self.purse.stay.prolong(self.version_at(fact.at), fact)

    def adjust(self, fact: Fact, account: Held) -> None:
        """A correction: what was added, what was taken as far as it reaches, or what was taken and given back."""
        if fact.points > 0 and taken_by(fact.reference):
            self.purse.put_back(fact, account, self.version_at(fact.known_at).terms)
        elif fact.points > 0:
            ends_at = calendar.expiry_of(self.version_at(fact.known_at).terms.expiry, fact.at, self.zone)
            self.purse.open_lot(account, fact.points, fact.at, ends_at)
        else:
            self.purse.draw(fact, account, Shortfall.TRIM)

    def move(self, fact: Fact, account: Held) -> None:
        """Points that came from another card, or went to one, as the books have it: nobody got or lost them."""
        if fact.points > 0:
            self.purse.open_lot(account, fact.points, fact.at, self.returns.ends.get(fact.id))
        else:
            self.purse.take_away(fact, account)

    def restore(self, fact: Fact, account: Held) -> None:
        """A reward that was given up, if it could be had here."""
        if self.purse.put_back(fact, account, self.version_at(fact.known_at).terms):
            self.tally.redeemed -= fact.points

    # --- The end -----------------------------------------------------------------------------------------------

    def finish(self, booked: Collection[int] = ()) -> Tally:
        """Live the nights that are left, and count what everybody holds in the end; who is gone is on no tier."""
        for account in self.held.values():
            if account.id not in booked and account.id not in self.gone:
                self.ladder.catch_up(account, self.span.end, self.give_gift)
            if account.id not in self.gone:
                self.tally.tiers[account.tier_code] += 1
            self.tally.debt += account.debt
        for lot in self.purse.shelf.lots.values():
            if not lot.is_expired(self.span.end):
                self.tally.held += lot.remaining
            elif lot.expires_at and lot.expires_at >= self.span.start:
                self.tally.expired += lot.remaining
        self.tally.expired += self.purse.gone
        return self.tally

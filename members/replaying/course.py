"""One course of events: the facts of some accounts, lived under one schedule of terms, in memory.

Awards, refunds, occasions and gifts come from the code that posts them to the ledger; nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from members import entry_gifts, occasions
from members.awarding import Awarding
from members.budgets import Budgets
from members.clawing_back import Lost, taken_back, uncounted
from members.history import Past, basis_of
from members.movements import Draw, Held, Movement, OpenLot, Shortfall, Takes
from members.posting import Shelf, pay_debt, settle
from members.replaying.backing import Award, Returned, Returns
from members.replaying.facts import GIVEN, Fact
from members.replaying.ladder import Ladder
from members.replaying.span import Span
from members.replaying.starts import ZERO, Start
from members.replaying.staying import Stay
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
        self.shelf = Shelf(lot for start in starts.values() for lot in start.open_lots())
        basis = basis_of(self.version_at(span.start).terms)
        past = {pk: start.past[basis] for pk, start in starts.items()}
        self.awarding = Awarding(
            self.held, span.merchant, (), versions=versions, now=span.start, past=past, budgets=budgets
        )
        self.tally = Tally(span.start, span.end, span.zone)
        self.gifts = {pk: list(start.gifts) for pk, start in starts.items()}
        self.ladder = Ladder(self.awarding, span, starts=starts, gifts=self.gifts)
        self.gift_lots: dict[tuple[int, str], int] = {}
        self.stay = Stay(self.shelf, span.zone)
        self.awards: dict[int, tuple[Award, int]] = {}
        self.lost: dict[int, tuple[int, int]] = {}
        self.draws: dict[str, list[Draw]] = {}
        self.drawn_at: dict[str, datetime] = {}
        self.gone = 0
        self.next_lot = span.through
        self.handlers = {
            "earn": self.earn,
            "clawback": self.take_back,
            "redeem": self.redeem,
            "restore": self.restore,
            "adjust": self.adjust,
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
        award, version, _reached, available_at, expires_at = self.awarding.earned(account, purchase)
        account.carry = award.carry
        expires_at = self.stay.end_of(version, fact, expires_at)
        lot_id = self.open_lot(account, award.points, available_at, expires_at)
        self.tally.issued(account.id, fact.at, award.points, award.rule_points)
        self.tally.compare(fact.id, fact.points, award.points)
        if fact.comes_back and fact.order_id:
            kept = Award(
                lot_id, account.id, award.points, award.qualifying, version.id,
                award.explain | {"rule_points": award.rule_points}, version.terms,
            )  # fmt: skip
            self.awards[fact.order_id] = kept, self.ladder.step_count(account.id)
        self.stay.prolong(version, fact)
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
            expires_at = self.stay.end_of(version, fact, earned.expires_at)
            self.open_lot(account, points, fact.at, expires_at)
            self.tally.issued(account.id, fact.at, points, given)
            self.stay.prolong(version, fact)
        self.tally.compare(fact.id, fact.points, points)

    def credit(self, fact: Fact, account: Held) -> None:
        """Points that staff gave, which end when they said."""
        self.open_lot(account, fact.points, fact.at, self.returns.ends.get(fact.id))
        self.tally.issued(account.id, fact.at, fact.points, {})
        self.stay.prolong(self.version_at(fact.at), fact)

    def give_gift(self, account: Held, movement: Movement, code: str) -> None:
        """The gift of a tier just reached, unless it was had in the tier's window."""
        lot_id = self.open_lot(account, movement.points, movement.occurred_at, movement.expires_at)
        self.gifts[account.id].append((code, movement.occurred_at, movement.points))
        self.gift_lots[account.id, code] = lot_id
        self.tally.issued(account.id, movement.occurred_at, movement.points, {})

    def open_lot(self, account: Held, points: int, available_at: datetime, expires_at: datetime | None) -> int:
        """Put a credit on the shelf, after it paid what the account owes; the answer is the lot's number."""
        self.next_lot += 1
        if points > 0:
            left = points - pay_debt(account, points)
            account.balance += points
            self.shelf.put(OpenLot(self.next_lot, account.id, left, available_at, expires_at))
        return self.next_lot

    # --- What takes --------------------------------------------------------------------------------------------

    def take_back(self, fact: Fact, account: Held) -> None:
        """A refund."""
        back, order_id = self.returns.by_entry.get(fact.id), fact.order_id or 0
        if back is None:
            return
        award, step_count = self.awards.get(order_id) or (self.returns.awards[order_id], 0)
        basis = basis_of(self.version_at(fact.known_at).terms)
        movement = taken_back(
            award, account, back.row, order=back.order, before=back.before, after=back.after,
            terms=award.terms, policy=award.terms.clawback, basis=basis,
            lost=self.lost_of(award, order_id, now=fact.known_at),
        )  # fmt: skip
        outcome = settle(movement, account, self.shelf, {}, now=fact.known_at)
        self.uncount(account, movement, outcome.points, back, basis=basis)
        points, qualifying = self.lost[order_id]
        self.lost[order_id] = points - outcome.points, qualifying + movement.qualifying
        self.tally.took_back(account.id, fact.at, -outcome.points)
        self.tally.compare(fact.id, fact.points, outcome.points)
        if fact.reference == f"refund:{back.row.source}:undo:{back.row.source}:{order_id}":
            self.ladder.step_back(account, step_count, self.take_gift, now=fact.known_at)

    def lost_of(self, award: Award, order_id: int, *, now: datetime) -> Lost:
        """What an award has lost to refunds so far, and what of it expired unspent."""
        points, qualifying = self.lost.setdefault(order_id, self.returns.lost.get(order_id, (0, 0)))
        lot = self.shelf.lots.get(award.pk)
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
        outcome = settle(movement, account, self.shelf, {}, now=now)
        self.tally.took_back(account.id, now, -outcome.points)

    # --- What spends -------------------------------------------------------------------------------------------

    def redeem(self, fact: Fact, account: Held) -> None:
        """A reward as it was had, if the points are there."""
        if not self.draw(fact, account, Shortfall.REFUSE):
            self.tally.unpaid_count += 1
            self.tally.unpaid -= fact.points
            return
        self.tally.redeemed -= fact.points
        self.stay.prolong(self.version_at(fact.at), fact)

    def adjust(self, fact: Fact, account: Held) -> None:
        """A correction: what was added, what was taken as far as it reaches, or what was taken and given back."""
        if fact.reference.removeprefix("adjust:undo:") != fact.reference and fact.points > 0:
            self.put_back(fact, account, fact.reference.replace("adjust:undo:", "adjust:", 1))
        elif fact.points > 0:
            ends_at = calendar.expiry_of(self.version_at(fact.known_at).terms.expiry, fact.at, self.zone)
            self.open_lot(account, fact.points, fact.at, ends_at)
        else:
            self.draw(fact, account, Shortfall.TRIM)

    def draw(self, fact: Fact, account: Held, shortfall: Shortfall) -> bool:
        """Take points from what is spendable; say whether they were taken."""
        movement = Movement(
            account_id=account.id, kind=fact.kind, points=fact.points, reference=fact.reference, occurred_at=fact.at,
            takes=Takes.SPENDABLE, shortfall=shortfall,
        )  # fmt: skip
        reach = sum(lot.remaining for lot in self.shelf.candidates(movement, fact.known_at))
        if shortfall is Shortfall.REFUSE and reach < -fact.points:
            return False
        self.draws[fact.reference] = settle(movement, account, self.shelf, {}, now=fact.known_at).draws
        self.drawn_at[fact.reference] = fact.at
        return True

    def restore(self, fact: Fact, account: Held) -> None:
        """A reward that was given up, if it could be had here."""
        if self.put_back(fact, account, fact.reference.replace("restore:", "redeem:", 1)):
            self.tally.redeemed -= fact.points

    def put_back(self, fact: Fact, account: Held, reference: str) -> bool:
        """Put points back into the lots that a debit drew from."""
        draws = self.draws.pop(reference, None) or self.drawn_before(reference)
        if not draws:
            return False
        drawn_at = self.drawn_at.get(reference, fact.at)
        self.gone += self.stay.revive(draws, self.version_at(fact.known_at).terms, fact, drawn_at=drawn_at)
        movement = Movement(
            account_id=account.id, kind=fact.kind, points=fact.points, reference=fact.reference, occurred_at=fact.at,
            restores=0,
        )  # fmt: skip
        settle(movement, account, self.shelf, {0: draws}, now=fact.known_at)
        return True

    def drawn_before(self, reference: str) -> list[Draw]:
        """What a debit from before the range drew; its lots come onto the shelf."""
        found = self.returns.drawn.get(reference, [])
        for lot, _points in found:
            if lot.id not in self.shelf.lots:
                self.shelf.put(OpenLot(lot.id, lot.account_id, 0, lot.available_at, lot.expires_at))
        return [Draw(lot.id, points) for lot, points in found]

    # --- The end -----------------------------------------------------------------------------------------------

    def finish(self) -> Tally:
        """Live the nights that are left, and count what everybody holds in the end."""
        for account in self.held.values():
            self.ladder.catch_up(account, self.span.end, self.give_gift)
            self.tally.tiers[account.tier_code] += 1
            self.tally.debt += account.debt
        for lot in self.shelf.lots.values():
            if not lot.is_expired(self.span.end):
                self.tally.held += lot.remaining
            elif lot.expires_at and lot.expires_at >= self.span.start:
                self.tally.expired += lot.remaining
        self.tally.expired += self.gone
        return self.tally

"""A shop's life, day by day: nights, newcomers, visits and purchases, through the doors of real life.

The same seed, first day and last instant give the same story. Only the shoppers are kept in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from random import Random

from django.db import connection, transaction

from demo import agreeing, favourites, habits, names, nights
from demo.aftermath import Aftermath
from demo.bean_and_leaf import Shop
from demo.habits import Shopper, Visit
from demo.regular import Regular
from demo.spending import WISHES, Spending
from demo.stamp_card import StampCard
from loyalty_site.refusals import Refused
from members import enrolling, numbers, orders
from members.enrolling import NewMember
from members.models import Account, LedgerEntry, LotDraw, Member, MemberNote, Order, PointsLot
from members.new_orders import NewOrder
from members.orders import RecordedOrder
from programs import calendar
from programs.calendar import A_DAY
from rewards.models import Redemption

NIGHTS_ON_RECORD = 7
NIGHTS_TOLD = 60
REVIEW_DAYS = {1, 11, 21}  # of the month, before those nights
HOURLY_DAYS = 3  # the last days are lived hour by hour, so that the newest activity reads in order
DAYS_OF_GROWTH = {2, 10, 40, 150}  # when the planner hears how the tables have grown
GROWING = (Account, LedgerEntry, LotDraw, Member, Order, PointsLot, Redemption)
BATCH = 1_000
OPENING_SHARE, OPENING_DAYS = 0.2, 30  # that many of the members join in the first days
HOMES = ("pulawska", "powisle")


class Life:
    """The shop between its first day and now."""

    def __init__(
        self, shop: Shop, *, members: int, opens_on: date, now: datetime, seed: str, regular: Regular | None = None
    ) -> None:
        self.shop, self.member_count, self.opens_on, self.now, self.seed = shop, members, opens_on, now, seed
        self.zone = shop.merchant.zone
        self.today = calendar.local_day(now, self.zone)
        self.regular, self.order_number = regular, 20_000
        self.coming: dict[date, list[Shopper]] = defaultdict(list)
        self.aftermath = Aftermath(shop, now=now)
        self.spending = Spending(shop, now=now)
        self.stamp_card = StampCard(shop, opens_on=opens_on, today=self.today, now=now)
        self.joined = 0

    def live(self) -> None:
        """Live every day up to now."""
        for day in days_between(self.opens_on, self.today):
            with transaction.atomic():
                self.night(day)
                self.live_day(day)
            if (day - self.opens_on).days in DAYS_OF_GROWTH:
                analyze()

    # --- The night before a day -------------------------------------------------------------------

    def night(self, day: date) -> None:
        """What a night does: in full and on record lately, with notices for two months, thrice a month before."""
        closed, at = day - A_DAY, calendar.start_of_day(day, self.zone) + timedelta(minutes=5)
        if day == self.opens_on:
            return
        if (self.today - day).days < NIGHTS_ON_RECORD:
            nights.on_record(self.shop.merchant, closed, at)
            return
        if day.day in REVIEW_DAYS:
            nights.quiet(self.shop.merchant, closed, at)
        if (self.today - day).days < NIGHTS_TOLD:
            nights.told(self.shop.merchant, closed, at)

    # --- A day ------------------------------------------------------------------------------------

    def live_day(self, day: date) -> None:
        chance = Random(f"{self.seed}:{day}")
        self.stamp_card.begin(day)
        self.aftermath.decide_waiting(day)
        self.aftermath.take_back(day, chance)
        visits = self.visits_on(day, chance)
        for together in batches(visits, by_hour=(self.today - day).days < HOURLY_DAYS):
            self.serve(together, chance)
        self.aftermath.correct(visits, chance)
        self.spending.give_back_lapsed(day)

    def visits_on(self, day: date, chance: Random) -> list[Visit]:
        """Everybody who comes on a day, in the order of the clock; newcomers are enrolled at the counter."""
        known = [habits.visit(who, day, zone=self.zone, chance=chance) for who in self.coming.pop(day, [])]
        new = [
            habits.visit(who, day, zone=self.zone, chance=chance, at_counter=True) for who in self.joining(day, chance)
        ]
        new = [visit for visit in new if visit.at <= self.now]
        self.enrol(new, chance)
        for visit in (*known, *new):
            self.expect_again(visit.shopper, day, chance)
        return sorted((visit for visit in (*known, *new) if visit.at <= self.now), key=lambda visit: visit.at)

    def joining(self, day: date, chance: Random) -> Iterator[Shopper]:
        """The people who come for the first time: many in the first weeks, then about as many every day."""
        wanted = round(self.member_count * self.joined_share(day))
        while self.joined < wanted:
            who = habits.shopper(self.joined, joins_on=day, homes=HOMES, wishes=WISHES, chance=chance)
            who.is_the_regular = self.regular is not None and self.joined == 0
            self.joined += 1
            yield who

    def joined_share(self, day: date) -> float:
        past, whole = (day - self.opens_on).days + 1, (self.today - self.opens_on).days + 1
        return OPENING_SHARE * min(1, past / OPENING_DAYS) + (1 - OPENING_SHARE) * past / whole

    def expect_again(self, shopper: Shopper, day: date, chance: Random) -> None:
        if self.regular and shopper.is_the_regular:
            again = self.regular.next_day(day)
        else:
            again = habits.next_visit(shopper, day, chance=chance)
        if again and again <= self.today:
            self.coming[again].append(shopper)

    def enrol(self, visits: list[Visit], chance: Random) -> None:
        """Enrol the newcomers a minute before their first purchase."""
        if not visits:
            return
        people = [
            (agreeing.asked(new, self.shop), note) for new, note in (self.newcomer(visit, chance) for visit in visits)
        ]
        made = enrolling.enrol_many([new for new, _note in people], merchant=self.shop.merchant, now=self.now)
        told = {member: note for member, (_new, note) in zip(made, people, strict=True) if note}
        self.write_down(told)
        accounts = dict(self.shop.program.accounts.filter(member__in=made).values_list("member_id", "id"))
        for visit, member in zip(visits, made, strict=True):
            visit.shopper.member_id, visit.shopper.account_id = member.pk, accounts[member.pk]

    def write_down(self, told: dict[Member, str]) -> None:
        """What members asked for when they joined, pinned for the till."""
        author = self.shop.cashiers[HOMES[0]]
        notes = [
            MemberNote(
                merchant=member.merchant,
                member=member,
                text=text,
                is_pinned=True,
                author=author,
                written_at=member.joined_at,
            )
            for member, text in told.items()
        ]
        MemberNote.objects.bulk_create(notes)

    def newcomer(self, visit: Visit, chance: Random) -> tuple[NewMember, str]:
        who, joined_at = visit.shopper, visit.at - timedelta(minutes=1)
        location = self.shop.locations[who.home]
        if self.regular and who.is_the_regular:
            new, note = self.regular.new, self.regular.note
            return replace(new, joined_at=joined_at, location=location), note
        person = names.person(who.number, chance=chance, today=joined_at.date())
        new = NewMember(
            name=person.name,
            email=person.email,
            phone=person.phone,
            born_on=person.born_on,
            number=card_number(who.number, self.shop.merchant.card_prefix),
            joined_at=joined_at,
            location=location,
            fields=favourites.told(who.number),
        )
        return new, person.note

    def serve(self, visits: list[Visit], chance: Random) -> None:
        """Record the purchases, then let those who saved enough spend."""
        wanted = [self.order(visit) for visit in visits]
        now = min(visits[-1].at + timedelta(minutes=1), self.now)
        results = orders.record_many(wanted, merchant=self.shop.merchant, now=now)
        earned = [must(result) for result in results]
        self.stamp_card.serve(visits, earned)
        for visit, order in zip(visits, wanted, strict=True):
            if not visit.shopper.is_the_regular:
                self.aftermath.maybe_return(order, visit, chance)
        self.spending.spend(
            [visit for visit, result in zip(visits, earned, strict=True) if self.spending.wants(visit, result, chance)],
            chance,
        )

    def order(self, visit: Visit) -> NewOrder:
        self.order_number += 1
        return NewOrder(
            reference=f"{'W' if visit.is_online else 'P'}-{self.order_number}",
            member_id=visit.shopper.member_id,
            amount=visit.amount,
            source=Order.Source.API if visit.is_online else Order.Source.TILL,
            placed_at=visit.at,
            location="web" if visit.is_online else visit.shopper.home,
            channel="web" if visit.is_online else "store",
            lines=visit.lines,
            recorded_by=None if visit.is_online else self.shop.cashiers[visit.shopper.home],
        )


def analyze() -> None:
    """Tell the planner how the tables have grown; on its own it would notice a minute too late."""
    tables = ", ".join(model._meta.db_table for model in GROWING)
    with connection.cursor() as cursor:
        cursor.execute("SET default_statistics_target = 10")
        cursor.execute(f"ANALYZE {tables}")
        cursor.execute("RESET default_statistics_target")


def must(result: RecordedOrder | Refused) -> RecordedOrder:
    """The story has no refused orders; one would be a fault of the story."""
    if isinstance(result, Refused):
        raise result
    return result


def card_number(number: int, prefix: str) -> str:
    """A card number that is nobody else's (3,141,593 does not divide 10 million)."""
    body = f"{number * 3_141_593 % 10_000_000:07d}"
    return f"{prefix}{body}{numbers.check_digit(body)}"


def days_between(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def batches(visits: list[Visit], *, by_hour: bool) -> Iterator[list[Visit]]:
    """Cut a day's visits into what is recorded together."""
    key: Callable[[Visit], int] = (lambda visit: visit.at.hour) if by_hour else (lambda visit: 0)
    for _hour, together in groupby(visits, key):
        rest = list(together)
        while rest:
            yield rest[:BATCH]
            rest = rest[BATCH:]

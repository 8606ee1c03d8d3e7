"""The terms of a program: one JSON document, parsed whole into frozen, typed parts. No clock, no database."""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt, ValidationError

from .checks import faults_in
from .closing import Closing
from .earning import Cap, Earning
from .expiry import After, Dates, Expiry, Inactivity, Never
from .part import Part, PositiveCount
from .presets import P0, PRESETS
from .refusal import TermsRefused, faults_of
from .rules import Effect, Fixed, Multiply, PerMoney, Rule, RuleCap
from .texts import Texts
from .tiers import CalendarYear, Level, Lifetime, Rolling, Tiers, Window
from .unit import Unit, in_language
from .when import When

__all__ = [
    "P0",
    "PRESETS",
    "After",
    "CalendarYear",
    "Cap",
    "Closing",
    "Dates",
    "Earning",
    "Effect",
    "Expiry",
    "Fixed",
    "Inactivity",
    "Level",
    "Lifetime",
    "Multiply",
    "Never",
    "PerMoney",
    "Rolling",
    "Rule",
    "RuleCap",
    "Terms",
    "TermsRefused",
    "Texts",
    "Tiers",
    "Unit",
    "When",
    "Window",
    "dump",
    "in_language",
    "parse",
]

Clawback = Literal["negative", "within_balance", "pending_only"]


class Terms(Part):
    """Everything a program promises at one time."""

    unit: Unit = Unit()
    earning: Earning
    rules: tuple[Rule, ...] = ()
    expiry: Expiry = Never()
    expiry_notice_days: Annotated[tuple[PositiveCount, ...], Field(max_length=5)] = (30, 7)
    restore_grace_days: Annotated[StrictInt, Field(ge=0, le=3650)] = 0
    clawback: Clawback = "negative"
    tiers: Tiers | None = None
    texts: Texts = Texts()
    paused: StrictBool = False
    closing: Closing | None = None

    @property
    def gives_points(self) -> bool:
        """Whether there is anything to collect, were every rule to run; a spend ladder gives discounts alone."""
        return bool(self.earning.points or self.rules)

    @cached_property
    def running_rules(self) -> tuple[Rule, ...]:
        """The rules that are not paused, in their order."""
        return tuple(rule for rule in self.rules if not rule.paused)

    @cached_property
    def capped_rules(self) -> tuple[Rule, ...]:
        """The running rules that give a member so many points in a period and no more."""
        return tuple(rule for rule in self.running_rules if rule.cap)

    def rules_for(self, event: str) -> tuple[Rule, ...]:
        """The rules that an event can fire, in their order; paused ones are not asked."""
        return tuple(rule for rule in self.running_rules if rule.when.event == event)

    @cached_property
    def asks_segments(self) -> bool:
        """Whether any rule looks at the segments a member is in."""
        return any(rule.when.segments for rule in self.running_rules)

    @cached_property
    def purchase_rules(self) -> tuple[Rule, ...]:
        """The rules that an order can fire."""
        return self.rules_for("purchase")

    @cached_property
    def purchase_asks(self) -> frozenset[str]:
        """The facts that an order's rules ask."""
        return asks_of(self.purchase_rules)

    def asks_for(self, event: str) -> frozenset[str]:
        """The facts that the rules of an event ask and its explanations keep: at, location, channel, tier."""
        return self.purchase_asks if event == "purchase" else asks_of(self.rules_for(event))


def asks_of(rules: tuple[Rule, ...]) -> frozenset[str]:
    return frozenset(condition.asks for rule in rules for condition in rule.when.conditions) - {""}


def parse(document: Any) -> Terms:
    """Read a document (as JSON or YAML gave it) into terms.

    Raises TermsRefused with the path and a sentence for every fault; unknown keys are faults.
    """
    try:
        terms = Terms.model_validate(document)
    except ValidationError as error:
        raise TermsRefused(faults_of(error, document)) from None
    if faults := faults_in(terms):
        raise TermsRefused(faults)
    return terms


def dump(terms: Terms) -> dict[str, Any]:
    """Write terms as a document of JSON values that parses back equal."""
    return terms.model_dump(mode="json", by_alias=True, exclude_none=True)

"""What changes from one state of the terms to another, each alteration in one sentence with both states."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from programs.terms import Terms
from programs.wording.altered_rules import rule_changes
from programs.wording.altered_state import state_changes
from programs.wording.altered_terms import EXPIRY, TERMS, earning_changes
from programs.wording.altered_tiers import tier_changes
from programs.wording.altered_words import text_changes, unit_changes
from programs.wording.aspects import Change, Side, altered
from programs.wording.customer import to_customers
from programs.wording.speech import Speech, speech


def changes(before: Terms, after: Terms, currency: str, *, places: Mapping[str, str] | None = None) -> list[Change]:
    """Say in the active language what is new, gone and altered; equal terms give none, different ones at least one.

    `places` names locations by their codes.
    """
    return told(before, after, speech(currency, after.unit, places))


def told(before: Terms, after: Terms, words: Speech) -> list[Change]:
    if before == after:
        return []
    found = [*found_in(Side(before, words), Side(after, words))]
    return found or [Change("changed", "wording", _("Written in another way, with the same effect"), is_inward=True)]


def found_in(old: Side, new: Side) -> Iterator[Change]:
    """The alterations, in the order of the studio's pages."""
    yield from state_changes(old, new)
    yield from earning_changes(old, new)
    yield from rule_changes(old, new)
    yield from tier_changes(old, new)
    yield from altered(EXPIRY, (old.terms, old), (new.terms, new))
    yield from altered(TERMS, (old.terms, old), (new.terms, new))
    yield from unit_changes(old.terms, new.terms)
    yield from text_changes(old.terms, new.terms)


def changes_for_customers(
    before: Terms, after: Terms, currency: str, *, on: date, places: Mapping[str, str] | None = None
) -> list[Change]:
    """What of it customers are told on a local day: nothing of rules that are over, nor of the shop's own affairs."""
    found = told(running(before, on), running(after, on), to_customers(after, currency, places))
    return [change for change in found if not change.is_inward]


def running(terms: Terms, on: date) -> Terms:
    """The terms without the rules that are over on this day or paused."""
    rules = tuple(rule for rule in terms.running_rules if not (rule.when.ends_on and rule.when.ends_on < on))
    return terms.but(rules=rules)

"""The sentence of an open rule: words with the form's controls between them, and the conditions that it leaves out."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programs.forms.rule import RuleForm
from programs.forms.slots import ANY, Slot, said, slot_of, slots_of

# Phrases in the order of the sentence: the words, and which field stands at each of their places.
PHRASES: tuple[tuple[Any, dict[str, str]], ...] = (
    ("%(amount)s", {"amount": "amount"}),
    ("%(kind)s", {"kind": "kind"}),
    ("%(per)s", {"per": "per"}),
    ("%(event)s", {"event": "event"}),
    (pgettext_lazy("on purchases", "of %(money)s or more"), {"money": "min_amount"}),
    (_("on %(days)s"), {"days": "weekdays"}),
    (_("between %(start)s and %(end)s"), {"start": "starts", "end": "ends"}),
    (_("on %(things)s"), {"things": "categories"}),
    (_("on %(things)s"), {"things": "products"}),
    ("%(first)s", {"first": "first_purchase"}),
    (_("at %(places)s"), {"places": "locations"}),
    (_("by way of %(channels)s"), {"channels": "channels"}),
    (_("for %(people)s"), {"people": "tiers"}),
    (pgettext_lazy("for everyone", "among %(segments)s"), {"segments": "segments"}),
    (_("from %(day)s"), {"day": "starts_on"}),
    (_("until %(day)s"), {"day": "ends_on"}),
    (pgettext_lazy("points in a time", "at most %(points)s %(time)s"), {"points": "cap_points", "time": "cap_per"}),
    (_("at most %(points)s in all"), {"points": "budget"}),
)
ALWAYS = {"amount", "kind", "per", "event", "tiers"}
OF_PURCHASES = {"weekdays"}


class Sentence(NamedTuple):
    """The slots in the sentence, and the fields that wait below it."""

    slots: list[Slot]
    more: list[Slot]

    @property
    def has_faults(self) -> bool:
        """Whether something below the sentence is wrong, so that it must be seen."""
        return any(slot.field is not None and bool(slot.field.errors) for slot in self.more)


def sentence(form: RuleForm, *, at: str = "") -> Sentence:
    """Put a form into a sentence: what a rule always says, what this one says, and the field that was asked for."""
    slots: list[Slot] = []
    more: list[Slot] = []
    expected = ALWAYS | (OF_PURCHASES if form["event"].value() == "purchase" else set()) | {at}
    for words, fields in PHRASES:
        if any(name in expected or is_said(form, name) for name in fields.values()):
            slots += slots_of(str(words), fields, form, at)
        else:
            more += [slot_of(form[name], at) for name in fields.values()]
    order = [*form.fields]
    return Sentence(slots, sorted(more, key=lambda slot: order.index(slot.field.name if slot.field else order[0])))


def is_said(form: RuleForm, name: str) -> bool:
    """Whether a rule, or what was typed, says something here. In what time there is a cap says nothing alone."""
    return name != "cap_per" and bool(form.initial.get(name) or form[name].value() or form.errors.get(name))


def all_said(form: RuleForm) -> dict[str, str]:
    """What every list of the form says, by its field's id."""
    return {form[name].auto_id: said(form[name]) for name in ANY}

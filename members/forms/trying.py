"""What is typed to try a program: a purchase or another event, when and where, its lines, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from loyalty_site.web.fields import DayField
from members import finding
from members.forms.profile import EVENT_NAMES
from members.forms.till import MoneyField
from members.models import Member
from members.new_orders import NewOrder
from members.trying import PURCHASE, Trial
from programs.earning import Line
from programs.models import Merchant
from programs.terms import Level, Terms

HAPPENS = EVENT_NAMES | {
    PURCHASE: gettext_lazy("A purchase"),
    "sign_up": gettext_lazy("Joined"),
    "birthday": gettext_lazy("Birthday"),
    "anniversary": gettext_lazy("Anniversary of joining"),
}
MONEY_FIELDS = {
    "amount": gettext_lazy("Amount"),
    "points_money": gettext_lazy("Paid with points"),
    "shipping": gettext_lazy("Shipping"),
    "gift_card": gettext_lazy("Paid by gift card"),
}
WORDS = {"required": gettext_lazy("Type the amount of the purchase.")}
NOTHING = Decimal(0)
PLAIN = {"autocomplete": "off"}


class TryForm(forms.Form):
    """A trial: what happens, at which moment of the shop's clock, and to whom."""

    event = forms.ChoiceField(label=gettext_lazy("What happens"))
    day = DayField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Choose a day."), "invalid": gettext_lazy("Choose a day.")},
    )
    time = forms.TimeField(
        label=gettext_lazy("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Write a time of day, such as 08:30."),
            "invalid": gettext_lazy("Write a time of day, such as 08:30."),
        },
    )
    member = forms.CharField(
        label=gettext_lazy("Member"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs=PLAIN | {"type": "search"}),
        help_text=gettext_lazy("Card, phone, e-mail or name. Empty: somebody new."),
    )
    tier = forms.ChoiceField(label=gettext_lazy("Tier of somebody new"), required=False)
    location = forms.ChoiceField(label=gettext_lazy("Location"), required=False)
    channel = forms.CharField(
        label=pgettext_lazy("where it was sold", "Channel"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=PLAIN),
    )

    def __init__(self, data: QueryDict, *, merchant: Merchant, terms: Sequence[Terms], now: datetime) -> None:
        """`terms` are those that are asked: the live ones, the draft's. Without an event nothing was sent yet."""
        is_sent = "event" in data and "add" not in data and "remove" not in data
        initial = moment_of(now, merchant) | {name: data[name] for name in data}
        super().__init__(data if is_sent else None, initial=initial, auto_id="try_%s")
        self.merchant = merchant
        for name, label in MONEY_FIELDS.items():
            is_needed = name == "amount" and data.get("event", PURCHASE) == PURCHASE
            self.fields[name] = MoneyField(
                label=label, currency=merchant.currency, required=is_needed, widget=money_input(), error_messages=WORDS
            )
        self.choose("event", [(event, HAPPENS[event]) for event in events_of(terms)])
        self.choose("tier", [(level.code, level.name) for level in levels_of(terms)])
        places = merchant.locations.values_list("code", "name")
        self.choose("location", [("", pgettext_lazy("location", "Any")), *places])
        if not merchant.locations.exists():
            del self.fields["location"]
        if not levels_of(terms):
            del self.fields["tier"]

    def choose(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean_member(self) -> Member | None:
        """The one member whom the words name; several are listed, nobody is said."""
        sought = self.cleaned_data["member"].strip()
        if not sought:
            return None
        found = finding.exactly(self.merchant, sought)
        fitting = [found] if found else finding.best(self.merchant, sought, 4)
        if not fitting:
            raise ValidationError(_("Nobody here has this card, phone, e-mail or name."))
        if len(fitting) > 1:
            names = ", ".join(f"{member} ({member.number})" for member in fitting[:3])
            raise ValidationError(_("Several members fit: %(names)s. Type one card number.") % {"names": names})
        return fitting[0]

    def clean(self) -> None:
        """What does not earn of a purchase is no more than its amount."""
        typed = self.cleaned_data
        amount = typed.get("amount")
        parts = [name for name in ("points_money", "shipping") if typed.get(name)]
        if amount is not None and sum((typed[name] for name in parts), NOTHING) > amount:
            self.add_error(parts[-1], _("This and what else does not earn is more than the amount."))

    @property
    def has_more(self) -> bool:
        """Whether the part that is folded up says something."""
        names = ("location", "channel", "points_money", "shipping", "gift_card")
        return any(self[name].value() or self[name].errors for name in names if name in self.fields)

    def trial(self, lines: Iterable[Line]) -> Trial:
        """What is tried; call it on a valid form."""
        typed = self.cleaned_data
        order = NewOrder(
            reference="trial",
            member_id=0,
            amount=self.money("amount"),
            points_money=self.money("points_money"),
            shipping=self.money("shipping"),
            gift_card=self.money("gift_card"),
            location=typed.get("location", ""),
            channel=typed["channel"].strip(),
            lines=tuple(lines),
        )
        at = datetime.combine(typed["day"], typed["time"], tzinfo=self.merchant.zone)
        return Trial(event=typed["event"], at=at, order=order, member=typed["member"], tier_code=typed.get("tier", ""))

    def money(self, name: str) -> Decimal:
        return self.cleaned_data.get(name) or NOTHING


def money_input() -> forms.TextInput:
    return forms.TextInput(attrs=PLAIN | {"inputmode": "decimal"})


def moment_of(now: datetime, merchant: Merchant) -> dict[str, Any]:
    """Now, on the shop's clock."""
    local = now.astimezone(merchant.zone)
    return {"day": local.date(), "time": local.time().replace(second=0, microsecond=0), "event": PURCHASE}


def events_of(terms: Sequence[Terms]) -> list[str]:
    """A purchase, and whatever else some of the terms have a rule for."""
    known = {rule.when.event for term in terms for rule in term.rules}
    return [PURCHASE, *(event for event in HAPPENS if event in known and event != PURCHASE)]


def levels_of(terms: Sequence[Terms]) -> list[Level]:
    """The tiers that some of the terms have, by the first that knows each."""
    levels = (level for term in terms if term.tiers for level in term.tiers.levels)
    known: dict[str, Level] = {}
    for level in levels:
        known.setdefault(level.code, level)
    return list(known.values())

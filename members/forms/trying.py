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
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy

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
MOST_LINES = 20
NOTHING = Decimal(0)
PLAIN = {"autocomplete": "off"}


class TryForm(forms.Form):
    """A trial: what happens, at which moment of the shop's clock, and to whom."""

    event = forms.ChoiceField(label=gettext_lazy("What happens"))
    day = forms.DateField(
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

    def __init__(self, data: QueryDict | None, *, merchant: Merchant, terms: Sequence[Terms], now: datetime) -> None:
        """`terms` are those that are asked: the live ones, the draft's."""
        super().__init__(data, initial=moment_of(now, merchant), auto_id="try_%s")
        self.merchant = merchant
        for name, label, required in MONEY_FIELDS:
            words = {"required": _("Type the amount of the purchase.")} if required else {}
            self.fields[name] = MoneyField(
                currency=merchant.currency, label=label, required=False, widget=money_input(), error_messages=words
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
        fitting = [found] if found else list(finding.search(self.merchant, sought)[:4])
        if not fitting:
            raise ValidationError(_("Nobody here has this card, phone, e-mail or name."))
        if len(fitting) > 1:
            names = ", ".join(f"{member} ({member.number})" for member in fitting[:3])
            raise ValidationError(_("Several members fit: %(names)s. Type one card number.") % {"names": names})
        return fitting[0]

    def clean(self) -> None:
        """A purchase has an amount, and what does not earn of it is no more than that."""
        typed = self.cleaned_data
        amount, event = typed.get("amount"), typed.get("event")
        if event == PURCHASE and amount is None and "amount" not in self.errors:
            self.add_error("amount", _("Type the amount of the purchase."))
        parts = [name for name in ("points_money", "shipping") if typed.get(name)]
        if amount is not None and sum((typed[name] for name in parts), NOTHING) > amount:
            self.add_error(parts[-1], _("This and what else does not earn is more than the amount."))

    def trial(self, lines: Iterable[Line]) -> Trial:
        """What is tried; call it on a valid form."""
        typed = self.cleaned_data
        at = datetime.combine(typed["day"], typed["time"], tzinfo=self.merchant.zone)
        order = NewOrder(
            reference="trial",
            member_id=0,
            amount=typed.get("amount") or NOTHING,
            location=typed.get("location", ""),
            channel=typed["channel"].strip(),
            lines=tuple(lines),
            **{name: typed.get(name) or NOTHING for name in ("points_money", "shipping", "gift_card")},
        )
        return Trial(
            event=typed["event"], at=at, order=order, member=typed["member"], tier_code=typed.get("tier", "")
        )


MONEY_FIELDS = (
    ("amount", gettext_lazy("Amount"), True),
    ("points_money", gettext_lazy("Paid with points"), False),
    ("shipping", gettext_lazy("Shipping"), False),
    ("gift_card", gettext_lazy("Paid by gift card"), False),
)


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


class LineForm(forms.Form):
    """One line of the purchase; `amount` is for the whole quantity."""

    sku = forms.CharField(
        label=gettext_lazy("Product"), max_length=80, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    category = forms.CharField(
        label=gettext_lazy("Category"), max_length=80, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    quantity = forms.DecimalField(
        label=gettext_lazy("Pieces"),
        min_value=0,
        max_digits=9,
        decimal_places=3,
        required=False,
        initial=1,
        widget=forms.TextInput(attrs=PLAIN | {"inputmode": "decimal"}),
        error_messages={
            "invalid": gettext_lazy("Write how many, in digits."),
            "min_value": gettext_lazy("Write 0 or more."),
        },
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(
            label=_("Line amount"),
            currency=currency,
            widget=money_input(),
            error_messages={"required": _("Type the amount of this line, or remove it.")},
        )

    @property
    def line(self) -> Line:
        typed = self.cleaned_data
        quantity = Decimal(1) if typed["quantity"] is None else typed["quantity"]
        return Line(typed["sku"].strip(), typed["category"].strip(), quantity, typed["amount"])


class Lines:
    """The lines as they are typed, each under a number of its own; `?add` makes one more, `?remove=2` one less."""

    def __init__(self, data: QueryDict, *, currency: str) -> None:
        numbers = [number for number in data.getlist("line") if number.isdigit() and len(number) < 4]
        kept = [number for number in dict.fromkeys(numbers) if number != data.get("remove")][:MOST_LINES]
        self.forms = [LineForm(data, prefix=f"line-{number}", currency=currency) for number in kept]
        self.numbers = kept
        self.is_full = len(kept) + ("add" in data) >= MOST_LINES
        if "add" in data and len(kept) < MOST_LINES:
            number = str(max(map(int, numbers), default=0) + 1)
            self.numbers.append(number)
            self.forms.append(LineForm(prefix=f"line-{number}", currency=currency))

    def __iter__(self) -> Any:
        return zip(self.numbers, self.forms, strict=True)

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms if form.is_bound])

    @property
    def typed(self) -> list[Line]:
        return [form.line for form in self.forms if form.is_bound]

    @property
    def is_bound(self) -> bool:
        return any(form.is_bound for form in self.forms)

    @property
    def errors(self) -> list[Any]:
        return [form.errors for form in self.forms if form.is_bound and form.errors]

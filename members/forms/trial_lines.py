"""The lines of a purchase that is tried: one small form each, more of them with one button, fewer with another."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.forms.till import MoneyField
from programs.earning import Line

MOST_LINES = 20
PLAIN = {"autocomplete": "off"}


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
            label=_("Amount"),
            currency=currency,
            widget=forms.TextInput(attrs=PLAIN | {"inputmode": "decimal"}),
            error_messages={"required": _("Type the amount of this line, or remove it.")},
        )

    @property
    def line(self) -> Line:
        """The line as the engine takes it; call it on a valid form."""
        typed = self.cleaned_data
        quantity = Decimal(1) if typed["quantity"] is None else typed["quantity"]
        return Line(typed["sku"].strip(), typed["category"].strip(), quantity, typed["amount"])


class Lines:
    """The lines as they are typed, each under a number of its own; `?add` makes one more, `?remove=2` one less.

    While lines are added and removed nothing is checked.
    """

    def __init__(self, data: QueryDict, *, currency: str) -> None:
        known = [number for number in data.getlist("line") if number.isdecimal() and len(number) < 4]
        kept = [number for number in dict.fromkeys(known) if number != data.get("remove")][:MOST_LINES]
        self.is_bound = "add" not in data and "remove" not in data
        self.forms = {number: self.form_of(number, data, currency) for number in kept}
        if "add" in data and len(kept) < MOST_LINES:
            number = str(max(map(int, known), default=0) + 1)
            self.forms[number] = LineForm(prefix=f"line-{number}", currency=currency, auto_id="try_%s")
            self.forms[number].fields["sku"].widget.attrs["autofocus"] = True
        self.is_full = len(self.forms) >= MOST_LINES

    def form_of(self, number: str, data: QueryDict, currency: str) -> LineForm:
        """The form of one line, bound, or with what was typed as it was."""
        prefix = f"line-{number}"
        if self.is_bound:
            return LineForm(data, prefix=prefix, currency=currency, auto_id="try_%s")
        typed = {name: data.get(f"{prefix}-{name}", "") for name in ("sku", "category", "quantity", "amount")}
        return LineForm(prefix=prefix, currency=currency, initial=typed, auto_id="try_%s")

    def __iter__(self) -> Iterator[tuple[str, LineForm]]:
        return iter(self.forms.items())

    @property
    def errors(self) -> list[Any]:
        return [form.errors for form in self.forms.values() if form.errors]

    def is_valid(self) -> bool:
        return self.is_bound and not self.errors

    @property
    def lines(self) -> list[Line]:
        """What was bought; call it on valid lines."""
        return [form.line for form in self.forms.values()]

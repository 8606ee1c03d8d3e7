"""The words of our templates: icons, drawings, numbers, money and moments. `{% load regulars %}`."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput, Select, Widget
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, to_locale

from loyalty_site.clock import now
from loyalty_site.web import format as formats
from loyalty_site.web import shapes
from loyalty_site.web.guards import address_for, may_open
from loyalty_site.web.toasts import Toast, toast_of

register = template.Library()


def locale() -> str:
    return to_locale(get_language() or "en")


# --- drawings ------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw an icon of the sprite: xs 14 px, s 16, none 20, l 24. Decoration only; give its control a label."""
    size_class = f"icon {size}".strip()
    return format_html('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', size_class, name)


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """Draw a QR code as SVG on a white plate with a quiet zone of four modules; `label` is read aloud."""
    code = segno.make(text, error="m", micro=False)
    drawing = code.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None)
    return format_html('<div class="qr" role="img" aria-label="{}">{}</div>', label, mark_safe(drawing))  # noqa: S308


@register.inclusion_tag("components/sparkline.html")
def sparkline(values: Iterable[float | None]) -> dict[str, Any]:
    """Draw values, oldest first, as a line with a dot on the newest."""
    return {"spark": shapes.spark(values)}


@register.inclusion_tag("components/rungs.html")
def rungs(
    prices: Iterable[int], balance: int, labels: Mapping[int, str] | None = None, said: str = ""
) -> dict[str, Any]:
    """Draw the ladder of reward prices with the balance on it; the next price is the honey ring.

    `labels` are the prices in words where they are not points, `said` is the balance as it is read aloud.
    """
    ladder = shapes.ladder(prices, balance)
    stops = [(stop, (labels or {}).get(stop.points) or points(stop.points)) for stop in ladder.stops] if ladder else []
    return {"ladder": ladder, "stops": stops, "said": said}


@register.inclusion_tag("components/punch.html")
def punch(marks: Iterable[bool | None], label: str = "") -> dict[str, Any]:
    """Draw a row of holes: True punched, False missed, None the one waited for."""
    holes = shapes.punch_row(marks)
    return {"holes": holes, "width": 14 * len(holes), "label": label}


@register.inclusion_tag("components/meter3.html")
def meter3(expiring: int, spendable: int, pending: int) -> dict[str, Any]:
    """Draw a balance as honey (expires soon), accent (spendable later) and hatch (pending)."""
    spans = shapes.split(expiring, spendable, pending)
    return {"expiring": expiring, "spendable": spendable, "pending": pending, "spans": spans}


@register.inclusion_tag("components/bar.html")
def bar(part: float, whole: float, label: str = "", kind: str = "fill") -> dict[str, Any]:
    """Draw a progress bar of part in whole; kind is fill (accent) or honey."""
    return {"width": str(shapes.share(part, whole)), "label": label, "kind": kind}


# --- numbers, money, moments ---------------------------------------------------------------------


@register.filter
def money(amount: Decimal | int, currency: str) -> str:
    """48.50 zł, $48.50, ¥1,980."""
    return formats.money(amount, currency, locale=locale())


@register.filter
def money_number(amount: Decimal | int, currency: str) -> str:
    """48.50: the amount without its sign, where the sign is set apart."""
    return formats.money_number(amount, currency, locale=locale())


@register.filter
def money_short(amount: Decimal | int, currency: str) -> str:
    """84,310 zł: whole units."""
    return formats.money_short(amount, currency, locale=locale())


@register.filter
def currency_sign(currency: str) -> str:
    return formats.currency_sign(currency)


@register.filter
def points(number: int) -> str:
    """1,240: points or people, the unit is yours to add."""
    return formats.whole_number(number, locale=locale())


@register.filter
def points_or_text(value: int | str) -> str:
    """1,240 for a number; a figure that is words already stays."""
    return value if isinstance(value, str) else points(value)


@register.filter
def signed(number: int) -> str:
    """+96, −14."""
    return formats.signed(number, locale=locale())


@register.filter
def percent(share: Decimal | float | None, places: int = 1) -> str:
    """0.37 is 37.0%; None is a dash."""
    return formats.percent(share, locale=locale(), places=places)


@register.filter
def moment(instant: datetime | None, zone: str | ZoneInfo) -> str:
    """17 Nov, 08:31 on the merchant's clock; nothing for no instant."""
    if instant is None:
        return ""
    this_year = now().astimezone(ZoneInfo(str(zone))).year
    return formats.moment(instant, zone=zone, this_year=this_year, locale=locale())


@register.filter
def clock(instant: datetime | None, zone: str | ZoneInfo) -> str:
    """08:31 on the merchant's clock today; 17 Nov, 08:31 on other days; nothing for no instant."""
    if instant is None:
        return ""
    words, local = moment(instant, zone), instant.astimezone(ZoneInfo(str(zone)))
    is_today = local.date() == now().astimezone(local.tzinfo).date()
    return f"{local:%H:%M}" if is_today else words


@register.filter
def day(value: date | None) -> str:
    """17 Nov; nothing for no date. For an instant, take its local day first."""
    return formats.day(value, this_year=now().year, locale=locale()) if value else ""


@register.filter
def local_day(instant: datetime | None, zone: str | ZoneInfo) -> str:
    """17 Nov: the merchant's day of an instant."""
    return day(instant.astimezone(ZoneInfo(str(zone))).date()) if instant else ""


@register.filter
def month(value: date) -> str:
    """November 2026."""
    return formats.month(value, locale=locale())


@register.filter
def initials(name: str) -> str:
    return formats.initials(str(name))


# --- forms, messages, navigation -----------------------------------------------------------------


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Render a form field's widget with the class of its kind; hint and error are tied to it by Django."""
    widget = field.field.widget
    classes = f"{widget.attrs.get('class', '')} {control_class(widget)}".strip()
    attrs: dict[str, str | bool] = {"class": classes} if classes else {}
    if isinstance(widget, CheckboxInput):
        attrs["role"] = "switch"
    if widget.attrs.get("placeholder") == field.label:
        attrs["placeholder"] = ""
    return field.as_widget(attrs=attrs)


def control_class(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput):
        return "switch"
    if widget.use_fieldset:
        return ""
    return "select" if isinstance(widget, Select) else "input"


@register.filter
def is_switch(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_optional(field: BoundField) -> bool:
    """Whether the label should say so: a list to choose from always has an answer."""
    return not field.field.required and not isinstance(field.field.widget, Select)


@register.filter
def as_toast(message: Message) -> Toast:
    return toast_of(message)


@register.simple_tag
def shop_home(staff: Any) -> str:
    """Return where the dashboard begins for somebody who works at a shop: its home, or the members for a cashier."""
    home = reverse("dashboard-home", args=[staff.merchant.slug])
    return home if may_open(home, staff) else reverse("dashboard-members", args=[staff.merchant.slug])


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav_link(
    context: Context, url_name: str, icon_name: str, label: str, section: str, size: str = ""
) -> dict[str, Any]:
    """Link to a page of this shop's area, marked when its section is open; what a role may not open is left out."""
    return {
        "address": address_for(url_name, context["merchant"].slug, context.get("staff")),
        "icon_name": icon_name,
        "label": label,
        "size": size,
        "is_current": context.get("nav") == section,
    }


@register.filter
def opens_for(address: str, staff: Any) -> bool:
    """Whether there is such a page and this person may open it."""
    return bool(address) and may_open(address, staff)

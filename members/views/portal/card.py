"""A member's card on their phone: the card itself, and what came and went on it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from loyalty_site import clock
from loyalty_site.web.htmx import render_panel
from members import families
from members.guards import MemberRequest, member_required
from members.models import LedgerEntry
from members.reading import statement
from members.reading.card_face import faces
from members.reading.greeting import fact_of_the_day
from members.reading.history import history as history_of
from members.reading.news import news
from members.reading.purses import Purse, purses
from members.reading.why import why_of


@member_required
@require_GET
def home(request: MemberRequest) -> HttpResponse:
    """Show the card: what there is, what it is good for, what comes and what goes."""
    now, member = clock.now(), request.member
    shown = faces(member, now=now)
    fact = fact_of_the_day(member, request.merchant, [face.purse for face in shown], now=now)
    context = {"faces": shown, "first_name": member.first_name, "fact": fact, "news": news(member, now=now)}
    return render_panel(request, "members/portal/home.html", context)


@member_required
@require_GET
def history(request: MemberRequest) -> HttpResponse:
    """Show what came and went in one program, month by month."""
    now = clock.now()
    held = purses(request.member, now=now)
    purse = chosen(held, request.GET.get("program", ""))
    kind, text = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    found = history_of(purse, kind=kind, text=text, before=request.GET.get("before", ""), now=now) if purse else None
    context = {"purses": held, "purse": purse, "history": found, "kind": kind, "text": text, "filters": filters()}
    return render_panel(request, "members/portal/history.html", context)


def chosen(held: list[Purse], code: str) -> Purse | None:
    """The program named by its code, else the first; None for a member of none."""
    return next((purse for purse in held if purse.account.program.code == code), held[0] if held else None)


def filters() -> list[tuple[str, str]]:
    return [("", _("All")), ("earned", _("Earned")), ("spent", _("Spent")), ("expired", _("Expired"))]


@member_required
@require_GET
def entry_why(request: MemberRequest, entry_id: int) -> HttpResponse:
    """Explain one entry: every cause, and the total they add up to."""
    own = statement.readable(LedgerEntry.objects.filter(account__in=families.accounts_of(request.member)))
    entry = get_object_or_404(own, pk=entry_id)
    context = {"entry": entry, "why": why_of(entry, "customer")}
    return render_panel(request, "members/portal/entry_why.html", context, partial="why")

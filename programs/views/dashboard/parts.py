"""Editing a part of a draft on a tab of the studio: what is typed is kept, or comes back with what to put right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django_htmx.http import reswap, retarget

from loyalty_site.web.htmx import is_panel_request, render_panel
from programs.drafts import Working
from programs.forms import rows
from programs.forms.parts import PartForm
from programs.guards import StaffRequest
from programs.models import Merchant
from programs.views.dashboard import edits
from programs.views.dashboard.studio import Context, answer, back

LONGEST_PLACE = 3  # digits


def nothing(_working: Working, _merchant: Merchant) -> Context:
    return {}


@dataclass(frozen=True)
class Tab:
    """A tab of the studio: its forms, and what its page shows around them for a draft."""

    name: str
    forms: Sequence[type[PartForm]]
    around: Callable[[Working, Merchant], Context] = nothing

    @property
    def template(self) -> str:
        return f"programs/dashboard/program_{self.name}.html"


def edit_tab(request: StaffRequest, context: Context, tab: Tab) -> HttpResponse:
    """Show a tab, or keep the part of it that was sent; `context` is the studio's."""
    if request.method != "POST":
        return answer(request, tab.template, drawn(request, context, tab))
    form = sent(request, context, tab)
    if "add" in request.POST:
        return rearranged(request, context, form, tab=tab)
    if form.is_valid() and edits.kept(request, form, context, change=form.change, paths=form.paths):
        return kept(request, context, form, tab=tab)
    return refused(request, context, form, tab=tab)


def drawn(request: StaffRequest, context: Context, tab: Tab, *shown: PartForm) -> Context:
    """All that the tab's page shows: its forms as the draft fills them, or as they were sent and are `shown`."""
    working, merchant = context["working"], request.merchant
    forms = [*(form(working=working, merchant=merchant) for form in tab.forms), *shown]
    return context | {key_of(form): form for form in forms} | tab.around(working, merchant)


def key_of(form: PartForm) -> str:
    return form.name.replace("-", "_")


def sent(request: StaffRequest, context: Context, tab: Tab) -> PartForm:
    """The form that the browser sent; it says which by `part`, and by `drop` which row goes."""
    found = next((form for form in tab.forms if form.name == request.POST.get("part")), None)
    data = request.POST.dict()
    if found is None or (not found.stem and {"add", "drop"} & data.keys()):
        raise Http404
    if "drop" in data:
        data = rows.without_row(data, found.stem, place_in(data["drop"]))
    return found(data, working=context["working"], merchant=request.merchant)


def place_in(said: str) -> int:
    """The place of a row as a button says it; raises Http404 for anything else."""
    if not said.isdecimal() or len(said) > LONGEST_PLACE:
        raise Http404
    return int(said)


def rearranged(request: StaffRequest, context: Context, form: PartForm, *, tab: Tab) -> HttpResponse:
    """Show the form with one more row, for the person to fill in."""
    place = min(place_in(request.POST["add"]), rows.count_of(form.data, form.stem))
    data = rows.with_row(form.data, form.stem, place, form.new_row(dict(form.data), place))
    more = type(form)(data, working=context["working"], merchant=request.merchant).unjudged(place)
    return render_panel(request, tab.template, drawn(request, context, tab, more), partial=key_of(form))


def kept(request: StaffRequest, context: Context, form: PartForm, *, tab: Tab) -> HttpResponse:
    if not is_panel_request(request):
        page: HttpResponse = back(request, context["program"], tab.name)
        return page
    context = drawn(request, context, tab) | {"kept": form.name}
    if "drop" in request.POST:
        context[key_of(form)].focused(place_in(request.POST["drop"]))
    return answer(request, tab.template, context, partial=key_of(form))


def refused(request: StaffRequest, context: Context, form: PartForm, *, tab: Tab) -> HttpResponse:
    """Show the form again with what is wrong; where somebody else was at it, in the place of the one on the page."""
    response = answer(request, tab.template, drawn(request, context, tab, form), partial=key_of(form))
    return reswap(retarget(response, f"#part-{form.name}"), "outerHTML") if form.conflict else response

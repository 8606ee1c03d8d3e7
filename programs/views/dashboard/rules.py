"""One earning rule in its form: shown, kept in the draft, added; and its example while it is being written."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from loyalty_site.web.htmx import render_panel
from programs import drafts
from programs.drafts import Document, Working
from programs.editing.rule_acts import codes_of, rule_in, with_rule
from programs.editing.rules import code_for, rule_of
from programs.forms.rule import RuleForm, offered
from programs.forms.rule_sentence import all_said, sentence
from programs.guards import StaffRequest, staff_required
from programs.models import Role
from programs.rule_rows import codes_used
from programs.rule_starts import STARTS, started
from programs.views.dashboard.earning import PAGE, answered, listed
from programs.views.dashboard.edits import kept
from programs.views.dashboard.rule_words import works_of
from programs.views.dashboard.studio import studio

Context = dict[str, Any]


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def program_rule_edit(request: StaffRequest, code: str, rule: str) -> HttpResponseBase:
    """Edit a rule in its row; `?at` names the field to look at, `?closed` shows the row without the form."""
    context = studio(request, code, "show")
    form = rule_form(request, context["working"], rule_or_404(context["working"], rule))
    if request.method == "POST" and form.is_valid() and keep_rule(request, form, context, rule):
        return answered(request, context | {"is_back": True, "code": rule}, partial="row")
    is_closed = "closed" in request.GET
    context |= {"is_back": True} if is_closed else opened(form, context["working"], request, code=rule)
    row = render_panel(request, PAGE, listed(context | {"code": rule}), partial="row")
    return trigger_client_event(row, "rule-closed") if is_closed else row


def rule_or_404(working: Working, code: str) -> Document:
    rule = rule_in(working.document, code)
    if rule is None:
        raise Http404
    return rule


def rule_form(request: StaffRequest, working: Working, rule: Document, *, paths: tuple[str, ...] = ()) -> RuleForm:
    seen = drafts.mark(working.document, *(paths or (f"rules.{rule['code']}",)))
    offers = offered(request.merchant, working.terms)
    return RuleForm(request.POST or None, rule=rule, offered=offers, seen=seen, auto_id=f"{rule['code'] or 'new'}-%s")


def opened(form: RuleForm, working: Working, request: StaffRequest, *, code: str, at: str = "amount") -> Context:
    """What the open row of a rule shows; `at` is the field to look at first, unless the address names another."""
    at = next(iter(form.errors), request.GET.get("at", at))
    works = works_of(form, working, request.merchant)
    return {"form": form, "form_code": code, "sentence": sentence(form, at=at), "works": works}


def keep_rule(request: StaffRequest, form: RuleForm, context: Context, code: str) -> bool:
    def change(document: Document) -> Document:
        return with_rule(document, rule_of(rule_in(document, code) or form.rule, form.cleaned_data))

    return kept(request, form, context, change=change, paths=(f"rules.{code}",))


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def program_rule_add(request: StaffRequest, code: str) -> HttpResponseBase:
    """Write a new rule, started from a common one (`?like`), and add it as the last; its code is made of its name."""
    context = studio(request, code, "show")
    if "closed" in request.GET:
        return HttpResponse()
    like = STARTS.get(request.GET.get("like", ""), STARTS["blank"])
    form = rule_form(request, context["working"], started(like, context["working"].terms), paths=("rules",))
    if request.method == "POST" and form.is_valid() and add_rule(request, form, context):
        return answered(request, context | {"back_to": codes_of(context["working"].document)[-1]}, partial="earning")
    context |= opened(form, context["working"], request, code="", at=like.at) | {"like": request.GET.get("like", "")}
    return render_panel(request, PAGE, listed(context), partial="new")


def add_rule(request: StaffRequest, form: RuleForm, context: Context) -> bool:
    used = codes_used(context["program"])

    def change(document: Document) -> Document:
        new = form.document
        return with_rule(document, new | {"code": code_for(new["name"], used | {*codes_of(document)})})

    return kept(request, form, context, change=change, paths=("rules",))


@staff_required(Role.MANAGER)
@require_POST
def program_rule_example(request: StaffRequest, code: str) -> HttpResponse:
    """Work out the example of a rule as it is being written; `rule` is its code, empty for a new one."""
    context = studio(request, code)
    known = rule_in(context["working"].document, request.POST.get("rule", ""))
    form = rule_form(request, context["working"], known or started(STARTS["blank"], context["working"].terms))
    works = works_of(form, context["working"], request.merchant)
    return render_panel(
        request, PAGE, context | {"works": works, "said": all_said(form)}, partial="example", status=200
    )

"""What stands below an open rule: a worked example, and how the rule combines with others."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_site import clock
from programs import terms
from programs.drafts import Document, Working
from programs.editing.rule_acts import with_rule
from programs.examples import rule_example
from programs.forms.rule import RuleForm
from programs.models import Merchant
from programs.terms import Rule, Terms, TermsRefused
from programs.wording.together import together

UNNAMED = {"code": "new-rule", "name": "–"}


class Works(NamedTuple):
    """An example and how bonuses combine, as sentences; both empty while the rule is not complete."""

    example: str = ""
    together: str = ""


def works_of(form: RuleForm, working: Working, merchant: Merchant) -> Works:
    """Work out the words for a rule as it is in its form, within the draft."""
    known = rule_in_form(form, working)
    if known is None:
        return Works()
    under, rule = known
    example = rule_example(under, rule, merchant, now=clock.now(), places=merchant.place_names)
    return Works(example, together(rule, under, merchant.currency))


def rule_in_form(form: RuleForm, working: Working) -> tuple[Terms, Rule] | None:
    """The rule and the draft's terms with it; None while the form says no valid one."""
    if form.is_bound and not form.is_valid():
        return None
    document: Document = form.document if form.is_bound else form.rule
    document = document | {key: document[key] or value for key, value in UNNAMED.items()}
    try:
        under = terms.parse(with_rule(working.document, document))
    except TermsRefused:
        return None
    return under, next(rule for rule in under.rules if rule.code == document["code"])

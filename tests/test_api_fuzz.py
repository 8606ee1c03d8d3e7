"""Whatever a caller sends, the API answers as its reference says: no 5xx, no undocumented status, no other form.

A short run here, a long one by `make fuzz`, which sets EXAMPLES.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from loyalty_site.wsgi import application
from members.models import Account
from members.tests import factories
from programs.terms import P0
from rewards.tests.factories import reward

EXAMPLES = int(os.environ.get("EXAMPLES", "12"))  # of each operation
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
REVIEW = {"code": "review", "name": "Review", "when": {"event": "review"}, "give": {"points": 25}}

document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture
def kept_open() -> Iterator[None]:
    """Requests leave the test's transaction open, as those of Django's test client do."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def things(db: None, kept_open: None) -> dict[str, Any]:
    """A shop whose rows the drawn requests may meet."""
    program = factories.shop(terms_document=P0 | {"rules": [REVIEW]})
    account: Account = factories.account(program=program, email="anna@example.com")
    factories.order(account, "500.00", reference="O1", source="api")
    coffee = reward(program=program, points_price=1)
    key = factories.api_key(merchant=program.merchant)
    return {"number": account.member.number, "reward": coffee.pk, "key": key}


@document.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
def test_it_answers_as_the_reference_says(case: Case, things: dict[str, Any]) -> None:
    meet(case, things)
    answer = case.call(headers={"Authorization": f"Bearer {things['key']}"})
    case.validate_response(answer, checks=CHECKS)


def meet(case: Case, things: dict[str, Any]) -> None:
    """Let most requests name a row that there is, which drawn texts would never do."""
    choice = crc32(repr((case.body, case.path_parameters)).encode(errors="replace")) % 8
    if "number" in case.path_parameters and choice:
        case.path_parameters["number"] = things["number"]
    if isinstance(case.body, dict):
        known = {"member": things["number"], "reward": things["reward"], "order": "O1", "friend": "anna@example.com"}
        case.body.update({name: known[name] for name in known if name in case.body and choice})
        for order in case.body.get("orders") or ():
            if isinstance(order, dict) and choice > 3:
                order["member"] = things["number"]

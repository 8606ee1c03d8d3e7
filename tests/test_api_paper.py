"""The examples of docs/api.md, run by curl against a live server as they stand, with the answers they promise."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest

from members.tests import factories
from programs.terms import P0
from tests.test_papers import FENCE, text_of

pytestmark = pytest.mark.django_db(transaction=True)

REVIEW = {"code": "review", "name": "Review", "when": {"event": "review"}, "give": {"points": 25}}
BLOCKS = [(language, body) for language, body in FENCE.findall(text_of("docs/api.md")) if "export " not in body]
EXAMPLES = [
    (command, json.loads(answer))
    for (kind, command), (form, answer) in zip(BLOCKS[::2], BLOCKS[1::2], strict=True)
    if (kind, form) == ("sh", "json")
]
VOUCHER = re.compile(r"\bK7Q2MP\b")


@pytest.fixture
def key() -> str:
    """The café of the paper, with all that its examples name."""
    program = factories.shop(
        currency="EUR", zone="Europe/Lisbon", country="PT", terms_document=P0 | {"rules": [REVIEW]}
    )
    merchant = program.merchant
    factories.location(merchant=merchant, code="baixa", name="Baixa")
    factories.member(
        merchant=merchant,
        number="BL48217730",
        name="Anna Costa",
        email="anna@example.com",
        phone="+351 912 345 678",
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )
    merchant.rewards.create(pk=7, program=program, name="Any coffee", points_price=40)
    return factories.api_key(merchant=merchant)


def test_every_command_has_its_answer() -> None:
    assert len(EXAMPLES) == len(BLOCKS) / 2 > 10


def test_its_examples_run(live_server: Any, key: str) -> None:
    if shutil.which("curl") is None and os.environ.get("CI") != "true":
        pytest.skip("no curl found: apt-get install curl")
    environment = os.environ | {"API": f"{live_server.url}/api/v1", "KEY": key}
    code = "K7Q2MP"
    for command, promised in EXAMPLES:
        run = subprocess.run(
            ["sh", "-c", VOUCHER.sub(code, command)], env=environment, check=True, capture_output=True, text=True
        )
        answer = json.loads(run.stdout)
        code = answer.get("code", code) if "reward" in answer else code
        assert_within(json.loads(VOUCHER.sub(code, json.dumps(promised))), answer)


def assert_within(promised: Any, found: Any) -> None:
    """What the paper shows is in the answer; “…” stands for any text, and what is left out for what is left out."""
    if isinstance(promised, dict):
        assert set(promised) <= set(found), found
        for name, value in promised.items():
            assert_within(value, found[name])
    elif isinstance(promised, list):
        assert len(promised) <= len(found), found
        for value, other in zip(promised, found, strict=False):
            assert_within(value, other)
    elif promised != "…":
        assert promised == found

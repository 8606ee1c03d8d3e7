"""Answers of the API: JSON, and refusals that say what is wrong and what to do, each code with one status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from loyalty_site.refusals import Refused

JSON = "application/json"

STATUSES = {
    "waiting": 202,
    "unauthorized": 401,
    "missing-scope": 403,
    "not-found": 404,
    "unknown-member": 404,
    "card-replaced": 404,
    "method-not-allowed": 405,
    "conflict": 409,
    "insufficient-points": 409,
    "out-of-stock": 409,
    "limit-reached": 409,
    "not-eligible": 409,
    "not-allowed": 409,
    "own-card": 409,
    "over-limit": 409,
    "exceeds-order": 409,
    "too-much": 413,
    "malformed": 422,
    "bad-amount": 422,
    "wrong-currency": 422,
    "too-many-requests": 429,
    "error": 500,
    "unavailable": 503,
}
OTHERWISE = 409  # a refusal without a line of its own: what is asked for does not fit the state of things

HINTS: dict[str, str | Promise] = {
    "waiting": _("Nothing is left to do: it is recorded and goes on by itself. The same again changes nothing."),
    "unauthorized": _("Send “Authorization: Bearer” and a key of the shop's developer page that is in use."),
    "missing-scope": _("Make a key with this permission on the shop's developer page."),
    "not-found": _("Check the address. Rows of other shops are not found either."),
    "unknown-member": _("Check the number, e-mail address or phone number, or add the member first."),
    "card-replaced": _("Ask for the new card, or look the member up by e-mail address or phone number."),
    "method-not-allowed": _("The reference says which methods an address has."),
    "conflict": _("Send the same content again, or use a new reference for new content."),
    "insufficient-points": _("Nothing was taken. Look up what the member can spend."),
    "out-of-stock": _("Nothing was taken. Offer another reward."),
    "limit-reached": _("Nothing was taken. Offer another reward, or wait until the next period."),
    "not-eligible": _("Nothing was taken. Offer a reward that is open to this member."),
    "not-allowed": _("Nothing was changed."),
    "own-card": _("Nothing was changed. Use a key that somebody else made."),
    "over-limit": _("Nothing was changed. Ask a manager."),
    "exceeds-order": _("Refund at most what is left of the order."),
    "too-much": _("Send fewer at once."),
    "malformed": _("Correct the field and send it again. The reference shows its form."),
    "bad-amount": _("Write money as text with the currency's own decimals, such as “12.50”."),
    "wrong-currency": _("Convert the amount to the shop's currency, or leave the currency out."),
    "too-many-requests": _("Wait as many seconds as Retry-After says, or send batches."),
    "error": _("Send the same again; if it stays so, tell us when it happened."),
    "unavailable": _("Send the same again in a moment: with the same reference nothing happens twice."),
}
UNKNOWN_HINT = _("Nothing was changed.")


class RefusalOut(BaseModel):
    """Why nothing was done, and what to do instead."""

    code: str = Field(description="Stable, for programs.", examples=["conflict"])
    message: str = Field(description="What is wrong, for people.")
    hint: str = Field(description="What to do.")
    field: str = Field("", description="Where in the request the fault is.", examples=["lines[0].amount"])


def documented(*statuses: int, answers: type[BaseModel]) -> dict[int, type[BaseModel]]:
    """The answers of an operation for the reference: its own, and every refusal that may meet it."""
    return dict.fromkeys(statuses, answers) | dict.fromkeys(sorted({*STATUSES.values()} - {202, 405, 500}), RefusalOut)


class Problem(Exception):
    """A "no" of the API itself, such as a missing key; the domain has its own refusals."""

    def __init__(self, code: str, message: str | Promise, *, field: str = "", retry_after: int = 0) -> None:
        self.code, self.message, self.field, self.retry_after = code, message, field, retry_after
        super().__init__(str(message))


class Refusal(HttpResponse):
    """An answer that refuses, with its code for the log of requests."""

    code = ""


def reply(content: Any, status: int = 200) -> HttpResponse:
    """Answer with JSON."""
    return HttpResponse(orjson.dumps(content), content_type=JSON, status=status)


def refuse(problem: Problem | Refused) -> Refusal:
    """Answer with a refusal in its one form."""
    content = refusal_of(problem)
    answer = Refusal(orjson.dumps(content), content_type=JSON, status=status_of(content["code"]))
    answer.code = content["code"]
    if isinstance(problem, Problem) and problem.retry_after:
        answer.headers["Retry-After"] = str(problem.retry_after)
    if answer.code == "unauthorized":
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def refusal_of(problem: Problem | Refused) -> dict[str, str]:
    """`{code, message, field?, hint}`."""
    words = problem.message if isinstance(problem, Problem) else problem.words
    content = {"code": problem.code, "message": str(words), "hint": str(HINTS.get(problem.code, UNKNOWN_HINT))}
    field = getattr(problem, "field", "")
    return content | {"field": field} if field else content


def status_of(code: str) -> int:
    return STATUSES.get(code, OTHERWISE)


def path_of(location: Sequence[str | int]) -> str:
    """Where a fault is, as people write it: lines[0].amount."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return path.removeprefix(".")

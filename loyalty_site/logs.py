"""What is written to the log: which page and why, never what would let somebody in, nor what stands in a row."""

import logging
import re

from django.http import HttpRequest

SECRETS = frozenset({"token", "key", "uidb36"})  # as URLs name them
QUOTED = re.compile(r"^DETAIL:.*?(?=\n\n|\n[A-Z]+:|\Z)", re.DOTALL | re.MULTILINE)


class Line(logging.Formatter):
    """A line, and what an error says without the row that the database quotes in it: it may be a person's."""

    def format(self, record: logging.LogRecord) -> str:
        return QUOTED.sub("DETAIL: …", super().format(record))


class PathsWithoutSecrets(logging.Filter):
    """Put an ellipsis where a request's path has a token: of an invitation, or of a mailed link."""

    def filter(self, record: logging.LogRecord) -> bool:
        secrets = secrets_of(getattr(record, "request", None))
        if secrets and isinstance(record.args, tuple):
            record.args = tuple(without(part, secrets) for part in record.args)
        return True


def secrets_of(request: object) -> list[str]:
    match = request.resolver_match if isinstance(request, HttpRequest) else None
    return [str(value) for name, value in match.kwargs.items() if name in SECRETS] if match else []


def without(part: object, secrets: list[str]) -> object:
    if isinstance(part, str):
        for secret in secrets:
            part = part.replace(secret, "…")
    return part

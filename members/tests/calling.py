"""Calling the API in tests as a shop's system does; every answer must be one that the reference promises."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs
from django.test import Client

from loyalty_site.views.reference import document_in_json


class Shop:
    """A client that bears a key and speaks JSON."""

    def __init__(self, key: str = "", **headers: str) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.headers |= headers

    def get(self, path: str, **query: Any) -> Any:
        return promised(self.client.get(f"/api/v1{path}", query, headers=self.headers))

    def post(self, path: str, content: Any = None) -> Any:
        sent = {} if content is None else {"data": content, "content_type": "application/json"}
        return promised(self.client.post(f"/api/v1{path}", headers=self.headers, **sent))


def promised(answer: Any) -> Any:
    """The answer, if its status and its form stand in the reference."""
    route = answer.resolver_match.route.replace("<", "{").replace(">", "}") if answer.resolver_match else ""
    validator(f"/{route}", answer.request["REQUEST_METHOD"].lower(), str(answer.status_code)).validate(answer.json())
    return answer


@cache
def validator(route: str, method: str, status: str) -> Any:
    document = reference()
    promise = document["paths"][route][method]["responses"][status]["content"]["application/json"]["schema"]
    return jsonschema_rs.validator_for({**promise, "components": document["components"]})


@cache
def reference() -> Any:
    return json.loads(document_in_json())

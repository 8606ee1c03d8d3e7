"""Calling the API in tests as a shop's system does."""

from __future__ import annotations

from typing import Any

from django.test import Client


class Shop:
    """A client that bears a key and speaks JSON."""

    def __init__(self, key: str = "", **headers: str) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.headers |= headers

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def post(self, path: str, content: Any = None) -> Any:
        return self.client.post(f"/api/v1{path}", content, content_type="application/json", headers=self.headers)

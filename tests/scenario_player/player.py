"""The player: takes a story step by step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from loyalty_site.refusals import Refused
from tests.scenario_player.expectations import check, subject_of
from tests.scenario_player.stage import Stage
from tests.scenario_player.steps import STEPS
from tests.scenario_player.story import Unknown, call


class Player:
    """One story being played."""

    def __init__(self, story: dict[str, Any]) -> None:
        call(self.prepare, story, "story")

    def prepare(
        self,
        title: str,
        steps: list[dict[str, Any]],
        merchant: dict[str, str] | None = None,
        terms: dict[str, Any] | None = None,
        staff: dict[str, dict[str, Any]] | None = None,
        rewards: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        self.steps = steps
        self.stage = Stage(title, merchant or {}, terms or {})
        for name, fields in (staff or {}).items():
            call(self.stage.hire, {"name": name} | fields, f"staff {name}")
        for name, fields in (rewards or {}).items():
            call(self.stage.offer, {"name": name} | fields, f"reward {name}")

    def play(self) -> None:
        for number, step in enumerate(self.steps, 1):
            self.step(dict(step), where=f"step {number} {step}")

    def step(self, step: dict[str, Any], *, where: str) -> None:
        if "at" in step:
            self.stage.now = self.stage.instant(step.pop("at"))
        expected = dict(step.pop("expect", None) or {})
        if len(step) > 1 or not (step or expected):
            raise Unknown(f"{where}: a step does one thing")
        result, subject = None, ""
        for verb, body in step.items():
            result, subject = self.attempt(verb, body, where), subject_of(self.stage, body)
        if isinstance(result, Refused) and "refused" not in expected:
            raise AssertionError(f"{where}: refused as {result.code}: {result.words}") from result
        check(self.stage, expected, result, subject, where)

    def attempt(self, verb: str, body: Any, where: str) -> Any:
        """Do one step; a refusal is a result too."""
        if verb not in STEPS:
            raise Unknown(f"{where}: no step is called {verb}")
        action: Callable[..., Any] = partial(STEPS[verb], self.stage)
        try:
            return call(action, body, where) if isinstance(body, dict) else action(body)
        except Refused as refusal:
            return refusal

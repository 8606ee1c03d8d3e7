"""How a result is printed: ours, the floor, and the ratio."""

import os
import platform
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One measured figure beside the floor of the same run."""

    name: str
    ours: float
    unit: str
    floor: float | None = None
    floor_name: str = ""
    more_is_better: bool = True

    @property
    def ratio(self) -> float | None:
        """Ours to the floor, so that 1 is as good as the floor and less is worse."""
        if not self.floor or not self.ours:
            return None
        return self.ours / self.floor if self.more_is_better else self.floor / self.ours


def show(results: list[Result]) -> None:
    print(f"\n{os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(f"{'what':<52}{'ours':>14}{'floor':>14}{'ratio':>8}  floor is")
    for result in results:
        floor = f"{result.floor:,.1f}" if result.floor else ""
        ratio = f"{result.ratio:.2f}" if result.ratio else ""
        figure = f"{result.ours:,.1f} {result.unit}"
        print(f"{result.name:<52}{figure:>14}{floor:>14}{ratio:>8}  {result.floor_name}")

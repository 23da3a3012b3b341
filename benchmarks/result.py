"""One measured figure beside what it is measured against."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """A figure with its unit, the figure it stands against and the ratio of the two (above 1 is better for ours)."""

    name: str
    value: float
    unit: str
    against: float | None = None
    ratio: float | None = None


def best_seconds(action: Callable[[], object], *, times: int = 3) -> float:
    """Return the shortest processor time of several runs, in seconds; a busy machine only makes a run longer."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        action()
        taken.append(time.process_time() - start)
    return min(taken)

"""Cuts of a number that have no filter of their own, such as one hour of one weekday: by name in addresses."""

from collections.abc import Callable
from dataclasses import dataclass

from triage.queries.figure_store import Array
from triage.queries.tallies import Part


@dataclass(frozen=True)
class Cut:
    """Which cases belong to a cut, and the parts of blocks that tell."""

    chosen: Callable[[Part], Array]
    parts: tuple[str, ...] = ("core",)

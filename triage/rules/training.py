"""What a training goes through, and how long it will still take; shares are 0-1."""

from datetime import datetime
from typing import NamedTuple

# (share of the whole from which the stage runs, what a person reads); the shares are those the training reports
STAGES = (
    (0.0, "Bahan"),
    (0.001, "Uji silang"),
    (0.67, "Model akhir"),
    (0.85, "Tabel kata dan kartu"),
    (0.9, "Perbandingan"),
)


class Stage(NamedTuple):
    """One stage; its standing is "done", "running" or "waiting"."""

    name: str
    standing: str


def stages(progress: float, *, is_running: bool) -> list[Stage]:
    """Return every stage with its standing."""
    reached = max(place for place, (share, _) in enumerate(STAGES) if progress >= share)
    standing = [
        "waiting" if place > reached or not is_running else "running" if place == reached else "done"
        for place in range(len(STAGES))
    ]
    return [Stage(name, stand) for (_, name), stand in zip(STAGES, standing, strict=True)]


def seconds_left(progress: float, started_at: datetime | None, now: datetime) -> float | None:
    """Return how long a training will take from now on, reckoned from its progress; None where nobody can tell."""
    if started_at is None or not 0 < progress < 1:
        return None
    return (now - started_at).total_seconds() * (1 - progress) / progress

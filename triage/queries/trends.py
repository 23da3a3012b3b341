"""How figures run over time: by day or week, by class of duration, and by hour of the week (M1 D18, D19).

All by the day a citizen wrote, but for the heat map of answers, which goes by the moment of the first response.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from triage.queries import cuts
from triage.queries.cohorts import Number
from triage.queries.figure_store import Array
from triage.queries.metrics import Figures, figures_of
from triage.queries.tallies import Grouping, Keys, Part, Selection
from triage.rules import local_time
from triage.rules.quantiles import NONE

MOST_DAYS = 31  # a longer period is told by weeks
MOST_DAYS_BY_WEEK = 1200  # and one that is longer still by several weeks at a time
HOURS, SHADES = 24, 6


@dataclass(frozen=True)
class Stretch:
    """The figures of one day or week, as far as it lies in the period."""

    first_day: date
    last_day: date
    figures: Figures


@dataclass(frozen=True)
class Bar:
    """How many cases a class of durations has, and what part of all that is."""

    number: int
    name: str
    count: int
    share: float


@dataclass(frozen=True)
class Heat:
    """How many cases each hour of each weekday has, with a shade from 0 (none) to SHADES (most)."""

    counts: Sequence[Sequence[int]]
    shades: Sequence[Sequence[int]]
    total: int


def step_of(first_day: date, last_day: date) -> int:
    """Return how many days one stretch of a period has: one, or whole weeks."""
    days = (last_day - first_day).days + 1
    return 1 if days <= MOST_DAYS else 7 * (1 + days // MOST_DAYS_BY_WEEK)


def step_name(first_day: date, last_day: date) -> str:
    """Return what one stretch of a period is called."""
    weeks = step_of(first_day, last_day) // 7
    return ("hari", "minggu")[weeks] if weeks <= 1 else f"{weeks} minggu"


def by_time(cases: Selection, first_day: date, last_day: date, *, zone: ZoneInfo, clock: str) -> list[Stretch]:
    """Return the figures of each day of a short period, or of each week."""
    days = (last_day - first_day).days + 1
    step = step_of(first_day, last_day)
    lead = 0 if step == 1 else first_day.weekday()
    begin = local_time.number_of(first_day) - lead
    size = (days + lead - 1) // step + 1

    by = Grouping(_by_stretch(zone, begin, step, size), size)
    figures = figures_of(cases.kinds(by), [("", "")] * size, {clock: cases.spreads(by, clock)})
    return [
        Stretch(
            max(first_day, local_time.day_of(begin + place * step)),
            min(last_day, local_time.day_of(begin + place * step) + timedelta(days=step - 1)),
            figures[place],
        )
        for place in range(size)
    ]


@lru_cache(maxsize=8)
def _by_stretch(zone: ZoneInfo, begin: int, step: int, size: int) -> Keys:
    """Return the keys of a period's stretches; the same for every request, so that tables are kept by them."""
    return lambda part: np.minimum(np.maximum((part.days(zone) - begin) // step, 0), size - 1)


def distribution(cases: Selection, clock: str) -> list[Bar]:
    """Return how many first responses fell into each class of durations."""

    def keys(part: Part) -> Array:
        """Return the number of each case's group."""
        return np.where(part.counted(Number.RECEIVED), cuts.classes(part, clock), NONE) + 1

    counts = cases.count(keys, len(cuts.CLASS_NAMES) + 1, kept_as=("lengths", clock))[1:].tolist()
    total = sum(counts)
    return [
        Bar(number, name, count, count / total if total else 0.0)
        for number, (name, count) in enumerate(zip(cuts.CLASS_NAMES, counts, strict=True))
    ]


def arrivals(cases: Selection, zone: ZoneInfo) -> Heat:
    """Return in which hours of the week citizens write."""
    return _heat(cases, lambda part: cuts.arrival_slots(part, zone), ("arrivals", zone.key))


def answers(cases: Selection, zone: ZoneInfo) -> Heat:
    """Return in which hours of the week first responses are given."""
    return _heat(cases, lambda part: cuts.answer_slots(part, zone), ("answers", zone.key))


def _heat(cases: Selection, slots: Keys, kept_as: tuple[str, str]) -> Heat:
    def keys(part: Part) -> Array:
        """Return the number of each case's group."""
        return np.where(part.counted(Number.RECEIVED), slots(part), NONE) + 1

    counts = cases.count(keys, len(cuts.WEEKDAYS) * HOURS + 1, kept_as=kept_as)[1:].reshape(len(cuts.WEEKDAYS), HOURS)
    shades = np.ceil(counts * (SHADES / max(1, int(counts.max())))).astype(int)
    return Heat(counts.tolist(), shades.tolist(), int(counts.sum()))

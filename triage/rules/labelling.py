"""What people's verdicts on a drawn comment come to, and which label of a text counts when there are several.

Source: classifier design, label screen; labelling guideline VERSION (rules/guideline.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from models import Intent, LabelStream, TaskState

# How many people read a comment of each stream before it can be settled.
READERS = {LabelStream.GOLD: 2, LabelStream.TRAINING: 1}
# Of each round so many per cent are drawn at random for the gold stream; the rest is what the model is least sure of.
GOLD_PERCENT = 30
UNDO_DEPTH = 20


class Standing(IntEnum):
    """How much a label weighs: of two labels of one text the higher standing counts, then the newer one."""

    UNREAD = 0  # nobody gave it a label
    CORPUS = 1
    IMPORTED = 2
    SINGLE = 3
    REVIEWED = 4
    AGREED = 5
    ADJUDICATED = 6


STANDING_NAMES = {
    Standing.UNREAD: "tanpa label",
    Standing.CORPUS: "korpus awal",
    Standing.IMPORTED: "berkas impor",
    Standing.SINGLE: "satu orang",
    Standing.REVIEWED: "diperiksa ulang",
    Standing.AGREED: "dua orang sepakat",
    Standing.ADJUDICATED: "diputuskan",
}


@dataclass(frozen=True)
class Reading:
    """What one reader said; no intent: in doubt. Unit None: not asked, '': the text names none."""

    user_id: int
    intent: Intent | None
    unit: str | None = None
    is_doubtful: bool = False


@dataclass(frozen=True)
class Outcome:
    """What the readings come to."""

    state: TaskState
    intent: Intent | None = None
    unit: str | None = None


def outcome(stream: LabelStream, readings: Sequence[Reading], decision: Reading | None = None) -> Outcome:
    """Return how a comment stands: a decision ends it; doubt or difference of the readers asks for one."""
    if decision is not None:
        return Outcome(TaskState.ADJUDICATED, decision.intent, decision.unit)
    if any(reading.is_doubtful for reading in readings) or differs(readings):
        return Outcome(TaskState.DISPUTED)
    if len(readings) < READERS[stream]:
        return Outcome(TaskState.OPEN)
    return Outcome(TaskState.SETTLED, readings[0].intent, next(iter(units_named(readings)), None))


def differs(readings: Sequence[Reading]) -> bool:
    """Tell whether readers named different intents, or different units; who was not asked differs from nobody."""
    return len({reading.intent for reading in readings}) > 1 or len(units_named(readings)) > 1


def units_named(readings: Iterable[Reading]) -> set[str]:
    """Return the units that readers named, '' among them where a reader found none."""
    return {reading.unit for reading in readings if reading.unit is not None}


def standing(state: TaskState, readers: int) -> Standing:
    """Return what the verdict of a settled task weighs."""
    if state is TaskState.ADJUDICATED:
        return Standing.ADJUDICATED
    return Standing.AGREED if readers > 1 else Standing.SINGLE

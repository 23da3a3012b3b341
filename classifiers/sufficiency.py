"""Whether rows are enough to learn from."""

from collections.abc import Sequence

from classifiers.rows import Row
from classifiers.settings import INTENTS, NO_UNIT

FEWEST_ROWS = 50
FEWEST_OF_CLASS = 5


class TrainingError(ValueError):
    """The rows cannot make a model; `message` says in Indonesian what is missing."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def check(rows: Sequence[Row]) -> None:
    """Raise TrainingError when rows or classes are too few, or a class is unknown."""
    counts = {name: sum(r.intent == name for r in rows) for name in INTENTS}
    few = [f"{name} ({n})" for name, n in counts.items() if n < FEWEST_OF_CLASS]
    if few or len(rows) < FEWEST_ROWS:
        raise TrainingError(
            f"Data latih belum cukup: perlu {FEWEST_ROWS} baris dan {FEWEST_OF_CLASS} per jenis; "
            f"ada {len(rows)} baris, kurang pada {', '.join(few) or 'jumlah'}."
        )
    if unknown := sorted({r.intent for r in rows} - set(INTENTS) - {""}):
        raise TrainingError(f"Jenis tidak dikenal dalam data latih: {', '.join(unknown)}.")
    if len({r.unit for r in rows} - NO_UNIT) < 2:
        raise TrainingError("Data latih perlu sedikitnya dua unit tujuan.")

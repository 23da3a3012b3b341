"""Card: what a model is for, what it learned from and where it fails, read from its artefact and its run."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers import store
from classifiers.card import Card
from classifiers.evaluate import class_intervals
from models import TrainingRun
from triage.errors import InvalidInput

MOST_CONFUSIONS = 6
WEAKEST_SLICES = 5


@dataclass(frozen=True)
class Confusion:
    """One kind of mistake on the frozen rows; `share` is of the rows that truly are of the class."""

    truth: str
    guess: str
    n: int
    share: float


@dataclass(frozen=True)
class Described:
    """A card with what follows from the run's figures."""

    card: Card
    intervals: Mapping[str, tuple[float, float]]  # of F1, by class
    confusions: Sequence[Confusion]
    weakest: Sequence[Mapping[str, Any]]
    settings: Mapping[str, Any]


def describe(run: TrainingRun) -> Described:
    """Return everything the card of a run says; raise InvalidInput when the artefact's own card is not sound."""
    card = card_of(run)
    matrix, names = run.scores.get("confusion", ()), tuple(run.scores.get("per_class", ()))
    slices = sorted(run.comparison.get("slices", ()), key=lambda each: float(each["challenger"]))
    return Described(
        card,
        dict(zip(names, class_intervals(matrix), strict=True)) if matrix else {},
        confusions(matrix, names),
        slices[:WEAKEST_SLICES],
        flat(card.settings),
    )


def card_of(run: TrainingRun) -> Card:
    """Return the card of a run's artefact; raise InvalidInput when it is missing, changed or unreadable."""
    try:
        text = (Path(run.stored_as) / store.CARD).read_bytes()
        card = Card.from_json(text.decode())
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise InvalidInput(f"Kartu model #{run.id} tidak terbaca. Pulihkan dari cadangan atau latih ulang.") from exc
    if hashlib.sha256(text).hexdigest() != run.digest:
        raise InvalidInput(f"Kartu model #{run.id} berbeda dari yang tercatat. Pulihkan dari cadangan.")
    return card


def confusions(matrix: Sequence[Sequence[int]], names: Sequence[str]) -> list[Confusion]:
    """Return the commonest mistakes, most first."""
    found = [
        Confusion(names[truth], names[guess], n, n / max(sum(line), 1))
        for truth, line in enumerate(matrix)
        for guess, n in enumerate(line)
        if n and truth != guess
    ]
    return sorted(found, key=lambda each: (-each.n, each.truth, each.guess))[:MOST_CONFUSIONS]


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested settings as one level, names joined by dots."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
    return found

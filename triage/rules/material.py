"""What of people's labels becomes material: one verdict a text, the strongest, masked, with where it comes from.

Precedence is that of rules.labelling.Standing, for intent and unit each on its own; of equals the newer one counts.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from triage.rules.labelling import Standing
from triage.rules.privacy import mask


@dataclass(frozen=True)
class Told:
    """One label of one text as somebody gave it; None: says nothing of it, unit '': the text names none.

    `key` tells texts apart that read alike but are two citizens'; `author` is a pseudonym and is never stored;
    `corrected_by` is the user whose correction in the inbox it is.
    """

    key: str
    text: str
    standing: Standing
    at: datetime | None
    intent: str | None = None
    unit: str | None = None
    account: str = ""
    author: str = ""
    guideline: str = ""
    corrected_by: int | None = None


@dataclass(frozen=True)
class Settled:
    """What counts for one text: masked, with the standing of its intent (of its unit where no intent is known)."""

    key: str
    text: str
    intent: str | None
    unit: str | None
    account: str
    author: str
    standing: Standing
    guideline: str
    at: datetime | None
    corrected_by: int | None = None

    @cached_property
    def digest(self) -> str:
        """Return what the text is named by."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text without personal data."""
    return hashlib.sha256(mask(text).encode()).hexdigest()


def settle(labels: Iterable[Told]) -> list[Settled]:
    """Return what counts for each key, in the order in which the keys first appear."""
    by_key: dict[str, list[Told]] = {}
    for told in labels:
        by_key.setdefault(told.key, []).append(told)
    return [strongest(told) for told in by_key.values()]


def strongest(labels: list[Told]) -> Settled:
    """Return what counts of the labels of one text."""
    ranked = sorted(labels, key=lambda told: (told.standing, told.at.timestamp() if told.at else 0.0))
    intent = next((told for told in reversed(ranked) if told.intent is not None), None)
    unit = next((told for told in reversed(ranked) if told.unit is not None), None)
    leading = intent or unit or ranked[-1]
    return Settled(
        key=leading.key,
        text=mask(leading.text),
        intent=intent.intent if intent else None,
        unit=unit.unit if unit else None,
        account=leading.account,
        author=leading.author,
        standing=leading.standing,
        guideline=leading.guideline,
        at=leading.at,
        corrected_by=leading.corrected_by,
    )


def reviewed(rows: Iterable[Settled], second_looks: Mapping[str, str]) -> list[Settled]:
    """Return the rows with the intent of a second look, by digest, where no two people had agreed before."""
    return [
        replace(row, intent=second_looks[row.digest], standing=Standing.REVIEWED, corrected_by=None)
        if row.digest in second_looks and row.intent is not None and row.standing < Standing.AGREED
        else row
        for row in rows
    ]


def once_a_text(rows: Iterable[Settled]) -> list[Settled]:
    """Return of rows that read alike the strongest, then the newest; the corpus keeps its own while none is stronger.

    How often a text stands in the corpus is part of what it teaches, so only people's labels take its rows away.
    """
    given = list(rows)
    best: dict[str, Settled] = {}
    for row in given:
        held = best.get(row.digest)
        if held is None or rank(row) >= rank(held):
            best[row.digest] = row
    return [row for row in given if row is best[row.digest] or best[row.digest].standing is Standing.CORPUS]


def rank(row: Settled) -> tuple[Standing, float]:
    """Return how much a row weighs among others of the same text."""
    return row.standing, row.at.timestamp() if row.at else 0.0

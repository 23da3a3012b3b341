"""The phrases that speak for a unit, judged: how often each was right, and where two of them contradict.

Measures come from the card of the model that serves: in how many labelled rows a phrase stood, and in how many of them
its unit was the right one. Below 60 % a phrase deserves a look, below 30 % it has no vote at all
(classifiers.routing).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LOW_PRECISION, NO_VOTE_BELOW = 0.6, 0.3
FEW_ROWS = 5  # with fewer rows a precision is chance: shown, not flagged
SHORTEST = 3


class Doubt(StrEnum):
    """Why a phrase deserves a look."""

    LOW_PRECISION = "low_precision"
    SHARED = "shared"
    DENIED = "denied"
    SENT_BACK = "sent_back"
    SHORT = "short"


@dataclass(frozen=True, kw_only=True)
class Keyword:
    """One phrase; `route_to` is the code of the unit it belongs to instead, empty for a unit's own."""

    keyword_id: int
    unit: str
    phrase: str
    route_to: str = ""
    subject: str = ""

    @property
    def speaks_for(self) -> str:
        """Return the unit that the phrase is a vote for."""
        return self.route_to or self.unit

    @property
    def bare(self) -> str:
        """Return the phrase as it is compared with others."""
        return plain(self.phrase)


@dataclass(frozen=True)
class JudgedKeyword:
    """A phrase with its measure (n is None where no model has measured it) and its doubts, with other units' codes."""

    keyword: Keyword
    n: int | None
    right: int | None
    doubts: tuple[tuple[Doubt, str], ...]

    @property
    def precision(self) -> float | None:
        """Return the share that was right, None where the phrase never stood."""
        return self.right / self.n if self.n and self.right is not None else None

    @property
    def wrong(self) -> int:
        """Return in how many labelled rows the phrase led to the wrong unit."""
        return (self.n or 0) - (self.right or 0)


def worst(rows: Iterable[JudgedKeyword]) -> list[JudgedKeyword]:
    """Return the phrases that deserve a look, those that misled most often first."""
    return sorted((row for row in rows if row.doubts), key=lambda row: (-row.wrong, row.keyword.phrase))


def plain(phrase: str) -> str:
    """Return a phrase without capitals and needless spaces."""
    return " ".join(phrase.lower().split())


def judged(keywords: Sequence[Keyword], measures: Mapping[str, Sequence[int]]) -> list[JudgedKeyword]:
    """Return every phrase with its measure and its doubts; measures are those of a model's card."""
    owners: dict[str, set[str]] = defaultdict(set)
    denied: dict[str, set[str]] = defaultdict(set)
    for keyword in keywords:
        (denied if keyword.route_to else owners)[keyword.bare].add(keyword.unit)
    sends = {(keyword.bare, keyword.unit): keyword.route_to for keyword in keywords if keyword.route_to}
    found = []
    for keyword in keywords:
        n, right = measures.get(f"{keyword.speaks_for}|{keyword.phrase}", (None, None))
        doubts = [*_about_rows(n, right), *_about_others(keyword, owners, denied, sends)]
        found.append(JudgedKeyword(keyword, n, right, tuple(doubts)))
    return found


def _about_rows(n: int | None, right: int | None) -> Iterable[tuple[Doubt, str]]:
    if n is not None and right is not None and n >= FEW_ROWS and right / n < LOW_PRECISION:
        yield Doubt.LOW_PRECISION, ""


def _about_others(
    keyword: Keyword,
    owners: Mapping[str, set[str]],
    denied: Mapping[str, set[str]],
    sends: Mapping[tuple[str, str], str],
) -> Iterable[tuple[Doubt, str]]:
    """Yield where another phrase says something else of the same words."""
    if len(keyword.bare) < SHORTEST:
        yield Doubt.SHORT, ""
    if keyword.route_to:
        if sends.get((keyword.bare, keyword.route_to)):
            yield Doubt.SENT_BACK, keyword.route_to
        if keyword.unit in owners.get(keyword.bare, ()):
            yield Doubt.DENIED, keyword.unit
        return
    for other in sorted(owners[keyword.bare] - {keyword.unit}):
        yield Doubt.SHARED, other
    if keyword.unit in denied.get(keyword.bare, ()):
        yield Doubt.DENIED, keyword.unit

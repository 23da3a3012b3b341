"""How far readers agree, beyond what chance would bring: raw share, Cohen's kappa, Krippendorff's alpha, confusions.

Nominal categories. Sources: Cohen 1960; Krippendorff 2004, "Content Analysis", chapter 11 (coincidence matrix).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

Pair = tuple[str, str]


@dataclass(frozen=True)
class Agreement:
    """Figures over comments that several people read; None where a figure has no meaning."""

    n: int
    raw: float | None
    kappa: float | None
    alpha: float | None


def raw(pairs: Sequence[Pair]) -> float | None:
    """Return the share of pairs that agree; None without pairs."""
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else None


def cohen_kappa(pairs: Sequence[Pair]) -> float | None:
    """Return Cohen's kappa of two raters; None without pairs, or when both used one single category throughout.

    >>> cohen_kappa([("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15)
    0.4
    """
    observed = raw(pairs)
    if observed is None:
        return None
    first, second = (Counter(pair[i] for pair in pairs) for i in (0, 1))
    by_chance = sum(first[name] * second[name] for name in first) / len(pairs) ** 2
    return None if by_chance == 1 else round((observed - by_chance) / (1 - by_chance), 12)


def krippendorff_alpha(readings: Sequence[Sequence[str]]) -> float | None:
    """Return Krippendorff's alpha, nominal, for any number of readers a comment; None when nothing could differ.

    Each element holds what was said of one comment; those that fewer than two people read are left out.
    """
    pairable = [said for said in readings if len(said) > 1]
    totals: Counter[str] = Counter(name for said in pairable for name in said)
    n = totals.total()
    expected = n * n - sum(count * count for count in totals.values())
    if not expected:
        return None
    observed = sum(sum(a != b for a, b in permutations(said, 2)) / (len(said) - 1) for said in pairable)
    return round(1 - (n - 1) * observed / expected, 12)


def pairs_of(readings: Sequence[Sequence[str]]) -> list[Pair]:
    """Return every pair of readings of each comment, in the readers' order."""
    return [pair for said in readings for pair in combinations(said, 2)]


def confusions(readings: Sequence[Sequence[str]]) -> list[tuple[Pair, int]]:
    """Return which two categories were taken for each other, whoever said which, the most frequent first."""
    mixed: Counter[Pair] = Counter()
    for a, b in pairs_of(readings):
        if a != b:
            mixed[min(a, b), max(a, b)] += 1
    return sorted(mixed.items(), key=lambda item: (-item[1], item[0]))


def agreement(readings: Sequence[Sequence[str]]) -> Agreement:
    """Return the figures over comments; kappa pools all pairs of readers, the earlier reader as the first rater."""
    pairable = [said for said in readings if len(said) > 1]
    pairs = pairs_of(pairable)
    return Agreement(len(pairable), raw(pairs), cohen_kappa(pairs), krippendorff_alpha(pairable))

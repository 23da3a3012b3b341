"""Whether comments change: two tests on windows of readings against the first ones, and words a model has never seen.

Same p-values as scipy.stats (chi2_contingency without correction, ks_2samp with method "asymp"), which the web process
need not load.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from classifiers.predict import Model
from classifiers.text import is_word

ALPHA = 0.003  # one false alarm in some 330 windows
TERMS = 100  # of the Kolmogorov series; it converges long before


def unknown_share(model: Model, text: str) -> float:
    """Return the share of a text's words that stood in no training text."""
    words = [token for token in model.tokens(text) if is_word(token)]
    return sum(not model.knows(word) for word in words) / len(words) if words else 0.0


def mix_p(before: Mapping[str, int], after: Mapping[str, int]) -> float:
    """Return the p-value that two counts by class come from the same mix; 1 where nothing can be told."""
    names = sorted({name for counts in (before, after) for name, n in counts.items() if n})
    table = np.array([[counts.get(name, 0) for name in names] for counts in (before, after)], dtype=float)
    if len(names) < 2 or not table.sum(axis=1).all():
        return 1.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return chi_square_tail(float(((table - expected) ** 2 / expected).sum()), len(names) - 1)


def chi_square_tail(value: float, freedom: int) -> float:
    """Return the probability that a chi-square variable exceeds a value (closed form for whole degrees of freedom)."""
    half = value / 2
    if freedom % 2 == 0:
        term = total = math.exp(-half)
        for i in range(1, freedom // 2):
            term *= half / i
            total += term
        return min(1.0, total)
    total = math.erfc(math.sqrt(half))
    term = math.exp(-half) * math.sqrt(half) / math.gamma(1.5)
    for i in range((freedom - 1) // 2):
        total += term
        term *= half / (i + 1.5)
    return min(1.0, total)


def ks_p(before: Sequence[float], after: Sequence[float]) -> float:
    """Return the asymptotic p-value of the two-sample Kolmogorov-Smirnov test; 1 where a sample is empty."""
    if not before or not after:
        return 1.0
    first, second = np.sort(np.asarray(before, float)), np.sort(np.asarray(after, float))
    places = np.concatenate([first, second])
    shares = (np.searchsorted(each, places, side="right") / len(each) for each in (first, second))
    gap = float(np.abs(np.subtract(*shares)).max())
    return kolmogorov_tail(gap * math.sqrt(len(first) * len(second) / (len(first) + len(second))))


def kolmogorov_tail(value: float) -> float:
    """Return the probability that the Kolmogorov variable exceeds a value."""
    if value < 0.2:  # the alternating series is 1 there to more digits than are shown
        return 1.0
    terms = (2.0 * (-1.0) ** (i - 1) * math.exp(-2 * (i * value) ** 2) for i in range(1, TERMS))
    return min(1.0, max(0.0, math.fsum(terms)))

"""Choose comments worth a person's time: the least certain first, but no two that say nearly the same.

Margin and clusters: texts in the order of their margin; one joins the round unless it resembles a chosen one more than
ALIKE, so each cluster is read through its least certain text. Numpy alone; 400 texts take about 20 ms.
"""

from collections.abc import Mapping, Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

from classifiers.rows import bare_words

ALIKE = 0.5  # cosine of word counts from which two comments count as one cluster
BUCKETS = 4096


def margin(probabilities: Mapping[str, float]) -> float:
    """Return how far the likeliest class is ahead of the next; 0 is the least certain.

    >>> round(margin({"a": 0.5, "b": 0.4, "c": 0.1}), 3)
    0.1
    """
    best = sorted(probabilities.values(), reverse=True)[:2]
    return best[0] - best[1] if len(best) > 1 else 1.0


def spread(texts: Sequence[str], probabilities: Sequence[Mapping[str, float]], count: int) -> list[int]:
    """Return the places of `count` texts, the least certain first; likenesses only when nothing else is left."""
    order = sorted(range(len(texts)), key=lambda i: (margin(probabilities[i]), i))
    vectors = _vectors(texts)
    chosen: list[int] = []
    passed: list[int] = []
    for i in order:
        if len(chosen) == count:
            break
        is_alike = chosen and float((vectors[chosen] @ vectors[i]).max()) > ALIKE
        (passed if is_alike else chosen).append(i)
    return (chosen + passed)[:count]


def _vectors(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return one unit vector of hashed word counts a text."""
    found = np.zeros((len(texts), BUCKETS), np.float32)
    for i, text in enumerate(texts):
        for word in bare_words(text):
            found[i, crc32(word.encode()) % BUCKETS] += 1
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    found /= np.maximum(lengths, 1)
    return found

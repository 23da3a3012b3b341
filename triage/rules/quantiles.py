"""Quantiles of very many durations from a histogram whose classes are 1 % wide (M1 D18).

A class stands for its middle, so a quantile is at most ERROR away from the exact one, relative to it. Durations are
whole seconds; below 100 s every class holds one value only. NONE stands for a duration that is not known.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
NONE = -1
WIDTH = 1.01
ERROR = (WIDTH - 1) / 2
LONGEST_S = 2**31 - 1
_STEP = float(np.log(WIDTH))
CLASSES = 3 + int(np.log(LONGEST_S) / _STEP)
ZERO = 1  # the class of 0 s; class 0 is what is not known


def classes_of(seconds: NDArray[np.integer]) -> NDArray[np.int16]:
    """Return the class of each duration, 0 for one that is not known."""
    found = np.zeros(len(seconds), dtype=np.int16)
    found[seconds == 0] = ZERO
    longer = seconds > 0
    found[longer] = ZERO + 1 + np.floor(np.log(seconds[longer]) / _STEP).astype(np.int16)
    return found


@lru_cache(maxsize=1)
def middles() -> NDArray[np.float64]:
    """Return the duration that each class stands for, in seconds."""
    edges = WIDTH ** np.arange(CLASSES - 1, dtype=np.float64)
    lowest, highest = np.ceil(edges[:-1]), np.ceil(edges[1:]) - 1
    return np.concatenate([[NONE, 0.0], (lowest + highest) / 2])


def quantile(histogram: NDArray[np.integer], share: float) -> float | None:
    """Return a quantile of the known durations in a histogram of CLASSES, None of nothing."""
    return reached_by(np.cumsum(histogram[ZERO:]), share)


def reached_by(reached: NDArray[np.integer], share: float) -> float | None:
    """Return a quantile given how many known durations there are up to each class, from ZERO on; None of nothing."""
    n = int(reached[-1])
    if not n:
        return None
    place = (n - 1) * share
    below = int(place)
    at = np.searchsorted(reached, [below, min(below + 1, n - 1)], side="right") + ZERO
    low, high = middles()[at].tolist()
    return float(low + (high - low) * (place - below))

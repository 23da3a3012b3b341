"""Count what stands in texts: tokens, their stems or letters, and neighbours, as one sparse matrix.

All but neighbours follows from a single token, so each distinct token is taken apart once, and a product of two sparse
matrices (texts x tokens, tokens x features) counts for all texts. Training only.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

Integers = npt.NDArray[np.int32]  # scikit-learn's solvers take sparse matrices with 32-bit indices only


class Features(Protocol):
    """What is counted; equal ones are worked out once for the same texts."""

    @property
    def pairs(self) -> bool:
        """Tell whether neighbours count too."""
        ...

    def of_token(self, token: str) -> Sequence[str]:
        """Return the features of a single token; the first of them stands for it in a pair."""
        ...

    def __hash__(self) -> int: ...


@dataclass(frozen=True)
class Counts:
    """How often features stand in texts, n_texts x n_features; single tokens' come first, then neighbouring pairs."""

    matrix: Any
    singles: Sequence[str]
    pairs: npt.NDArray[np.int64]  # the numbers of two of the singles in one: left * len(singles) + right

    def names(self, columns: Iterable[int]) -> list[str]:
        """Return the names of some columns; a pair is written with a space."""
        singles, width = self.singles, len(self.singles)
        found = []
        for column in columns:
            if column < width:
                found.append(singles[column])
            else:
                left, right = divmod(int(self.pairs[column - width]), width)
                found.append(f"{singles[left]} {singles[right]}")
        return found


@dataclass(frozen=True)
class TokenRuns:
    """Texts as runs of numbered tokens; a part of them shares what has been worked out for the whole."""

    tokens: Sequence[str]
    ids: Integers
    lengths: Integers  # tokens of every text
    known: dict[Features, tuple[list[str], Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> "TokenRuns":
        """Return texts that are cut into tokens already."""
        lengths: list[int] = []

        def told() -> Iterable[Sequence[str]]:
            """Yield the tokens of every text, noting how many there are."""
            for text in texts:
                lengths.append(len(text))
                yield text

        tokens, ids = _numbered(chain.from_iterable(told()))
        return cls(tokens, ids, np.array(lengths, dtype=np.int32))

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, places: Sequence[int] | npt.NDArray[np.integer[Any]]) -> "TokenRuns":
        """Return some of the texts, in the order asked for."""
        wanted = np.asarray(places, dtype=np.int64)
        lengths = self.lengths[wanted]
        starts = (np.cumsum(self.lengths) - self.lengths)[wanted]
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return TokenRuns(self.tokens, self.ids[np.repeat(starts, lengths) + within], lengths, self.known)

    def count(self, features: Features) -> Counts:
        """Return how often every feature stands in every text."""
        names, of_tokens = self._taken_apart(features)
        shape = (len(self), len(self.tokens))
        texts = sparse.csr_array((np.ones(len(self.ids), np.float32), self.ids, _ends(self.lengths)), shape=shape)
        singles = texts @ of_tokens
        if not features.pairs:
            return Counts(singles, names, np.zeros(0, np.int64))
        keys, pairs = self._pairs(of_tokens.indices[of_tokens.indptr[:-1]], len(names))
        return Counts(sparse.hstack([singles, pairs], format="csr"), names, keys)

    def _taken_apart(self, features: Features) -> tuple[list[str], Any]:
        """Return the features of single tokens and how often each stands in each token."""
        if features not in self.known:
            found = [features.of_token(token) for token in self.tokens]
            names, ids = _numbered(chain.from_iterable(found))
            ends = _ends([len(one) for one in found])
            shape = (len(found), len(names))
            self.known[features] = names, sparse.csr_array((np.ones(len(ids), np.float32), ids, ends), shape=shape)
        return self.known[features]

    def _pairs(self, first: Integers, width: int) -> tuple[npt.NDArray[np.int64], Any]:
        """Return the numbers of neighbouring pairs and their counts; the last token has no right neighbour."""
        texts = np.repeat(np.arange(len(self), dtype=np.int32), self.lengths)
        within = np.flatnonzero(texts[:-1] == texts[1:])
        parts = first[self.ids].astype(np.int64)
        keys, columns = np.unique(parts[within] * width + parts[within + 1], return_inverse=True)
        ones = np.ones(len(within), np.float32)
        places = (texts[within], columns.astype(np.int32))
        return keys, sparse.csr_array((ones, places), shape=(len(self), len(keys)))


def columns_of(names: Sequence[str], wanted: Sequence[str]) -> Any:
    """Return the matrix that picks wanted features out of counted ones, n_names x n_wanted."""
    places = {name: i for i, name in enumerate(wanted)}
    known = [(row, places[name]) for row, name in enumerate(names) if name in places]
    rows, columns = np.array(known, dtype=np.int32).reshape(-1, 2).T
    return sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(names), len(wanted)))


def scaled(matrix: Any, *, columns: npt.NDArray[Any], rows: npt.NDArray[Any] | None = None) -> Any:
    """Return a sparse matrix with its columns, and its rows first, multiplied by factors; it keeps its kind of number.

    A product with a diagonal matrix says the same and takes ten times as long.
    """
    data = matrix.data
    if rows is not None:
        data = data * np.repeat(rows.astype(data.dtype), np.diff(matrix.indptr))
    data = data * columns.astype(data.dtype)[matrix.indices]
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def _numbered(names: Iterable[str]) -> tuple[list[str], Integers]:
    """Return distinct names in the order they come, and the number of each name given."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    ids = np.fromiter(map(numbers.__getitem__, names), dtype=np.int32)
    return list(numbers), ids


def _ends(lengths: Sequence[int] | Integers) -> Integers:
    """Return where each run of some lengths ends, after a 0."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)

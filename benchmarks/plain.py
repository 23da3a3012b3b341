"""The fitted pipeline the way scikit-learn is commonly used: every feature of every text a string, counted one by one.

Same vocabulary, same weights, same output; what is told apart is only how the counting is done.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline

from classifiers.counting import Features, TokenRuns
from classifiers.pipeline import LengthScaledTfidf
from classifiers.text import Reader


class JoinedTokens(TransformerMixin, BaseEstimator):
    """Turn raw texts into space-joined tokens."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: N803 - scikit-learn's name
        """Learn nothing."""
        return self

    def transform(self, X: Iterable[str]) -> list[str]:  # noqa: N803
        """Return one string a text."""
        return [" ".join(self.reader.tokens(text)) for text in X]


class StringTfidf(TransformerMixin, BaseEstimator):
    """A fitted block with scikit-learn's TfidfVectorizer in its place."""

    def __init__(self, block: LengthScaledTfidf) -> None:
        self.block = block
        self.tfidf_ = TfidfVectorizer(
            analyzer=analyzer_of(block.features), norm=None, vocabulary=block.names_, dtype=np.float32
        )
        self.tfidf_.idf_ = block.idf_

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: N803
        """Learn nothing; the block has."""
        return self

    def transform(self, X: Sequence[str]) -> Any:  # noqa: N803
        """Return a sparse matrix, n_texts x n_features."""
        lengths = np.array([max(1, len(d.split())) for d in X], dtype=float)
        scale = (self.block.weight / lengths**self.block.power).astype(np.float32)
        return sparse.diags_array(scale) @ self.tfidf_.transform(X)


class StringCues(TransformerMixin, BaseEstimator):
    """The fitted cues, from strings."""

    def __init__(self, block: Any) -> None:
        self.block = block

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: N803
        """Learn nothing."""
        return self

    def transform(self, X: Sequence[str]) -> Any:  # noqa: N803
        """Return a sparse matrix, n_texts x n_cues."""
        return self.block.transform(TokenRuns.of(d.split() for d in X))


def analyzer_of(features: Features) -> Callable[[str], list[str]]:
    """Return what takes a text apart into the features of its tokens and its neighbours."""

    def analyze(document: str) -> list[str]:
        """Return every feature as often as it stands."""
        parts = [features.of_token(token) for token in document.split()]
        found = [feature for part in parts for feature in part]
        return found + [f"{a[0]} {b[0]}" for a, b in pairwise(parts)] if features.pairs else found

    return analyze


def plain_form(fitted: Pipeline, reader: Reader) -> Pipeline:
    """Return a fitted pipeline of `classifiers.pipeline` in the common form."""
    blocks = [
        (name, StringTfidf(block) if isinstance(block, LengthScaledTfidf) else StringCues(block))
        for name, block in fitted.named_steps["features"].transformer_list
    ]
    return Pipeline(
        [("normalise", JoinedTokens(reader)), ("features", FeatureUnion(blocks)), ("classify", fitted["classify"])]
    )

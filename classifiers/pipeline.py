"""The scikit-learn pipeline that is the truth about a model: text -> tokens -> feature blocks -> logistic regression.

Every text block is a sum over single tokens (or neighbouring pairs) divided by a power of the token count, so that
`folding` can turn the fitted pipeline into tables per word. Training only: serving never imports this module.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline

from classifiers import cues
from classifiers.linear import MarkRegressions, TwoViewRegression
from classifiers.settings import FeatureSettings
from classifiers.stemmer import IndonesianStemmer
from classifiers.text import Lexicon, Reader, is_word

Analyzer = Callable[[str], list[str]]


class TextNormaliser(TransformerMixin, BaseEstimator):
    """Turn raw texts into space-joined tokens.

    Parameters
    ----------
    reader : Reader or None
        Cuts and tidies; None replaces no slang and knows no words.
    """

    def __init__(self, reader: Reader | None = None) -> None:
        self.reader = reader

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: N803 - scikit-learn's name
        """Learn nothing; the rules are given."""
        self.reader_ = self.reader or Reader(Lexicon({}), frozenset())
        return self

    def transform(self, X: Iterable[str]) -> list[str]:  # noqa: N803
        """Return one string of tokens per text."""
        return [" ".join(self.reader_.tokens(text)) for text in X]


def words_of(document: str) -> list[str]:
    """Return the tokens of a normalised text."""
    return document.split()


def with_pairs(tokens: list[str]) -> list[str]:
    """Return tokens and each two neighbours."""
    return tokens + [f"{a} {b}" for a, b in pairwise(tokens)]


def grams_of(token: str, shortest: int, longest: int) -> list[str]:
    """Return the character n-grams of one word with a space at either end; none for marks and numbers."""
    if not is_word(token):
        return []
    padded = f" {token} "
    return [padded[i : i + n] for n in range(shortest, longest + 1) for i in range(len(padded) - n + 1)]


class _Words:
    def __init__(self, pairs: bool) -> None:
        self.pairs = pairs

    def __call__(self, document: str) -> list[str]:
        tokens = words_of(document)
        return with_pairs(tokens) if self.pairs else tokens


class _Stems:
    def __init__(self, stemmer: IndonesianStemmer, pairs: bool) -> None:
        self.stemmer, self.pairs = stemmer, pairs

    def __call__(self, document: str) -> list[str]:
        stems = [self.stemmer.stem(t) if is_word(t) else t for t in words_of(document)]
        return with_pairs(stems) if self.pairs else stems


class _Grams:
    def __init__(self, shortest: int, longest: int) -> None:
        self.shortest, self.longest = shortest, longest

    def __call__(self, document: str) -> list[str]:
        return [g for t in words_of(document) for g in grams_of(t, self.shortest, self.longest)]


class LengthScaledTfidf(TransformerMixin, BaseEstimator):
    """Count features, weigh them by inverse document frequency, divide by tokens ** power.

    The usual Euclidean norm depends on all features of a text together; the token count can be folded.
    """

    def __init__(
        self, analyzer: Analyzer = words_of, *, weight: float = 1.0, rarest: int = 1, power: float = 0.5
    ) -> None:
        self.analyzer = analyzer
        self.weight = weight
        self.rarest = rarest
        self.power = power

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: N803 - scikit-learn's name
        """Learn the features and their document frequencies."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: Sequence[str], y: object = None) -> Any:  # noqa: N803
        """Learn the features and return their matrix, reading every text once."""
        self.tfidf_ = TfidfVectorizer(analyzer=self.analyzer, norm=None, min_df=self.rarest, dtype=np.float32)
        return self._scaled(X, self.tfidf_.fit_transform(X))

    def transform(self, X: Sequence[str]) -> Any:  # noqa: N803
        """Return a sparse matrix, n_texts x n_features."""
        return self._scaled(X, self.tfidf_.transform(X))

    def _scaled(self, texts: Sequence[str], counted: Any) -> Any:
        lengths = np.array([max(1, len(words_of(d))) for d in texts], dtype=float)
        scale = (self.weight / lengths**self.power).astype(np.float32)
        return sparse.diags_array(scale) @ counted


class CueFeatures(TransformerMixin, BaseEstimator):
    """Stance cues of `cues`, n_texts x n_cues, scaled by a weight."""

    def __init__(self, stemmer: IndonesianStemmer | None = None, *, weight: float = 1.0) -> None:
        self.stemmer = stemmer
        self.weight = weight

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: N803 - scikit-learn's name
        """Learn nothing; the cues are given."""
        self.names_ = cues.feature_names()
        return self

    def transform(self, X: Sequence[str]) -> Any:  # noqa: N803
        """Return a sparse matrix, n_texts x n_cues."""
        masks = [[cues.mask_of(t, self._stem(t)) for t in words_of(d)] for d in X]
        found = cues.features(
            _integers(reduce(or_, m, 0) for m in masks),
            first=_integers(m[0] if m else 0 for m in masks),
            last=_integers(m[-1] if m else 0 for m in masks),
            lengths=_integers(len(m) for m in masks),
        )
        return sparse.csr_array(found * np.float32(self.weight))

    def _stem(self, token: str) -> str:
        return self.stemmer.stem(token) if self.stemmer and is_word(token) else token


def _integers(values: Iterable[int]) -> npt.NDArray[np.int64]:
    return np.fromiter(values, dtype=np.int64)


def build_features(settings: FeatureSettings, *, reader: Reader, stemmer: IndonesianStemmer) -> Pipeline:
    """Return the unfitted steps from raw text to the feature matrix."""

    def block(analyzer: Analyzer, weight: float, rarest: int) -> LengthScaledTfidf:
        """Return one kind of features."""
        return LengthScaledTfidf(analyzer, weight=weight, rarest=rarest, power=settings.length_power)

    blocks = {
        "words": (settings.words, block(_Words(settings.pairs), settings.words, settings.rarest_word)),
        "stems": (settings.stems, block(_Stems(stemmer, settings.pairs), settings.stems, settings.rarest_word)),
        "characters": (
            settings.characters,
            block(_Grams(settings.shortest_gram, settings.longest_gram), settings.characters, settings.rarest_gram),
        ),
        "cues": (settings.cues, CueFeatures(stemmer, weight=settings.cues)),
    }
    union = FeatureUnion([(name, step) for name, (weight, step) in blocks.items() if weight > 0])
    return Pipeline([("normalise", TextNormaliser(reader)), ("features", union)])


def build_pipeline(
    settings: FeatureSettings,
    *,
    reader: Reader,
    stemmer: IndonesianStemmer,
    seed: int = 0,
    sharpness: float = 1.0,
    doubt: float = 0.0,
) -> Pipeline:
    """Return the whole unfitted pipeline, from raw text to class probabilities."""
    steps = build_features(settings, reader=reader, stemmer=stemmer).steps
    linear = TwoViewRegression(
        C=settings.strength,
        ratio_strength=settings.ratio_strength,
        ratio_shared=settings.ratio_shared,
        smoothing=settings.ratio_smoothing,
        sharpness=sharpness,
        doubt=doubt,
        max_iter=settings.rounds,
        solver=settings.solver,
        random_state=seed,
    )
    return Pipeline([*steps, ("classify", linear)])


def build_marks_pipeline(
    settings: FeatureSettings, marks: tuple[str, ...], *, reader: Reader, stemmer: IndonesianStemmer
) -> Pipeline:
    """Return the unfitted pipeline from raw text to the log-odds of marks; y is n_texts x n_marks."""
    steps = build_features(settings, reader=reader, stemmer=stemmer).steps
    found = MarkRegressions(marks, C=settings.strength, max_iter=settings.rounds)
    return Pipeline([*steps, ("classify", found)])


def class_weights(labels: Sequence[str], balance: float) -> npt.NDArray[np.float64]:
    """Return one weight per row, (mean count / class count) ** balance, with mean 1."""
    names, counts = np.unique(np.asarray(labels), return_counts=True)
    weight = dict(zip(names.tolist(), (counts.mean() / counts) ** balance, strict=True))
    rows = np.array([weight[label] for label in labels])
    scaled: npt.NDArray[np.float64] = rows / rows.mean()
    return scaled

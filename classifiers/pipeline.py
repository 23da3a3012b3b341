"""The scikit-learn pipeline that is the truth about a model: text -> tokens -> feature blocks -> logistic regression.

Every text block is a sum over single tokens (or neighbouring pairs) divided by a power of the token count, so that
`folding` can turn the fitted pipeline into tables per word. Training only: serving never imports this module.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import FeatureUnion, Pipeline

from classifiers import cues
from classifiers.counting import Features, TokenRuns, columns_of, scaled
from classifiers.linear import BriefLogisticRegression, MarkRegressions, RatioScaledRegression, TwoViewRegression
from classifiers.settings import FeatureSettings
from classifiers.stemmer import IndonesianStemmer
from classifiers.text import Lexicon, Reader, is_word

PIECE = 8_192  # texts whose cues are worked out at once


class TextNormaliser(TransformerMixin, BaseEstimator):
    """Turn raw texts into runs of tokens.

    Parameters
    ----------
    reader : Reader or None
        Cuts and tidies; None replaces no slang and knows no words.
    """

    def __init__(self, reader: Reader | None = None) -> None:
        self.reader = reader

    def fit(self, X: Sequence[str], y: object = None) -> Self:  # noqa: N803 - scikit-learn's name
        """Learn nothing; the rules are given."""
        return self

    def transform(self, X: Iterable[str]) -> TokenRuns:  # noqa: N803
        """Return the tokens of every text."""
        reader = self.reader or Reader(Lexicon({}), frozenset())
        return TokenRuns.of(reader.tokens(text) for text in X)


@dataclass(frozen=True)
class Words:
    """Tokens as they are."""

    pairs: bool = False

    def of_token(self, token: str) -> tuple[str, ...]:
        """Return the token."""
        return (token,)


@dataclass(frozen=True)
class Stems:
    """Stems of words, and marks as they are."""

    stemmer: IndonesianStemmer
    pairs: bool = False

    def of_token(self, token: str) -> tuple[str, ...]:
        """Return the stem."""
        return (self.stemmer.stem(token) if is_word(token) else token,)


@dataclass(frozen=True)
class Grams:
    """Character n-grams of single words with a space at either end; none of marks and numbers."""

    shortest: int
    longest: int
    pairs: bool = False

    def of_token(self, token: str) -> list[str]:
        """Return the n-grams, as often as they stand there."""
        if not is_word(token):
            return []
        padded, lengths = f" {token} ", range(self.shortest, self.longest + 1)
        return [padded[i : i + n] for n in lengths for i in range(len(padded) - n + 1)]


class LengthScaledTfidf(TransformerMixin, BaseEstimator):
    """Count features, weigh them by inverse document frequency, divide by tokens ** power.

    The usual Euclidean norm depends on all features of a text together; the token count can be folded.

    Attributes
    ----------
    names_ : list of str
        The features, sorted; those of fewer than `rarest` training texts are left out.
    idf_ : n_features
        log((1 + n_texts) / (1 + texts with the feature)) + 1, as in scikit-learn's TfidfTransformer.
    """

    def __init__(
        self, features: Features = Words(), *, weight: float = 1.0, rarest: int = 1, power: float = 0.5
    ) -> None:
        self.features = features
        self.weight = weight
        self.rarest = rarest
        self.power = power

    def fit(self, X: TokenRuns, y: object = None) -> Self:  # noqa: N803 - scikit-learn's name
        """Learn the features and their document frequencies."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: TokenRuns, y: object = None) -> Any:  # noqa: N803
        """Learn the features and return their matrix, counting every text once."""
        counts = X.count(self.features)
        frequency = np.bincount(counts.matrix.indices, minlength=counts.matrix.shape[1])
        frequent = np.flatnonzero(frequency >= max(1, self.rarest))
        named = sorted(zip(counts.names(frequent), frequent.tolist(), strict=True))
        self.names_ = [name for name, _ in named]
        columns = np.array([column for _, column in named], dtype=np.int64)
        self.idf_ = np.log((1 + len(X)) / (1 + frequency[columns])) + 1
        return self._scaled(X, counts.matrix[:, columns])

    def transform(self, X: TokenRuns) -> Any:  # noqa: N803
        """Return a sparse matrix, n_texts x n_features."""
        counts = X.count(self.features)
        names = counts.names(range(counts.matrix.shape[1]))
        return self._scaled(X, counts.matrix @ columns_of(names, self.names_))

    def _scaled(self, texts: TokenRuns, counts: Any) -> Any:
        return scaled(counts, rows=self.weight / np.maximum(texts.lengths, 1.0) ** self.power, columns=self.idf_)


class CueFeatures(TransformerMixin, BaseEstimator):
    """Stance cues of `cues`, n_texts x n_cues, scaled by a weight."""

    def __init__(self, stemmer: IndonesianStemmer | None = None, *, weight: float = 1.0) -> None:
        self.stemmer = stemmer
        self.weight = weight

    def fit(self, X: TokenRuns, y: object = None) -> Self:  # noqa: N803 - scikit-learn's name
        """Learn nothing; the cues are given."""
        self.names_ = cues.feature_names()
        return self

    def transform(self, X: TokenRuns) -> Any:  # noqa: N803
        """Return a sparse matrix, n_texts x n_cues."""
        masks = np.array([cues.mask_of(t, self._stem(t)) for t in X.tokens], dtype=np.int64)[X.ids]
        lengths = X.lengths
        said = lengths > 0
        starts = (np.cumsum(lengths) - lengths)[said]
        anywhere, first, last = np.zeros((3, len(lengths)), np.int64)
        if len(starts):
            anywhere[said], first[said] = np.bitwise_or.reduceat(masks, starts), masks[starts]
            last[said] = masks[starts + lengths[said] - 1]
        pieces = [
            sparse.csr_array(
                cues.features(anywhere[at], first=first[at], last=last[at], lengths=lengths[at].astype(np.int64))
                * np.float32(self.weight)
            )
            for at in (slice(start, start + PIECE) for start in range(0, len(lengths), PIECE))
        ]
        return sparse.vstack(pieces, format="csr")

    def _stem(self, token: str) -> str:
        return self.stemmer.stem(token) if self.stemmer and is_word(token) else token


def build_features(settings: FeatureSettings, *, reader: Reader, stemmer: IndonesianStemmer) -> Pipeline:
    """Return the unfitted steps from raw text to the feature matrix."""

    def block(features: Features, weight: float, rarest: int) -> LengthScaledTfidf:
        """Return one kind of features."""
        return LengthScaledTfidf(features, weight=weight, rarest=rarest, power=settings.length_power)

    blocks = {
        "words": (settings.words, block(Words(settings.pairs), settings.words, settings.rarest_word)),
        "stems": (settings.stems, block(Stems(stemmer, settings.pairs), settings.stems, settings.rarest_word)),
        "characters": (
            settings.characters,
            block(Grams(settings.shortest_gram, settings.longest_gram), settings.characters, settings.rarest_gram),
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
    linear: BriefLogisticRegression
    brief: dict[str, Any] = {"max_iter": settings.rounds, "solver": settings.solver, "random_state": seed}
    if settings.ratio_shared:
        linear = RatioScaledRegression(C=settings.strength, ratio_weight=settings.ratio_strength, **brief)
    else:
        linear = TwoViewRegression(
            C=settings.strength, ratio_strength=settings.ratio_strength, sharpness=sharpness, doubt=doubt, **brief
        )
    linear.set_params(smoothing=settings.ratio_smoothing)
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

"""A linear model that folds: a logistic regression, with regressions on count-ratio features added to it.

Training only. A sum of linear models is one linear model, so the second view costs nothing when serving.
"""

import warnings
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from classifiers.counting import scaled

Weights = npt.NDArray[np.float64]
NEVER = -30.0  # log-odds of what was not learned


class BriefLogisticRegression(LogisticRegression):
    """Logistic regression that stops after `max_iter` rounds without complaint: the last digits change no class."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803 - scikit-learn's name
        """Fit the model."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            super().fit(X, y, sample_weight)
        return self


class TwoViewRegression(BriefLogisticRegression):
    """Logistic regression plus one regression a class on features scaled by their log-count ratio.

    The ratio says how much more often a feature stands in texts of a class than in all others (Wang & Manning 2012,
    "Baselines and Bigrams", NBSVM). The two views go wrong on different texts; their scores are added.

    Parameters
    ----------
    ratio_strength : float
        C of the second view; 0 leaves it out.
    smoothing : float
        Added to every count before the ratio is taken.
    sharpness : float
        Multiplies every score: the inverse temperature that calibrates the probabilities.
    doubt : float
        Share of every text's probability that is spread evenly over the classes.
    """

    coef_: Any
    intercept_: Any

    def __init__(
        self,
        *,
        C: float = 1.0,  # noqa: N803
        ratio_strength: float = 0.0,
        smoothing: float = 1.0,
        sharpness: float = 1.0,
        doubt: float = 0.0,
        max_iter: int = 100,
        tol: float = 1e-3,
        solver: str = "lbfgs",
        random_state: int = 0,
    ) -> None:
        super().__init__(C=C, max_iter=max_iter, tol=tol, solver=solver, random_state=random_state)
        self.ratio_strength = ratio_strength
        self.smoothing = smoothing
        self.sharpness = sharpness
        self.doubt = doubt

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803
        """Fit both views and add them up."""
        super().fit(X, y, sample_weight)
        if self.ratio_strength > 0:
            features = sparse.csr_array(check_array(X, accept_sparse="csr", dtype=[np.float64, np.float32]))
            self._add_views(features, np.asarray(y).ravel(), sample_weight)
        self.coef_, self.intercept_ = self.coef_ * self.sharpness, self.intercept_ * self.sharpness
        return self

    def predict_proba(self, X: Any) -> Weights:  # noqa: N803
        """Return probabilities, n_texts x n_classes."""
        shares: Weights = super().predict_proba(X)
        doubted: Weights = (1 - self.doubt) * shares + self.doubt / shares.shape[1]
        return doubted

    def _add_views(self, features: Any, names: npt.NDArray[Any], sample_weight: Any) -> None:
        classes = self.classes_[-len(self.coef_) :]
        for row, (name, ratio) in enumerate(
            zip(classes, count_ratios(features, names, classes, self.smoothing), strict=True)
        ):
            self._add_view(features, names == name, sample_weight, scale=np.abs(ratio), row=row)

    def _add_view(
        self, features: Any, truth: npt.NDArray[Any], sample_weight: Any, *, scale: Weights, row: int
    ) -> None:
        scale = scale.astype(self.coef_.dtype)
        view = BriefLogisticRegression(
            C=self.ratio_strength,
            max_iter=self.max_iter,
            tol=self.tol,
            solver=self.solver,
            random_state=self.random_state,
        )
        view.fit(scaled(features, columns=scale), truth, sample_weight)
        self.coef_[row] += view.coef_[0] * scale
        self.intercept_[row] += view.intercept_[0]


class RatioScaledRegression(BriefLogisticRegression):
    """One logistic regression on features scaled by how much more often than elsewhere they stand in some class.

    A word that is one class's own may weigh more than one that stands everywhere. For many classes: as good as a
    second view for each, at a third of the time.

    Parameters
    ----------
    ratio_weight : float
        The scale of a feature is 1 + ratio_weight times its largest log-count ratio over the classes.
    smoothing : float
        Added to every count before the ratio is taken.
    """

    coef_: Any

    def __init__(
        self,
        *,
        C: float = 1.0,  # noqa: N803
        ratio_weight: float = 1.0,
        smoothing: float = 1.0,
        max_iter: int = 100,
        tol: float = 1e-3,
        solver: str = "lbfgs",
        random_state: int = 0,
    ) -> None:
        super().__init__(C=C, max_iter=max_iter, tol=tol, solver=solver, random_state=random_state)
        self.ratio_weight = ratio_weight
        self.smoothing = smoothing

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803
        """Fit the model; its coefficients are those of the unscaled features."""
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=[np.float64, np.float32])  # noqa: N806
        features = sparse.csr_array(X)
        ratios = count_ratios(features, y, np.unique(y), self.smoothing)
        scale = (1 + self.ratio_weight * np.maximum(ratios.max(axis=0), 0)).astype(features.dtype)
        super().fit(scaled(features, columns=scale), y, sample_weight)
        self.coef_ = self.coef_ * scale
        return self


class MarkRegressions(BaseEstimator):
    """One logistic regression a mark; a text may carry none or several.

    Parameters
    ----------
    marks : tuple of str
        Names in the order of the columns of y; `classes_` after fitting.
    fewest : int
        A mark with fewer rows is not learned and never likely.
    """

    def __init__(self, marks: tuple[str, ...] = (), *, C: float = 1.0, fewest: int = 20, max_iter: int = 100) -> None:  # noqa: N803
        self.marks = marks
        self.C = C
        self.fewest = fewest
        self.max_iter = max_iter

    def fit(self, X: Any, y: npt.NDArray[np.bool_]) -> Self:  # noqa: N803
        """Fit on y, n_texts x n_marks."""
        self.classes_ = list(self.marks)
        self.coef_ = np.zeros((len(self.marks), X.shape[1]))
        self.intercept_ = np.full(len(self.marks), NEVER)
        for i in np.flatnonzero(y.sum(axis=0) >= self.fewest).tolist():
            found = BriefLogisticRegression(C=self.C, max_iter=self.max_iter, tol=1e-3).fit(X, y[:, i])
            self.coef_[i], self.intercept_[i] = found.coef_[0], found.intercept_[0]
        return self

    def decision_function(self, X: Any) -> Weights:  # noqa: N803
        """Return log-odds, n_texts x n_marks."""
        odds: Weights = X @ self.coef_.T + self.intercept_
        return odds


def count_ratios(features: Any, names: npt.NDArray[Any], classes: npt.NDArray[Any], smoothing: float) -> Weights:
    """Return the log of every feature's share in a class over its share outside, n_classes x n_features."""
    present = sparse.csr_array((np.ones_like(features.data), features.indices, features.indptr), shape=features.shape)
    members = sparse.csr_array((classes[:, None] == names).astype(present.dtype))
    mine = (members @ present).toarray().astype(np.float64)
    others = present.sum(axis=0) - mine + smoothing
    mine += smoothing
    ratios: Weights = np.log(mine / mine.sum(axis=1, keepdims=True) / (others / others.sum(axis=1, keepdims=True)))
    return ratios

"""The linear model keeps scikit-learn's contract, adds its two views, and is as unsure as it is told to be."""

import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.exceptions import SkipTestWarning
from sklearn.utils.estimator_checks import check_estimator

from classifiers.linear import RatioScaledRegression, TwoViewRegression, count_ratios
from classifiers.predict import doubted
from classifiers.roughen import fragments
from classifiers.thresholds import sharpened, sharpness_of


@pytest.fixture(scope="module")
def points() -> tuple[sparse.csr_array, np.ndarray]:
    draw = np.random.default_rng(4)
    truth = draw.integers(0, 3, 240)
    marks = (draw.random((240, 30)) < 0.1).astype(np.float32)
    marks[np.arange(240), truth] = 1.0
    return sparse.csr_array(marks), np.array(["a", "b", "c"])[truth]


@pytest.mark.parametrize("linear", [TwoViewRegression(ratio_strength=0.5), RatioScaledRegression()])
def test_it_is_a_scikit_learn_classifier(linear) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SkipTestWarning)
        check_estimator(linear)


def test_the_second_view_is_added_to_the_first(points) -> None:
    features, names = points
    plain, both = (TwoViewRegression(ratio_strength=s).fit(features, names) for s in (0.0, 0.5))
    assert (both.predict(features) == names).mean() > 0.95
    assert np.abs(both.coef_).sum() > np.abs(plain.coef_).sum()


def test_sharpness_multiplies_the_scores_and_changes_no_class(points) -> None:
    features, names = points
    soft, sharp = (TwoViewRegression(ratio_strength=0.5, sharpness=s).fit(features, names) for s in (0.5, 1.0))
    assert sharp.decision_function(features) == pytest.approx(2 * soft.decision_function(features), abs=1e-4)
    assert (soft.predict(features) == sharp.predict(features)).all()


def test_doubt_keeps_every_class_possible(points) -> None:
    features, names = points
    found = TwoViewRegression(sharpness=50.0, doubt=0.06).fit(features, names).predict_proba(features)
    assert found.sum(axis=1) == pytest.approx(1.0)
    assert (found.min(), found.max()) == pytest.approx((0.02, 0.96), abs=1e-3)
    assert doubted(np.array([[1.0, 0.0, 0.0]], np.float32), 0.06).tolist() == [pytest.approx([0.96, 0.02, 0.02])]


def test_a_feature_of_one_class_alone_has_the_largest_ratio() -> None:
    features = sparse.csr_array(np.array([[3.0, 1.0], [2.0, 1.0], [0.0, 1.0], [0.0, 1.0]]))  # how often does not matter
    ratios = count_ratios(features, np.array(["a", "a", "b", "b"]), np.array(["a", "b"]), 1.0)
    own, common = ratios[0]
    assert own == pytest.approx(np.log((3 / 6) / (1 / 4)))
    assert own > 0 > common
    assert ratios[1] == pytest.approx([np.log((1 / 4) / (3 / 6)), np.log((3 / 4) / (3 / 6))])


def test_a_class_may_lean_on_what_is_its_own(points) -> None:
    features, names = points
    plain, scaled = (RatioScaledRegression(C=0.05, ratio_weight=w).fit(features, names) for w in (0.0, 1.0))
    assert (scaled.predict(features) == names).mean() > 0.9
    own, common = np.abs(scaled.coef_[:, :3]), np.abs(scaled.coef_[:, 3:])
    assert own.sum() / common.sum() > np.abs(plain.coef_[:, :3]).sum() / np.abs(plain.coef_[:, 3:]).sum()


def test_sharpness_is_found_where_probabilities_hold() -> None:
    truth = np.array([0] * 70 + [1] * 30)
    logs = np.log(np.array([[0.99, 0.01]] * 100, np.float32))  # says 99 %, is right 70 % of the time
    found = sharpened(logs, sharpness_of(logs, truth, doubt=0.0), doubt=0.0)
    assert found[0, 0] == pytest.approx(0.7, abs=0.03)


def test_fragments_are_runs_of_words_and_repeat_with_their_seed() -> None:
    texts = ["lampu jalan depan pasar padam sejak minggu lalu belum diperbaiki"] * 30 + ["ok min"]
    cut = fragments(texts, seed=2)
    assert cut == fragments(texts, seed=2) != fragments(texts, seed=3)
    assert np.mean([len(c.split()) for c in cut]) < 8
    assert all(c for c in cut)

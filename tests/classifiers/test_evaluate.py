"""Figures mean what they say: checked by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from classifiers.evaluate import (
    calibration_error,
    class_intervals,
    confusion,
    coverage_accuracy,
    macro_f1,
    mcnemar,
    score,
)
from classifiers.predict import Model
from classifiers.rows import Row


def test_macro_f1_is_scikit_learns() -> None:
    draw = np.random.default_rng(1)
    truth, guess = draw.integers(0, 5, 300), draw.integers(0, 5, 300)
    assert macro_f1(confusion(truth, guess, 5)) == pytest.approx(f1_score(truth, guess, average="macro"))


def test_a_class_that_never_occurs_does_not_count() -> None:
    truth = np.array([0, 0, 1, 1])
    assert macro_f1(confusion(truth, truth, 5)) == 1.0


@pytest.mark.parametrize(
    ("confidence", "right", "error"),
    [([0.95, 0.95], [True, True], 0.05), ([0.95, 0.95], [False, False], 0.95), ([0.55, 0.55], [True, False], 0.05)],
    ids=["a-little-shy", "sure-and-wrong", "nearly-even"],
)
def test_calibration_error(confidence: list[float], right: list[bool], error: float) -> None:
    assert calibration_error(np.array(confidence), np.array(right)) == pytest.approx(error)


def test_coverage_takes_the_surest_first() -> None:
    confidence, right = np.array([0.9, 0.2, 0.8, 0.3]), np.array([True, False, True, False])
    found = coverage_accuracy(confidence, right)
    assert (found["0.5"], found["1.0"]) == (1.0, 0.5)


@pytest.mark.parametrize(
    ("lost", "won", "p"),
    [(0, 0, 1.0), (5, 5, 1.0), (0, 10, 2 / 2**10), (1, 7, 2 * 9 / 2**8)],
    ids=["no-change", "even", "ten-to-none", "seven-to-one"],
)
def test_mcnemar_is_exact(lost: int, won: int, p: float) -> None:
    assert mcnemar(lost, won) == pytest.approx(p)


def test_scores_carry_everything_that_belongs_beside_accuracy(model: Model, few_rows, keywords) -> None:
    found = score(model, few_rows, keywords=keywords).as_dict()
    assert found["n"] == len(few_rows)
    assert found["macro_f1_interval"][0] <= found["macro_f1"] <= found["macro_f1_interval"][1]
    assert found["macro_f1"] > found["majority_baseline"]
    assert sum(c["n"] for c in found["per_class"].values()) == len(few_rows)
    assert set(found["per_class"]["complaint"]) == {"precision", "recall", "f1", "n"}
    assert set(found["coverage_accuracy"]) >= {"0.8", "1.0"}
    assert found["coverage_accuracy"]["1.0"] == found["accuracy"]
    assert 0 < found["unit"]["top1"] <= found["unit"]["top3"] <= 1
    assert sum(map(sum, found["confusion"])) == len(few_rows)


def test_rows_without_a_unit_do_not_count_for_units(model: Model) -> None:
    rows = [Row("a", "other", "NONE"), Row("b", "complaint", "UNKNOWN"), Row("jalan rusak", "complaint", "DPUPR")]
    assert score(model, rows).unit.n == 1
    assert score(model, rows[:2]).unit.n == 0


def test_an_unknown_intent_or_no_rows_are_refused(model: Model) -> None:
    with pytest.raises(ValueError, match="keluhan"):
        score(model, [Row("a", "keluhan")])
    with pytest.raises(ValueError, match="Tidak ada baris"):
        score(model, [])


def test_the_interval_of_a_class_holds_its_f1_and_narrows_with_more_rows() -> None:
    few = [[20, 4, 0], [6, 30, 0], [0, 0, 0]]
    many = [[each * 25 for each in line] for line in few]
    (low, high), *_, empty = class_intervals(few)
    f1 = 2 * 20 / (24 + 26)
    assert low < f1 < high
    assert class_intervals(many)[0][1] - class_intervals(many)[0][0] < (high - low) / 3
    assert empty == (0.0, 0.0)

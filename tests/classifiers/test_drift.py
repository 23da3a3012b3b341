"""The tests for drift give the p-values of scipy, and say nothing where nothing can be told."""

import numpy as np
import pytest
from scipy import stats

from classifiers.drift import chi_square_tail, ks_p, mix_p, unknown_share


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 8])
@pytest.mark.parametrize("value", [0.0, 0.7, 3.1, 11.2, 40.0])
def test_the_tail_of_chi_square_is_scipys(freedom: int, value: float) -> None:
    assert chi_square_tail(value, freedom) == pytest.approx(stats.chi2.sf(value, freedom), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("after", [[60, 50, 20, 40, 30], [90, 30, 20, 30, 30], [0, 50, 20, 0, 130]])
def test_a_changed_mix_is_scipys_contingency(after: list[int]) -> None:
    before = [120, 100, 40, 80, 60]
    names = ("complaint", "question", "hoax_report", "praise", "other")
    found = mix_p(dict(zip(names, before, strict=True)), dict(zip(names, after, strict=True)))
    assert found == pytest.approx(stats.chi2_contingency([before, after], correction=False).pvalue)


@pytest.mark.parametrize("shift", [0.0, 0.1, 0.3])
def test_shifted_confidence_is_scipys_asymptotic_test(shift: float) -> None:
    draw = np.random.default_rng(5)
    before, after = draw.random(400).tolist(), (draw.random(200) + shift).tolist()
    expected = stats.ks_2samp(before, after, method="asymp").pvalue
    assert ks_p(before, after) == pytest.approx(expected, rel=0.15, abs=1e-4)  # scipy's series corrects for small n


def test_nothing_is_told_from_nothing() -> None:
    assert mix_p({}, {"praise": 3}) == mix_p({"praise": 5}, {"praise": 3}) == ks_p([], [0.4]) == 1.0
    assert ks_p([0.5] * 50, [0.5] * 50) == 1.0


def test_words_no_training_text_had_are_counted(model) -> None:
    assert unknown_share(model, "jalan rusak") == 0.0
    assert unknown_share(model, "jalan xyzzyplugh") == 0.5
    assert unknown_share(model, "!!!") == 0.0

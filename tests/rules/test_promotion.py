"""A candidate that takes something away is refused, with words that say what."""

import pytest

from tests.comparisons import comparison
from triage.rules.promotion import figures, is_reasoned, objections

SPEAK_AGAINST = {
    "nothing": (comparison(1), []),
    "a better macro-F1 excuses no fallen class": (
        comparison(1, complaint=(-0.12, -0.03)),
        ["F1 Pengaduan turun 0,075"],
    ),
    "a class within its interval": (comparison(1, praise=(-0.2, 0.01)), []),
    "macro-F1 itself": (comparison(1, low=-0.04, high=-0.01), ["Macro-F1 turun 0,025 (95 %: 0,010 sampai 0,040)"]),
    "the unit": (comparison(1, unit=(-0.1, -0.02)), ["Ketepatan unit turun"]),
    "compared with another": (comparison(9), ["model #9, padahal yang aktif sekarang #1"]),
    "never compared": ({}, ["belum dibandingkan"]),
    "compared by an older version": ({"against": 1, "macro_f1_difference": 0.1}, ["belum dibandingkan"]),
}


@pytest.mark.parametrize(("found", "said"), SPEAK_AGAINST.values(), ids=SPEAK_AGAINST.keys())
def test_what_speaks_against_a_promotion(found, said):
    reasons = objections(found, active_id=1)
    assert len(reasons) == len(said)
    assert all(words in reason for words, reason in zip(said, reasons, strict=True))


def test_the_first_model_has_nothing_against_it():
    assert objections({}, active_id=None) == []


@pytest.mark.parametrize(
    ("reason", "is_enough"), [("", False), ("setuju saja", False), ("kelas pujian hanya 24 baris", True)]
)
def test_a_reason_is_more_than_a_nod(reason, is_enough):
    assert is_reasoned(reason) is is_enough


def test_the_history_keeps_the_figures_of_a_decision():
    assert figures(comparison(3)) == {
        "against": 3, "n": 120, "before": 0.7, "after": 0.75, "difference": 0.05, "interval": [0.01, 0.09],
    }  # fmt: skip
    assert figures({}) is None

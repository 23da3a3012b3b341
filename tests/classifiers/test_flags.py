"""Marks: what a missed one costs decides, plain words speak for themselves, and a praise is no emergency."""

import numpy as np
import pytest

from classifiers.flags import FLAGS, MISS_COSTS, marks, mask_of
from classifiers.predict import Model, predict
from classifiers.rows import Row
from classifiers.train import train

NOTHING = np.zeros((1, 0), np.float32)


def learned(**log_odds: float) -> np.ndarray:
    return np.array([[log_odds.get(flag, -9.0) for flag in MISS_COSTS]], np.float32)


def test_a_likely_mark_stands_and_a_costly_one_stands_sooner() -> None:
    no_words = np.zeros(1, np.int64)
    assert marks(learned(darurat=-3.0, tindak_lanjut=-3.0), no_words, ["complaint"]) == (("darurat",),)
    assert marks(learned(tindak_lanjut=0.5), no_words, ["complaint"]) == (("tindak_lanjut",),)


def test_a_plain_word_is_enough() -> None:
    said = np.array([mask_of("terjebak") | mask_of("<nik>") | mask_of("jalan")])
    assert marks(NOTHING, said, ["complaint"]) == (("darurat", "info_pribadi"),)


@pytest.mark.parametrize(("intent", "flag"), [("praise", "darurat"), ("other", "darurat"), ("question", "sarkas")])
def test_a_mark_needs_an_intent_that_it_fits(intent: str, flag: str) -> None:
    assert marks(learned(**{flag: 5.0}), np.zeros(1, np.int64), [intent]) == ((),)


def test_a_model_marks_what_it_was_shown(seed_rows: list[Row], lexicon, quick) -> None:
    marked = [r for r in seed_rows if r.flags]
    model = train([*marked[:500], *seed_rows[:200]], lexicon=lexicon, settings=quick)
    found = predict(model, [r.text for r in marked[:500]]).flags
    hits = [("tindak_lanjut" in f) for f, r in zip(found, marked, strict=False) if "tindak_lanjut" in (r.flags or ())]
    assert np.mean(hits) > 0.5
    assert {flag for one in found for flag in one} <= set(FLAGS)


def test_rows_nobody_looked_through_teach_no_marks(model: Model, few_rows: list[Row], lexicon, quick) -> None:
    rows = [Row(r.text, r.intent, r.unit) for r in few_rows[:300]]
    blind = train(rows, lexicon=lexicon, settings=quick)
    assert blind.marks.classes == ()
    assert predict(blind, ["NIK saya 3328010101010001, sudah lapor"]).flags == (("info_pribadi",),)

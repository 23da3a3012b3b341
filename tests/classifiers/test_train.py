"""A training follows from rows, settings and seed, and refuses rows that cannot make a model."""

from dataclasses import replace

import numpy as np
import pytest

from classifiers.card import Card
from classifiers.predict import Model, predict
from classifiers.roughen import roughen
from classifiers.rows import Row, group_of_rows, hash_of_rows, windows
from classifiers.settings import Settings
from classifiers.sufficiency import TrainingError
from classifiers.thresholds import intent_thresholds, sure_from
from classifiers.train import train

from .conftest import MOMENT


def test_the_card_says_what_was_trained(model: Model, few_rows) -> None:
    card = model.card
    assert card.data["rows"] == len(few_rows)
    assert card.data["sha256"] == hash_of_rows(few_rows)
    assert card.created_at == MOMENT
    assert card.scores["intent"]["n"] == len(few_rows)
    assert card.scores["intent"]["majority_baseline"] < card.scores["intent"]["accuracy"]
    assert 0 < card.scores["unit"]["without_account"]["top1"] < card.scores["unit"]["top1"]
    assert set(card.thresholds) == set(card.intents)
    assert {"scikit-learn", "numpy", "PySastrawi"} <= set(card.versions)


def test_a_card_survives_its_json(model: Model) -> None:
    assert Card.from_json(model.card.to_json()).to_json() == model.card.to_json()


def test_progress_rises_to_one_in_words_a_person_reads(few_rows, lexicon, quick) -> None:
    told: list[tuple[float, str]] = []
    train(few_rows[:300], lexicon=lexicon, settings=quick, progress=lambda share, step: told.append((share, step)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], told[-1]) == (0.0, (1.0, "Selesai"))
    assert all(step for _, step in told)


def test_held_out_figures_beat_guessing_clearly(model: Model) -> None:
    assert model.card.scores["intent"]["macro_f1"] > 0.5


REFUSED = {
    "too few rows": ([Row("a", "other")] * 3, "belum cukup"),
    "a class is missing": ([Row(f"teks {i}", "question", "DINKES") for i in range(80)], "praise"),
}


@pytest.mark.parametrize(("rows", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_rows_that_cannot_make_a_model_are_refused(rows, reason: str, lexicon) -> None:
    with pytest.raises(TrainingError, match=reason) as caught:
        train(rows, lexicon=lexicon)
    assert caught.value.message


def test_an_unknown_intent_is_refused(few_rows, lexicon) -> None:
    with pytest.raises(TrainingError, match="keluhan"):
        train([*few_rows, Row("x", "keluhan")], lexicon=lexicon)


def test_one_unit_alone_is_refused(few_rows, lexicon) -> None:
    with pytest.raises(TrainingError, match="dua unit"):
        train([replace(r, unit="DINKES") for r in few_rows], lexicon=lexicon)


def test_roughened_copies_can_be_trained_on(few_rows, lexicon, quick) -> None:
    rough = replace(quick, intent=replace(quick.intent, copies=1))
    model = train(few_rows[:300], lexicon=lexicon, settings=rough, seed=1)
    assert set(predict(model, [r.text for r in few_rows]).intents) == set(model.intents)


def test_slang_can_be_switched_off(few_rows, lexicon, quick) -> None:
    model = train(few_rows[:300], lexicon=lexicon, settings=replace(quick, slang=False), seed=1)
    assert not model.lexicon.words


def test_roughening_repeats_with_its_seed_and_keeps_most_words() -> None:
    texts = ["Jalan di depan pasar rusak parah, kapan diperbaiki pak?"] * 40
    assert roughen(texts, seed=3) == roughen(texts, seed=3) != roughen(texts, seed=4)
    assert np.mean(["pasar" in t for t in roughen(texts, seed=3)]) > 0.6


def test_near_duplicates_share_a_group() -> None:
    texts = [
        "air mati sudah tiga hari di rt lima tolong",
        "min, air mati sudah tiga hari di rt lima kasihan",
        "Mantap!",
        "mantap",
        "lampu padam",
    ]
    assert group_of_rows(texts) == [0, 0, 2, 2, 4]
    assert windows("a b c", 2) == {("a", "b"), ("b", "c")}


def test_a_threshold_weighs_a_glance_against_a_wrong_class() -> None:
    truth = np.array([0] * 60 + [1] * 40)
    probabilities = np.array([[0.9, 0.1]] * 60 + [[0.55, 0.45]] * 40, np.float32)  # all called class 0
    cheap = intent_thresholds(("a", "b"), truth, probabilities, glance=0.3)["a"]
    dear = intent_thresholds(("a", "b"), truth, probabilities, glance=1.5)["a"]
    assert 0.55 < cheap <= 0.9
    assert dear <= 0.55


def test_units_are_routed_unasked_down_to_the_wanted_accuracy() -> None:
    best = np.linspace(0.99, 0.6, 100)
    probabilities = np.stack([best, 1 - best], axis=1)
    truth = np.array([0] * 60 + [1] * 40)
    limit, share = sure_from(probabilities, truth, accuracy=0.9)
    assert share == pytest.approx(0.66, abs=0.01)
    assert limit == pytest.approx(best[65], abs=1e-3)
    assert sure_from(probabilities, np.full(100, -1), accuracy=0.9) == (0.99, 0.0)


def test_many_rows_take_fewer_rounds_folds_and_features_and_few_rows_the_usual_ones() -> None:
    usual = Settings()
    many = usual.for_rows(80_000)
    assert usual.for_rows(20_000) == usual
    assert (many.unit.rounds, many.folds) == (6, 2)
    assert (many.intent.rarest_word, many.intent.rarest_gram, many.unit.rarest_word) == (8, 12, 4)
    assert replace(many, intent=usual.intent, unit=usual.unit, folds=usual.folds) == usual

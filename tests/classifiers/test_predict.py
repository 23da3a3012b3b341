"""A model scores any text, from any thread, in bounded memory."""

import subprocess
import sys
import threading

import numpy as np
import pytest

from classifiers import cues
from classifiers import predict as module
from classifiers.explain import explain
from classifiers.predict import Model, predict

STRANGE = [
    "",
    " ",
    "👍",
    "\x00\x01",
    "٣٤٥",
    "a" * 100_000,
    "jalan rusak " * 20_000,
    "😀" * 5_000,
    "?" * 5_000,
    "\ud800",
]


def test_probabilities_sum_to_one(model: Model, few_rows) -> None:
    found = predict(model, [r.text for r in few_rows])
    np.testing.assert_allclose(found.intent_probabilities.sum(axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(np.exp(found.unit_log_probabilities).sum(axis=1), 1, atol=1e-4)
    assert found.intents[3] == model.intents[found.intent_probabilities[3].argmax()]


def test_no_texts_give_empty_predictions(model: Model) -> None:
    found = predict(model, [])
    assert found.intents == ()
    assert found.intent_probabilities.shape == (0, len(model.intents))
    assert found.unit_log_probabilities.shape == (0, len(model.units))


def test_a_text_scores_the_same_alone_and_in_a_batch(model: Model, few_rows) -> None:
    texts = [r.text for r in few_rows[:200]] + STRANGE
    together = predict(model, texts).intent_probabilities
    alone = np.vstack([predict(model, [t]).intent_probabilities for t in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize("text", STRANGE, ids=lambda t: f"{len(t)}-{t[:3]!a}")
def test_a_strange_text_still_gets_a_class(model: Model, text: str) -> None:
    found = predict(model, [text])
    assert found.intents[0] in model.intents
    assert np.isfinite(found.intent_probabilities).all()
    assert isinstance(explain(model, text), list)


def anew(model: Model) -> Model:
    return Model(
        model.card,
        lexicon=model.lexicon,
        intent=model.intent,
        unit=model.unit,
        marks=model.marks,
        vocabulary=model.vocabulary,
    )


def test_unseen_words_do_not_grow_the_memory_without_bound(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROOM_FOR_UNSEEN", 6_000)
    fresh = anew(model)
    expected = predict(fresh, ["jalan rusak parah"]).intent_probabilities
    for start in range(0, 16_000, 2_000):
        predict(
            fresh, [f"kataasing{chr(97 + i % 26)}{'abcdefghij'[i // 26 % 10]}{i}" for i in range(start, start + 2_000)]
        )
        predict(fresh, [" ".join(f"{a}{b}{c}q" for a in "abcdefghijklmnop" for b in "aiueo" for c in "bcdfgklmnprst")])
    assert len(fresh._memory.rows) == len(model.vocabulary.names) + 6_000
    np.testing.assert_allclose(predict(fresh, ["jalan rusak parah"]).intent_probabilities, expected, atol=1e-6)


def test_threads_get_what_one_thread_gets(model: Model, seed_rows) -> None:
    texts = [r.text for r in seed_rows[1000:1600]]
    fresh = anew(model)
    found: list[np.ndarray] = []

    def work(part: int) -> None:
        found.append(
            predict(fresh, texts[part:] + texts[:part]).intent_probabilities[len(texts) - part if part else 0 :][:1]
        )

    workers = [threading.Thread(target=work, args=(i * 100,)) for i in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 6
    for one in found:
        np.testing.assert_allclose(one, predict(model, texts[:1]).intent_probabilities, atol=1e-5)


def test_sure_follows_the_thresholds_of_the_card(model: Model, few_rows) -> None:
    found = predict(model, [r.text for r in few_rows])
    limits = np.array([model.card.thresholds[i] for i in found.intents])
    np.testing.assert_array_equal(found.is_sure, found.confidences >= limits.astype(np.float32))
    assert 0 < found.is_sure.mean() < 1


def test_the_words_that_weigh_are_typed_words(model: Model) -> None:
    text = "Terima kasih banyak min, pelayanannya mantap"
    words = [w for w, _ in explain(model, text, "praise")]
    assert words
    assert all(w in text.lower() for w in words)
    weights = [abs(v) for _, v in explain(model, text)]
    assert weights == sorted(weights, reverse=True)


def test_serving_does_not_import_scikit_learn() -> None:
    code = (
        "import sys, classifiers.predict, classifiers.explain, classifiers.store, classifiers.routing, "
        "classifiers.evaluate; assert not {'sklearn', 'scipy', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_cues_score_as_their_features_times_the_weights() -> None:
    draw = np.random.default_rng(3)
    masks = draw.integers(0, 1 << len(cues.GROUPS), (3, 50))
    masks[:, :5] = 0
    lengths = np.concatenate([np.arange(12), draw.integers(0, 90, 38)])
    features = cues.features(masks[0], first=masks[1], last=masks[2], lengths=lengths)
    weights = draw.normal(size=(features.shape[1], 5)).astype(np.float32)
    found = cues.CueScores(weights).of(masks[0], first=masks[1], last=masks[2], lengths=lengths)
    assert np.abs(found - features @ weights).max() < 1e-3

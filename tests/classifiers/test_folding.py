"""The folded tables say what the scikit-learn pipeline says."""

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from classifiers.folding import fold, fold_vocabulary
from classifiers.pipeline import build_pipeline
from classifiers.predict import Model, decide, log_softmax
from classifiers.rows import Row
from classifiers.settings import INTENTS, FeatureSettings, Settings
from classifiers.stemmer import IndonesianStemmer
from classifiers.text import Lexicon, Reader

ODD = ["", "   ", "?", "👍👍", "xqzvbn", "@user @user", "jalan " * 3000, "\u202eterbalik\u202c", "١٢٣ नमस्ते", "a" * 9000]
BLOCKS = ("words", "stems", "characters", "cues")


def pipelines_of(rows: list[Row], settings: Settings, lexicon: Lexicon) -> tuple[Pipeline, Pipeline, IndonesianStemmer]:
    stemmer = IndonesianStemmer()
    reader = Reader(lexicon, lexicon.known | stemmer.roots)
    routed = [r for r in rows if r.unit not in ("NONE", "UNKNOWN")]
    intent, unit = (build_pipeline(s, reader=reader, stemmer=stemmer) for s in (settings.intent, settings.unit))
    intent.fit([r.text for r in rows], [r.intent for r in rows])
    unit.fit([r.text for r in routed], [r.unit for r in routed])
    return intent, unit, stemmer


def folded(intent: Pipeline, unit: Pipeline, *, like: Model, settings: Settings, known: list[str]) -> Model:
    heads = [
        fold(p, classes, gram_lengths=(s.shortest_gram, s.longest_gram), power=s.length_power)
        for p, classes, s in ((intent, INTENTS, settings.intent), (unit, tuple(unit.classes_), settings.unit))
    ]
    vocabulary, bare = fold_vocabulary(heads, known, like.stem)
    return Model(like.card, lexicon=like.lexicon, intent=bare[0], unit=bare[1], vocabulary=vocabulary)


def test_folded_and_plain_scores_agree_on_seen_unseen_and_odd_texts(
    seed_rows: list[Row], few_rows: list[Row], quick: Settings, lexicon: Lexicon, model: Model
) -> None:
    intent, unit, _ = pipelines_of(few_rows, quick, lexicon)
    known = sorted({t for r in few_rows for t in model.tokens(r.text)})
    fast = folded(intent, unit, like=model, settings=quick, known=known)
    texts = [r.text for r in seed_rows[::4]] + ODD
    scores, unit_scores = decide(fast, texts)
    order = [list(intent.classes_).index(c) for c in INTENTS]
    plain, plain_units = intent.decision_function(texts)[:, order], unit.decision_function(texts)
    assert np.abs(log_softmax(scores) - log_softmax(plain)).max() < 1e-4
    assert np.abs(log_softmax(unit_scores) - log_softmax(plain_units)).max() < 1e-4
    assert (scores.argmax(axis=1) == plain.argmax(axis=1)).all()
    assert (unit_scores.argmax(axis=1) == plain_units.argmax(axis=1)).all()


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_can_be_switched_off(
    block: str, few_rows: list[Row], quick: Settings, lexicon: Lexicon, model: Model
) -> None:
    without = Settings(intent=FeatureSettings(**{block: 0.0, "rounds": 5, "copies": 0}), unit=quick.unit)
    rows = few_rows[:250]
    intent, unit, _ = pipelines_of(rows, without, lexicon)
    assert block not in dict(intent.named_steps["features"].transformer_list)
    fast = folded(intent, unit, like=model, settings=without, known=["jalan"])
    texts = [r.text for r in rows[:60]]
    order = [list(intent.classes_).index(c) for c in INTENTS]
    assert (
        np.abs(log_softmax(decide(fast, texts)[0]) - log_softmax(intent.decision_function(texts)[:, order])).max()
        < 1e-4
    )

"""A stored model comes back as it was, or not at all."""

import hashlib
import json
import time
from pathlib import Path

import numpy as np
import pytest

from classifiers import store
from classifiers.predict import Model, predict
from classifiers.store import ArtefactError, load, save
from classifiers.train import train

from .conftest import MOMENT


@pytest.fixture
def folder(model: Model, tmp_path: Path) -> Path:
    save(model, tmp_path / "m")
    return tmp_path / "m"


def change_card(folder: Path, **values: object) -> None:
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps({**card, **values}))


def test_a_loaded_model_predicts_the_same_numbers(model: Model, folder: Path, few_rows) -> None:
    texts = [r.text for r in few_rows] + ["kata baru sekali", ""]
    before, after = predict(model, texts), predict(load(folder), texts)
    assert before.intents == after.intents
    np.testing.assert_allclose(before.intent_probabilities, after.intent_probabilities, atol=1e-6)
    np.testing.assert_allclose(before.unit_log_probabilities, after.unit_log_probabilities, atol=1e-4)


def test_the_same_rows_settings_and_seed_give_the_same_bytes(
    model: Model, few_rows, lexicon, quick, rules, tmp_path: Path
) -> None:
    again = train(few_rows, lexicon=lexicon, keywords=rules, settings=quick, seed=7, created_at=MOMENT)
    assert save(model, tmp_path / "a") == save(again, tmp_path / "b")
    for name in ("model.npz", "card.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_digest_is_the_hash_of_the_card(model: Model, tmp_path: Path) -> None:
    digest = save(model, tmp_path)
    assert digest == hashlib.sha256((tmp_path / "card.json").read_bytes()).hexdigest()
    assert load(tmp_path, digest).units == model.units


def test_another_digest_is_refused(folder: Path) -> None:
    with pytest.raises(ArtefactError, match="berbeda"):
        load(folder, "0" * 64)


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "model.npz").unlink()
    with pytest.raises(ArtefactError, match=r"model\.npz tidak ada"):
        load(folder)


def test_one_changed_byte_is_refused(folder: Path) -> None:
    tables = bytearray((folder / "model.npz").read_bytes())
    tables[len(tables) // 2] ^= 1
    (folder / "model.npz").write_bytes(tables)
    with pytest.raises(ArtefactError, match="tidak cocok"):
        load(folder)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"format": 99}, "format"),
        ({"rules": "lain"}, "Aturan teks"),
        ({"intents": ["complaint"]}, "Kelas"),
        ({"arrays": "lain"}, "tidak cocok"),
        ({"routing": {"text": 1.0, "baru": 2}}, "tidak terbaca"),
        ({"asing": 1}, "tidak terbaca"),
    ],
    ids=["format", "rules", "classes", "hash", "routing", "unknown-field"],
)
def test_a_card_that_does_not_fit_is_refused(folder: Path, values: dict[str, object], reason: str) -> None:
    change_card(folder, **values)
    with pytest.raises(ArtefactError, match=reason):
        load(folder)


def test_a_pickle_in_place_of_numbers_is_refused(folder: Path) -> None:
    np.savez(folder / "evil.npz", bad=np.array([object()], dtype=object))
    (folder / "evil.npz").rename(folder / "model.npz")
    change_card(folder, arrays=hashlib.sha256((folder / "model.npz").read_bytes()).hexdigest())
    with pytest.raises(ArtefactError, match="rusak"):
        load(folder)


def test_loading_is_quick(folder: Path) -> None:
    load(folder)
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        load(folder)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.5  # 0.2 s on a free core; twice that on a busy one


def test_saving_leaves_no_half_written_file(folder: Path) -> None:
    assert sorted(p.name for p in folder.iterdir()) == [store.CARD, store.ARRAYS]

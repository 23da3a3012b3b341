"""Counting by tables gives what scikit-learn gives by reading every text."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from classifiers.counting import Features, TokenRuns, columns_of
from classifiers.pipeline import Grams, LengthScaledTfidf, Words

TEXTS = ["jalan rusak parah jalan", "", "jalan parah", "lampu mati ?", "mati", "lampu mati rusak lampu mati"]


def runs(*texts: str) -> TokenRuns:
    return TokenRuns.of(text.split() for text in texts)


def grams_of(token: str) -> list[str]:
    padded = f" {token} "
    return [padded[i : i + n] for n in (2, 3) for i in range(len(padded) - n + 1) if token != "?"]


KINDS = {
    "words": (Words(), str.split),
    "words and neighbours": (
        Words(pairs=True),
        lambda d: d.split() + [f"{a} {b}" for a, b in zip(d.split(), d.split()[1:], strict=False)],
    ),
    "letters": (Grams(2, 3), lambda d: [g for t in d.split() for g in grams_of(t)]),
}


@pytest.mark.parametrize(("features", "analyzer"), KINDS.values(), ids=KINDS.keys())
@pytest.mark.parametrize("rarest", [1, 2])
def test_features_and_weights_are_those_of_scikit_learn(features: Features, analyzer, rarest: int) -> None:
    theirs = TfidfVectorizer(analyzer=analyzer, norm=None, min_df=rarest).fit(TEXTS)
    ours = LengthScaledTfidf(features, rarest=rarest, power=0.0)
    fitted = ours.fit_transform(runs(*TEXTS))
    fresh = ["rusak jalan mati baru", "", "lampu mati"]
    assert ours.names_ == theirs.get_feature_names_out().tolist()
    assert np.allclose(fitted.toarray(), theirs.transform(TEXTS).toarray(), atol=1e-6)
    assert np.allclose(ours.transform(runs(*fresh)).toarray(), theirs.transform(fresh).toarray(), atol=1e-6)


@pytest.mark.parametrize("features", [Words(pairs=True), Grams(2, 3)])
def test_a_part_of_the_texts_is_learned_from_as_if_it_stood_alone(features: Features) -> None:
    places = [5, 1, 3, 0]
    part, alone = LengthScaledTfidf(features, rarest=2), LengthScaledTfidf(features, rarest=2)
    of_part = part.fit_transform(runs(*TEXTS)[places])
    of_alone = alone.fit_transform(runs(*(TEXTS[i] for i in places)))
    assert part.names_ == alone.names_
    assert part.idf_.tolist() == alone.idf_.tolist()
    assert (of_part.toarray() == of_alone.toarray()).all()


def test_neighbours_never_cross_from_one_text_into_the_next() -> None:
    counts = runs("a b", "c", "", "b c").count(Words(pairs=True))
    names = counts.names(range(counts.matrix.shape[1]))
    assert sorted(name for name in names if " " in name) == ["a b", "b c"]
    assert counts.matrix.sum() == 7


def test_texts_without_any_token_count_nothing() -> None:
    assert runs("", " ").count(Words(pairs=True)).matrix.shape == (2, 0)
    assert columns_of(["a"], ["b", "a"]).toarray().tolist() == [[0, 1]]

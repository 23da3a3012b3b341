"""Stems come from PySastrawi, remembered, with our rules around it."""

import threading

import pytest

from classifiers import stemmer
from classifiers.stemmer import IndonesianStemmer, SlowSastrawiError, StemMemo, create_sastrawi

OURS = {
    "override": ("kerusakan", "rusak"),
    "protected words keep their stance": ("terbaik", "terbaik"),
    "nge- falls back to the root": ("ngelayanin", "layan"),
    "-in falls back to the root": ("ngerjain", "kerja"),
    "a plain affix is Sastrawi's business": ("membayarkan", "bayar"),
    "an unknown word stays": ("xqzvb", "xqzvb"),
    "a very long word stays": ("a" * 60, "a" * 60),
    "letters Sastrawi drops do not tear a word": ("é", "é"),
}


@pytest.mark.parametrize(("word", "stem"), OURS.values(), ids=OURS.keys())
def test_a_word_gets_its_stem(word: str, stem: str) -> None:
    assert IndonesianStemmer().stem(word) == stem


def test_the_memo_alone_answers_as_sastrawi_does(model, few_rows) -> None:
    words = sorted({t for r in few_rows for t in model.tokens(r.text) if t.isalpha()})
    plain, memo = create_sastrawi(), StemMemo(create_sastrawi())
    expected = [plain.stem(w) for w in words]
    assert memo.stem_all(words) == expected
    assert memo.stem_all(words) == expected


def test_the_memo_is_bounded() -> None:
    memo = StemMemo(create_sastrawi(), size=10)
    for i in range(35):
        memo.stem(f"kata{i}")
    assert len(memo) <= 10


def test_a_sastrawi_that_searches_a_list_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class ListDictionary:
        def __init__(self, words: list[str]) -> None:
            self.words = list(words)

    monkeypatch.setattr(stemmer, "ArrayDictionary", ListDictionary)
    with pytest.raises(SlowSastrawiError, match="PySastrawi"):
        create_sastrawi()


def test_threads_share_one_stemmer() -> None:
    shared = IndonesianStemmer(size=50)
    words = [f"{prefix}{root}" for prefix in ("me", "ber", "di", "ter") for root in ("jalan", "kerja", "tulis", "baca")]
    found: list[list[str]] = []
    workers = [threading.Thread(target=lambda: found.append(shared.stem_all(words * 20))) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert all(f == found[0] for f in found)
    assert len(found) == 6

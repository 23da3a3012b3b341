"""Stems from the warm memo against plain PySastrawi on the same tokens, with identical output."""

from pathlib import Path

from benchmarks.result import Result, best_seconds
from classifiers.rows import bare_words, load_rows
from classifiers.stemmer import IndonesianStemmer, StemMemo, create_sastrawi

ROWS = Path(__file__).parents[1] / "data/seed/comments.jsonl"
TOKENS = 20_000


def run() -> list[Result]:
    """Measure tokens a second, warm memo against no memo, and ours with its own rules."""
    words = [w for row in load_rows(ROWS) for w in bare_words(row.text) if w.isascii() and w.isalpha()][:TOKENS]
    plain, memo, ours = create_sastrawi(), StemMemo(create_sastrawi()), IndonesianStemmer()
    expected = [plain.stem(w) for w in words]
    if memo.stem_all(words) != expected:
        raise AssertionError("the memo answers otherwise than PySastrawi")
    ours.stem_all(words)
    without = len(words) / best_seconds(lambda: [plain.stem(w) for w in words], times=1)
    results = []
    for name, stemmer in (("stemming_memo_warm", memo), ("stemming_with_our_rules_warm", ours)):
        rate = 20 * len(words) / best_seconds(lambda s=stemmer: [s.stem_all(words) for _ in range(20)])
        results.append(Result(name, round(rate), "tokens/s", round(without), round(rate / without, 1)))
    return results


if __name__ == "__main__":
    for result in run():
        beside = f"against {result.against:>8,.0f}  x {result.ratio}"
        print(f"{result.name:32} {result.value:>12,.0f} {result.unit:10} {beside}")

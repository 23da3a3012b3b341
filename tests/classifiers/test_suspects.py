"""Which labels deserve a second look."""

import json

import numpy as np

from classifiers.suspects import FILE, ranked, write

CLASSES = ("a", "b")


def test_the_least_self_confident_come_first_and_agreeing_rows_not_at_all():
    shares = np.array([[0.9, 0.1], [0.4, 0.6], [0.05, 0.95], [0.2, 0.8]])
    assert ranked(["a", "a", "a", ""], CLASSES, shares) == [2, 1]


def test_what_two_people_agreed_on_or_somebody_looked_at_is_not_asked_again(tmp_path):
    standings = ["single", "agreed", "reviewed", "adjudicated", "corpus"]
    rows = [{"text": name, "intent": "a", "standing": name} for name in standings]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    write(tmp_path / "rows.jsonl", tmp_path, CLASSES, np.array([[0.3, 0.7], *[[0.1, 0.9]] * 3, [0.2, 0.8]]))
    found = [json.loads(line) for line in (tmp_path / FILE).read_text(encoding="utf-8").splitlines()]
    assert [(row["text"], row["place"], row["probabilities"]["a"]) for row in found] == [
        ("corpus", 4, 0.2),
        ("single", 0, 0.3),
    ]

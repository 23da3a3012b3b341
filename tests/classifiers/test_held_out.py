"""What a model is measured on is nothing it has read, nor anything much like it."""

import numpy as np

from classifiers.held_out import HeldOut, folds
from classifiers.rows import Row, group_of_rows

LIKE = "air mati sudah tiga hari di rt lima tolong"


def corpus(sources: dict[str, int]) -> list[Row]:
    return [Row(f"kata{source}{i}", "other", source=source) for source, size in sources.items() for i in range(size)]


def test_every_row_is_tested_once_and_never_by_a_model_that_read_it() -> None:
    rows = corpus(dict.fromkeys("abcdef", 20))
    found = list(folds(rows, 3))
    assert sorted(i for _, test in found for i in test) == list(range(len(rows)))
    assert all(not set(learn) & set(test) for learn, test in found)


def test_whole_sources_are_held_out_where_there_are_enough() -> None:
    rows = corpus(dict.fromkeys("abcdef", 20))
    for learn, test in folds(rows, 3):
        assert not {rows[i].source for i in learn} & {rows[i].source for i in test}


def test_a_near_duplicate_in_another_source_is_not_learned_from() -> None:
    rows = [
        *corpus(dict.fromkeys("abcdef", 20)),
        Row(LIKE, "complaint", source="a"),
        Row(f"min, {LIKE}", "x", source="f"),
    ]
    groups = group_of_rows([row.text for row in rows])
    for learn, test in folds(rows, 3):
        assert not {groups[i] for i in learn} & {groups[i] for i in test}


def test_rows_of_one_group_stand_on_one_side_whatever_they_say() -> None:
    rows = [Row(f"kata{i}", "other", group=f"warga{i % 10}") for i in range(60)]
    for learn, test in folds(rows, 3):
        assert not {rows[i].group for i in learn} & {rows[i].group for i in test}


def test_a_source_larger_than_a_fold_is_divided() -> None:
    rows = corpus({"warga": 200} | dict.fromkeys("abcd", 10))
    for learn, test in folds(rows, 3):
        assert 50 < sum(rows[i].source == "warga" for i in test) < 150
        assert any(rows[i].source == "warga" for i in learn)


def test_of_many_rows_every_nth_stands_beside_its_own_fragment() -> None:
    intent = np.arange(10, dtype=np.float32).reshape(10, 1)
    held_out = HeldOut(intent, intent, 100 + intent[::3], step=3)
    assert held_out.of_both([3, 9]).ravel().tolist() == [3, 9, 103, 109]

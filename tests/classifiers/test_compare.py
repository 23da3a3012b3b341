"""A comparison is paired, says what it cannot tell, and names every row that changes."""

from dataclasses import replace

import numpy as np
import pytest

from classifiers.compare import COVERAGES, FEWEST_IN_PART, Reader, class_f1, compare, share_difference
from classifiers.evaluate import confusion, macro_f1
from classifiers.rows import Row, load_slices
from classifiers.store import load, save

from .conftest import DATA


@pytest.fixture
def rows(few_rows):
    return few_rows[:150]


@pytest.fixture
def shy(model, tmp_path):
    """The model, but calling nearly everything a complaint."""
    save(model, tmp_path)
    found = load(tmp_path)
    found.intent = replace(found.intent, bias=found.intent.bias + np.array([9, 0, 0, 0, 0], np.float32))
    return found


def test_a_model_compared_with_itself_changes_nothing(model, keywords, rows) -> None:
    reader = Reader(model, keywords)
    found, changed = compare(reader, reader, rows)
    assert (found.macro_f1_difference, changed, found.mcnemar_p) == (0.0, [], 1.0)
    assert found.difference_interval == (0.0, 0.0)
    assert {each.interval for each in (*found.per_class, *found.per_unit, found.unit)} == {(0.0, 0.0)}
    assert found.routing[0] == found.routing[1]
    assert found.reliability[0] == found.reliability[1]


def test_a_worse_model_is_worse_in_every_way_that_is_shown(model, shy, keywords, rows) -> None:
    found, changed = compare(Reader(model, keywords), Reader(shy, keywords), rows)
    assert found.macro_f1_difference < 0
    assert found.difference_interval[1] < 0
    assert found.mcnemar_p < 0.05
    assert found.only_champion_right > found.only_challenger_right
    by_class = {each.name: each for each in found.per_class}
    assert by_class["praise"].interval[1] < 0
    assert by_class["praise"].difference == pytest.approx(by_class["praise"].challenger - by_class["praise"].champion)
    assert all(c.after.intent == "complaint" != c.before.intent for c in changed)
    assert len(changed) >= found.only_champion_right + found.only_challenger_right
    assert all(0 < c.before.intent_probability <= 1 and 0 < c.after.unit_probability <= 1 for c in changed)
    assert found.coverage[-1] == (1.0, found.champion.accuracy, found.challenger.accuracy)
    assert [share for share, *_ in found.coverage] == list(COVERAGES)
    assert sum(each.n for each in found.reliability[0]) == len(rows)
    assert found.routing[0].n == sum(row.intent != "other" for row in rows)


def test_parts_that_are_too_small_say_nothing(model, keywords, rows) -> None:
    reader = Reader(model, keywords)
    large = list(range(FEWEST_IN_PART))
    found, _ = compare(reader, reader, rows, slices={"flag:besar": large, "flag:kecil": large[1:]})
    assert [(each.name, each.n) for each in found.slices] == [("flag:besar", FEWEST_IN_PART)]


def test_f1_by_class_averages_to_macro_f1() -> None:
    draw = np.random.default_rng(3)
    matrix = confusion(draw.integers(0, 5, 200), draw.integers(0, 5, 200), 5)
    assert class_f1(matrix).mean() == pytest.approx(macro_f1(matrix))


def test_a_share_without_rows_is_no_difference() -> None:
    assert share_difference("", [], (np.array([]), np.array([])), 0).interval == (0.0, 0.0)


def test_an_unknown_intent_is_refused(model, keywords) -> None:
    reader = Reader(model, keywords)
    with pytest.raises(ValueError, match="keluhan"):
        compare(reader, reader, [Row("a", "keluhan")])


def test_slices_point_to_the_rows_that_carry_the_mark() -> None:
    slices = load_slices(DATA / "samples/comments.jsonl")
    assert {"flag:sarkas", "register:javanese", "platform:instagram"} <= set(slices)
    assert len(slices["flag:sarkas"]) == len(set(slices["flag:sarkas"])) > FEWEST_IN_PART

"""Agreement between readers, against examples that are worked out by hand or stand in the literature."""

import pytest

from triage.rules.agreement import agreement, cohen_kappa, confusions, krippendorff_alpha, raw


def test_the_raw_share_counts_equal_pairs():
    assert raw([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")]) == 0.75
    assert raw([]) is None


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        # 35 of 50 alike; by chance 25/50 * 30/50 + 25/50 * 20/50 = 0.5; (0.7 - 0.5) / (1 - 0.5)
        pytest.param({"aa": 20, "ab": 5, "ba": 10, "bb": 15}, 0.4, id="better than chance"),
        # half alike, and half is what chance brings
        pytest.param({"aa": 1, "ab": 1, "ba": 1, "bb": 1}, 0.0, id="like chance"),
        pytest.param({"ab": 2, "ba": 2}, -1.0, id="always opposite"),
        pytest.param({"aa": 3, "bb": 1}, 1.0, id="always alike"),
        pytest.param({"aa": 7}, None, id="one class alone says nothing"),
        pytest.param({}, None, id="nothing read"),
    ],
)
def test_kappa_takes_chance_out(counts, kappa):
    pairs = [tuple(names) for names, n in counts.items() for _ in range(n)]
    assert cohen_kappa(pairs) == (kappa if kappa is None else pytest.approx(kappa))


def test_alpha_of_three_readers_with_gaps_is_that_of_the_literature():
    # Krippendorff's own example for missing data: nominal alpha 0.691
    readers = ("*****3412113 3*3".replace(" ", ""), "1*213343*******", "**21344*21133*4")
    readings = [[reader[i] for reader in readers if reader[i] != "*"] for i in range(15)]
    assert krippendorff_alpha(readings) == pytest.approx(0.691, abs=0.0005)


def test_alpha_of_two_readers_worked_by_hand():
    # Three comments aa, ab, bb: 6 values, 3 of each; observed differences 2, expected 6*6 - 9 - 9 = 18: 1 - 5*2/18
    assert krippendorff_alpha([["a", "a"], ["a", "b"], ["b", "b"]]) == pytest.approx(4 / 9)


@pytest.mark.parametrize("readings", [[], [["a"]], [["a", "a"], ["a", "a"]]])
def test_alpha_has_no_value_where_nothing_could_differ(readings):
    assert krippendorff_alpha(readings) is None


def test_confusions_count_both_directions_as_one_pair():
    readings = [["q", "c"], ["c", "q"], ["c", "c"], ["o", "c"]]
    assert confusions(readings) == [(("c", "q"), 2), (("c", "o"), 1)]


def test_a_comment_that_one_person_read_is_left_out():
    found = agreement([["a", "a"], ["a"], ["a", "b"]])
    assert (found.n, found.raw) == (2, 0.5)

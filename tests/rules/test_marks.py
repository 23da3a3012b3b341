"""Marks fit in one whole number and come back in their order."""

import pytest

from models import Mark
from triage.rules.marks import BITS, NAMES, bits_of, marks_of


def test_marks_survive_as_bits() -> None:
    assert marks_of(bits_of(["sarkas", "darurat", "darurat"])) == [Mark.EMERGENCY, Mark.IRONY]
    assert bits_of([]) == 0
    assert marks_of(0) == []


def test_every_mark_has_a_bit_of_its_own_and_a_name() -> None:
    assert sum(BITS.values()) == (1 << len(Mark)) - 1
    assert set(NAMES) == set(Mark)


def test_an_unknown_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="gawat"):
        bits_of(["gawat"])

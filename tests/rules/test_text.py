"""Excerpts fit their column and tracking codes tell nothing."""

import pytest

from models import Case
from triage.rules.text import CODE_ALPHABET, EXCERPT_LENGTH, excerpt, tracking_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("  Jalan\n\n rusak\t parah ", "Jalan rusak parah", id="one line"),
        pytest.param("a" * 200, "a" * 200, id="just fits"),
        pytest.param("a" * 201, "a" * 199 + "…", id="one long word"),
        pytest.param("kata " * 60, "kata " * 38 + "kata…", id="cut at a word"),
        pytest.param(" " * 5000 + "akhir", "", id="words far behind blanks"),
        pytest.param("🙏" * 300, "🙏" * 199 + "…", id="emoji"),
    ],
)
def test_an_excerpt_is_one_short_line(text, expected):
    assert excerpt(text) == expected


def test_an_excerpt_of_anything_fits_its_column():
    assert all(len(excerpt("x" * n + " " + "y" * 300)) <= EXCERPT_LENGTH for n in range(0, 400, 7))
    assert Case.__table__.c.excerpt.type.length >= EXCERPT_LENGTH


def test_tracking_codes_are_readable_and_differ():
    codes = [tracking_code() for _ in range(2000)]
    assert len(set(codes)) == 2000
    assert set("".join(codes)) == set(CODE_ALPHABET)
    assert not set("01OILAEU") & set(CODE_ALPHABET)
    assert {len(code) for code in codes} == {9}

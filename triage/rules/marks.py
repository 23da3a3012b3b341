"""Marks of a case as one whole number, so that they are kept, joined and searched without another table."""

from collections.abc import Iterable

from models import Mark

# The bit of each mark: a new mark comes last.
BITS = {mark: 1 << place for place, mark in enumerate(Mark)}
NAMES = {
    Mark.EMERGENCY: "darurat",
    Mark.ABUSE: "dugaan penyimpangan",
    Mark.PROPOSAL: "usulan",
    Mark.REMINDER: "tindak lanjut",
    Mark.SEVERAL: "beberapa hal",
    Mark.IRONY: "mungkin sindiran",
    Mark.PERSONAL: "data pribadi",
}


def bits_of(marks: Iterable[str]) -> int:
    """Return marks as one whole number; raises ValueError for an unknown one."""
    return sum(BITS[Mark(mark)] for mark in set(marks))


def marks_of(bits: int) -> list[Mark]:
    """Return the marks of a whole number, the pressing ones first."""
    return [mark for mark, bit in BITS.items() if bits & bit]

"""What the readers of CSV and XLSX have in common: limits, rows of text cells, and where the headers are.

A table is read from its start each time `rows` is called and keeps only the row in hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, Protocol

Kind = Literal["csv", "xlsx"]
CELL_CHARACTERS: Final = 32_767  # Excel's own limit; longer cells are cut where they are only shown


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How much one import may ask of the machine; sizes in bytes."""

    file_bytes: int = 300_000_000
    rows: int = 1_000_000
    columns: int = 200
    line_characters: int = 1_000_000
    record_lines: int = 500
    zip_entries: int = 2_000
    unpacked_bytes: int = 300_000_000
    unpacked_ratio: int = 300
    shared_characters: int = 60_000_000
    tag_bytes: int = 1_000_000
    small_part_bytes: int = 20_000_000
    gap_bytes: int = 50_000_000


DEFAULT_LIMITS: Final = FileLimits()


class Row(NamedTuple):
    """One row: its number in the file (the first is 1), its cells, and why it cannot be used ("" if it can)."""

    number: int
    cells: Sequence[str]
    problem: str = ""


class Header(NamedTuple):
    """The row of headers: its number, a name for each column, and how many cells a row must have at the least."""

    number: int
    names: tuple[str, ...]
    least: int


class Table(Protocol):
    """One sheet or CSV file, opened and found readable."""

    @property
    def kind(self) -> Kind:
        """Return the file's kind."""

    @property
    def encoding(self) -> str:
        """Return the encoding's name, for people."""

    @property
    def separator(self) -> str:
        """Return the character between cells, empty for XLSX."""

    @property
    def progress(self) -> float:
        """Return how much of the file the last call of `rows` has read, 0 to 1."""

    def rows(self, header: Header | None = None) -> Iterator[Row]:
        """Yield rows that are not blank, from the first, or those after the header and of its width if it is known.

        Raises UnreadableFile when the file breaks off or is larger than its limits.
        """


def is_blank(cells: Sequence[str]) -> bool:
    """Tell whether no cell holds anything."""
    return not any(cells) or not any(cell.strip() for cell in cells)

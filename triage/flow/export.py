"""Export: figures and the cases behind them as CSV lines that a spreadsheet opens without running anything.

UTF-8 with BOM, semicolons, decimal commas: what an Indonesian office's spreadsheet takes for a table. Durations
are seconds. Citizens' words are masked, and every line carries the definition's version.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from triage.connectors.table_files import Cell, open_table, plain
from triage.queries.cohorts import Number, Outcome
from triage.queries.metric_rows import CaseRow
from triage.queries.metrics import Board, Figures
from triage.queries.tallies import Spread
from triage.rules.metrics import DEFINITION
from triage.rules.privacy import mask

BOM = "\ufeff"
OUTCOMES = {
    Outcome.IN_TIME: "dijawab dalam target",
    Outcome.ANSWERED_LATE: "dijawab terlambat",
    Outcome.ANSWERED_WITHOUT_TARGET: "dijawab, tanpa target",
    Outcome.CLOSED_UNANSWERED: "ditutup tanpa balasan",
    Outcome.OPEN_WITHOUT_TARGET: "terbuka, tanpa target",
    Outcome.OVERDUE: "terbuka, lewat tenggat",
    Outcome.NOT_DUE: "terbuka, belum jatuh tempo",
}
LABELS = {
    Number.RECEIVED: "Masuk",
    Number.ANSWERED: "Dijawab",
    Number.IN_TARGET: "Dijawab dalam target",
    Number.ANSWERED_LATE: "Dijawab terlambat",
    Number.COUNTED: "Pembagi pangsa dalam target",
    Number.OVERDUE: "Terbuka lewat tenggat",
    Number.NOT_DUE: "Terbuka, belum jatuh tempo",
    Number.OPEN: "Terbuka, belum dijawab",
    Number.CLOSED_UNANSWERED: "Ditutup tanpa balasan",
    Number.OPEN_WITHOUT_TARGET: "Terbuka tanpa target",
    Number.ANSWERED_WITHOUT_TARGET: "Dijawab tanpa target",
    Number.TIMED: "Dijawab dan terukur dalam jam kerja",
    Number.NO_CALENDAR: "Dijawab, tanpa kalender kerja",
    Number.OUT_OF_HOURS: "Dijawab di luar jam kerja",
    Number.PRAISE: "Pujian",
    Number.PRAISE_ANSWERED: "Pujian yang dijawab",
    Number.OTHER: "Lainnya",
    Number.UNREAD: "Belum dibaca model",
    Number.BACKFILL: "Sebelum akun terhubung",
    Number.TAKEN_BACK: "Ditarik warga, atau disembunyikan dengan persetujuan, sebelum dibalas",
}
COUNTS = (
    ("Masuk", Number.RECEIVED),
    ("Dijawab", Number.ANSWERED),
    ("Dijawab dalam target", Number.IN_TARGET),
    ("Dijawab terlambat", Number.ANSWERED_LATE),
    ("Terbuka lewat tenggat", Number.OVERDUE),
    ("Terbuka belum jatuh tempo", Number.NOT_DUE),
    ("Ditutup tanpa balasan", Number.CLOSED_UNANSWERED),
    ("Dijawab tanpa target", Number.ANSWERED_WITHOUT_TARGET),
    ("Terbuka tanpa target", Number.OPEN_WITHOUT_TARGET),
    ("Dijawab di luar jam kerja", Number.OUT_OF_HOURS),
    ("Dijawab tanpa kalender kerja", Number.NO_CALENDAR),
)
SPREADS = ("n", "median (detik)", "p90 (detik)", "rata-rata (detik)")
FIGURE_HEADERS = (
    "Definisi", "Dari", "Sampai", "Saringan", "Kelompok", "Kode", "Nama", *(label for label, _ in COUNTS),
    "Tingkat tanggapan", "Pangsa dalam target", "Pembagi pangsa (n)",
    *(f"Jam dinding: {part}" for part in SPREADS), *(f"Jam kerja: {part}" for part in SPREADS),
)  # fmt: skip
CASE_HEADERS = (
    "Definisi", "Kode kasus", "Jenis", "Keadaan", "Unit", "Kode unit", "Platform", "Akun", "Ditulis warga", "Tenggat",
    "Jawaban pertama", "Jam dinding (detik)", "Jam kerja (detik)", "Terhadap target", "Di luar jam kerja",
    "Cuplikan (disamarkan)",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Words:
    """How codes and moments read on screen, so that files read alike."""

    intent: Callable[[str], str]
    state: Callable[[str], str]
    platform: Callable[[str], str]
    moment: Callable[..., str]


@dataclass(frozen=True, kw_only=True)
class About:
    """What a file of figures is about: days as ISO dates, the filters in words."""

    first_day: str
    last_day: str
    filters: str


def figures_csv(board: Board, about: About, words: Words) -> Iterator[str]:
    """Yield the file of a board as it is sent."""
    return lines(FIGURE_HEADERS, figure_rows(board, about, words))


def write_figures(path: Path, board: Board, about: About, words: Words) -> int:
    """Write the file of a board, CSV or XLSX by its name; return how many rows it has."""
    rows = list(figure_rows(board, about, words))
    with open_table(path, title="Angka", headers=FIGURE_HEADERS) as table:
        table.write(rows)
    return len(rows)


def figure_rows(board: Board, about: About, words: Words) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of a board: one for everything, then one for each unit, intent, platform and account."""
    groups = (
        ("Semua", [board.total], str),
        ("Unit", board.units, str),
        ("Jenis", board.intents, words.intent),
        ("Platform", board.platforms, words.platform),
        ("Akun", board.accounts, str),
    )
    head = (DEFINITION, about.first_day, about.last_day, about.filters)
    return (
        (*head, label, figures.code, name(figures.name), *figure_cells(figures))
        for label, found, name in groups
        for figures in found
    )


def figure_cells(figures: Figures) -> tuple[Cell, ...]:
    """Return the numbers of one group, in the order of FIGURE_HEADERS."""
    shares = (figures.response_rate, figures.in_target, figures.outcomes.counted)
    counts = (figures.counts[number] for _, number in COUNTS)
    return (*counts, *shares, *spread_cells(figures.wall), *spread_cells(figures.working))


def spread_cells(spread: Spread) -> tuple[Cell, ...]:
    """Return n, median, p90 and mean."""
    return spread.n, spread.median, spread.p90, spread.mean


def cases_csv(rows: Iterable[CaseRow], words: Words) -> Iterator[str]:
    """Yield the file of the cases behind a number, one line each."""
    return lines(CASE_HEADERS, (case_cells(row, words) for row in rows))


def case_cells(row: CaseRow, words: Words) -> tuple[Cell, ...]:
    """Return one case, in the order of CASE_HEADERS."""
    return (
        DEFINITION, row.code, words.intent(row.intent) if row.intent else "", words.state(row.state),
        row.unit, row.unit_code, words.platform(row.platform), row.account, words.moment(row.opened_at),
        words.moment(row.due_at) if row.due_at else "", words.moment(row.answered_at) if row.answered_at else "",
        row.wall_s, row.working_s, OUTCOMES[row.outcome], "ya" if row.is_out_of_hours else "tidak", mask(row.excerpt),
    )  # fmt: skip


def lines(headers: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """Yield a CSV file line by line, so that a file of any length needs the memory of one line."""
    page = io.StringIO()
    writer = csv.writer(page, delimiter=";", lineterminator="\r\n")
    yield BOM
    for cells in chain([headers], rows):
        writer.writerow([plain(cell) for cell in cells])
        yield taken(page)


def taken(page: io.StringIO) -> str:
    """Return what was written and empty the page."""
    text = page.getvalue()
    page.seek(0)
    page.truncate()
    return text

"""Write a month's figures as a workbook with native charts: what is drawn stands in cells beside it.

Shares are 0-1 shown as percentages, durations are days shown as hours and minutes, so that both can be reckoned with.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from triage.queries.cohorts import Number
from triage.queries.metrics import Figures
from triage.queries.monthly import Monthly
from triage.rules.aggregates import MIN_RANKED
from triage.rules.method import METHOD
from triage.rules.metrics import DEFINITION
from triage.rules.quantiles import ERROR
from triage.rules.wording import Wording, week_name

DAY_S = 86_400
ACCENT, SECOND = "#155E75", "#C97A14"
HEADS = (
    ("Masuk", "count"), ("Dijawab", "count"), ("Tingkat tanggapan", "share"), ("Dalam target", "share"),
    ("n (target)", "count"), ("Median, jam kerja", "time"), ("p90, jam kerja", "time"),
    ("Rata-rata, jam kerja", "time"), ("n (jam kerja)", "count"), ("Median, jam dinding", "time"),
    ("p90, jam dinding", "time"),
    ("Rata-rata, jam dinding", "time"), ("n (jam dinding)", "count"), ("Lewat tenggat", "count"),
    ("Belum jatuh tempo", "count"), ("Ditutup tanpa balasan", "count"), ("Diperingkatkan", "word"),
    ("Bauran jenis", "word"),
)  # fmt: skip
RECEIVED, ANSWERED, RATE, IN_TARGET = 1, 2, 3, 4  # columns of a sheet, its names stand in column 0
FORMATS = {"count": "#,##0", "share": "0.0%", "time": "[h]:mm:ss", "word": "@"}
Rows = Sequence[tuple[str, Figures]]


def write(path: Path, found: Monthly, say: Wording) -> None:
    """Write the workbook."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": f"Laporan waktu tanggapan {say.month(found.month)}", "created": found.made_at})
        summary = book.add_worksheet("Ringkasan")
        weeks = [(week_name(*days), figures) for days, figures in found.weeks]
        months = [(say.month(month), figures) for month, figures in found.months]
        sheet(book, "Minggu", "Tanggal", weeks, say)
        sheet(book, "Bulan", "Bulan", months, say)
        units = [(figures.name, figures) for figures in found.board.units]
        sheet(book, "Unit", "Unit", units, say)
        for title, noun, groups, name in (
            ("Jenis", "Jenis", found.board.intents, say.intent),
            ("Platform", "Platform", found.board.platforms, say.platform),
            ("Akun", "Akun", found.board.accounts, str),
        ):
            sheet(book, title, noun, named(groups, name), say)
        method(book, found, say)
        fill(book, summary, found, say)
        draw(book, summary, found)


def named(groups: Sequence[Figures], name: Callable[[str], str]) -> Rows:
    """Return groups with their names on screen."""
    return [(name(figures.name), figures) for figures in groups]


def fill(book: Any, summary: Any, found: Monthly, say: Wording) -> None:
    """Write the first sheet: what the report is about and the figures of the whole month."""
    strong = book.add_format({"bold": True, "font_size": 18, "font_color": ACCENT})
    summary.set_column(0, 0, 30)
    summary.set_column(1, 1, 24)
    summary.write_string(0, 0, f"Laporan waktu tanggapan {say.month(found.month)}", strong)
    scope = "semua unit" if found.sees_all else "hanya kasus yang kini dipegang unit pemesan"
    facts = [say.office, f"Definisi {DEFINITION}, dibuat {say.moment(found.made_at)}, {scope}"]
    if not found.board.is_exact:
        facts.append(f"Median dan p90 dihitung dari kelas; galatnya paling besar {say.percent(ERROR, 1)}")
    if found.immature:
        facts.append(f"Belum matang sejak {say.moment(found.immature[0])}: angkanya masih dapat berubah")
    for place, fact in enumerate(facts, 1):
        summary.write_string(place, 0, fact)
    whole = cells("", found.board.total, say)[1:]
    for place, ((head, kind), value) in enumerate(zip(HEADS, whole, strict=True), 6):
        summary.write_string(place, 0, head)
        put(summary, place, 1, value, book.add_format({"num_format": FORMATS[kind], "align": "right"}))


def sheet(book: Any, title: str, noun: str, rows: Rows, say: Wording) -> None:
    """Write one sheet of figures, one group a row."""
    page = book.add_worksheet(title)
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#EFF6F8", "bottom": 1, "valign": "top"})
    kinds = ["word", *(kind for _, kind in HEADS)]
    formats = {kind: book.add_format({"num_format": words}) for kind, words in FORMATS.items()}
    for place, name in enumerate([noun, *(name for name, _ in HEADS)]):
        page.write_string(0, place, name, head)
    for number, (name, figures) in enumerate(rows, 1):
        for place, value in enumerate(cells(name, figures, say)):
            put(page, number, place, value, formats[kinds[place]])
    page.set_column(0, 0, 30)
    page.set_column(1, len(HEADS) - 1, 13)
    page.set_column(len(HEADS), len(HEADS), 48)
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def cells(name: str, found: Figures, say: Wording) -> list[str | float | None]:
    """Return the figures of one group, in the order of HEADS."""
    count, working, wall = found.counts, found.working, found.wall
    mix = ", ".join(f"{say.intent(intent)} {say.number(number)}" for intent, number in found.mix.items())
    return [
        name, count[Number.RECEIVED], count[Number.ANSWERED], found.response_rate, found.in_target,
        found.outcomes.counted, days(working.median), days(working.p90), days(working.mean), working.n,
        days(wall.median), days(wall.p90), days(wall.mean), wall.n, count[Number.OVERDUE], count[Number.NOT_DUE],
        count[Number.CLOSED_UNANSWERED], "ya" if found.is_ranked else f"tidak (n < {MIN_RANKED} atau triase)", mix,
    ]  # fmt: skip


def days(seconds: float | None) -> float | None:
    """Return seconds as the days that a spreadsheet counts time in."""
    return None if seconds is None else seconds / DAY_S


def put(page: Any, row: int, column: int, value: str | float | None, look: Any) -> None:
    """Write a cell: words stay words, and nothing stays empty."""
    if isinstance(value, str):
        page.write_string(row, column, value, look)
    elif value is not None:
        page.write_number(row, column, value, look)


def draw(book: Any, summary: Any, found: Monthly) -> None:
    """Draw the charts of the first sheet from the cells of the others."""
    ranked = sum(unit.is_ranked for unit in found.board.units)
    charts = [
        chart(book, "column", "Masuk dan dijawab per minggu", ("Minggu", len(found.weeks), (RECEIVED, ANSWERED))),
        chart(book, "line", "Enam bulan terakhir", ("Bulan", len(found.months), (IN_TARGET, RATE))),
    ]
    if ranked:
        about = ("Unit", ranked, (IN_TARGET,))
        charts.append(chart(book, "bar", f"Dalam target per unit (n paling sedikit {MIN_RANKED})", about))
    for place, one in enumerate(charts):
        summary.insert_chart(1 + place * 18, 3, one)


def chart(book: Any, kind: str, title: str, about: tuple[str, int, tuple[int, ...]]) -> Any:
    """Return a chart over the columns of a sheet's first rows."""
    page, rows, columns = about
    drawn = book.add_chart({"type": kind})
    for place, column in enumerate(columns):
        colour = (ACCENT, SECOND)[place]
        drawn.add_series(
            {
                "name": [page, 0, column],
                "categories": [page, 1, 0, rows, 0],
                "values": [page, 1, column, rows, column],
                "fill": {"color": colour},
                "line": {"color": colour},
                "marker": {"type": "circle", "fill": {"color": colour}},
                "data_labels": {"value": True},
            }
        )
    drawn.set_title({"name": title, "name_font": {"size": 12}})
    drawn.set_legend({"position": "bottom"} if len(columns) > 1 else {"none": True})
    if kind == "bar":
        drawn.set_y_axis({"reverse": True})  # the best on top, as in the sheet
    if IN_TARGET in columns:
        (drawn.set_x_axis if kind == "bar" else drawn.set_y_axis)({"min": 0, "max": 1, "num_format": "0%"})
    drawn.set_size({"width": 760, "height": max(320, 60 + 24 * rows) if kind == "bar" else 320})
    return drawn


def method(book: Any, found: Monthly, say: Wording) -> None:
    """Write how it was reckoned."""
    page = book.add_worksheet("Cara menghitung")
    strong, wrapped = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 110)
    rows = (("Definisi", f"{DEFINITION}. Keadaan kasus pada {say.moment(found.made_at)}."), *METHOD)
    for place, (term, meaning) in enumerate(rows):
        page.write_string(place, 0, term, strong)
        page.write_string(place, 1, meaning, wrapped)

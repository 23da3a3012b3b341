"""A report on A4 as PDF: tiles, charts drawn as lines, rankings and tables on the pages of `sheet`."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from fpdf import FontFace
from fpdf.enums import XPos, YPos

from triage.connectors.sheet import ACCENT, INK, LATE, LINE, MARGIN, PALE, SECOND, SOFT, WHITE, WIDTH, Colour, Sheet

COLOURS: Final = (ACCENT, SECOND)


@dataclass(frozen=True)
class Tile:
    """One figure with its name above and what it is of below."""

    label: str
    value: str
    note: str
    second: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Series:
    """Values of one colour, one for each label of a chart; None stands for no value."""

    name: str
    values: Sequence[float | None]
    words: Sequence[str]


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its width in parts, and whether it holds numbers."""

    head: str
    width: float
    is_number: bool = True


class Paper(Sheet):
    """A report's pages with figures, charts drawn as lines, and tables."""

    def tiles(self, tiles: Sequence[Tile]) -> None:
        """Print figures, three a row."""
        gap, height = 4.0, 25.0
        width = (WIDTH - 2 * gap) / 3
        for first in range(0, len(tiles), 3):
            self._keep(height + gap)
            top = self.get_y()
            for place, tile in enumerate(tiles[first : first + 3]):
                self._tile(tile, MARGIN + place * (width + gap), top, width, height)
            self.set_y(top + height + gap)

    def _tile(self, tile: Tile, left: float, top: float, width: float, height: float) -> None:
        self.set_draw_color(*LINE)
        self.rect(left, top, width, height, round_corners=True, corner_radius=1.5)
        colour = LATE if tile.is_late else INK
        for down, size, ink, style, words in (
            (2, 9, SOFT, "", tile.label),
            (7, 19, colour, "B", tile.value),
            (15.5, 8.5, SOFT, "", tile.note),
            (19.5, 8.5, SOFT, "", tile.second),
        ):
            self.set_xy(left + 3, top + down)
            self._write(size, ink, style)
            self.cell(width - 6, 8 if size > 12 else 4.2, words)

    def bars(self, title: str, labels: Sequence[str], series: Sequence[Series]) -> None:
        """Draw counts side by side, with the number above each bar."""
        left, top, height = self._plot(title, series)
        most = max((value or 0 for one in series for value in one.values), default=0)
        step = nice_step(most)
        ceiling = max(step, -(-most // step) * step)
        marks = range(0, int(ceiling) + 1, step)
        self._grid(left, top, height, [(mark / ceiling, f"{mark:,}".replace(",", ".")) for mark in marks])
        room = (MARGIN + WIDTH - left) / max(len(labels), 1)
        width = min(14.0, room * 0.7 / len(series))
        for place in range(len(labels)):
            begin = left + room * (place + 0.5) - width * len(series) / 2
            for number, one in enumerate(series):
                tall = height * (one.values[place] or 0) / ceiling
                self.set_fill_color(*COLOURS[number])
                self.rect(begin + number * width, top + height - tall, width - 0.6, tall, style="F")
                self._centred(begin + number * width, top + height - tall - 4, width - 0.6, one.words[place], INK)
        self._labels(left, top + height, labels)

    def shares(self, title: str, labels: Sequence[str], series: Sequence[Series]) -> None:
        """Draw shares (0-1) as lines, with the percentage at each point, the higher one above its point."""
        left, top, height = self._plot(title, series)
        self._grid(left, top, height, [(n / 4, f"{n * 25}%") for n in range(5)])
        room = (MARGIN + WIDTH - left) / max(len(labels), 1)
        highest = [max(value or 0 for value in values) for values in zip(*(one.values for one in series), strict=True)]
        for colour, one in zip(COLOURS, series, strict=False):
            points = [
                None if value is None else (left + room * (place + 0.5), top + height * (1 - value))
                for place, value in enumerate(one.values)
            ]
            self._line(points, colour)
            for point, value, most, words in zip(points, one.values, highest, one.words, strict=True):
                if point is not None:
                    self._cleared(point[0], point[1] + (-5.2 if value == most else 1.6), words)
                    self._centred(point[0] - 8, point[1] + (-5.2 if value == most else 1.6), 16, words, colour)
        self._labels(left, top + height, labels)

    def _cleared(self, middle: float, top: float, words: str) -> None:
        """Take away what would shine through words."""
        self._write(8, INK)
        width = self.get_string_width(words) + 1
        self.set_fill_color(*WHITE)
        self.rect(middle - width / 2, top + 0.2, width, 3.4, style="F")

    def _line(self, points: Sequence[tuple[float, float] | None], colour: Colour) -> None:
        self.set_draw_color(*colour)
        self.set_fill_color(*colour)
        self.set_line_width(0.7)
        for begin, end in pairwise(points):
            if begin and end:
                self.line(*begin, *end)
        self.set_line_width(0.2)
        for point in points:
            if point is not None:
                self.circle(*point, 1.0, style="F")

    def ranking(self, rows: Sequence[tuple[str, float, str]]) -> None:
        """Draw one bar a row: its name, its share (0-1), and the share with its n in words."""
        name, words, high = 46.0, 34.0, 6.2
        room = WIDTH - name - words
        for label, share, told in rows:
            self._keep(high + 1)
            top = self.get_y()
            self._write(9, INK)
            self.set_xy(MARGIN, top)
            self.cell(name - 2, high, self._cut(label, name - 2), align="R")
            self.set_fill_color(*PALE)
            self.rect(MARGIN + name, top + 0.9, room, high - 1.8, style="F")
            self.set_fill_color(*ACCENT)
            self.rect(MARGIN + name, top + 0.9, room * share, high - 1.8, style="F")
            self.set_xy(MARGIN + name + room + 2, top)
            self.cell(words - 2, high, told)
            self.set_y(top + high)
        self.ln(2)

    def rows(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Print a table; its heads come again on each page."""
        self._write(8.5, INK)
        self.set_draw_color(*LINE)
        self.set_fill_color(*WHITE)
        with self.table(
            col_widths=tuple(column.width for column in columns),
            text_align=tuple("RIGHT" if column.is_number else "LEFT" for column in columns),
            line_height=4.2,
            padding=(1.1, 1.4, 1.1, 1.4),
            borders_layout="HORIZONTAL_LINES",
            headings_style=FontFace(emphasis="BOLD", color=ACCENT, fill_color=PALE),
            v_align="T",
        ) as table:
            for cells in ([column.head for column in columns], *rows):
                row = table.row()
                for cell in cells:
                    row.cell(cell)
        self.ln(2)

    def terms(self, terms: Sequence[tuple[str, str]]) -> None:
        """Print words with what they mean."""
        for term, meaning in terms:
            self._keep(14)
            self._write(9.5, INK, "B")
            top = self.get_y()
            self.multi_cell(42, 4.7, term, align="L", new_x=XPos.RIGHT, new_y=YPos.TOP)
            self.set_xy(MARGIN + 44, top)
            self._write(9.5, INK)
            self.multi_cell(WIDTH - 44, 4.7, meaning, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.ln(1.6)

    def _plot(self, title: str, series: Sequence[Series]) -> tuple[float, float, float]:
        """Print a chart's title and legend; return where its area begins and how high it is."""
        height = 46.0
        self._keep(height + 26)
        self.ln(1)
        self._write(10.5, INK, "B")
        self.cell(WIDTH * 0.6, 6, title)
        self._write(9, INK)
        width = sum(self.get_string_width(one.name) + 9 for one in series)
        left = MARGIN + WIDTH - width
        for number, one in enumerate(series):
            self.set_fill_color(*COLOURS[number])
            self.rect(left, self.get_y() + 1.7, 3, 3, style="F")
            self.set_x(left + 4)
            self.cell(self.get_string_width(one.name) + 1, 6, one.name)
            left += self.get_string_width(one.name) + 9
        self.ln(12)
        return MARGIN + 12, self.get_y(), height

    def _grid(self, left: float, top: float, height: float, ticks: Sequence[tuple[float, str]]) -> None:
        self.set_draw_color(*LINE)
        self.set_line_width(0.15)
        for share, label in ticks:
            high = top + height * (1 - share)
            self.line(left, high, MARGIN + WIDTH, high)
            self.set_xy(MARGIN, high - 2)
            self._write(8, SOFT)
            self.cell(left - MARGIN - 1.5, 4, label, align="R")
        self.set_line_width(0.2)

    def _labels(self, left: float, top: float, labels: Sequence[str]) -> None:
        """Print what stands under each place of a chart, one or two lines; go on below."""
        room = (MARGIN + WIDTH - left) / max(len(labels), 1)
        for place, label in enumerate(labels):
            for line, words in enumerate(label.split("\n")):
                self._centred(left + room * place, top + 1 + 3.8 * line, room, words, SOFT)
        self.set_y(top + 12)


def nice_step(most: float) -> int:
    """Return a step of 1, 2 or 5 times a power of ten that divides an axis into at most five.

    >>> nice_step(0), nice_step(7), nice_step(93), nice_step(1240)
    (1, 2, 20, 500)
    """
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if most <= 5 * step:
                return step
        power *= 10

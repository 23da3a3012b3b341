"""An empty A4 page of a report: its letters, running foot, banner, headings and paragraphs. Millimetres throughout.

The letters are Source Sans from a package, embedded, so that a report looks alike on every machine.
"""

from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final, cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

Colour = tuple[int, int, int]
WHITE: Final[Colour] = (255, 255, 255)
INK: Final[Colour] = (23, 32, 38)
SOFT: Final[Colour] = (84, 98, 107)
LINE: Final[Colour] = (205, 213, 218)
PALE: Final[Colour] = (239, 246, 248)
ACCENT: Final[Colour] = (21, 94, 117)
SECOND: Final[Colour] = (201, 122, 20)
AMBER: Final[Colour] = (255, 247, 230)
LATE: Final[Colour] = (172, 43, 43)
MARGIN: Final = 18.0
WIDTH: Final = 210 - 2 * MARGIN
BOTTOM: Final = 20.0
FONTS: Final = {"": "Regular", "B": "Semibold"}


class Sheet(FPDF):
    """Pages with a running foot; what does not fit goes on the next."""

    def __init__(self, *, title: str, foot: str, made_at: datetime) -> None:
        super().__init__("portrait", "mm", "A4")
        self._foot = foot
        with as_file(files("font_source_sans_pro") / "files") as folder:
            for style, name in FONTS.items():
                self.add_font("source", style, folder / f"SourceSansPro-{name}.ttf")
        self.set_margins(MARGIN, 16, MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(True, BOTTOM)
        self.set_title(title)
        self.set_lang("id-ID")
        self.set_creation_date(made_at)
        self.set_creator("Tanggap")
        self.add_page()

    def footer(self) -> None:
        """Print who made the page by which definition, and its number of how many."""
        self.set_y(-13)
        self.set_draw_color(*LINE)
        self.line(MARGIN, self.get_y(), MARGIN + WIDTH, self.get_y())
        self.set_y(-11)
        self._write(8, SOFT)
        self.cell(WIDTH * 0.75, 5, self._foot)
        self.cell(WIDTH * 0.25, 5, f"Halaman {self.page_no()} dari {{nb}}", align="R")

    def banner(self, above: str, title: str, below: str) -> None:
        """Open the first page: who, what, and when."""
        self.set_fill_color(*ACCENT)
        self.rect(0, 0, 210, 37, style="F")
        self.set_xy(MARGIN, 7)
        self._write(10, (214, 232, 238))
        self.cell(WIDTH, 5, above, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._write(24, WHITE, "B")
        self.cell(WIDTH, 12, title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._write(11, (214, 232, 238))
        self.cell(WIDTH, 6, below, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(43)

    def heading(self, words: str, room: float = 30) -> None:
        """Begin a section, on a new page when not so much room is left below it."""
        self._keep(room)
        self.ln(3)
        self._write(13, ACCENT, "B")
        self.multi_cell(WIDTH, 7, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")

    def paragraph(self, words: str, *, is_soft: bool = True) -> None:
        """Print a paragraph."""
        self._write(9.5, SOFT if is_soft else INK)
        self.multi_cell(WIDTH, 4.6, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
        self.ln(1)

    def notice(self, strong: str, words: str) -> None:
        """Print what a reader must not overlook."""
        self._write(9.5, INK)
        text = f"**{strong}** {words}"
        lines = self.multi_cell(WIDTH - 8, 4.8, text, markdown=True, dry_run=True, output=MethodReturnValue.LINES)
        height = 4.8 * len(cast(list[str], lines))
        self._keep(height + 8)
        self.set_fill_color(*AMBER)
        top = self.get_y()
        self.rect(MARGIN, top, WIDTH, height + 5, style="F", round_corners=True, corner_radius=1.5)
        self.set_xy(MARGIN + 4, top + 2.5)
        self.multi_cell(WIDTH - 8, 4.8, text, markdown=True, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
        self.set_y(top + height + 8)

    def save(self, path: Path) -> int:
        """Write the file; return how many pages it has."""
        self.output(str(path))
        return self.page_no()

    def _centred(self, left: float, top: float, width: float, words: str, ink: Colour) -> None:
        self._write(8, ink)
        wide = max(width, self.get_string_width(words) + 2)
        self.set_xy(left - (wide - width) / 2, top)
        self.cell(wide, 3.8, words, align="C")

    def _cut(self, words: str, width: float) -> str:
        while self.get_string_width(words) > width and len(words) > 4:
            words = words[:-2].rstrip() + "…"
        return words

    def _keep(self, height: float) -> None:
        """Go to the next page unless so much room is left."""
        if self.get_y() + height > self.h - BOTTOM:
            self.add_page()

    def _write(self, size: float, ink: Colour, style: str = "") -> None:
        self.set_font("source", style, size)
        self.set_text_color(*ink)

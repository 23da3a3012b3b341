"""XLSX workbooks as Excel, LibreOffice and openpyxl write them, and as attackers do."""

import zipfile
from datetime import UTC, date, datetime, time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from triage.connectors.base import Incoming
from triage.connectors.files import FileLimits, Mapping, open_rows, sniff
from triage.connectors.xlsx_parts import is_date_format, unescape
from triage.errors import UnreadableFile

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEADER = ["ID Komentar", "Tanggal", "Nama Pengguna", "Komentar", "ID Unggahan", "Tautan"]
MOMENT = datetime(2026, 3, 1, 1, 15, tzinfo=UTC)
MORNING = MOMENT.astimezone().replace(2026, 3, 1, 8, 15, tzinfo=None)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def book(*rows, header=HEADER):
    workbook = Workbook()
    for cells in ([header] if header else []) + list(rows):
        workbook.active.append(cells)
    return workbook


def saved(workbook):
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def row(number=1, text="Jalan rusak", day=MORNING):
    return [f"c{number}", day, f"warga{number}", text, "p1", None]


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def by_hand(sheet, *, shared="", styles="", prefix=""):
    """Return the smallest workbook around a sheet's XML."""
    kinds = {"worksheet": "sheet1.xml", "sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}
    links = "".join(f'<Relationship Id="{k}" Type="{OFFICE}/{k}" Target="{t}"/>' for k, t in kinds.items())
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="worksheet"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
        "xl/sheet1.xml": prefix + sheet,
    }
    optional = {"xl/sharedStrings.xml": shared, "xl/styles.xml": styles}
    return zipped(parts | {name: content for name, content in optional.items() if content})


def inline(*cells):
    return "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)


def sheet(*rows):
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(f"<row>{cells}</row>" for cells in rows)}</sheetData></worksheet>'


def test_a_row_becomes_a_comment(put, read):
    path = put(saved(book(row())), name="ekspor.csv")
    preview = sniff(path)
    assert (preview.kind, preview.headers, preview.header_row) == ("xlsx", tuple(HEADER), 1)
    assert read(path) == [
        Incoming(external_id="c1", text="Jalan rusak", posted_at=MOMENT, author_name="warga1", post_id="p1", row=2)
    ]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        (MORNING, MOMENT),
        (date(2026, 3, 1), datetime(2026, 2, 28, 17, tzinfo=UTC)),
        (46082.34375, MOMENT),
        ("01/03/2026 08:15", MOMENT),
        (1772327700, MOMENT),
        (1772327700000, MOMENT),
    ],
    ids=["moment", "day", "serial number", "text", "UNIX seconds", "UNIX milliseconds"],
)
def test_times_are_read_from_any_kind_of_cell(put, read, cell, moment):
    (comment,) = read(put(saved(book(row(day=cell)))))
    assert comment.posted_at == moment


def test_times_of_the_1904_calendar_are_right(put, read):
    workbook = book()
    workbook.epoch = CALENDAR_MAC_1904
    workbook.active.append(row())
    (comment,) = read(put(saved(workbook)))
    assert comment.posted_at == MOMENT


def test_an_hour_in_its_own_column_is_added_to_the_day(put, read):
    path = put(saved(book([date(2026, 3, 1), time(8, 15), "Jalan rusak"], header=["Tanggal", "Jam", "Keluhan"])))
    (comment,) = read(path)
    assert comment.posted_at == MOMENT


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("🙏👍🏽", "🙏👍🏽"),
        ("baris\nkedua", "baris\nkedua"),
        ("<b>&amp;", "<b>&amp;"),
        (12345678901, "12345678901"),
        (3.5, "3.5"),
        (2.0, "2"),
        (True, "TRUE"),
        ("_x0041_", "A"),
    ],
    ids=["emoji", "lines", "markup", "whole number", "number", "float", "truth", "escape"],
)
def test_each_kind_of_cell_gives_its_words(put, read, cell, text):
    (comment,) = read(put(saved(book(row(text=cell)))))
    assert comment.text == text


def test_a_formula_gives_what_was_saved_with_it_and_an_error_gives_nothing(put, read):
    cells = [
        inline("1/3/2026") + '<c t="str"><f>A1&amp;"x"</f><v>Halo</v></c>',
        inline("1/3/2026") + '<c t="e"><v>#REF!</v></c>',
    ]
    rows = read(put(by_hand(sheet(inline("Tanggal", "Komentar"), *cells))))
    assert [getattr(item, "text", "-") for item in rows] == ["Halo", "-"]


def test_shared_texts_join_their_runs_and_leave_out_readings(put, read):
    shared = (
        f'<sst xmlns="{MAIN}"><si><t>Tanggal</t></si><si><t>Komentar</t></si>'
        '<si><r><t>Jalan </t></r><r><rPr><b/></rPr><t>rusak</t></r><rPh sb="0" eb="1"><t>XX</t></rPh></si></sst>'
    )
    cells = '<c t="s"><v>0</v></c><c t="s"><v>1</v></c>', inline("1/3/2026") + '<c t="s"><v>2</v></c>'
    (comment,) = read(put(by_hand(sheet(*cells), shared=shared)))
    assert comment.text == "Jalan rusak"


def test_a_reference_to_a_missing_shared_text_is_an_empty_cell(put, read):
    cells = inline("1/3/2026") + '<c t="s"><v>99</v></c>'
    (refused,) = read(put(by_hand(sheet(inline("Tanggal", "Komentar"), cells))))
    assert "kosong" in refused.reason


def test_prefixed_tags_and_missing_cells_and_rows_are_understood(put, read):
    content = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="3"><x:c r="B3" t="str"><x:v>Tanggal</x:v></x:c>'
        '<x:c r="D3" t="str"><x:v>Komentar</x:v></x:c></x:row><x:row r="9"><x:c r="B9" t="d"><x:v>2026-03-01T08:15:00'
        '</x:v></x:c><x:c r="D9" t="str"><x:v>Jalan rusak</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    path = put(by_hand(content))
    assert sniff(path).headers == ("Kolom 1", "Tanggal", "Kolom 3", "Komentar")
    assert [(item.row, item.posted_at) for item in read(path)] == [(9, MOMENT)]


def test_rows_that_all_claim_the_same_number_are_all_read(put, read):
    rows = [
        f'<row r="1">{cells}</row>'
        for cells in (inline("Tanggal", "Komentar"), inline("1/3/2026", "a"), inline("1/3/2026", "b"))
    ]
    found = read(put(bomb("".join(rows))))
    assert [(item.row, item.text) for item in found] == [(2, "a"), (3, "b")]


def test_hidden_and_empty_sheets_are_passed_over(put, read):
    workbook = book(["1/3/2026", "tersembunyi"], header=["Tanggal", "Komentar"])
    workbook.active.sheet_state = "hidden"
    workbook.create_sheet("Kosong")
    workbook.create_sheet("Judul saja").append(["Tanggal", "Komentar"])
    data = workbook.create_sheet("Data")
    data.append(["Laporan bulan Maret"])
    data.append(["Tanggal", "Komentar"])
    data.append(["1/3/2026", "Jalan rusak"])
    workbook.active = 3
    (comment,) = read(put(saved(workbook)))
    assert (comment.text, comment.row) == ("Jalan rusak", 3)


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("dd/mm/yyyy hh:mm", True),
        ("[$-421]dd mmmm yyyy;@", True),
        ("yyyy\\-mm\\-dd", True),
        ("h:mm AM/PM", True),
        ("General", False),
        ("0.00E+00", False),
        ('#,##0 "hari"', False),
        ("[Red]0", False),
        ("[h]:mm:ss", False),
        ("@", False),
        ("[" * 1_000_000, False),
    ],
    ids=lambda value: str(value)[:30],
)
def test_formats_that_show_a_moment_are_told_from_others(code, is_date):
    assert is_date_format(code) is is_date


def test_an_escaped_pair_of_surrogates_becomes_its_letter():
    assert unescape("_xD83D__xDE4F_ _xD83D_") == "🙏 \ufffd"


XML_CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=40
)


@settings(deadline=None)  # the disk may be slow
@given(st.lists(XML_CELL.filter(lambda cell: "_x" not in cell), min_size=1, max_size=6))
def test_whatever_openpyxl_writes_comes_back_or_is_refused_as_empty(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("xlsx") / "file.xlsx"
    workbook = book(header=HEADER)
    for number, cell in enumerate(cells, start=2):
        workbook.active.append(row(number))
        workbook.active.cell(number, 4, cell).data_type = "s"
    path.write_bytes(saved(workbook))
    found = list(open_rows(path, Mapping("Komentar", "ID Komentar", "Tanggal"), zone=UTC, now=NOW))
    assert len(found) == len(cells)
    for cell, item in zip(cells, found, strict=True):
        assert (
            (item.text == cell.strip().removeprefix("'") or item.text == cell.strip())
            if isinstance(item, Incoming)
            else "kosong" in item.reason
        )


def bomb(content):
    return by_hand(f'<worksheet xmlns="{MAIN}"><sheetData>{content}</sheetData></worksheet>')


HOSTILE = {
    "too large unpacked": zipped({"xl/workbook.xml": b"<workbook/>", "xl/x": b"\0" * 60_000_000}, zipfile.ZIP_DEFLATED),
    "too many parts": zipped({"xl/workbook.xml": "<workbook/>"} | {f"xl/{n}": "" for n in range(2_500)}),
    "entities": by_hand(
        f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>',
        prefix='<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    ),
    "outside entity": by_hand(sheet("&a;"), prefix='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "deep": bomb("<row>" * 200_000),
    "endless directory": zipped({"xl/workbook.xml": "<workbook/>"} | {f"xl/{n}-{'x' * 900}": "" for n in range(2_500)}),
    "archive of over 4 GB": zipped({"xl/workbook.xml": "<workbook/>"})[:-22]
    + b"PK\x06\x07"
    + bytes(16)
    + b"PK\x05\x06"
    + bytes(18),
    "one endless tag": bomb(f'<row r="{" " * 5_000_000}"/>'),
    "ever new names": bomb("".join(f"<n{n}/>" for n in range(20_000))),
    "no end": bomb("<row><c><v>1</v></c></row>").replace(b"PK\x01\x02", b"PK\x01\x03"),
    "no sheets": zipped({"xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'}),
    "no workbook": zipped({"[Content_Types].xml": "<Types/>", "xl/other.xml": ""}),
    "bad styles": by_hand(
        sheet(inline("Tanggal")), styles='<styleSheet><cellXfs><xf numFmtId="x"/></cellXfs></styleSheet>'
    ),
    "bzip2": zipped({"xl/workbook.xml": "<workbook/>"}, zipfile.ZIP_BZIP2),
    "not XML": by_hand("halo"),
    "empty sheet": by_hand(""),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_or_broken_workbook_is_refused_with_a_message(put, content):
    with pytest.raises(UnreadableFile) as refusal:
        sniff(put(content))
    assert refusal.value.message.endswith(".")


def test_endless_empty_rows_are_refused_with_the_remedy(put):
    empty = '<row><c s="1"/></row>' * 20_000
    path = put(by_hand(sheet(inline("Tanggal", "Komentar")).replace("</sheetData>", empty + "</sheetData>")))
    with pytest.raises(UnreadableFile, match="baris kosong"):
        sniff(path, limits=FileLimits(gap_bytes=100_000))


def test_the_small_parts_of_a_workbook_are_bounded(put):
    styles = "<styleSheet><cellXfs>" + "<xf/>" * 5_000 + "</cellXfs></styleSheet>"
    path = put(by_hand(sheet(inline("Tanggal", "Komentar"), inline("1/3/2026", "a")), styles=styles))
    assert sniff(path).kind == "xlsx"
    with pytest.raises(UnreadableFile, match="terlalu besar"):
        sniff(path, limits=FileLimits(small_part_bytes=10_000))


def test_shared_texts_are_bounded(put):
    shared = f'<sst xmlns="{MAIN}">' + "<si><t>0123456789</t></si>" * 100 + "</sst>"
    path = put(by_hand(sheet(inline("Tanggal", "Komentar"), inline("1/3/2026", "a")), shared=shared))
    assert sniff(path).kind == "xlsx"
    with pytest.raises(UnreadableFile, match="terlalu besar"):
        sniff(path, limits=FileLimits(shared_characters=1_000))


def test_columns_beyond_the_limit_cost_nothing_and_many_headers_are_refused(put, read):
    far = sheet(inline("Tanggal", "Komentar"), inline("1/3/2026", "Halo") + '<c r="XFD2" t="str"><v>jauh</v></c>')
    assert [item.text for item in read(put(by_hand(far)))] == ["Halo"]
    wide = book(["1/3/2026", "Halo"], header=["Tanggal", "Komentar", *(f"k{n}" for n in range(300))])
    assert len(sniff(put(saved(wide))).headers) == 200


def test_a_sheet_that_breaks_off_gives_its_rows_first_and_says_so_then(put):
    rows = [inline("1/3/2026", f"Halo {n}") for n in range(3_000)]
    path = put(by_hand(sheet(inline("Tanggal", "Komentar"), *rows).removesuffix("</sheetData></worksheet>")))
    reader = open_rows(path, sniff(path).mapping, zone=UTC, now=NOW)
    found = []
    with pytest.raises(UnreadableFile, match="rusak atau terpotong"):
        found.extend(iter(reader))
    assert reader.rows_read > 2_000

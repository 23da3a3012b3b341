"""CSV exports: encodings, separators, broken rows, and what becomes of the words in them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.connectors.base import Incoming, Refused
from triage.connectors.files import FileLimits, Mapping, open_rows, sniff
from triage.errors import UnreadableFile

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEADER = "ID Komentar;Tanggal;Nama Pengguna;Komentar;ID Unggahan;Tautan"
MOMENT = datetime(2026, 3, 1, 1, 15, tzinfo=UTC)


def row(number=1, text="Jalan rusak", day="01/03/2026 08:15"):
    return f"c{number};{day};warga{number};{text};p1;https://contoh.id/{number}"


def file(*rows):
    return "\n".join((HEADER, *rows)) + "\n"


def texts(rows):
    return [item.text for item in rows if isinstance(item, Incoming)]


def reasons(rows):
    return [(item.row, item.reason) for item in rows if isinstance(item, Refused)]


def test_a_row_becomes_a_comment(put, read):
    assert read(put(file(row()))) == [
        Incoming(
            external_id="c1",
            text="Jalan rusak",
            posted_at=MOMENT,
            author_name="warga1",
            post_id="p1",
            permalink="https://contoh.id/1",
            row=2,
        )
    ]


@pytest.mark.parametrize(
    ("encoding", "mark", "name"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", b"\xef\xbb\xbf", "UTF-8 dengan BOM"),
        ("utf-16-le", b"\xff\xfe", "UTF-16 LE"),
        ("utf-16-be", b"\xfe\xff", "UTF-16 BE"),
        ("utf-16-le", b"", "UTF-16 LE"),
        ("utf-16-be", b"", "UTF-16 BE"),
        ("cp1252", b"", "Windows-1252"),
    ],
    ids=["utf-8", "utf-8 bom", "utf-16-le bom", "utf-16-be bom", "utf-16-le", "utf-16-be", "cp1252"],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "pipe"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_encodings_separators_and_line_ends_are_found(put, read, encoding, mark, name, separator, end):
    content = file(row(1, "Café “rusak” – 5 €"), row(2)).replace(";", separator).replace("\n", end)
    path = put(mark + content.encode(encoding))
    preview = sniff(path)
    assert (preview.kind, preview.encoding, preview.separator) == ("csv", name, separator)
    assert preview.headers == tuple(HEADER.split(";"))
    assert texts(read(path)) == ["Café “rusak” – 5 €", "Jalan rusak"]


def test_an_encoding_that_shows_late_is_still_found(put, read):
    rows = [row(n, "Jalan rusak " * 40) for n in range(3_000)]
    assert texts(read(put(file(*rows, row(1, "Café")), "cp1252")))[-1] == "Café"


def test_a_separator_that_the_file_names_is_believed(put, read):
    path = put("sep=|\n" + file(row(1, "a, b")).replace(";", "|"))
    assert sniff(path).separator == "|"
    assert texts(read(path)) == ["a, b"]


def test_commas_in_the_words_do_not_make_a_comma_file(put):
    assert sniff(put(file(row(1, "Pak, jalan, lampu"), row(2, "Bu, air, mati")))).separator == ";"


def test_quoted_words_keep_separators_quotes_and_line_breaks(put, read):
    path = put(file(row(1, '"Satu; ""dua""\r\ntiga\r\n\r\nempat"'), row(2)))
    assert texts(read(path)) == ['Satu; "dua"\ntiga\n\nempat', "Jalan rusak"]


def test_titles_above_the_headers_are_skipped(put, read):
    path = put("Laporan Komentar Dinas PU\nPeriode Maret 2026;;;;;\n\n" + file(row()))
    assert sniff(path).header_row == 4
    assert [item.row for item in read(path)] == [5]


def test_blank_rows_count_but_give_nothing(put, read):
    assert [item.row for item in read(put(file(row(1), "", ";;;;;", row(2))))] == [2, 5]


def test_a_ragged_row_is_refused_alone(put, read):
    rows = read(put(file(row(1), "c2;01/03/2026;warga", row(3), row(4, "satu;dua"))))
    assert texts(rows) == ["Jalan rusak", "Jalan rusak"]
    assert [number for number, _ in reasons(rows)] == [3, 5]
    assert all(reason.startswith("Jumlah kolom") and "tanda kutip" in reason for _, reason in reasons(rows))
    assert rows[1].cells == ("c2", "01/03/2026", "warga")


def test_empty_cells_after_the_last_header_do_no_harm(put, read):
    assert texts(read(put(HEADER + ";;\n" + row() + "\n" + row(2) + ";;\n" + row(3) + ";;;;\n"))) == ["Jalan rusak"] * 3


@pytest.mark.parametrize("at_end", [True, False], ids=["never closed", "closed by a later quote"])
def test_a_quote_left_open_costs_its_own_row_only(put, read, at_end):
    after = [row(n) for n in range(3, 6)] + ([] if at_end else [row(6, '"Air mati"'), row(7)])
    rows = read(put(file(row(1), row(2, '"Jalan rusak'), *after)))
    assert [item.external_id for item in rows if isinstance(item, Incoming)] == [
        f"c{n}" for n in (1, *range(3, 3 + len(after)))
    ]
    assert [number for number, _ in reasons(rows)] == [3]


def test_a_quote_left_open_in_a_long_file_is_found_out(put, read):
    rows = read(put(file(row(1, '"Jalan rusak'), *(row(n) for n in range(2, 3_000)))))
    assert len(texts(rows)) == 2_998
    assert [number for number, _ in reasons(rows)] == [2]


def test_broken_letters_refuse_their_row_only(put, read):
    good = [row(n, "Terima kasih 🙏").encode() for n in range(3)]
    rows = read(put(b"\n".join([HEADER.encode(), *good, b"c9;01/03/2026;w;Caf\xe9 rusak;p1;", row(4).encode()])))
    assert texts(rows) == ["Terima kasih 🙏"] * 3 + ["Jalan rusak"]
    assert reasons(rows) == [(5, rows[3].reason)]
    assert "huruf yang rusak" in rows[3].reason
    assert rows[3].cells[3] == "Caf� rusak"


def test_half_a_letter_at_the_end_of_utf_16_loses_only_that_row(put, read):
    rows = read(put(b"\xff\xfe" + file(row(1), row(2)).encode("utf-16-le")[:-1]))
    assert texts(rows)[0] == "Jalan rusak"


def test_a_line_without_end_is_refused_and_the_next_one_read(put, read):
    limits = FileLimits(line_characters=5_000)
    path = put(file(row(1), row(2, "x" * 20_000), row(3)))
    rows = read(path, sniff(path).mapping, limits=limits)
    assert [type(item).__name__ for item in rows] == ["Incoming", "Refused", "Incoming"]


def test_a_field_longer_than_the_csv_reader_takes_is_refused(put, read):
    rows = read(put(file(row(1), row(2, "x" * 200_000), row(3))))
    assert [type(item).__name__ for item in rows] == ["Incoming", "Refused", "Incoming"]
    assert len(rows[1].cells[0]) < 40_000


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "kosong"),
        ("   ", "kosong"),
        ("\u200b\u200e", "kosong"),
        ("\x00\x01", "kosong"),
        ("x" * 20_001, "20.000 huruf"),
        ("x" * 100_000, "20.000 huruf"),
    ],
    ids=["empty", "blank", "invisible", "control characters", "a little too long", "100,000 letters"],
)
def test_words_that_are_no_comment_are_refused(put, read, text, reason):
    rows = read(put(file(row(1), row(2, text), row(3), *(row(n) for n in range(4, 20)))))
    assert [number for number, _ in reasons(rows)] == [3]
    assert reason in rows[1].reason


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("🙏👍🏽👨‍👩‍👧", "🙏👍🏽👨‍👩‍👧"),
        ("الشارع مكسور", "الشارع مكسور"),
        ("\u202eterbalik\u202c", "\u202eterbalik\u202c"),
        ("a\x00b\x07c\x1bd\x7fe\x85f", "abcdef"),
        ("a\tb", "a\tb"),
        (" \u3000rapi \u00a0", "rapi"),
        ("=1+1", "=1+1"),
        ("'=1+1", "=1+1"),
        ("'@bupati", "@bupati"),
        ("'kata'", "'kata'"),
        ("x" * 20_000, "x" * 20_000),
        ("\ufffd", "\ufffd"),
    ],
    ids=[
        "emoji",
        "arabic",
        "bidi",
        "controls",
        "tab",
        "space",
        "formula",
        "escape",
        "escape @",
        "quotes",
        "long",
        "fffd",
    ],
)
def test_words_are_kept_as_they_were_written(put, read, written, kept):
    rows = read(put(file(row(1, written), *(row(n) for n in range(2, 30)))))
    assert texts(rows)[0] == kept


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("", "kosong"),
        ("kapan ya", "tidak dikenali"),
        ("01/01/2027", "masa depan"),
        ("1999-01-01", "sebelum tahun 2005"),
    ],
)
def test_a_day_that_cannot_be_is_refused_alone(put, read, day, reason):
    rows = read(put(file(row(1), row(2, day=day), row(3))))
    assert [number for number, _ in reasons(rows)] == [3]
    assert reason in rows[1].reason


def test_hours_in_a_column_of_their_own_are_added_to_the_day(put, read):
    path = put("Tanggal;Jam;Komentar\n1 Maret 2026;08.15;Jalan rusak\n2 Maret 2026;;Air mati\n")
    assert [item.posted_at for item in read(path)] == [MOMENT, datetime(2026, 3, 1, 17, tzinfo=UTC)]


def test_rows_without_an_id_get_one_that_stays(put, read):
    content = "Tanggal,Nama,Komentar\n01/03/2026,Ani,Halo\n01/03/2026,Budi,Halo\n01/03/2026,Ani,Halo\n"
    first, again = read(put(content)), read(put(content.replace(",", ";"), "utf-16", "again.csv"))
    ids = [item.external_id for item in first]
    assert ids == [item.external_id for item in again]
    assert ids[0] == ids[2] != ids[1]


@pytest.mark.parametrize("written", ["1,78414E+16", "1.78E+16"])
def test_an_id_that_excel_rounded_is_not_taken_for_one(put, read, written):
    rows = read(put(file(row(1).replace("c1", written), row(2, "Air mati").replace("c2", written))))
    assert len({item.external_id for item in rows}) == 2


def test_a_long_id_stays_unique_within_its_bound(put, read):
    rows = read(put(file(row(1).replace("c1", "x" * 500 + "a"), row(2).replace("c2", "x" * 500 + "b"))))
    assert len({item.external_id for item in rows}) == 2
    assert all(len(item.external_id) == 200 for item in rows)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://x", "contoh.id/1", "https://x/" + "y" * 1_000, "https://a b"]
)
def test_a_link_that_is_none_is_dropped(put, read, link):
    (comment,) = read(put(file(row(1).replace("https://contoh.id/1", link))))
    assert comment.permalink == ""


def test_names_and_captions_are_cut_to_their_bounds(put, read):
    path = put(f"Tanggal;Komentar;Nama;Caption\n01/03/2026;Halo;{'n' * 300};{'c' * 6_000}\n")
    (comment,) = read(path)
    assert (len(comment.author_name), len(comment.post_caption)) == (200, 5_000)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (Mapping(posted_at="Tanggal"), "isi komentar belum dipilih"),
        (Mapping(text="Komentar"), "waktu tanggap tidak dapat dihitung"),
        (Mapping(text="Isi", posted_at="Tanggal"), "“Isi” tidak ada dalam berkas"),
    ],
    ids=["no text", "no time", "unknown column"],
)
def test_a_mapping_that_cannot_work_is_refused_with_the_remedy(put, mapping, message):
    with pytest.raises(UnreadableFile, match=message):
        open_rows(put(file(row())), mapping, zone=UTC, now=NOW)


def test_a_person_may_choose_other_columns(put, read):
    path = put(file(row()))
    chosen = replace(sniff(path).mapping, text="Nama Pengguna", author_name=None)
    assert texts(read(path, chosen)) == ["warga1"]


def test_progress_and_rows_read_grow_to_the_end(put):
    path = put(file(*(row(n) for n in range(5_000))))
    reader = open_rows(path, sniff(path).mapping, zone=UTC, now=NOW)
    seen = [(reader.progress, reader.rows_read) for _ in reader]
    assert seen == sorted(seen)
    assert 0.3 < seen[2_500][0] < 0.7
    assert (reader.progress, reader.rows_read) == (1.0, 5_000)


def test_a_file_of_too_many_rows_says_so(put):
    path = put(file(*(row(n) for n in range(11))))
    reader = open_rows(path, sniff(path).mapping, zone=UTC, now=NOW, limits=FileLimits(rows=10))
    with pytest.raises(UnreadableFile, match="lebih dari 10 baris"):
        list(reader)
    assert reader.rows_read == 10


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffd\u2028\u2029\x85")
CELL = st.text(LETTERS | st.sampled_from(';,"\n\t|='), min_size=1, max_size=40)


@settings(deadline=None)  # the disk may be slow
@given(
    cells=st.lists(CELL, min_size=1, max_size=8),
    separator=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_is_written_comes_back_or_is_refused_as_empty(tmp_path_factory, cells, separator, encoding):
    def quoted(cell):
        return '"' + cell.replace('"', '""') + '"'

    path = tmp_path_factory.mktemp("csv") / "file.csv"
    rows = [separator.join((f"id-{n}", "2026-03-01 08:15", quoted(cell))) for n, cell in enumerate(cells)]
    path.write_bytes("\r\n".join((separator.join(("ID", "Tanggal", "Komentar")), *rows)).encode(encoding))
    found = list(open_rows(path, Mapping("Komentar", "ID", "Tanggal"), zone=UTC, now=NOW))
    assert len(found) == len(cells)
    for cell, item in zip(cells, found, strict=True):
        if isinstance(item, Incoming):
            assert item.text == cell.strip()
        else:
            assert "kosong" in item.reason

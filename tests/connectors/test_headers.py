"""Which row names the columns, and which column holds what."""

import pytest

from triage.connectors.headers import Mapping, find_header, guess_mapping, name_columns
from triage.connectors.tables import Row

SAMPLES = {
    "text": "Jalan di depan pasar rusak parah sekali",
    "external_id": "17890123456789",
    "posted_at": "01/03/2026 08:15",
    "posted_time": "08.15",
    "author_name": "Ani",
    "author_id": "998877",
    "post_id": "post-1",
    "post_caption": "Pelayanan di hari libur tetap buka",
    "permalink": "https://contoh.id/1",
    "parent_id": "17890",
}
NAMES = {
    "external_id": ["ID", "ID Komentar", "Comment ID", "comment_id", "cid"],
    "posted_at": ["Tanggal", "Waktu", "Tanggal/Waktu", "Date", "Timestamp", "created_time", "publishedAt",
                  "Tanggal Komentar", "Tanggal Komentar (WIB)"],
    "author_name": ["Nama", "Nama Pengguna", "Nama Akun", "Username", "Name (click to view profile)", "Author", "from.name"],
    "author_id": ["Profile ID", "User ID", "authorChannelId"],
    "text": ["Komentar", "Isi Komentar", "Comment", "Pesan", "Isi Pesan", "Isi Aduan", "Keluhan", "Teks", "text", "message",
             "textDisplay"],
    "post_id": ["ID Unggahan", "Postingan", "Link Postingan", "post_id", "videoId"],
    "post_caption": ["Caption"],
    "permalink": ["Tautan", "Link", "URL", "(view source)", "permalink"],
    "parent_id": ["Parent ID", "parent_id", "Balasan untuk"],
}  # fmt: skip
SEEN = [(field, name) for field, names in NAMES.items() for name in names]


@pytest.mark.parametrize(("field", "name"), SEEN, ids=[name for _, name in SEEN])
def test_headers_seen_in_exports_are_understood_in_any_case(field, name):
    for header in (name, name.upper(), f" {name.lower()} "):
        assert getattr(guess_mapping([header], [[SAMPLES[field]]] * 3), field) == header


@pytest.mark.parametrize(
    "headers",
    [
        ["ID Komentar", "Tanggal", "Nama Pengguna", "Komentar", "ID Unggahan", "Tautan"],
        ["comment_id", "created_time", "from.name", "message", "post_id", "permalink"],
        ["cid", "Timestamp", "Username", "Comment", "videoId", "URL"],
    ],
    ids=["by hand", "Facebook", "YouTube"],
)
def test_a_whole_export_is_mapped(headers):
    fields = ("external_id", "posted_at", "author_name", "text", "post_id", "permalink")
    expected = Mapping(**dict(zip(fields, headers, strict=True)))
    assert guess_mapping(headers, [[SAMPLES[field] for field in fields]] * 5) == expected


def test_the_offices_own_answer_is_taken_for_nothing():
    headers = ["Tanggal", "Komentar", "Tanggapan", "Balasan Admin", "Tanggal Ditanggapi", "Ditanggapi oleh", "Status"]
    answer = "Terima kasih, sudah kami teruskan ke dinas yang menangani"
    cells = ["01/03/2026", "Jalan rusak", answer, answer, "02/03/2026", "Budi", "Selesai"]
    assert guess_mapping(headers, [cells] * 5) == Mapping(text="Komentar", posted_at="Tanggal")


def test_an_answer_is_not_taken_even_if_nothing_else_is_there():
    assert guess_mapping(["Tanggapan", "Tanggal Ditanggapi"], [["Sudah kami tangani ya", "02/03/2026"]]) == Mapping()


def test_unknown_headers_are_guessed_from_what_stands_below():
    rows = [
        ["7", "kap. 5", "2026-03-01 08:15", "https://contoh.id/satu dua", "Lampu jalan mati sejak kemarin malam"]
    ] * 9
    mapping = guess_mapping(["a1", "a2", "a3", "a4", "a5"], rows)
    assert (mapping.posted_at, mapping.text) == ("a3", "a5")


def test_counts_are_taken_for_times_only_where_nothing_looks_better():
    rows = [["45000", "1 Maret 2026", "Lampu jalan mati"]] * 5
    assert guess_mapping(["a", "b", "c"], rows).posted_at == "b"


def test_a_post_column_of_sentences_is_its_caption():
    rows = [["1/3/2026", "Halo min", "Pelayanan di hari libur tetap buka"]] * 3
    mapping = guess_mapping(["Tanggal", "Komentar", "Postingan"], rows)
    assert (mapping.post_id, mapping.post_caption) == (None, "Postingan")


def test_an_hour_beside_the_day_is_seen():
    mapping = guess_mapping(["Tanggal", "Jam", "Keluhan"], [["1/3/2026", "08.15", "Air mati"]])
    assert (mapping.posted_at, mapping.posted_time) == ("Tanggal", "Jam")


def test_a_day_and_an_hour_called_waktu_are_told_apart():
    mapping = guess_mapping(["Waktu", "Tanggal", "Keluhan"], [["08.15", "1/3/2026", "Air mati"]])
    assert (mapping.posted_at, mapping.posted_time) == ("Tanggal", "Waktu")


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([["Tanggal", "Komentar"], ["1/3/2026", "Halo"]], 0),
        ([["Rekap Komentar"], ["Dinas PU", "Maret 2026"], ["Tanggal", "Komentar"], ["1/3/2026", "Halo"]], 2),
        ([["Kapan", "Apa kata warga"], ["1/3/2026", "Halo"]], 0),
        ([["Komentar"], ["Halo"]], 0),
        ([["1/3/2026", "Halo semua"], ["2/3/2026", "Halo"]], None),
        ([["12", "34"]], None),
        ([], None),
    ],
    ids=["first", "below titles", "unknown names", "one column", "data only", "numbers", "nothing"],
)
def test_the_row_of_headers_is_found(rows, place):
    assert find_header([Row(number, cells) for number, cells in enumerate(rows, start=1)]) == place


def test_columns_without_or_with_the_same_name_can_be_told_apart():
    header = name_columns(Row(3, ["\ufeffNama", "", "nama", "Nama", "Nama ", ""]))
    assert header.names == ("Nama", "Kolom 2", "nama", "Nama (2)", "Nama (3)", "Kolom 6")
    assert (header.number, header.least) == (3, 5)

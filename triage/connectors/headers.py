"""Finding the row of headers and guessing which column holds what, from names first and from contents after.

Names are those seen in platform exports and hand-kept sheets, Indonesian and English. Columns that hold the
office's own answer are known too, so that they are never taken for the citizen's words or time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from statistics import mean
from typing import Final

from triage.connectors.dates import is_hour, looks_dated
from triage.connectors.tables import Header, Row


@dataclass(frozen=True, slots=True)
class Mapping:
    """The header of the column for each field; None where the file has no such column.

    `posted_time` is for sheets that keep the hour in a column of its own beside the date in `posted_at`.
    """

    text: str | None = None
    external_id: str | None = None
    posted_at: str | None = None
    author_name: str | None = None
    author_id: str | None = None
    post_id: str | None = None
    post_caption: str | None = None
    permalink: str | None = None
    parent_id: str | None = None
    posted_time: str | None = None


FIELDS: Final = tuple(field.name for field in fields(Mapping))
# In each line the surest name comes first. Names are compared without case, blanks and signs.
SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    field: tuple(re.sub(r"[^a-z0-9|]", "", names.lower()).split("|"))
    for field, names in {
        "external_id": "ID Komentar|Comment ID|Komentar ID|cid|ID Pesan|Message ID|ID Ulasan|Review ID|ID Aduan"
        "|ID Laporan|Nomor Aduan|No Aduan|Kode Aduan|Tracking ID|ID Tweet|Tweet ID|External ID|ID",
        "posted_at": "Tanggal Komentar|Waktu Komentar|Tanggal/Waktu|Tanggal Waktu|Tanggal dan Waktu|Tanggal & Jam"
        "|Tanggal Aduan|Tanggal Laporan|Tanggal Masuk|created_time|created_at|publishedAt|published_at|posted_at"
        "|Comment Date|Date/Time|Datetime|Timestamp|Tanggal|Tgl|Date|Waktu|createTime|snippet.publishedAt|Dibuat",
        "posted_time": "Jam|Pukul|Jam Komentar|Time",
        "author_name": "Nama Pengguna|Name (click to view profile)|Nama Akun|Username|User Name|Nama Pengirim"
        "|Nama Pelapor|Nama Warga|from.name|from_name|authorDisplayName|Author Name|Display Name|Author|Pengirim"
        "|Pelapor|Pengguna|Penulis|Akun|Nama|Name|User|Screen Name|Nama Lengkap",
        "author_id": "Profile ID|User ID|ID Pengguna|ID Akun|ID Profil|authorChannelId|Author ID|from.id"
        "|from_id|ID Penulis",
        "text": "Isi Komentar|Teks Komentar|Komentar|Comment|Comment Text|Comments|Isi Pesan|Pesan|Isi Aduan"
        "|Isi Laporan|Keluhan|Aduan|Pengaduan|Laporan|Isi|Teks|Text|Message|textDisplay|textOriginal|Ulasan|Review"
        "|Content|Tweet|Full Text|Uraian|Body",
        "post_id": "ID Unggahan|ID Postingan|Post ID|videoId|Video ID|Media ID|ID Video|ID Konten|Link Postingan"
        "|Link Unggahan|Tautan Unggahan|Tautan Postingan|URL Postingan|Post URL|Post Link|Unggahan|Postingan|Post",
        "post_caption": "Caption|Isi Unggahan|Isi Postingan|Judul Unggahan|Judul Postingan|Caption Unggahan"
        "|Post Caption|Keterangan Unggahan|Post Message|Post Title|Judul Video|Video Title|Judul Konten|Takarir",
        "permalink": "Permalink|Link Komentar|Tautan Komentar|URL Komentar|Comment URL|Comment Link|permalink_url"
        "|Tautan|Link|URL|(view source)|View Source",
        "parent_id": "Parent ID|Parent Comment ID|ID Induk|Komentar Induk|Balasan untuk|In Reply To|Reply To"
        "|Reply to Comment ID|ID Komentar Induk|Parent",
    }.items()
}
ANSWERED: Final = re.compile(
    r"tanggap|balas|jawab|respon|repl(?:y|ied|ies)|answer|status|tindaklanjut|disposisi|petugas"
)
TITLE_ROWS: Final = 10
HEADER_CHARACTERS: Final = 100
MOST_CELLS: Final = 500  # of a row, looked at to see whether it names columns
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\ufeff]")


def find_header(rows: Sequence[Row]) -> int | None:
    """Return the index of the header row among the first rows, or None.

    It is the row that names most fields; where no row names two, the first one with several short words.
    """
    heads = [(index, row.cells) for index, row in enumerate(rows[: TITLE_ROWS + 1]) if not row.problem]
    known = [(len(fields_named(cells)), -index) for index, cells in heads]
    most, place = max(known, default=(0, 0))
    if most > 1:
        return -place
    for index, cells in heads:
        if _looks_like_header(cells):
            return index
    return -place if most else None


def fields_named(cells: Sequence[str]) -> set[str]:
    """Return the fields that these cells would be headers of."""
    keys = {_key(cell) for cell in cells[:MOST_CELLS] if len(cell) <= HEADER_CHARACTERS} - {""}
    return {field for field, names in SYNONYMS.items() if not keys.isdisjoint(names)}


def _looks_like_header(cells: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in cells[:MOST_CELLS] if cell.strip()]
    short = all(len(cell) <= 50 and re.search(r"[^\W\d]", cell) and not looks_dated(cell) for cell in filled)
    return len(filled) > 1 and len(set(filled)) == len(filled) and short


def name_columns(row: Row) -> Header:
    """Return the header of a table: one name a column, all different; blank ones get a number, repeated ones a suffix.

    >>> name_columns(Row(1, ["Nama", "", "Nama "])).names
    ('Nama', 'Kolom 2', 'Nama (2)')
    """
    names: list[str] = []
    for place, cell in enumerate(row.cells, start=1):
        base = " ".join(_UNSEEN.sub(" ", cell).split())[:HEADER_CHARACTERS] or f"Kolom {place}"
        name, copy = base, 1
        while name in names:
            copy += 1
            name = f"{base} ({copy})"
        names.append(name)
    least = max((place for place, cell in enumerate(row.cells, start=1) if cell.strip()), default=0)
    return Header(number=row.number, names=tuple(names), least=least)


def guess_mapping(headers: Sequence[str], sample: Sequence[Sequence[str]]) -> Mapping:
    """Return the likeliest column for each field; the user confirms or corrects it."""
    columns = {name: [row[i] for row in sample if i < len(row) and row[i].strip()] for i, name in enumerate(headers)}
    found: dict[str, str] = {}
    for fits in (_named_exactly, _named_within):
        for field in SYNONYMS:
            free = [name for name in headers if name not in found.values()]
            if field not in found and (match := fits(field, free)):
                found[field] = match
    return _by_content(Mapping(**found), {name: cells for name, cells in columns.items() if cells})


def _named_exactly(field: str, headers: Sequence[str]) -> str | None:
    keys = {_key(name): name for name in reversed(headers)}
    return next((keys[synonym] for synonym in SYNONYMS[field] if synonym in keys), None)


def _named_within(field: str, headers: Sequence[str]) -> str | None:
    """Find a header that starts with a synonym of some length, as in "Tanggal Komentar (WIB)"."""
    names = [synonym for synonym in SYNONYMS[field] if len(synonym) >= len("waktu")]
    for header in headers:
        key = _key(header)
        if not ANSWERED.search(key) and any(key.startswith(name) for name in names):
            return header
    return None


def _by_content(mapping: Mapping, columns: dict[str, list[str]]) -> Mapping:
    """Fill in the time and the text where no name told, and mend two names that mean several things."""
    taken = {getattr(mapping, field) for field in FIELDS}
    free = {name: cells for name, cells in columns.items() if name not in taken and not ANSWERED.search(_key(name))}
    if mapping.posted_at is None:
        dated = [name for name, cells in free.items() if mean(map(looks_dated, cells)) >= 0.8]
        dated.sort(key=lambda name: all(cell.isdecimal() for cell in free[name]))  # whole numbers may be counts
        mapping = replace(mapping, posted_at=dated[0] if dated else None)
    hours = [name for name, cells in free.items() if mean(map(is_hour, cells)) >= 0.8]
    if mapping.posted_at and mapping.posted_time is None and hours:
        mapping = replace(mapping, posted_time=hours[0])
    if mapping.text is None:
        wordy = {name: mean(map(len, cells)) for name, cells in free.items() if _is_prose(cells)}
        mapping = replace(mapping, text=max(wordy, key=lambda name: wordy[name]) if wordy else None)
    if mapping.post_id and mapping.post_caption is None and _is_prose(columns.get(mapping.post_id, [])):
        mapping = replace(mapping, post_id=None, post_caption=mapping.post_id)
    return mapping


def _is_prose(cells: Sequence[str]) -> bool:
    """Tell whether most cells are words with blanks between them: no links, dates or codes."""
    return (
        bool(cells)
        and mean(" " in cell.strip() and "://" not in cell and not looks_dated(cell) for cell in cells) > 0.5
    )


def _key(header: str) -> str:
    return re.sub(r"[^a-z0-9]", "", header.lower())

"""Large files in bounded memory: what is kept must not grow with the rows."""

import resource
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from triage.connectors.base import Refused
from triage.connectors.files import open_rows, sniff
from triage.connectors.spreadsheet import RefusedWriter

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEADER = ["ID Komentar", "Tanggal", "Nama Pengguna", "Komentar", "ID Unggahan"]
STATM = Path("/proc/self/statm")
START = datetime(2026, 1, 1, tzinfo=UTC)


def cells(number):
    day = (START + timedelta(minutes=number)).strftime("%d/%m/%Y %H:%M")
    text = f"Jalan di desa {number} rusak parah, mohon segera diperbaiki 🙏" if number % 10 else ""
    return [f"c{number}", day, f"warga{number % 999}", text, f"p{number % 40}"]


def write_csv(path, rows):
    with path.open("w", encoding="utf-8") as file:
        file.writelines(";".join(line) + "\n" for line in [HEADER, *map(cells, range(rows))])


def write_xlsx(path, rows):
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for line in [HEADER, *map(cells, range(rows))]:
        sheet.append(line)
    workbook.save(path)


def memory():
    """Return the bytes that this process holds in memory now."""
    return int(STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize()


@pytest.mark.skipif(not STATM.exists(), reason="needs Linux's /proc to see the memory in use")
@pytest.mark.parametrize(
    ("write", "rows"), [(write_csv, 100_000), (write_xlsx, 20_000)], ids=["100,000 rows of CSV", "20,000 rows of XLSX"]
)
def test_rows_stream_in_bounded_memory(tmp_path, write, rows):
    path = tmp_path / "large"
    write(path, rows)
    seen, taken = [], 0
    reader = open_rows(path, sniff(path).mapping, zone=UTC, now=NOW)
    with RefusedWriter(tmp_path / "refused.csv", headers=reader.headers) as refused:
        for item in reader:
            if isinstance(item, Refused):
                refused.write(item)
            else:
                taken += 1
            if reader.rows_read % (rows // 10) == 0:
                seen.append(memory())
    assert (taken, refused.count, reader.progress) == (rows * 9 // 10, rows // 10, 1.0)
    assert max(seen) - seen[0] < 4_000_000

"""Write a month's figures as a report on paper: summary with charts, tables, and how it was reckoned."""

from collections.abc import Callable, Sequence
from pathlib import Path

from triage.connectors.paper import Column, Paper, Series, Tile
from triage.queries.cohorts import Number
from triage.queries.metrics import Figures
from triage.queries.monthly import Monthly
from triage.rules.aggregates import MIN_RANKED
from triage.rules.method import METHOD
from triage.rules.metrics import DEFINITION
from triage.rules.quantiles import ERROR
from triage.rules.wording import Wording as Wording
from triage.rules.wording import change, moved, week_name

Name = Callable[[str], str]
PARTS = (
    ("Dijawab dalam target", Number.IN_TARGET),
    ("Dijawab terlambat", Number.ANSWERED_LATE),
    ("Dijawab tanpa target", Number.ANSWERED_WITHOUT_TARGET),
    ("Terbuka, lewat tenggat", Number.OVERDUE),
    ("Terbuka, belum jatuh tempo", Number.NOT_DUE),
    ("Terbuka tanpa target", Number.OPEN_WITHOUT_TARGET),
    ("Ditutup tanpa balasan", Number.CLOSED_UNANSWERED),
    ("Masuk", Number.RECEIVED),
)
APART = (
    ("Dijawab di luar jam kerja", Number.OUT_OF_HOURS),
    ("Dijawab, tanpa kalender kerja", Number.NO_CALENDAR),
    ("Pujian", Number.PRAISE),
    ("Lainnya", Number.OTHER),
    ("Belum dibaca model", Number.UNREAD),
    ("Sebelum akun terhubung", Number.BACKFILL),
    ("Ditarik warga sebelum dibalas", Number.TAKEN_BACK),
)


def write(path: Path, found: Monthly, say: Wording) -> int:
    """Write the report; return how many pages it has."""
    month = say.month(found.month)
    foot = f"{say.office} · Laporan {month} · definisi {DEFINITION} · dibuat {say.moment(found.made_at)}"
    paper = Paper(title=f"Laporan waktu tanggapan {month}", foot=foot, made_at=found.made_at)
    summary(paper, found, say)
    groups(paper, found, say)
    composition(paper, found, say)
    paper.add_page()
    paper.heading(f"Cara menghitung: definisi {DEFINITION}")
    paper.terms(METHOD)
    if not found.board.is_exact:
        paper.paragraph(
            f"Median dan p90 di laporan ini dihitung dari kelas; galatnya paling besar {say.percent(ERROR, 1)}."
        )
    paper.paragraph(
        "Laporan ini memakai fungsi yang sama dengan halaman Angka, dan tidak memuat kata-kata atau nama warga. "
        f"Keadaan kasus adalah keadaan pada {say.moment(found.made_at)}."
    )
    return paper.save(path)


def summary(paper: Paper, found: Monthly, say: Wording) -> None:
    """Print the first page: what came in, how it was answered, and how that moved."""
    paper.banner(say.office, "Laporan waktu tanggapan", f"{say.month(found.month)} · komentar warga di akun resmi")
    if not found.sees_all:
        paper.notice("Hanya sebagian.", "Laporan ini memuat kasus yang kini dipegang unit pemesannya.")
    if found.immature:
        since, days = found.immature
        paper.notice(
            f"Belum matang sejak {say.moment(since)}.",
            f"Target jawaban pertama yang terpanjang, {days} hari kerja, masih berjalan untuk komentar sejak saat itu. "
            "Angkanya masih dapat berubah.",
        )
    paper.tiles(tiles(found.board.total, found.before, say))
    lag = found.board.lag
    paper.paragraph(
        f"Jeda masuk (ditulis sampai terlihat): median {say.duration(lag.median)}, n = {say.number(lag.n)}."
    )
    received, answered = Number.RECEIVED, Number.ANSWERED
    paper.bars(
        "Masuk dan dijawab per minggu (tanggal)",
        [week_name(*days) for days, _ in found.weeks],
        [counted("Masuk", received, found, say), counted("Dijawab", answered, found, say)],
    )
    months = [figures for _, figures in found.months]
    paper.shares(
        "Enam bulan terakhir",
        [f"{say.month(month).split()[0]}\n{under(figures, say)}" for month, figures in found.months],
        [
            shared("Dalam target", [one.in_target for one in months], say),
            shared("Tingkat tanggapan", [one.response_rate for one in months], say),
        ],
    )
    paper.paragraph("n: kasus di balik pangsa dalam target, dan kasus masuk di balik tingkat tanggapan.")


def under(found: Figures, say: Wording) -> str:
    """Return what both shares of a month are over."""
    return f"n = {say.number(found.outcomes.counted)} dan {say.number(found.counts[Number.RECEIVED])}"


def counted(name: str, number: Number, found: Monthly, say: Wording) -> Series:
    """Return the counts of a number by week."""
    values = [figures.counts[number] for _, figures in found.weeks]
    return Series(name, values, [say.number(value) for value in values])


def shared(name: str, values: Sequence[float | None], say: Wording) -> Series:
    """Return shares with their words."""
    return Series(name, values, [say.percent(value) for value in values])


def tiles(now: Figures, before: Figures, say: Wording) -> list[Tile]:
    """Return the six figures of the first page, each with its n."""
    received, answered, late = (now.counts[n] for n in (Number.RECEIVED, Number.ANSWERED, Number.OVERDUE))
    target = say.percent(now.in_target)
    return [
        Tile("Masuk", say.number(received), "wajib ditanggapi", change(received, before.counts[Number.RECEIVED])),
        Tile(
            "Dijawab",
            say.number(answered),
            f"{say.percent(now.response_rate)} dari yang masuk",
            change(answered, before.counts[Number.ANSWERED]),
        ),
        Tile("Dalam target", target, f"n = {say.number(now.outcomes.counted)}", moved(now.in_target, before.in_target)),
        Tile("Median jawaban, jam kerja", *of(now.working.median, now.wall.median, now, say)),
        Tile("p90 jawaban, jam kerja", *of(now.working.p90, now.wall.p90, now, say)),
        Tile("Lewat tenggat", say.number(late), "terbuka, belum dijawab", is_late=bool(late)),
    ]


def of(working_s: float | None, wall_s: float | None, now: Figures, say: Wording) -> tuple[str, str, str]:
    """Return a duration by the working clock, its n, and the same by the wall clock."""
    by_wall = f"jam dinding {say.duration(wall_s)}, n = {say.number(now.wall.n)}"
    return say.working_duration(working_s), f"n = {say.number(now.working.n)}", by_wall


def groups(paper: Paper, found: Monthly, say: Wording) -> None:
    """Print the tables by unit, intent, platform and account, the ranking of units before its table."""
    ranked = [unit for unit in found.board.units if unit.is_ranked]
    paper.add_page()
    paper.heading("Per unit: pangsa dalam target")
    if ranked:
        paper.ranking([(unit.name, unit.in_target or 0.0, share_of(unit, say)) for unit in ranked])
    else:
        paper.paragraph(f"Bulan ini tidak ada unit dengan n paling sedikit {MIN_RANKED}, jadi tidak ada peringkat.")
    table(paper, "Unit yang diperingkatkan", ranked, say)
    few = [unit for unit in found.board.units if not unit.is_ranked]
    table(paper, f"Unit yang tidak diperingkatkan (n < {MIN_RANKED} atau antrean triase)", few, say)
    table(paper, "Per jenis", found.board.intents, say, name=say.intent)
    table(paper, "Per platform", found.board.platforms, say, name=say.platform)
    table(paper, "Per akun", found.board.accounts, say)


def share_of(found: Figures, say: Wording) -> str:
    """Return the share in target with its n."""
    return f"{say.percent(found.in_target)} (n = {say.number(found.outcomes.counted)})"


def table(paper: Paper, title: str, found: Sequence[Figures], say: Wording, name: Name = str) -> None:
    """Print the figures of some groups, if there are any."""
    if not found:
        return
    paper.heading(title, room=42)
    columns = [
        Column("Nama", 35, is_number=False), Column("Masuk", 13), Column("Dijawab", 16), Column("Dalam target", 20),
        Column("Median, jam kerja", 22), Column("p90, jam kerja", 21), Column("Lewat tenggat", 16),
        Column("Bauran jenis", 38, is_number=False),
    ]  # fmt: skip
    paper.rows(columns, [cells(figures, say, name) for figures in found])


def cells(found: Figures, say: Wording, name: Name) -> list[str]:
    """Return one row of a table of figures; n stands under each share and duration."""
    number, n = say.number, found.outcomes.counted
    return [
        name(found.name),
        number(found.counts[Number.RECEIVED]),
        f"{number(found.counts[Number.ANSWERED])}\n{say.percent(found.response_rate)}",
        f"{say.percent(found.in_target)}\nn = {number(n)}",
        f"{say.working_duration(found.working.median)}\nn = {number(found.working.n)}",
        say.working_duration(found.working.p90),
        number(found.counts[Number.OVERDUE]),
        ", ".join(f"{say.intent(intent)}\u00a0{number(count)}" for intent, count in found.mix.items()),
    ]


def composition(paper: Paper, found: Monthly, say: Wording) -> None:
    """Print what the figures are made of: the parts sum up to what came in."""
    paper.heading("Susunan angka", room=90)
    paper.paragraph("Setiap kasus masuk ada di tepat satu baris; jumlahnya sama dengan yang masuk.")
    columns = [Column("Keadaan", 120, is_number=False), Column("Kasus", 30)]
    counts = found.board.total.counts
    paper.rows(columns, [(label, say.number(counts[number])) for label, number in PARTS])
    paper.heading("Catatan dan yang tidak masuk hitungan", room=60)
    paper.rows(columns, [(label, say.number(counts[number])) for label, number in APART])

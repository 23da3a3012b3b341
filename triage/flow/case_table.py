"""Tell a case as one row of a file: every interval of M1 in wall and working seconds, flags, masked words.

Moments are local to the office and carry no zone, as spreadsheets want them: the header names the zone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from triage.connectors.table_files import Cell, TableWriter, open_table
from triage.queries.case_lines import CaseLine, Directory, Facts, Stretch, first_pass
from triage.queries.cohorts import Outcome, Pace
from triage.rules.history import Flag, flags_of
from triage.rules.privacy import mask

QUEUE = ("", "Antrean triase")
OUTSIDE = "di luar aplikasi"
SPAN = ("jam dinding (detik)", "jam kerja (detik)")
FLAGS = {
    Flag.NO_COMMENT: "tanpa komentar",
    Flag.OUT_OF_HOURS: "di luar jam kerja",
    Flag.ANSWERED_OUTSIDE: "dijawab di luar aplikasi",
    Flag.RESOLVED_WITHOUT_REPLY: "selesai tanpa balasan",
    Flag.WITHDRAWN_BEFORE_REPLY: "ditarik warga sebelum dibalas",
    Flag.HIDDEN_BEFORE_REPLY: "disembunyikan sebelum dibalas",
    Flag.HIDING_APPROVED: "penyembunyian disetujui",
    Flag.PAUSE_CUT: "jeda dipotong batasnya",
    Flag.REPLY_BEFORE_COMMENT: "balasan bertanggal sebelum komentar",
    Flag.OUT_OF_ORDER: "tercatat tidak berurutan",
    Flag.CLOCK_SKEW: "jam platform dan server berselisih",
    Flag.CONTRADICTORY: "riwayat bertentangan",
    Flag.IMPORTED: "riwayat diimpor",
}


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What it takes to tell a case: names by id, the words of the screen, the office's zone."""

    names: Directory
    intent: Callable[[str], str]
    state: Callable[[str], str]
    platform: Callable[[str], str]
    outcomes: Mapping[Outcome, str]
    zone: ZoneInfo


def begun(path: Path, zone: str) -> TableWriter:
    """Return the file of cases, ready for its rows."""
    return open_table(path, title="Kasus", headers=headers(zone))


def headers(zone: str) -> tuple[str, ...]:
    """Return the names of the columns, in the order of `cells`."""
    at = f"waktu ({zone})"
    return (
        "Definisi", "Edisi kalender", "Kode kasus", "Jenis", "Keadaan", "Kode unit", "Unit", "Dipegang unit",
        "Platform", "Akun", "Jumlah komentar", f"Ditulis warga: {at}", f"Tenggat: {at}", "Terhadap target",
        f"Jawaban pertama: {at}", *of("Jawaban pertama"), "Dijawab oleh", *of("Tanggapan unit"),
        f"Jawaban berisi: {at}", *of("Jawaban berisi"),
        "Jawaban berikut: jumlah", *of("Jawaban berikut, yang pertama"),
        "Jawaban berikut: semua (dinding/kerja, detik)", "Menunggu lagi tanpa dijawab: jumlah",
        f"Penyelesaian pertama: {at}", *of("Penyelesaian pertama"),
        f"Penyelesaian penuh: {at}", *of("Penyelesaian penuh"),
        *of("Jeda menunggu warga"), *of("Menunggu pihak lain"), f"Triase: {at}", *of("Triase"), "Pindah unit (kali)",
        "Pegangan: jumlah", "Pegangan: semua (unit dinding/kerja, detik)", "Episode", f"Warga menunggu sejak: {at}",
        "Di luar jam kerja", "Sebelum akun terhubung", "Penanda", "Cuplikan (disamarkan)",
    )  # fmt: skip


def of(name: str) -> tuple[str, str]:
    """Return the two columns of an interval."""
    return f"{name}: {SPAN[0]}", f"{name}: {SPAN[1]}"


def rows(lines: Iterable[CaseLine], telling: Telling) -> list[tuple[Cell, ...]]:
    """Return cases as rows of cells."""
    return [cells(line, telling) for line in lines]


def cells(line: CaseLine, say: Telling) -> tuple[Cell, ...]:
    """Return one case, in the order of `headers`."""
    case = first_pass(line.facts, say.names.queue)
    return (
        *who_and_what(case, say),
        *answers(line, case, say),
        *resolutions(case, say),
        case.paused_wall_s, case.paused_working_s, case.waiting_other_wall_s, case.waiting_other_working_s,
        local(case.triaged_at, say), case.triage_wall_s, case.triage_working_s, case.bounces,
        len(line.holds), told_holds(line.holds, say), case.episodes, local(case.waiting_since, say),
        yes(case.pace == Pace.OUT_OF_HOURS), yes(case.is_backfill),
        "; ".join(FLAGS[flag] for flag in flags_of(case.flags)), mask(case.excerpt),
    )  # fmt: skip


def who_and_what(case: Facts, say: Telling) -> tuple[Cell, ...]:
    """Return what the case is, whose it is and how it stands."""
    unit_code, unit = say.names.units.get(case.unit_id or 0, QUEUE)
    holder = say.names.units.get(case.holder_id or 0, QUEUE)[1]
    platform, handle = say.names.accounts[case.account_id]
    return (
        case.definition, case.calendar_edition, case.code, say.intent(case.intent) if case.intent else "",
        say.state(case.state), unit_code, unit, holder, say.platform(platform), handle, case.comment_count,
        local(case.opened_at, say), local(case.due_at, say), say.outcomes[Outcome(case.outcome)],
    )  # fmt: skip


def answers(line: CaseLine, case: Facts, say: Telling) -> tuple[Cell, ...]:
    """Return the first, the substantive and all further replies (D4-D6)."""
    later = [wait for wait in line.waits if wait.is_answered]
    first = (later[0].wall_s, later[0].working_s) if later else (None, None)
    by = say.names.people.get(case.credited_user_id or 0, OUTSIDE) if case.frt_at else ""
    return (
        local(case.frt_at, say), case.frt_wall_s, case.frt_working_s, by,
        case.unit_response_wall_s, case.unit_response_working_s,
        local(case.tts_at, say), case.tts_wall_s, case.tts_working_s,
        len(later), *first, "; ".join(map(told, later)), len(line.waits) - len(later),
    )  # fmt: skip


def resolutions(case: Facts, say: Telling) -> tuple[Cell, ...]:
    """Return the first and the full resolution (D7, D8)."""
    return (
        local(case.first_resolved_at, say), case.resolution_first_wall_s, case.resolution_first_working_s,
        local(case.last_resolved_at, say), case.resolution_full_wall_s, case.resolution_full_working_s,
    )  # fmt: skip


def told(piece: Stretch) -> str:
    """Return a stretch by both clocks; "-" is unknown, which is not 0."""
    return f"{piece.wall_s}/{'-' if piece.working_s is None else piece.working_s}"


def told_holds(holds: Sequence[Stretch], say: Telling) -> str:
    """Return who held a case how long, in order."""
    return "; ".join(f"{say.names.units.get(hold.unit_id or 0, QUEUE)[0] or QUEUE[1]} {told(hold)}" for hold in holds)


def local(moment: datetime | None, say: Telling) -> datetime | None:
    """Return a moment as the office's clock shows it."""
    return None if moment is None else moment.astimezone(say.zone).replace(tzinfo=None, microsecond=0)


def yes(is_so: bool) -> str:
    """Return a truth in words."""
    return "ya" if is_so else "tidak"

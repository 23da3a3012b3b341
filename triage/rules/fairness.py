"""What is worth a second look behind good figures: each pattern with its meaning and its honest reasons.

A pattern is a reason to read cases, never a verdict: everything here also happens to people who work well. Which
cases each one counts stands in queries.fairness, by the same names.
"""

from dataclasses import dataclass
from enum import StrEnum

# A change of intent counts as near the deadline within this share of the target's length, before or after it.
NEAR_SHARE = 5  # one fifth
# The same text counts from so many cases of one unit and period on: fewer are a coincidence or a template.
SAME_TEXT_CASES = 5


class Pattern(StrEnum):
    """One pattern; its value is its name in addresses."""

    WITHOUT_REPLY = "selesai-tanpa-balasan"
    HIDDEN = "disembunyikan"
    RELABELLED = "jenis-diubah"
    SAME_TEXT = "teks-sama"
    PAUSED = "menunggu-warga"
    RECEIPT_ONLY = "hanya-tanda-terima"
    RECORDED_LATER = "dicatat-kemudian"


class Base(StrEnum):
    """Which cases a pattern is a share of: its n."""

    RECEIVED = "masuk"
    RESOLVED = "selesai"
    ANSWERED = "dijawab"


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a pattern counts, in the words of the page; `reason` is a common and honest one."""

    label: str
    counts: str
    reason: str
    of: Base


DEFINITIONS: dict[Pattern, Definition] = {
    Pattern.WITHOUT_REPLY: Definition(
        label="Selesai tanpa balasan",
        counts="Pernah ditutup sebagai selesai sebelum ada balasan yang dihitung.",
        reason="Keluhannya dibereskan lewat telepon, atau warga menjawab sendiri. Alasannya ada di riwayat kasus.",
        of=Base.RESOLVED,
    ),
    Pattern.HIDDEN: Definition(
        label="Disembunyikan sebelum dibalas",
        counts="Komentarnya kita sembunyikan sebelum ada balasan, tanpa persetujuan supervisor.",
        reason="Komentar memuat data pribadi, penipuan, atau makian.",
        of=Base.RECEIVED,
    ),
    Pattern.RELABELLED: Definition(
        label="Jenis diubah dekat tenggat",
        counts="Petugas mengubah jenis menjadi pujian atau lainnya, paling jauh seperlima target dari tenggatnya.",
        reason="Model keliru dan baru terbaca ketika daftar diurutkan menurut tenggat.",
        of=Base.RECEIVED,
    ),
    Pattern.SAME_TEXT: Definition(
        label="Balasan dengan teks sama",
        counts=f"Balasan isi yang sama persis dikirim unit ini ke {SAME_TEXT_CASES} kasus atau lebih pada periode ini.",
        reason="Gangguan yang sama dialami banyak warga, misalnya air mati, dan satu penjelasan memang cukup.",
        of=Base.ANSWERED,
    ),
    Pattern.PAUSED: Definition(
        label="Pernah menunggu warga",
        counts="Selesai, dan waktunya pernah dihentikan karena menunggu warga. Persen kedua: bagian waktunya.",
        reason="Keluhan warga sering kurang lengkap, misalnya tanpa lokasi.",
        of=Base.RESOLVED,
    ),
    Pattern.RECEIPT_ONLY: Definition(
        label="Hanya tanda terima",
        counts="Selesai, dibalas, tetapi semua balasannya tanda terima.",
        reason="Jawaban isinya diberikan instansi lain, atau petugas lupa mengubah macam balasan.",
        of=Base.RESOLVED,
    ),
    Pattern.RECORDED_LATER: Definition(
        label="Dicatat setelah tenggat",
        counts="“Sudah dibalas di aplikasi” diberi waktu sebelum tenggat, tetapi baru dicatat setelah tenggat.",
        reason="Petugas membalas dari ponsel dan mencatatnya di kantor.",
        of=Base.ANSWERED,
    ),
}

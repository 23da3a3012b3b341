"""Who plays in the demonstration regency, how quick they are and what they say; all of it invented."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from triage.flow import ingest

PASSWORD = "demo-tanggap-2026"  # noqa: S105  printed for everybody: it opens an invented regency only
DAYS = 92
SEED = 20261
DESK, HEAD = "kominfo", "supervisor"
VILLAGES = {
    "KECAMATAN": ("KEC-SUKAJADI", "Kecamatan Sukajadi", "kecamatan"),
    "KELURAHAN": ("KEL-TANJUNGASRI", "Kelurahan Tanjungasri", "kelurahan"),
    "DESA": ("DESA-SUMBERREJO", "Desa Sumberrejo", "desa"),
}
SHORT = {
    "instagram": "IG",
    "facebook": "FB",
    "tiktok": "TT",
    "whatsapp": "WA",
    "website": "WEB",
    "youtube": "YT",
    "x": "X",
}
LOG_INS = f"""Akun contoh (kata sandi semuanya: {PASSWORD})
  Diskominfo   {DESK}, kominfo2
  Supervisor   {HEAD}
  Admin OPD    dinkes, dpupr, disdukcapil, dlh, ... (kode unit dengan huruf kecil)"""
# Hours after which a unit's people usually answer; in a real regency some are quick and some hardly answer.
PACES = (1.5, 3.0, 6.0, 14.0, 40.0, 110.0)
ANSWERS = {
    "complaint": "Terima kasih laporannya. Petugas kami sudah menjadwalkan pengecekan ke lokasi paling lambat besok.",
    "question": "Terima kasih sudah bertanya. Layanan buka Senin sampai Jumat pukul 07.30-16.00, bawa KTP dan KK asli.",
    "hoax_report": "Informasi itu tidak benar dan bukan dari kami. Mohon jangan diteruskan.",
    "praise": "Terima kasih atas dukungannya, kami sampaikan kepada petugas di lapangan.",
}
RECEIVED = "Terima kasih, sudah kami teruskan kepada petugas. Perkembangannya kami kabarkan di sini."
ASKING = "Terima kasih. Boleh disebutkan lokasi tepatnya agar petugas tidak keliru?"
CAST = (
    (DESK, "Rina Kartika", "diskominfo"),
    ("kominfo2", "Agus Wibowo", "diskominfo"),
    (HEAD, "Siti Rahmawati", "supervisor"),
)
# Shares: how often somebody looks at a case at all, mends a wrong class, or a platform refuses.
DESK_CARES, UNIT_CARES, MENDS, REFUSED, COMES_BACK = 0.82, 0.8, 0.75, 0.02, 0.12
PLACE = "Di depan balai desa, dekat pos ronda."
AGAIN = "Min, kok keadaannya masih sama saja ya? Mohon ditindaklanjuti."


@dataclass(order=True, frozen=True)
class Step:
    """Something that somebody does at a moment of the simulated months."""

    at: datetime
    number: int
    kind: str = field(compare=False)
    code: str = field(compare=False)


@dataclass(frozen=True)
class Truth:
    """What a sample is, by its own label, and how it came in."""

    intent: str
    unit: str
    message: ingest.Incoming


def owner(record: dict[str, Any]) -> str:
    """Return the unit on whose account a sample stands here; outside bodies have no account of ours."""
    account = str(record["account"])
    return "SETDA" if account.startswith("EXT_") else VILLAGES.get(account, (account,))[0]

"""The labelling guideline as people read it: what each class means, with examples written for this purpose.

A change of meaning gets a new VERSION; every verdict and every snapshot carries the version it was made under.
"""

from dataclasses import dataclass

from models import Intent

VERSION = "v1"


@dataclass(frozen=True)
class Section:
    """One class: when it is right, examples that belong to it, and look-alikes with where they belong instead."""

    intent: Intent
    rule: str
    examples: tuple[str, ...]
    look_alikes: tuple[tuple[str, Intent], ...]


PRECEDENCE = (
    "Bila dua jenis sama-sama cocok: laporan hoaks, lalu pengaduan, lalu pertanyaan, lalu pujian, lalu lainnya."
)
SECTIONS = (
    Section(
        Intent.COMPLAINT,
        "Warga melaporkan masalah, tidak puas, meminta tindakan, mengkritik, menuduh, atau mengusulkan perubahan. "
        "Termasuk pertanyaan yang sebenarnya tagihan dan pujian yang sebenarnya sindiran.",
        (
            "Sudah tiga minggu truk sampah tidak lewat gang kami",
            "Kapan jembatan gantung ini mau dibetulkan, nunggu ada yang jatuh?",
            "Hebat ya, baru diresmikan plafonnya sudah bocor 👏",
            "Tolong pasang lampu di tikungan dekat pasar, gelap sekali",
        ),
        (
            ("Jalan ke puskesmas ditutup, lewat mana ya min?", Intent.QUESTION),
            ("Katanya dana perbaikan jalan dikorupsi, beredar di grup RT, benarkah?", Intent.HOAX_REPORT),
        ),
    ),
    Section(
        Intent.QUESTION,
        "Warga ingin tahu sesuatu dan jawaban berupa keterangan sudah cukup: jadwal, syarat, tempat, biaya, cara, "
        "atau siapa yang dihubungi.",
        (
            "Perpanjang kartu kuning bisa di kecamatan?",
            "Akta lahir anak saya hilang, urusnya mulai dari mana?",
            "Imunisasi minggu ini di posyandu mana saja min",
        ),
        (
            ("Kok dari dulu katanya diproses terus?", Intent.COMPLAINT),
            ("Ada pesan berantai bantuan modal daftar lewat tautan, betul tidak?", Intent.HOAX_REPORT),
        ),
    ),
    Section(
        Intent.HOAX_REPORT,
        "Warga menanyakan benar tidaknya kabar, pesan, tautan, akun, telepon, lowongan, atau bantuan yang beredar; "
        "atau melaporkan dan meneruskan yang palsu untuk diperiksa.",
        (
            "Ada yang mengaku dari dinas minta transfer biaya survei, hati-hati",
            "Di grup warga ramai katanya besok air dimatikan seharian, hoaks bukan?",
            "Akun ini meniru akun resmi kabupaten, tolong dicek",
        ),
        (
            ("Janji bupati cuma hoaks!", Intent.COMPLAINT),
            ("Apa benar sekarang bikin surat pindah bayar?", Intent.QUESTION),
        ),
    ),
    Section(
        Intent.PRAISE,
        "Terima kasih, pujian, selamat, dukungan, atau doa yang tulus untuk kantor, petugas, atau programnya. "
        "Hanya 👍, 👏, atau ❤️ juga pujian.",
        (
            "Petugas loketnya ramah dan cepat, terima kasih",
            "Alhamdulillah lampu depan musala sudah menyala lagi",
            "Semoga lancar programnya pak, kami dukung",
        ),
        (
            ("Makasih infonya min, terus kalau hari libur buka tidak?", Intent.QUESTION),
            ("Mantap, tiap hujan pasti banjir 👍", Intent.COMPLAINT),
        ),
    ),
    Section(
        Intent.OTHER,
        "Tidak perlu tindakan siapa pun: iklan, judi, menandai teman, obrolan antarwarga, salam saja, candaan, "
        "belasungkawa, politik tanpa permintaan, atau tulisan yang tidak jelas maksudnya.",
        ("@teman lihat nih kampungmu masuk TV", "hadir 🙋", "Jual pulsa murah cek bio", "aamiin"),
        (
            ("Semoga kantornya makin maju, aamiin", Intent.PRAISE),
            ("Min kok komentar saya dihapus?", Intent.COMPLAINT),
        ),
    ),
)
UNIT_RULES = (
    "Pilih unit yang harus bertindak atau menjawab menurut isinya, bukan orang yang disapa dan bukan pemilik akun.",
    "Urusan instansi luar (listrik PLN, jalan nasional, SMA/SMK, Samsat) tetap disebut: pilih instansi luarnya.",
    "Laporan hoaks milik unit yang urusannya disebut kabar itu; tanpa urusan yang jelas, Diskominfo.",
    "Beberapa urusan sekaligus: pilih yang paling mendesak.",
    "Teksnya tidak menyebut urusan apa pun: pilih “Tidak disebut”. Jangan menebak.",
)
DOUBT = (
    "Ragu bukan kesalahan. Tekan “Ragu”: komentar itu diputuskan orang lain, dan kasus seperti itu memperbaiki pedoman."
)

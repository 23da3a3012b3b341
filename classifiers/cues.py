"""Stance cues: small groups of words that tell a question from a reproach from hearsay, and their combinations.

Every token carries a bit mask of its groups. A text's features follow from the OR of its masks, its first and last mask
and its length alone, so that they cost a few numpy operations for a whole batch.
"""

from itertools import combinations

import numpy as np
import numpy.typing as npt

GROUPS: dict[str, str] = {
    "tanya": (
        "apa apakah bagaimana kapan kapankah berapa siapa bisakah bolehkah adakah mana mananya bolehkan berapakah ya"
    ),
    "alasan": "kenapa mengapa kok masa masak kenapakah",
    "tanda_tanya": "?",
    "seru": "!",
    "jeda": "..",
    "terima_kasih": "kasih alhamdulillah syukur nuhun matur bersyukur",
    "salam": "halo selamat assalamualaikum pagi siang sore malam permisi",
    "mohon": (
        "mohon tolong minta segera harap diharapkan dimohon usul sebaiknya coba ditindak tindak perbaiki "
        "tertibkan pasang"
    ),
    "ingkar": "tidak belum jangan bukan kurang tanpa tiada",
    "rusak": (
        "rusak macet mati banjir bau kotor lambat lama susah error eror gagal antre bocor hilang mahal gelap "
        "putus penuh ribet sulit payah buruk parah kecewa lubang berlubang numpuk menumpuk tumpuk jelek lemot "
        "loading ditolak masalah kendala keluh becek rawan longsor ambrol mampet tersumbat capek kosong habis "
        "pingpong dipersulit"
    ),
    "cela": (
        "percuma padahal seharusnya harusnya malah terus-menerus janji malas tidur php cuma mulu doang sampai "
        "bohong pura-pura gimmick pencitraan ngapain mending makan gaji korupsi pungli mentang kapan-kapan "
        "sia aneh kebanyakan kecuali"
    ),
    "puji": (
        "bagus mantap keren hebat luar semangat sukses terbaik ramah cepat puas membantu mudah salut bangga "
        "top oke apresiasi jos maju :bagus :tepuk_tangan :hati :suka :semangat :kuat :senang"
    ),
    "doa": "semoga amin aamiin sehat lancar berkah barokah sukses selamat",
    "kabar": (
        "katanya kata kabar kabarnya dengar beredar viral grup wa whatsapp berita beritanya tetangga teman "
        "share sebar tersebar broadcast pesan isu rumor dikirim dapat gosip bilang heboh ramai video facebook "
        "undangan sebaran desas"
    ),
    "benar": (
        "benar benarkah benarnya hoaks hoax palsu valid asli resmi klarifikasi betul betulkah penipuan modus "
        "tipu penipu fakta bohongan keaslian konfirmasi kebenaran sebenarnya nyata"
    ),
    "jebak": (
        "tautan transfer rekening mengaku ngaku mengatasnamakan undian hadiah telepon <tautan> <telepon> apk "
        "otp pulsa pinjaman akun"
    ),
    "judi": (
        "slot gacor maxwin jackpot togel situs deposit depo wd scatter menang bet link bio <merek> <hias> "
        "<samar> <eja> cuan toto jepe jp saldo"
    ),
    "akun": "<akun>",
    "tertawa": "tertawa :tertawa",
    "sapa": "admin pak bu bapak ibu kak bang mas mbak bupati dok",
    "perihal": (
        "info informasi syarat persyaratan jadwal jam biaya alamat nomor lokasi daftar cara tanggal kuota "
        "prosedur berkas kontak caranya infonya jadwalnya syaratnya tempat tempatnya pendaftaran"
    ),
    "lamanya": "tahun bulan minggu hari sejak sudah kemarin dulu",
    "kita": "saya kami kita anak rumah warga kampung",
    "mereka": "kalian kamu pemerintah pejabat petugas dinas pegawai mereka",
}
_BIT = {name: 1 << i for i, name in enumerate(GROUPS)}
_MASKS: dict[str, int] = {}
for _name, _words in GROUPS.items():
    for _word in _words.split():
        _MASKS[_word] = _MASKS.get(_word, 0) | _BIT[_name]

_PAIRS = np.array(list(combinations(range(len(GROUPS)), 2)), dtype=np.intp)
_LENGTHS = np.array([1, 2, 3, 4, 6, 9, 13, 20, 30, 45])  # first length, in tokens, of each step
_QUESTION_MARK = list(GROUPS).index("tanda_tanya")


def mask_of(token: str, stem: str) -> int:
    """Return the bit mask of the groups a token or its stem belongs to."""
    return _MASKS.get(token, 0) | _MASKS.get(stem, 0)


def feature_names() -> list[str]:
    """Return the names of the columns of `features`, in order."""
    names = list(GROUPS)
    pairs = [f"{names[i]}+{names[j]}" for i, j in _PAIRS]
    lengths = [f"panjang>={n}" for n in _LENGTHS]
    return [
        *names,
        *pairs,
        *(f"awal:{n}" for n in names),
        *(f"akhir:{n}" for n in names),
        *lengths,
        *(f"tanya+{n}" for n in lengths),
    ]


def features(
    anywhere: npt.NDArray[np.int64],
    *,
    first: npt.NDArray[np.int64],
    last: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
) -> npt.NDArray[np.float32]:
    """Return the cue features of a batch, n_texts x n_features, each 0 or 1.

    Parameters
    ----------
    anywhere, first, last : arrays of int64
        The OR of all masks of a text, the mask of its first and of its last token.
    lengths : array of int64
        Tokens per text.
    """
    bits = np.arange(len(GROUPS))
    groups, start, end = (((m[:, None] >> bits) & 1).astype(np.float32) for m in (anywhere, first, last))
    steps = (lengths[:, None] >= _LENGTHS).astype(np.float32)
    asked = steps * groups[:, [_QUESTION_MARK]]
    return np.hstack([groups, groups[:, _PAIRS[:, 0]] * groups[:, _PAIRS[:, 1]], start, end, steps, asked])


def word_columns() -> list[tuple[int, int]]:
    """Return the columns of `features` for groups and pairs of groups, each with the mask bits that own it."""
    single = [(i, 1 << i) for i in range(len(GROUPS))]
    double = [(len(GROUPS) + i, (1 << int(a)) | (1 << int(b))) for i, (a, b) in enumerate(_PAIRS)]
    return single + double


def first_columns() -> slice:
    """Return the columns of `features` that the first token owns."""
    start = len(GROUPS) + len(_PAIRS)
    return slice(start, start + len(GROUPS))


def last_columns() -> slice:
    """Return the columns of `features` that the last token owns."""
    start = len(GROUPS) + len(_PAIRS) + len(GROUPS)
    return slice(start, start + len(GROUPS))

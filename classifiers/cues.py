"""Stance cues: small groups of words that tell a question from a reproach from hearsay, and their combinations.

Every token carries a bit mask of its groups. A text's features follow from the OR of its masks, its first and last mask
and its length alone, so that they cost a few numpy operations for a whole batch.
"""

from itertools import combinations

import numpy as np
import numpy.typing as npt

GROUPS: dict[str, str] = {
    "tanya": (
        "apa apakah bagaimana kapan kapankah berapa berapakah siapa siapakah bisakah bolehkah adakah mana mananya "
        "manakah dimana dimanakah kemanakah sudahkah masihkah perlukah haruskah apanya gimananya ya"
    ),
    "tempat_waktu": "mana jam pukul tanggal besok lusa nanti buka tutup libur lokasi alamat tempat jadwal",
    "alasan": "kenapa mengapa kok masa masak kenapakah mosok koq ngapain",
    "tanda_tanya": "?",
    "seru": "!",
    "jeda": "..",
    "terima_kasih": "kasih alhamdulillah syukur nuhun matur bersyukur terimakasih thanks makasih puji",
    "salam": ("halo selamat assalamualaikum pagi siang sore malam permisi izin maaf ijin punten salam yth kepada hai"),
    "mohon": (
        "mohon tolong minta segera harap diharapkan dimohon coba ditindak tindak perbaiki tertibkan pasang bantu "
        "bantuan dibantu perhatikan perhatian atensi ditindaklanjuti tindaklanjuti cek dicek diperbaiki "
        "diperhatikan ditertibkan dipasang tegur ditegur evakuasi kirim turunkan dikeruk ditambal diaspal "
        "dibersihkan respon balas dibalas solusi solusinya"
    ),
    "usul": (
        "usul usulan saran menyarankan masukan sebaiknya alangkah hendaknya seyogyanya harusnya seharusnya andai "
        "andaikan tambah tambahkan ditambah tambahin perbanyak diperbanyak diadakan adakan sediakan disediakan "
        "buatkan dibuatkan tingkatkan ditingkatkan kedepannya evaluasi dievaluasi fitur"
    ),
    "dong": "dong donk lah atuh deh kek mbok plis please yaa",
    "ingkar": "tidak belum jangan bukan kurang tanpa tiada enggak ora dak teu henteu ndak rak",
    "rusak": (
        "rusak macet mati banjir bau kotor lambat lama susah error eror gagal antre bocor hilang mahal gelap putus "
        "penuh ribet sulit payah buruk parah kecewa lubang berlubang numpuk menumpuk tumpuk jelek lemot loading "
        "ditolak masalah kendala keluh becek rawan longsor ambrol mampet tersumbat capek kosong habis pingpong "
        "dipersulit tolak retak ambles padam redup rembes keruh butek cemar polusi asap liar semrawut kumuh roboh "
        "miring licin bahaya berbahaya kecelakaan korban langka naik melonjak kurang telat terlambat molor "
        "macetnya semprawut bising berisik ganggu mengganggu resah meresahkan menderita sengsara rugi merugikan "
        "terhambat terbengkalai mangkrak telantar terlantar ngebul hangus blank crash down lag bug menganga goyang "
        "jebol"
    ),
    "cela": (
        "percuma padahal malah janji malas tidur php cuma mulu doang sampai hanya bohong gimmick pencitraan "
        "ngapain mending makan gaji korupsi pungli mentang sia aneh kebanyakan kecuali mentingin wacana omong "
        "ngomong bacot gombal seremonial slogan bobrok bejat ngaco zalim tuli buta cuek abai diabaikan dibiarkan "
        "mbiarin dicuekin lempar dilempar ngantuk gabut jelas guna berguna becus niat serius katanya tebang pilih "
        "dianaktirikan curang calo nepotisme titipan amplop setoran potong dipotong sunat disunat lucu konyol "
        "kocak hebat sadis tega dzalim mundur copot pecat ganti judes jutek galak sombong"
    ),
    "marah": (
        "kecewa kesal jengkel dongkol muak bosan capek lelah marah emosi geram gedek sebal malu memalukan miris "
        "prihatin sedih nangis menangis bingung pusing mumet stres kapok nyerah trauma takut khawatir ngeri anjing "
        "goblok bego tolol bangsat kampret asu jancok tai sialan sampah bintang"
    ),
    "puji": (
        "bagus mantap keren hebat luar semangat sukses terbaik ramah cepat puas membantu mudah salut bangga top "
        "oke apresiasi jos maju :bagus :tepuk_tangan :hati :suka :semangat :kuat :senang rapi bersih nyaman indah "
        "cantik cakep kece asik asyik sigap tanggap gercep responsif profesional praktis bermanfaat manfaat "
        "berguna berkualitas memuaskan lancar memudahkan gampang simpel sempurna respect salute good nice best "
        "great love jempol sip josss gokil pecah ciamik apik sae alus lamak padek teladan idaman panutan "
        "inspiratif membanggakan senang bahagia lega adem sejuk terharu luarbiasa istimewa juara pahlawan kompak "
        "merakyat"
    ),
    "doa": (
        "semoga amin aamiin sehat lancar berkah barokah sukses selamat moga mugi panjang umur lindungi barakallah "
        "insyaallah tabah sembuh pulih"
    ),
    "kabar": (
        "katanya kata kabar kabarnya dengar beredar viral grup wa whatsapp berita beritanya tetangga teman share "
        "sebar tersebar broadcast pesan isu rumor dikirim dapat gosip bilang heboh ramai video facebook undangan "
        "sebaran desas disebar menyebar pemberitaan diberitakan telegram tiktok youtube twitter status story "
        "selebaran edaran brosur unggahan postingan screenshot tangkapan foto artikel media online narasumber "
        "sumber rame forward terusan info informasi cerita diceritakan issue"
    ),
    "benar": (
        "benar benarkah benarnya hoaks hoax palsu valid asli resmi klarifikasi betul betulkah penipuan modus tipu "
        "penipu fakta bohongan keaslian konfirmasi kebenaran sebenarnya nyata editan ai rekayasa kloning tiruan "
        "bodong fiktif sungguhan sungguh bohong ngarang settingan sesat menyesatkan luruskan meluruskan diluruskan "
        "verifikasi terverifikasi"
    ),
    "jebak": (
        "tautan transfer rekening mengaku ngaku mengatasnamakan undian hadiah telepon <tautan> <telepon> apk otp "
        "pulsa pinjaman akun oknum atasnama mencatut dicatut catut menyamar phishing link klik situs nomor dm "
        "giveaway sms kode data pinjol investasi tergiur"
    ),
    "judi": (
        "slot gacor maxwin jackpot togel situs deposit depo wd scatter menang bet link bio <merek> <hias> <samar> "
        "<eja> cuan toto jepe jp saldo zeus mahjong spin hoki rtp bandar bosku modal withdraw cair menangin server "
        "jepang pola"
    ),
    "dagang": (
        "jual jualan promo diskon order ready cod reseller katalog minat ongkir olshop produk testimoni dijual "
        "sewa jasa loker lowongan penghasilan cuan follow subscribe follback folback channel mampir giveaway "
        "endorse open"
    ),
    "akun": "<akun>",
    "tertawa": "tertawa :tertawa ngakak lucu kocak bercanda becanda hehe",
    "sapa": ("admin pak bu bapak ibu kak bang mas mbak bupati dok wali walikota gubernur kadis camat lurah kades"),
    "perihal": (
        "info informasi syarat persyaratan jadwal jam biaya alamat nomor lokasi daftar cara tanggal kuota prosedur "
        "berkas kontak caranya infonya jadwalnya syaratnya tempat tempatnya pendaftaran tarif tiket rute gratis "
        "bayar dibuka tutup dokumen usia batas kriteria petunjuk pencerahan penjelasan nanya bertanya tanya"
    ),
    "lamanya": (
        "tahun bulan minggu hari sejak sudah kemarin dulu jam setahun sebulan seminggu sehari sejam lebaran kali "
        "bolak balik terus lagi selalu tiap setiap sering"
    ),
    "kita": "saya kami kita anak rumah warga kampung desa gang perumahan komplek rt rw dusun",
    "pribadi": (
        "aku gue gua pacar mantan jomblo nikah jodoh makan bakso kopi ngopi mandi tidur kucing nonton bola konser "
        "lagu kangen rindu healing foto mimpi masa kecil teman suami istri nenek kakek simbah emak bapakku ibuku "
        "tetanggaku hahaha gaji gajian rebahan kos mudik lapar kenyang ganteng cantik baju sepatu"
    ),
    "ajak": "ayo mari yuk gas buruan silakan monggo hayu sini kita jaga tetap patuhi bersama kompak",
    "kaget": (
        "waduh buset astaga gila anjir anjay wah aduh duh wow widih busyet lho loh ampun astagfirullah hmm oh nah eh"
    ),
    "duka": "innalillahi turut duka berduka almarhum almarhumah rip husnul syahid",
    "mereka": (
        "kalian kamu pemerintah pejabat petugas dinas pegawai mereka pemkab pemkot pemda anggaran apbd dewan dprd "
        "pns asn kantor pelayanan layanan"
    ),
    "alam": ("hujan angin gempa covid corona virus wabah pandemi cuaca panas dingin kasus asap kabut gunung sungai"),
}
_BIT = {name: 1 << i for i, name in enumerate(GROUPS)}
_MASKS: dict[str, int] = {}
for _name, _words in GROUPS.items():
    for _word in _words.split():
        _MASKS[_word] = _MASKS.get(_word, 0) | _BIT[_name]

_PAIRS = np.array(list(combinations(range(len(GROUPS)), 2)), dtype=np.intp)
_LENGTHS = np.array([1, 2, 3, 4, 6, 9, 13, 20, 30, 45])  # first length, in tokens, of each step
_BITS = np.arange(len(GROUPS))
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
    groups, start, end = (((m[:, None] >> _BITS) & 1).astype(np.float32) for m in (anywhere, first, last))
    steps = (lengths[:, None] >= _LENGTHS).astype(np.float32)
    asked = steps * groups[:, [_QUESTION_MARK]]
    return np.hstack([groups, groups[:, _PAIRS[:, 0]] * groups[:, _PAIRS[:, 1]], start, end, steps, asked])


class CueScores:
    """The weights of all cues, n_features x n_classes, ordered so that a batch is scored without laying out features.

    A text's pairs of groups are a quadratic form of its groups, and its length is a look-up; the result is that of
    `features` times the weights.
    """

    def __init__(self, weights: npt.NDArray[np.float32]) -> None:
        count, width = len(GROUPS), weights.shape[1]
        blocks = np.cumsum([count, len(_PAIRS), count, count, len(_LENGTHS)])
        single, double, self._first, self._last, *steps = np.split(weights, blocks)
        form = np.zeros((count, width, count), np.float32)
        form[range(count), :, range(count)] = single
        form[_PAIRS[:, 0], :, _PAIRS[:, 1]] = double
        self._form, self._shape = form.reshape(count, width * count), (-1, width, count)
        nothing = np.zeros((1, width), np.float32)
        self._long, self._long_asked = (np.cumsum(np.vstack([nothing, step]), axis=0) for step in steps)

    def of(
        self,
        anywhere: npt.NDArray[np.int64],
        *,
        first: npt.NDArray[np.int64],
        last: npt.NDArray[np.int64],
        lengths: npt.NDArray[np.int64],
    ) -> npt.NDArray[np.float32]:
        """Return the scores of a batch, n_texts x n_classes; see `features` for what is given."""
        masks = np.stack([anywhere, first, last])
        groups, start, end = ((masks[:, :, None] >> _BITS) & 1).astype(np.float32)
        reached = np.searchsorted(_LENGTHS, lengths, side="right")
        total: npt.NDArray[np.float32] = np.einsum("ncg,ng->nc", (groups @ self._form).reshape(self._shape), groups)
        total += start @ self._first + end @ self._last
        total += self._long[reached] + self._long_asked[reached] * groups[:, [_QUESTION_MARK]]
        return total


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

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rules.privacy import Personal, author_key, find, mask

MASKED = [
    pytest.param("nik saya 3329051708900003", "nik saya [NIK]", id="nik"),
    pytest.param("3329055708900003 atas nama ibu", "[NIK] atas nama ibu", id="nik-of-a-woman-has-40-added"),
    pytest.param("KK 3329 0517 0890 0003 belum aktif", "KK [NIK] belum aktif", id="kk-in-groups-of-four"),
    pytest.param("no ktp:332905.170890.0003", "no ktp:[NIK]", id="nik-with-dots"),
    pytest.param("NIK 332905170890000 ditolak", "NIK [NIK] ditolak", id="a-digit-short-but-called-nik"),
    pytest.param("1234 5699 9999 1234 sdh ditransfer", "[rekening] sdh ditransfer", id="sixteen-digits-without-a-date"),
    pytest.param("hub 081234567890 ya", "hub [telepon] ya", id="mobile"),
    pytest.param("wa 0812-3456-7890", "wa [telepon]", id="mobile-with-dashes"),
    pytest.param("wa 0812.3456.789", "wa [telepon]", id="mobile-with-dots"),
    pytest.param("telp 0812 3456 7890 2024", "telp [telepon] 2024", id="mobile-before-a-year"),
    pytest.param("+62 812-3456-7890", "[telepon]", id="with-country-code"),
    pytest.param("+6281234567890.", "[telepon].", id="country-code-at-the-end-of-a-sentence"),
    pytest.param("wa.me/6281234567890", "wa.me/[telepon]", id="whatsapp-link"),
    pytest.param("saudara di +60 12-345 6789", "saudara di [telepon]", id="abroad"),
    pytest.param("rumah (0283) 351234", "rumah [telepon]", id="landline-in-brackets"),
    pytest.param("0283-351234", "[telepon]", id="landline-with-dash"),
    pytest.param("kirim ke budi.s+1@mail.co.id, makasih", "kirim ke [email], makasih", id="email"),
    pytest.param("G 1234 AB parkir liar", "[plat] parkir liar", id="plate"),
    pytest.param("truk b 9123 xyz ngebut", "truk [plat] ngebut", id="plate-after-the-word-truck"),
    pytest.param("nopol g5678kl", "nopol [plat]", id="plate-in-one-word"),
    pytest.param("lihat BG1234QA tadi", "lihat [plat] tadi", id="compact-plate"),
    pytest.param("rek 1234567890 an siti", "rek [rekening] an siti", id="account"),
    pytest.param("no rekening saya: 1234-01-012345-50-1", "no rekening saya: [rekening]", id="account-with-dashes"),
    pytest.param("norek bri 123401012345501", "norek bri [rekening]", id="norek"),
    pytest.param("tf ke BCA 1234567890", "tf ke BCA [rekening]", id="account-after-a-bank"),
    pytest.param("dsn krajan RT 03/RW 05 gelap", "dsn krajan [alamat] gelap", id="rt-and-rw"),
    pytest.param("rt.02 rw.01 banjir", "[alamat] banjir", id="rt-and-rw-with-dots"),
    pytest.param("RT/RW 003/004", "[alamat]", id="rt-rw-together"),
    pytest.param("rt 3/5 pak", "[alamat] pak", id="rt-slash"),
    pytest.param("Jl. Melati Indah No. 12 RT 03 RW 05", "[alamat]", id="street-and-house-number"),
    pytest.param(
        "jalan rusak parah di rt 03 rw 05", "jalan rusak parah di [alamat]", id="a-broken-road-stays-readable"
    ),
    pytest.param("٠٨١٢٣٤٥٦٧٨٩٠", "[telepon]", id="digits-of-another-script"),
    pytest.param("０８１２３４５６７８９０", "[telepon]", id="full-width-digits"),
    pytest.param(
        "nik 3329051708900003 hp 081234567890 rek 1234567890",
        "nik [NIK] hp [telepon] rek [rekening]",
        id="several-kinds",
    ),
]
UNTOUCHED = [
    pytest.param("harga Rp 1.500.000 per bulan", id="price"),
    pytest.param("Rp62.812.345.678 untuk jalan", id="a-budget-that-begins-like-a-number"),
    pytest.param("anggaran Rp 0812345678", id="rupiah-before-digits"),
    pytest.param("anggaran 1.234.567.890.123", id="trillions"),
    pytest.param("rekening air 1.500.000 bulan ini", id="a-bill-called-rekening"),
    pytest.param("rekening dipotong Rp 15.000.000", id="money-in-an-account"),
    pytest.param("rekening dibuka 12-05-2024", id="the-day-an-account-was-opened"),
    pytest.param("rekening listrik 2024 2025 naik", id="years-after-the-word-account"),
    pytest.param("tanggal 12-05-2024 jam 09.30", id="date"),
    pytest.param("sejak 2024-05-12", id="iso-date"),
    pytest.param("jam 08.00-12.00", id="clock-times"),
    pytest.param("buka 08.00-12.00 dan 13.00-16.00", id="two-spans-of-clock-times"),
    pytest.param("jam 08.15-12.30 2024", id="clock-times-before-a-year"),
    pytest.param("2024 2025", id="years"),
    pytest.param("tahun 2019, 2020, 2021, 2022", id="many-years"),
    pytest.param("2019 2020 2021 2022 sama saja", id="four-years-are-sixteen-digits"),
    pytest.param("kode pos 52471", id="postal-code"),
    pytest.param("jarak 12 km dari kota", id="distance"),
    pytest.param("KM 12 RUSAK", id="kilometre-in-capitals"),
    pytest.param("PA 500 RB NAIK", id="half-a-million-in-capitals"),
    pytest.param("pak 500 rb min", id="half-a-million"),
    pytest.param("udh 2 thn bolong", id="two-years"),
    pytest.param("di 2024 ini", id="a-year-in-a-sentence"),
    pytest.param("rt 5 gelap total", id="a-lone-rt"),
    pytest.param("RT 05 20 orang", id="people-of-an-rt"),
    pytest.param("1500 kk, 320 rumah", id="households"),
    pytest.param("SDN 3 Blok A 12", id="a-school-in-a-block"),
    pytest.param("@bupati @pupr liat nih", id="handles"),
    pytest.param("nomor 112 dan 119", id="emergency-numbers"),
    pytest.param("perda 12/2024 pasal 3 ayat 1", id="a-regulation"),
    pytest.param("motor saya 2 tahun ini", id="a-motorcycle-and-years"),
    pytest.param("mobil damkar 3 unit", id="three-vehicles"),
    pytest.param("bus 24 jam", id="a-bus-all-day"),
    pytest.param("", id="nothing"),
    pytest.param("🔥🔥", id="emoji"),
    pytest.param("² ³ ①", id="digits-that-are-no-decimals"),
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_personal_data_is_masked(text, expected):
    assert mask(text) == expected
    assert {f"[{kind}]" for kind in find(text)} == set(re.findall(r"\[\w+\]", expected))


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_is_not_personal_stays_as_it_was(text):
    assert mask(text) == text
    assert find(text) == ()


def test_kinds_are_named_in_the_order_of_the_text():
    text = "hp 081234567890, nik 3329051708900003, hp 081234567891"
    assert find(text) == (Personal.PHONE, Personal.NIK)


pieces = st.sampled_from(
    [
        "081234567890",
        "3329051708900003",
        "G 1234 AB",
        "rt 3/5",
        "rek ",
        "1234567890",
        " ",
        "a@b.co",
        ".",
        "Rp ",
        "12-05-2024",
        "\n",
        "plat ",
        "-",
        "62",
    ]
) | st.text(max_size=5)


@given(st.lists(pieces, max_size=12).map("".join))
def test_masking_twice_is_masking_once_and_hides_all_it_finds(text):
    once = mask(text)
    assert mask(once) == once
    assert find(once) == ()
    assert bool(find(text)) == (once != text)


@pytest.mark.parametrize("piece", ["a", "1", "0812 ", "a.", "rt 1 ", "jl. a ", "rek ", "1-", "x@", "b 12", "(0283) "])
def test_very_long_texts_take_no_long_time(piece):
    text = piece * (100_000 // len(piece))
    started = time.perf_counter()
    mask(text)
    assert time.perf_counter() - started < 3


def test_an_author_has_one_pseudonym_per_salt_and_platform():
    key = author_key("garam", "facebook", "123")
    assert re.fullmatch(r"[0-9a-f]{64}", key)
    assert key == author_key(b"garam", "facebook", "123")
    others = {
        author_key("garam", "instagram", "123"),
        author_key("garam", "facebook", "124"),
        author_key("lain", "facebook", "123"),
        author_key("garam", "facebook1", "23"),
    }
    assert len(others | {key}) == 5


def test_an_unknown_author_is_nobody_rather_than_everybody():
    with pytest.raises(ValueError, match="empty"):
        author_key("garam", "facebook", "")

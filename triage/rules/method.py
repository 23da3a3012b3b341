"""Definition M1 in the words of the people who read its figures; every report carries it."""

METHOD = (
    (
        "Kasus",
        "Utas seorang warga di bawah satu unggahan pada satu akun. Warga lain di utas yang sama adalah kasus lain.",
    ),
    (
        "Awal hitungan",
        "Waktu komentar di platform, bukan saat terlihat oleh Tanggap. Komentar sebelum akun terhubung tidak dihitung.",
    ),
    ("Masuk", "Kasus yang wajib ditanggapi: pengaduan, pertanyaan, laporan hoaks. Pujian dan lainnya tidak dihitung."),
    (
        "Balasan yang dihitung",
        (
            "Publik, ditulis orang, di utas yang sama, dan diterima platform; juga yang ditulis langsung di aplikasi "
            "platform. Balasan otomatis, catatan, pesan pribadi, dan tanda suka tidak dihitung."
        ),
    ),
    (
        "Jawaban pertama",
        (
            "Dari komentar sampai balasan pertama yang dihitung. Sekali per kasus; disposisi, jeda, dan pembukaan "
            "kembali tidak mengulangnya."
        ),
    ),
    (
        "Dua jam",
        (
            "Jam dinding berjalan terus; jam kerja hanya menurut kalender unit yang memegang kasus. "
            "Tanpa kalender, jam kerja tidak diketahui dan tidak ikut median. "
            "Komentar dan jawaban di luar jam kerja bernilai 0 jam kerja."
        ),
    ),
    (
        "Dalam target",
        (
            "Dijawab dalam target dibagi (dijawab dengan target + terbuka lewat tenggat). Yang belum "
            "jatuh tempo ditampilkan, tetapi belum dihitung. Target dibekukan pada kasus saat pertama kali berlaku."
        ),
    ),
    ("Tingkat tanggapan", "Dijawab dibagi masuk."),
    (
        "Milik siapa",
        "Unit yang menjawab; bila belum dijawab, unit yang memegang kasus. Kasus tanpa unit ada di antrean triase.",
    ),
    ("Hari", "Kasus milik hari komentarnya ditulis, menurut zona waktu kantor."),
    ("Median dan p90", "Interpolasi linear. n adalah banyaknya kasus di balik angka."),
    ("Peringkat", "Hanya unit, platform, atau akun dengan n paling sedikit 10; bauran jenis ada di sampingnya."),
    (
        "Belum matang",
        "Selama target jawaban pertama terpanjang masih berjalan untuk hari-hari terakhir, angkanya dapat berubah.",
    ),
)

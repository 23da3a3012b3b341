"""Comments become tokens the way people mean them."""

import threading

import pytest

from classifiers.text import MAX_CHARACTERS, Lexicon, Reader, chunks, load_lexicon

LEXICON = Lexicon(
    {"jln": "jalan", "gk": "tidak", "bgt": "sekali", "dmn": "di mana", "gacor": "gacor"}, {"👏": "tepuk tangan"}
)
READER = Reader(LEXICON, frozenset({"rusak", "maaf", "anak", "anjing", "gacor"}))
TABLE = {
    "slang is written out": ("jln gk bagus bgt", "jalan tidak bagus sekali"),
    "one form may become two words": ("DMN?", "di mana ?"),
    "stretched letters shrink to the known word": ("rusaaakkk maaaaf", "rusak maaf"),
    "reduplication by a digit": ("anak2 anak-anak anak2nya", "anak anak anak"),
    "handles and links become marks": (
        "@pakbupati lihat https://contoh.id/a?b=1 www.x.y",
        "<akun> lihat <tautan> <tautan>",
    ),
    "missing space after a full stop": ("rusak.jln rusak,rusak", "rusak jalan rusak rusak"),
    "dots are a pause": ("ya.. gitu…", "ya .. gitu .."),
    "question marks survive": ("buka??!!", "buka ?"),
    "emoji are marks of their own": ("mantap👏👏", "mantap :tepuk_tangan :tepuk_tangan"),
    "an unknown emoji is still an emoji": ("mantap 🪿", "mantap :lain"),
    "telephone numbers are masked": ("wa 0812-0000 1111 ya", "wa <telepon> ya"),
    "identity numbers are masked": ("nik 1234567890123456", "nik <nik>"),
    "numbers keep their length only": ("bayar 50 di loket 3", "bayar <n2> di loket <n1>"),
    "place numbers are not brands": ("rt05 sdn2", "rt <n2> sdn"),
    "a word with digits is a brand": ("bola88 raja4d", "bola <merek> raja <merek>"),
    "digits for letters": ("g4c0r 4njing", "gacor <samar> anjing <samar>"),
    "styled letters are read and marked": ("main di 𝗚𝗔𝗖𝗢𝗥", "<hias> main di gacor"),
    "struck-through letters are read and marked": ("G͟A͟C͟O͟R͟", "<hias> gacor"),
    "spelled-out words are joined": ("ayo g a c o r", "ayo <eja> gacor"),
    "Cyrillic look-alikes are Latin": ("gасоr", "gacor"),
    "laughter is one word": ("wkwkwk hahaha xixi", "tertawa tertawa tertawa"),
    "other scripts are a mark": ("你好", "<aksara> <aksara>"),
    "control and direction signs vanish": ("\u202erusak\u202c\x00 jln", "rusak jalan"),
    "nothing stays nothing": ("  \n ", ""),
}


@pytest.mark.parametrize(("typed", "read"), TABLE.values(), ids=TABLE.keys())
def test_a_comment_is_read_as_meant(typed: str, read: str) -> None:
    assert " ".join(READER.tokens(typed)) == read


def test_a_second_reading_gives_the_same_tokens() -> None:
    for typed, _ in TABLE.values():
        assert READER.tokens(typed) == READER.tokens(typed)


def test_a_huge_text_is_cut() -> None:
    assert sum(len(c) for c in chunks("ab" * MAX_CHARACTERS)) == MAX_CHARACTERS


def test_no_token_is_longer_than_its_bound_and_none_holds_a_space() -> None:
    tokens = READER.tokens("x" * 500 + " " + "abc-" * 300 + " " + "a1" * 200)
    assert tokens
    assert all(0 < len(t) <= 41 and " " not in t for t in tokens)


def test_the_lexicon_skips_ambiguous_forms_and_keeps_emoji_apart(lexicon: Lexicon) -> None:
    assert lexicon.words["yg"] == "yang"
    assert lexicon.emoji["🌾"] == "padi"
    assert "🌾" not in lexicon.words


def test_an_ambiguous_form_is_left_as_it_is(tmp_path) -> None:
    table = tmp_path / "l.tsv"
    table.write_text("informal\tstandard\tkind\tnote\nno\tnomor\tambiguous\t\nyg\tyang\tabbrev\t\n", encoding="utf-8")
    assert dict(load_lexicon(table).words) == {"yg": "yang"}


def test_threads_read_the_same(seed_rows) -> None:
    texts = [r.text for r in seed_rows[:300]]
    reader = Reader(LEXICON, frozenset())
    found: list[list[list[str]]] = []
    workers = [threading.Thread(target=lambda: found.append([reader.tokens(t) for t in texts])) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 4
    assert all(f == found[0] for f in found)

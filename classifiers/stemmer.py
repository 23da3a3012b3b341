"""Indonesian stems from PySastrawi, remembered per word.

A new word costs about 100 us, a remembered one under 0.1 us. The memo is bounded and locked: the words come from the
public. Our own rules stand around Sastrawi's and never replace its answer on a word it can reduce to a root.
"""

import threading
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Protocol

from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Stemmer import Stemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

MEMO_SIZE = 100_000
LONGEST_WORD = 40  # Sastrawi's time grows with the word; no Indonesian word is longer

# Where Sastrawi reduces to a root with another meaning.
OVERRIDES = {
    "kerusakan": "rusak",
    "pengrusakan": "rusak",
    "perusakan": "rusak",
    "beruang": "uang",
    "bantuan": "bantu",
    "petugas": "tugas",
    "pelayanan": "layan",
    "layanan": "layan",
    "penerangan": "terang",
    "terangnya": "terang",
    "mengecewakan": "kecewa",
    "mengurus": "urus",
    "pengurusan": "urus",
    "kepengurusan": "urus",
    "pegawai": "pegawai",
    "perizinan": "izin",
    "kemacetan": "macet",
    "pemadaman": "padam",
    "genangan": "genang",
    "tergenang": "genang",
}
# Words whose stem would fold opposite stances into one; they stay as they are.
PROTECTED = frozenset(
    {
        "perbaikan",
        "diperbaiki",
        "memperbaiki",
        "perbaiki",
        "terbaik",
        "kebaikan",
        "berita",
        "katanya",
        "sebenarnya",
        "kebenaran",
        "beneran",
        "benarkah",
        "apakah",
        "bagaimana",
        "mengapa",
        "kenapa",
        "kapan",
        "berapa",
        "dimana",
        "mohon",
        "tolong",
        "semoga",
        "percuma",
        "padahal",
        "seharusnya",
        "sekolah",
        "kecamatan",
        "kelurahan",
        "beritanya",
    }
)


class SlowSastrawiError(RuntimeError):
    """The installed Sastrawi searches its roots in a list: 700 times slower than PySastrawi."""


def create_sastrawi() -> Stemmer:
    """Return PySastrawi's stemmer without its unbounded cache.

    Raises
    ------
    SlowSastrawiError
        When the older package of the same import name is installed in its place.
    """
    dictionary = ArrayDictionary(StemmerFactory().get_words())
    if not isinstance(dictionary.words, dict):
        raise SlowSastrawiError("Sastrawi keeps its roots in a list; install PySastrawi instead")
    return Stemmer(dictionary)


class PlainStemmer(Protocol):
    """What a memo can stand in front of."""

    def stem(self, text: str) -> str:
        """Return the stem of one word."""
        ...


class StemMemo:
    """A bounded, locked memory in front of a stemmer; its answers are the stemmer's own."""

    def __init__(self, stemmer: PlainStemmer, *, size: int = MEMO_SIZE) -> None:
        self._stemmer = stemmer
        self._size = size
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._known)

    def stem(self, word: str) -> str:
        """Return the stem of one word."""
        found = self._known.get(word)
        return self._learn(word) if found is None else found

    def stem_all(self, words: Iterable[str]) -> list[str]:
        """Return the stems of many words in their order."""
        known = self._known
        return [known[w] if w in known else self._learn(w) for w in words]

    def remember(self, stems: Mapping[str, str]) -> None:
        """Take over stems worked out before, as far as there is room."""
        with self._lock:
            self._known.update(islice(stems.items(), max(0, self._size - len(self._known))))

    def _learn(self, word: str) -> str:
        stem = self._stemmer.stem(word)
        with self._lock:
            if len(self._known) >= self._size:
                self._known = {}  # a fresh dict: readers that hold the old one are not disturbed
            self._known[word] = stem
        return stem


class _Rules:
    """Our overrides, then Sastrawi, then the colloquial affixes where Sastrawi ends outside its roots."""

    def __init__(self) -> None:
        self._sastrawi = create_sastrawi()

    def is_root(self, word: str) -> bool:
        """Tell whether a word is one of Sastrawi's roots."""
        return bool(self._sastrawi.dictionary.contains(word))

    def stem(self, text: str) -> str:
        """Return the stem of one word."""
        if text in OVERRIDES:
            return OVERRIDES[text]
        if text in PROTECTED or len(text) > LONGEST_WORD:
            return text
        stem = str(self._sastrawi.stem(text))
        if self.is_root(stem):
            return stem
        if not stem or " " in stem:  # Sastrawi drops letters it does not know and leaves a gap
            return text
        return next((c for c in _colloquial(text) if self.is_root(c)), stem)


def _colloquial(word: str) -> list[str]:
    """Return what may stand behind a colloquial form: ngerjain -> kerja, benerin -> bener, nyuci -> cuci."""
    endings = [e for e in ("innya", "in", "an", "nya", "e", "ne") if word.endswith(e) and len(word) - len(e) >= 3]
    bodies = [word, *(word.removesuffix(e) for e in endings)]
    return [root for body in bodies for root in _without_nasal(body) if len(root) >= 3 and root != word]


def _without_nasal(word: str) -> list[str]:
    if word.startswith("nge"):
        return [word[3:], "k" + word[2:], word]
    if word.startswith("ny"):
        return ["s" + word[2:], "c" + word[2:], word]
    if word.startswith("ng"):
        return [word[2:], "k" + word[2:], word]
    if word.startswith(("m", "n")):
        return [("p" if word[0] == "m" else "t") + word[1:], word]
    return [word]


class IndonesianStemmer(StemMemo):
    """Stem Indonesian words as citizens write them; safe to share between threads."""

    def __init__(self, *, size: int = MEMO_SIZE) -> None:
        self._rules = _Rules()
        super().__init__(self._rules, size=size)

    def is_root(self, word: str) -> bool:
        """Tell whether a word is one of Sastrawi's roots."""
        return self._rules.is_root(word)

    @property
    def roots(self) -> frozenset[str]:
        """Return Sastrawi's roots, read from the installed package."""
        return frozenset(self._rules._sastrawi.dictionary.words)

"""Turn a comment as it was typed into plain tokens that a model can count.

A token is a normalised word or a mark such as `<tautan>`, `<akun>`, `?`. Tokenising a chunk (what stands between two
spaces) depends on that chunk alone, so its result can be remembered; only the repairs in `chunks` see the whole text.
"""

import re
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MAX_CHARACTERS = 4_000  # a comment is at most 2,200 on Instagram; the rest of a huge text adds time, not meaning
MAX_WORD = 40
MEMO_SIZE = 100_000
LONGEST_REMEMBERED = 60
SKIPPED_KINDS = frozenset({"ambiguous"})

# Letters that only look Latin: Cyrillic and Greek, and the boxed and circled capitals NFKD leaves alone.
_CYRILLIC_GREEK = dict(zip("аеорсхуіјѕԁһкмтвнα εοντικρ", "aeopcxyijsdhkmtbha eovtikp", strict=True))
_BOXED = {chr(start + i): chr(97 + i) for start in (0x1F130, 0x1F150, 0x1F170) for i in range(26)}
_FLAG_LETTERS = {chr(0x1F1E6 + i): chr(97 + i) for i in range(26)}
_LOOKALIKES = str.maketrans(
    {k: v for k, v in (_CYRILLIC_GREEK | _BOXED | {"’": "'", "‘": "'", "…": ".."}).items() if k != " "}
)
_FLAGS = str.maketrans(_FLAG_LETTERS)

_STYLED = re.compile(
    "[\U0001d400-\U0001d7ff\uff21-\uff3a\uff41-\uff5a\u24b6-\u24e9\U0001f130-\U0001f189\u20e3]"
    "|[A-Za-z][\u0300-\u036f]{1,3}[A-Za-z][\u0300-\u036f]"
)
_INVISIBLE = re.compile(
    "[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\u20e3"
    "\U0001f3fb-\U0001f3ff\u2640\u2642\U000e0000-\U000e007f]"
)
_SUSPECT = re.compile(
    "[\u00aa\u00b2-\u00b5\u00b9-\u00be\u00c0-\u1fff\u2070-\u20ff\u2100-\u218f\u2460-\u24ff\ua000-\uabff\uf900-\ufaff"
    "\ufb00-\ufdff\ufe20-\ufe6f\uff00-\uffef\U00010000-\U0001efff\U0001f100-\U0001f1ff]"
)
_DIGIT = re.compile(r"\d")
_DIGIT_D = re.compile(r"(?<=[A-Za-z])\s?(\d)\s?[dD]\b")
_FLAG_RUN = re.compile("[\U0001f1e6-\U0001f1ff]{3,}")
_FEWEST_SPELLED = 4
_SPELLED = re.compile(r"(?<!\S)(?:[a-z0-9] ){3,}[a-z0-9](?!\S)")
_SPELLED_CHUNK = re.compile(r"[a-z0-9](?:[._*-][a-z0-9]){3,}")
_LONG_NUMBER = re.compile(r"\+?\d(?:[ .\-]{0,2}\d){8,18}")
_STRETCH = re.compile(r"([a-z])\1{2,}")
_LAUGHTER = re.compile(r"a?(?:w?(?:wk|kw){2,}[wk]*|(?:[hx][aeiu]){2,}h?|a?h[ae](?:h[ae])+h?|ngakak)")
_CHUNK = re.compile(
    r"(?P<link>(?:https?:|www\.)\S+|<url>|\[(?:link|url)\]|[\w-]+(?:\.[\w-]+)*\.(?:com|id|net|org|ly|me|link|site|xyz|apk)\b\S*)"
    r"|(?P<mask><[a-z]+>)|(?P<handle>@[\w.]+)|(?P<word>[a-z]+(?:['-]?[a-z0-9]+)*)|(?P<leet>\d+[a-z]+[a-z0-9]*)"
    r"|(?P<number>\d[\d.,:/-]*)|(?P<dots>\.{2,})|(?P<mark>[?!]+)|(?P<symbol>[^\s\x00-\x7f])"
)
_NUMBERED = frozenset(  # words that carry a number of their own: rt05, sdn2, covid19
    re.findall(
        r"\w+",
        "rt rw sd sdn smp smpn sma sman smk smkn mi mts man tk km no blok gang gg kec ds jl jln pkl tgl jam thn th "
        "dosis vaksin covid corona kelas hari minggu bulan tahun rp k p ke vol type tipe",
    )
)
_MASKS = frozenset({"<hias>", "<eja>", "<nik>", "<telepon>", "<angka>", "<akun>"})
_LEET = str.maketrans("0134578", "oieastb")


@dataclass(frozen=True)
class Lexicon:
    """Informal forms and emoji with their standard words; keys are lower case, values are space-separated words."""

    words: Mapping[str, str]
    emoji: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> frozenset[str]:
        """Return every standard word the lexicon writes."""
        return frozenset(w for value in self.words.values() for w in value.split())


def load_lexicon(path: Path, *, skip: frozenset[str] = SKIPPED_KINDS) -> Lexicon:
    """Read a lexicon table with the columns informal, standard, kind, note.

    Parameters
    ----------
    path : Path
        UTF-8 file, tab-separated, first line the headings.
    skip : frozenset of str
        Kinds to leave out. Ambiguous forms need their context and are never replaced blindly.
    """
    words: dict[str, str] = {}
    emoji: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        informal, standard, kind, *_ = [*line.split("\t"), "", ""]
        if not informal or not standard or kind in skip:
            continue
        if kind == "emoji":
            emoji.setdefault(_INVISIBLE.sub("", informal.lower()).replace("\u200d", ""), standard)
        else:
            words.setdefault(informal.lower(), standard.lower())
    return Lexicon(words, emoji)


def _plain(text: str) -> str:
    """Return text with look-alike, styled and invisible characters as the plain letters they stand for."""
    text = text.replace("’", "'").replace("…", "..")
    if not _SUSPECT.search(text):  # most texts hold emoji and quotation marks only
        return _INVISIBLE.sub("", text)
    styled = "<hias> " if len(_STYLED.findall(text)) >= 2 else ""
    text = _FLAG_RUN.sub(lambda m: m[0].translate(_FLAGS), text)
    text = unicodedata.normalize("NFKD", text).translate(_LOOKALIKES)
    return styled + _DIGIT_D.sub(r"\1d", _INVISIBLE.sub("", text))


def _mask_number(match: re.Match[str]) -> str:
    """Name a long number by its kind, so that nobody's telephone or identity number reaches a vocabulary."""
    digits = re.sub(r"\D", "", match[0])
    kind = "nik" if len(digits) == 16 else "telepon" if digits.startswith(("0", "62", "8")) else "angka"
    return f" <{kind}> "


def chunks(text: str) -> list[str]:
    """Split a text at its spaces after the repairs that need more than one chunk.

    Examples
    --------
    >>> chunks("WA 0812 0000 1111 ya, g a c o r")
    ['wa', '<telepon>', 'ya,', '<eja>', 'gacor']
    """
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        text = _plain(text)
    text = text.lower()
    if _DIGIT.search(text):
        text = _LONG_NUMBER.sub(_mask_number, text)
    found = text.split()
    if list(map(len, found)).count(1) >= _FEWEST_SPELLED:
        found = _SPELLED.sub(lambda m: "<eja> " + m[0].replace(" ", ""), " ".join(found)).split()
    return found


def tokens_of(chunk: str, lexicon: Lexicon, known: frozenset[str]) -> tuple[str, ...]:
    """Return the tokens of one chunk.

    Examples
    --------
    >>> tokens_of("jlnnn", Lexicon({"jln": "jalan"}), frozenset())
    ('jalan',)
    """
    whole = chunk.strip(".,;:()\"'*_~")
    for form in (chunk, whole):
        if form in lexicon.words:
            return tuple(lexicon.words[form].split())
        if form in lexicon.emoji:
            return (_emoji_token(lexicon.emoji[form]),)
    if _SPELLED_CHUNK.fullmatch(chunk) and not chunk[0].isdigit():
        return ("<eja>", *tokens_of(re.sub(r"[._*-]", "", chunk), lexicon, known))
    found: list[str] = []
    for match in _CHUNK.finditer(chunk):
        kind, piece = str(match.lastgroup), match[0]
        found += _READERS[kind](piece, lexicon, known)
    return tuple(found)


class Reader:
    """Cut texts into tokens and remember every chunk; bounded, locked, safe to share between threads."""

    def __init__(self, lexicon: Lexicon, known: frozenset[str]) -> None:
        self.lexicon, self.known = lexicon, known
        self._memo: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of a whole text."""
        memo = self._memo
        found: list[str] = []
        for chunk in chunks(text):
            found.extend(memo[chunk] if chunk in memo else self.read(chunk))
        return found

    def read(self, chunk: str) -> tuple[str, ...]:
        """Return the tokens of one chunk; a very long chunk is not remembered."""
        tokens = self._memo.get(chunk)
        if tokens is None:
            tokens = tokens_of(chunk, self.lexicon, self.known)
            if len(chunk) <= LONGEST_REMEMBERED:
                self._remember(chunk, tokens)
        return tokens

    def _remember(self, chunk: str, tokens: tuple[str, ...]) -> None:
        with self._lock:
            if len(self._memo) >= MEMO_SIZE:
                self._memo = {}
            self._memo[chunk] = tokens


def is_word(token: str) -> bool:
    """Tell whether a token is a word of the language and not a mark, number or emoji."""
    return token[0].isalpha()


def _emoji_token(words: str) -> str:
    return ":" + words.replace(" ", "_")


def _read_word(word: str, lexicon: Lexicon, known: frozenset[str]) -> list[str]:
    """Return the standard words behind one typed word: slang, reduplication, stretching, digits for letters."""
    word = word[:MAX_WORD].replace("'", "")
    direct = lexicon.words.get(word)
    if direct is not None:
        return direct.split()
    if "-" in word:
        return _read_hyphened(word, lexicon, known)
    if not word.isalpha():
        return _read_mixed(word, lexicon, known)
    if _LAUGHTER.fullmatch(word):
        return ["tertawa"]
    if _STRETCH.search(word):
        return _read_stretched(word, lexicon, known)
    if len(word) > 3 and word[-1] == word[-2] and word not in known:
        return _read_word(word[:-1], lexicon, known)
    return [word]


def _read_hyphened(word: str, lexicon: Lexicon, known: frozenset[str]) -> list[str]:
    parts = [p for p in word.split("-") if p]
    unique = list(dict.fromkeys(parts))
    return [t for part in unique for t in _read_word(part, lexicon, known)]


def _read_stretched(word: str, lexicon: Lexicon, known: frozenset[str]) -> list[str]:
    """Prefer the doubled letter where that is a known word (maaaf -> maaf), else the single one (rusaaak -> rusak)."""
    for repeat in (r"\1", r"\1\1"):
        shorter = _STRETCH.sub(repeat, word)
        if shorter in lexicon.words:
            return lexicon.words[shorter].split()
        if shorter in known:
            return [shorter]
    return [_STRETCH.sub(r"\1", word)]


def _read_mixed(word: str, lexicon: Lexicon, known: frozenset[str]) -> list[str]:
    """Read letters with digits: anak2 -> anak, rt05 -> rt and a number, gac0r -> gacor, bola88 -> bola and a brand."""
    if re.fullmatch(r"[a-z]{2,}2(?:nya)?", word):
        return _read_word(word[: word.index("2")], lexicon, known)
    split = re.fullmatch(r"([a-z]+)(\d+)", word)
    if split:
        number = [f"<n{min(len(split[2]), 6)}>"] if split[1] in _NUMBERED else ["<merek>"]
        return _read_word(split[1], lexicon, known) + number
    if re.fullmatch(r"[a-z]{3,}\d[a-z]", word):
        return [word[:-2], "<merek>"]
    letters = re.sub(r"\d", "", word.translate(_LEET))
    plain = _read_word(letters, lexicon, known) if len(letters) > 3 else [letters or word]
    return [*plain, "<samar>"] if len(letters) > 3 else plain


def _read_leet(word: str, lexicon: Lexicon, known: frozenset[str]) -> list[str]:
    """Read a word that begins with digits: 2x, 50rb, 4njing."""
    split = re.fullmatch(r"(\d+)([a-z]+)", word)
    plain = word.translate(_LEET)
    if plain.isalpha() and (plain in lexicon.words or plain in known):
        return [*_read_word(plain, lexicon, known), "<samar>"]
    if split and (len(split[2]) <= 4 or split[2] in lexicon.words or split[2] in known):
        return [f"<n{min(len(split[1]), 6)}>", *_read_word(split[2], lexicon, known)]
    return _read_mixed("x" + word[1:], lexicon, known) if split is None else _read_word(split[2], lexicon, known)


def _read_number(piece: str, lexicon: Lexicon, known: frozenset[str]) -> list[str]:
    return [f"<n{min(sum(c.isdigit() for c in piece), 6)}>"]


def _read_symbol(piece: str, lexicon: Lexicon, known: frozenset[str]) -> list[str]:
    """Keep emoji and letters of other scripts; an emoji the lexicon lacks is a mark of its own."""
    if piece in lexicon.emoji:
        return [_emoji_token(lexicon.emoji[piece])]
    category = unicodedata.category(piece)
    if category == "So" or piece >= "\U0001f000":  # emoji newer than this Python have no category yet
        return [":lain"]
    return ["<aksara>"] if category.startswith("L") else []


_READERS = {
    "link": lambda p, x, k: ["<tautan>"],
    "mask": lambda p, x, k: [p if p in _MASKS else "<tautan>"],
    "handle": lambda p, x, k: ["<akun>"],
    "word": _read_word,
    "leet": _read_leet,
    "number": _read_number,
    "dots": lambda p, x, k: [".."],
    "mark": lambda p, x, k: ["?" if "?" in p else "!"],
    "symbol": _read_symbol,
}

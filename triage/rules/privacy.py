"""Personal data in citizens' words: found, masked, and authors turned into pseudonyms (promise i).

Masks what has a form; names have none and stay. In doubt a long number is masked: a number too many hidden
costs less than one shown. Prices, dates, clock times and a lone RT number stay readable.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum


class Personal(StrEnum):
    """Kinds of personal data; the value is the word that stands in its place."""

    NIK = "NIK"
    PHONE = "telepon"
    EMAIL = "email"
    PLATE = "plat"
    ACCOUNT = "rekening"
    ADDRESS = "alamat"


Check = Callable[[re.Match[str]], bool]
Span = tuple[int, int, Personal]

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}\b", re.IGNORECASE)
_SIXTEEN = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){15}(?!\d)")
_NAMED_NIK = re.compile(
    r"\b(?:nik|ktp|kk|kartu keluarga)\b[^\d\n]{0,20}(?P<number>\d(?:[ .\-]?\d){13,17})(?!\d)", re.IGNORECASE
)
_MOBILE = re.compile(r"(?<!\d)(?:\+?62[ .\-]?\(?0?|0)8[1-9](?:[ .\-]{0,2}\d){6,10}(?!\d)")
_ABROAD = re.compile(r"(?<![\d+])\+\d{1,3}(?:[ .\-]?\(?\d\)?){8,12}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:\(0[2-9]\d{1,2}\) ?|0[2-9]\d{1,2}[ \-])\d{3,4}[ \-]?\d{2,4}(?!\d)")
_NAMED_ACCOUNT = re.compile(
    r"\b(?:no\.?rek|rek|rekening|bri|bni|bca|bsi|btn|mandiri|bank [a-z]{2,12})\b(?P<gap>[^\d\n]{0,30})"
    r"(?P<number>\d(?:[ .\-]{0,2}\d){6,19})(?!\d)",
    re.IGNORECASE,
)
_PLATE = re.compile(r"\b(?P<region>[A-Z]{1,2})[ \-]?(?P<number>[1-9]\d{1,3})[ \-]?(?P<series>[A-Z]{1,3})\b")
_COMPACT_PLATE = re.compile(r"\b(?P<region>[a-z]{1,2})(?P<number>[1-9]\d{1,3})(?P<series>[a-z]{2,3})\b", re.IGNORECASE)
_NAMED_PLATE = re.compile(
    r"\b(?:plat|nopol|no\.? ?pol|motor|mobil|truk|truck|angkot|bus|bis)\b[^\d\n]{0,20}?"
    r"\b(?P<plate>(?P<region>[a-z]{1,2})[ \-]?(?P<number>[1-9]\d{0,3})[ \-]?(?P<series>[a-z]{1,3}))\b",
    re.IGNORECASE,
)
_HOUSE = (
    r"(?:\b(?:jl|jln|jalan|gg|gang|perum|perumahan|blok|dusun|dsn)\b\.? ?(?:[\w/]{1,30}[ .,]{1,3}){1,5}?"
    r"no\.? ?\d{1,4}[a-z]?[ ,.]{1,3})?"
)
_RT, _RW, _N = r"\brt\.? ?", r"\brw\.? ?", r"\d{1,3}"
_ADDRESS = re.compile(
    f"{_HOUSE}(?:{_RT}{_N}[ ,./-]{{0,3}}rw\\.? ?{_N}|{_RT}{_N} ?/ ?{_N}|{_RT}/ ?rw[ .:]{{0,2}}{_N}[ ,./-]{{1,3}}{_N}"
    f"|{_RW}{_N}[ ,./-]{{0,3}}rt\\.? ?{_N})\\b",
    re.IGNORECASE,
)

_REGIONS = (
    "A B D E F G H K L M N P R S T W Z AA AB AD AE AG BA BB BD BE BG BH BK BL BM BN BP DA DB DC DD DE DG DH DK "
    "DL DM DN DP DR DS DT DW EA EB ED KB KH KT KU PA PB PG PS PY"
)
# Words that follow a number in a sentence and would pass for the letters of a plate.
_NO_SERIES = (
    "RB RBU JT JTA M CM KM KG HA TON KW LT L KK RT RW NO JL GG DS DSN KEC KEL KAB BLN BL THN TH HR JAM JM WIB WIT "
    "ORG OR X DI KE DR YG DAN INI ITU LG LGI LAH SD SMP SMA"
)
REGIONS = frozenset(_REGIONS.split())
NO_SERIES = frozenset(_NO_SERIES.split())
_DATE = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)?\d{2}|(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}")
_YEARS = re.compile(r"(?:19|20)\d{2}(?:[ .\-]{1,2}(?:19|20)\d{2})+")
_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3}){1,2}")
_RUPIAH_BEFORE = re.compile(r"\brp[. ]{0,2}$", re.IGNORECASE)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _has_birth_date(match: re.Match[str]) -> bool:
    """Tell whether digits 7-12 can be a date DDMMYY; women have 40 added to the day (NIK, KK)."""
    digits = _digits(match.group())
    if digits[0] == "0" or _YEARS.fullmatch(match.group()):  # no province begins with 0
        return False
    day, month = int(digits[6:8]), int(digits[8:10])
    return 1 <= (day - 40 if day > 40 else day) <= 31 and 1 <= month <= 12


def _is_long_number(match: re.Match[str]) -> bool:
    return not _YEARS.fullmatch(match.group())


def _is_not_money(match: re.Match[str]) -> bool:
    return not _RUPIAH_BEFORE.search(match.string, max(0, match.start() - 5), match.start())


def _is_account(match: re.Match[str]) -> bool:
    number, gap = match["number"], match["gap"]
    if _RUPIAH_BEFORE.search(gap) or any(form.fullmatch(number) for form in (_DATE, _YEARS, _AMOUNT)):
        return False
    return len(_digits(number)) >= 7


def _is_plate(match: re.Match[str]) -> bool:
    return match["region"].upper() in REGIONS and match["series"].upper() not in NO_SERIES


def _always(match: re.Match[str]) -> bool:
    return True


# In this order: what an earlier row took is not looked at again.
_TABLE: tuple[tuple[Personal, re.Pattern[str], str | int, Check], ...] = (
    (Personal.EMAIL, _EMAIL, 0, _always),
    (Personal.NIK, _NAMED_NIK, "number", _always),
    (Personal.NIK, _SIXTEEN, 0, _has_birth_date),
    (Personal.ACCOUNT, _NAMED_ACCOUNT, "number", _is_account),
    (Personal.PHONE, _MOBILE, 0, _is_not_money),
    (Personal.ACCOUNT, _SIXTEEN, 0, _is_long_number),
    (Personal.PHONE, _ABROAD, 0, _always),
    (Personal.PHONE, _LANDLINE, 0, _is_not_money),
    (Personal.ADDRESS, _ADDRESS, 0, _always),
    (Personal.PLATE, _NAMED_PLATE, "plate", _is_plate),
    (Personal.PLATE, _PLATE, 0, _is_plate),
    (Personal.PLATE, _COMPACT_PLATE, 0, _is_plate),
)


def mask(text: str) -> str:
    """Return the text with each piece of personal data replaced by its kind in brackets: [NIK], [telepon].

    A 16-digit number is a NIK or KK when its middle can be a date, else it is masked as an account number.
    Masking twice gives the same text.
    """
    spans = _spans(text)
    if not spans:
        return text
    parts: list[str] = []
    done = 0
    for start, end, kind in spans:
        parts += (text[done:start], f"[{kind}]")
        done = end
    return mask("".join([*parts, text[done:]]))  # what stood glued to a masked number is seen only now


def find(text: str) -> tuple[Personal, ...]:
    """Return the kinds of personal data in the text, each once, in the order of their first appearance."""
    return tuple(dict.fromkeys(kind for _, _, kind in _spans(text)))


def author_key(salt: str | bytes, platform: str, author_id: str) -> str:
    """Return the pseudonym of an author: 64 hex digits, HMAC-SHA-256 under the regency's salt.

    Raises ValueError for an empty author_id, which would make one person of all unknown ones.
    """
    if not author_id:
        raise ValueError("author_id is empty; pass the author's name or the comment's own id instead")
    key = salt.encode() if isinstance(salt, str) else salt
    return hmac.new(key, f"{platform}\0{author_id}".encode(), hashlib.sha256).hexdigest()


def _spans(text: str) -> list[Span]:
    """Return what is to be masked, from left to right, without overlaps."""
    if not any(char.isdigit() or char == "@" for char in text):
        return []
    rest = _with_plain_digits(text)
    taken: list[Span] = []
    for kind, pattern, group, is_meant in _TABLE:
        found = [match.span(group) for match in pattern.finditer(rest) if is_meant(match)]
        taken += [(start, end, kind) for start, end in found]
        rest = _blanked(rest, found)
    return sorted(taken)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """Return the text of the same length with the spans made unreadable to later patterns."""
    if not spans:
        return text
    return "".join(_blanks(text, spans))


def _blanks(text: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    done = 0
    for start, end in spans:
        yield text[done:start]
        yield "\n" * (end - start)
        done = end
    yield text[done:]


def _with_plain_digits(text: str) -> str:
    """Return the text of the same length with every script's digits as 0-9, so that none hides a number."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)

"""Where comments are hard: rough tests on the text of a labelled row, so that any labelled file can be cut this way."""

import re
from collections.abc import Callable

from classifiers.rows import Row

HOAX = re.compile(r"\bhoa(?:x|ks|k)s?\b", re.IGNORECASE)
THANKS = re.compile(r"\b(?:terima ?kasih|makasih|mksh|trims|thanks|suwun|nuhun|alhamdulillah)\b", re.IGNORECASE)
PRAISING = re.compile(
    r"\b(?:mantap\w*|hebat|keren\w*|selamat|salut|bagus|top|canggih|luar biasa|bangga|berkat)\b|👏|👍", re.IGNORECASE
)
ASKING = re.compile(
    r"\?|\b(?:kapan|kpn|kenapa|knp|kok|mana|gimana|gmn|apa|apakah|siapa|masa|iraha|kepriben|piye)\b", re.IGNORECASE
)
TRUE_OR_NOT = re.compile(
    r"\b(?:apa(?:kah)? (?:benar|betul|bener|iya)|benarkah|betulkah|bener (?:ga|gak|nggak))\b", re.IGNORECASE
)
REGIONAL = re.compile(
    r"\b(?:iki|iku|ora|wis|piye|kepriben|ngono|dalan|banyu|nyong|inyong|teu|abdi|urang|atuh|mah|iraha|runtah|dak|idak|nian|"
    r"katek|galo|bae|macam mano|awak|indak|ndak|rek|lur|wae|kabeh|durung|sampeyan)\b",
    re.IGNORECASE,
)
SHORT = 4  # words

SLICES: dict[str, Callable[[Row], bool]] = {
    "a complaint with words of praise": lambda row: row.intent == "complaint" and bool(PRAISING.search(row.text)),
    "a complaint with thanks": lambda row: row.intent == "complaint" and bool(THANKS.search(row.text)),
    "a complaint shaped as a question": lambda row: row.intent == "complaint" and bool(ASKING.search(row.text)),
    "'hoaks' without a hoax report": lambda row: row.intent != "hoax_report" and bool(HOAX.search(row.text)),
    "'apa benar', a question": lambda row: row.intent == "question" and bool(TRUE_OR_NOT.search(row.text)),
    "'apa benar', a hoax report": lambda row: row.intent == "hoax_report" and bool(TRUE_OR_NOT.search(row.text)),
    "four words or fewer": lambda row: len(row.text.split()) <= SHORT,
    "more than thirty words": lambda row: len(row.text.split()) > 30,
    "words of a regional language": lambda row: bool(REGIONAL.search(row.text)),
}

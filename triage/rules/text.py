"""Small pure facts about citizens' texts and codes: excerpts, tracking codes."""

import secrets

EXCERPT_LENGTH = 200
# Without 0/O, 1/I/L and vowels: read aloud without mistakes and never a word.
CODE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
CODE_LENGTH = 9


def excerpt(text: str) -> str:
    """Return the text on one line, cut at a word to at most EXCERPT_LENGTH characters."""
    line = " ".join(text[: EXCERPT_LENGTH * 4].split())
    if len(line) <= EXCERPT_LENGTH:
        return line
    return line[: EXCERPT_LENGTH - 1].rsplit(" ", 1)[0][: EXCERPT_LENGTH - 1] + "…"


def tracking_code() -> str:
    """Return a new random tracking code, 42 bits: it reveals neither order nor number of cases."""
    return "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in secrets.token_bytes(CODE_LENGTH))

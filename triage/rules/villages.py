"""Which kecamatan, kelurahan or desa a comment speaks of, by the places that it names.

The model tells that something is a village's matter; the place tells which village's. A place moves nothing by itself:
the road through Sukamaju is seldom Sukamaju's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WORD = re.compile(r"[^\W_]+")
# What stands before a place in an office's name.
TITLES = frozenset({"kantor", "pemerintah", "pemdes", "kecamatan", "kec", "kelurahan", "kel", "desa"})


@dataclass(frozen=True)
class Village:
    """One office, the kind by which the model knows it, and the places that speak for it."""

    code: str
    kind: str
    places: tuple[str, ...]


class Villages:
    """The offices of a regency by the places that speak for them."""

    def __init__(self, villages: Iterable[Village]) -> None:
        self._offices: dict[tuple[str, ...], list[Village]] = {}
        self._lengths: dict[str, set[int]] = {}  # first word of a place -> in how many words it is written
        for village in villages:
            for place in village.places:
                if words := words_of(place):
                    self._offices.setdefault(words, []).append(village)
                    self._lengths.setdefault(words[0], set()).add(len(words))

    def named(self, kind: str, texts: Iterable[str]) -> dict[str, str]:
        """Return the offices of a kind whose places stand in the texts, with the place; the longest place wins."""
        found: dict[str, str] = {}
        for text in texts:
            for words in self._places(words_of(text)):
                for village in self._offices[words]:
                    if village.kind == kind:
                        found.setdefault(village.code, " ".join(words))
        return found

    def _places(self, words: Sequence[str]) -> Iterable[tuple[str, ...]]:
        at = 0
        while at < len(words):
            pieces = (tuple(words[at : at + n]) for n in sorted(self._lengths.get(words[at], ()), reverse=True))
            place = next((piece for piece in pieces if piece in self._offices), None)
            if place:
                yield place
            at += len(place or (1,))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text without capitals."""
    return tuple(WORD.findall(text.lower()))


def place_in(name: str) -> str:
    """Return the place in an office's name, without its titles; empty where it has no other words."""
    words = words_of(name)
    while words and words[0] in TITLES:
        words = words[1:]
    return " ".join(words)

"""Roughen tidy training texts the way people type on a telephone; the label stays true.

The start-up corpus is cleaner than life. Every change is drawn from one seeded generator, so that a training
repeats exactly.
"""

import random
import re
from collections.abc import Sequence

SHORTEST_CUT = 5  # words; shorter texts stay whole
_VOWEL_INSIDE = re.compile(r"(?<=[b-df-hj-np-tv-z])[aeiou](?=[b-df-hj-np-tv-z])")
_ADDRESS = ("min ", "mimin ", "@user ", "@user ", "pak ", "kak ", "admin ", "assalamualaikum ", "halo ", "maaf ")
_TAIL = (" min", " 🙏", " @user", "..", " ya", " pak", " 🙏🙏", "...", " kak", " 😢", " @user @user")


def roughen(texts: Sequence[str], *, seed: int) -> list[str]:
    """Return one roughened copy of every text."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return [_rough(text, chance) for text in texts]


def fragments(texts: Sequence[str], *, seed: int) -> list[str]:
    """Return a run of 40 to 90 % of the words of every roughened text.

    A model is as unsure about half a comment as about a whole one from a place it has never seen, so probabilities
    that hold on fragments hold in life; whole rows from the corpus' own pens make a model too sure of itself.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return [_part(text, chance) for text in roughen(texts, seed=seed)]


def _part(text: str, chance: random.Random) -> str:
    words = text.split()
    if len(words) < SHORTEST_CUT:
        return text
    kept = max(3, int(len(words) * chance.uniform(0.4, 0.9)))
    start = chance.randrange(len(words) - kept + 1)
    return " ".join(words[start : start + kept])


def _rough(text: str, chance: random.Random) -> str:
    words = [_worn(w, chance) if chance.random() < 0.18 else w for w in text.split()]
    text = _joined(words, chance)
    if chance.random() < 0.5:
        text = re.sub(r"\s*[?!]+", "", text)
    if chance.random() < 0.3:
        text = re.sub(r"[.,;]\s*", chance.choice(["..", " ", ",", "... "]), text)
    if chance.random() < 0.15:
        text = chance.choice(_ADDRESS) + text
    if chance.random() < 0.15:
        text += chance.choice(_TAIL)
    return text


def _joined(words: Sequence[str], chance: random.Random) -> str:
    return "".join(w + ("" if chance.random() < 0.02 else " ") for w in words).strip()


def _worn(word: str, chance: random.Random) -> str:
    """Return a word with one slip: a vowel or letter lost, two letters swapped, one doubled, the ending trimmed."""
    if len(word) < 4 or not word.isalpha():
        return word
    place = chance.randrange(1, len(word) - 1)
    slip = chance.randrange(5)
    if slip == 0:
        return _VOWEL_INSIDE.sub("", word, count=1)
    if slip == 1:
        return word[:place] + word[place + 1 :]
    if slip == 2:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if slip == 3:
        return word + word[-1] * chance.randrange(1, 4)
    return word[:-1] if len(word) > 5 else word

"""Labelled comments as rows: reading, hashing, and finding those that say the same.

Near-duplicates must never stand on both sides of a split; `group_of_rows` gives each row the name of its group.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

WINDOW = 6  # words in a row that two comments share only when one was made from the other
SET_ASIDE = 10  # every tenth group of the start-up corpus is a sample and never trained on


@dataclass(frozen=True)
class Row:
    """One labelled comment; an empty intent or unit is one that nobody has given.

    `account` is the unit on whose account it was left; `group` holds near-duplicates together; `source` names where the
    comment comes from, so that a model can be measured on places it has not seen; `flags` are its marks, None where
    nobody looked for them.
    """

    text: str
    intent: str
    unit: str = ""
    account: str = ""
    group: str = ""
    source: str = ""
    flags: tuple[str, ...] | None = None


def load_rows(path: Path) -> list[Row]:
    """Read rows from JSON lines with the fields id, text, intent, unit and account."""
    with path.open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines if line.strip()]
    return [
        Row(
            r["text"],
            r["intent"],
            r.get("unit", ""),
            r.get("account", ""),
            r.get("group", ""),
            r["id"].rpartition("-")[0],
            tuple(r["flags"]) if r.get("flags") is not None else None,
        )
        for r in found
    ]


def load_slices(path: Path) -> dict[str, list[int]]:
    """Return for every flag, register and platform in JSON lines the places of its rows, as `kind:value`."""
    found: dict[str, list[int]] = {}
    with path.open(encoding="utf-8") as lines:
        for place, line in enumerate(line for line in lines if line.strip()):
            row = json.loads(line)
            marks = [f"flag:{flag}" for flag in row.get("flags", ())]
            marks += [f"{kind}:{row[kind]}" for kind in ("register", "platform") if row.get(kind)]
            for mark in marks:
                found.setdefault(mark, []).append(place)
    return dict(sorted(found.items()))


def hash_of_rows(rows: Iterable[Row]) -> str:
    """Return a SHA-256 over all rows in their order."""
    digest = hashlib.sha256()
    for row in rows:
        known = {name: value for name, value in asdict(row).items() if value is not None}
        digest.update(json.dumps(known, ensure_ascii=False, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()


def bare_words(text: str) -> list[str]:
    """Return lower-case words without marks, for comparing texts."""
    return re.findall(r"\w+", text.lower())


def windows(text: str, size: int) -> set[tuple[str, ...]]:
    """Return every run of `size` words of a text."""
    words = bare_words(text)
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def group_of_rows(texts: Sequence[str], ties: Sequence[str] | None = None) -> list[int]:
    """Return for every text the number of the first text in its group of near-duplicates.

    Two texts are near-duplicates when they share six words in a row or consist of the same words. Texts with the same
    tie, such as their author, are of one group whatever they say; an empty tie binds nothing.
    """
    leader = list(range(len(texts)))

    def find(i: int) -> int:
        """Return the leader of a row's group."""
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    seen: dict[tuple[str, ...], int] = {}
    for i, text in enumerate(texts):
        words = bare_words(text)
        marks = {*windows(text, WINDOW), ("=", *sorted(set(words))) if words else ("", text)}
        if ties and ties[i]:
            marks.add(("@", ties[i]))
        for mark in marks:
            first, own = find(seen.setdefault(mark, i)), find(i)
            leader[max(first, own)] = min(first, own)
    return [find(i) for i in range(len(texts))]


def is_set_aside(group_name: str) -> bool:
    """Tell whether a group of the start-up corpus belongs to the samples; decided by a hash of its name."""
    return int(hashlib.sha256(group_name.encode()).hexdigest()[:8], 16) % SET_ASIDE == 0

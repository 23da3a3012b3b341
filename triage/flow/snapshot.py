"""Snapshot: labelled texts become an immutable file to learn from and, as people read blind, one to be measured on.

Both are named by one SHA-256: the same rows are one snapshot. Texts are masked before they are stored. Near-duplicates
and all comments of one author form a group, and no group stands on both sides: what resembles a frozen sample or a
comment of the test stream, or is by the same citizen, is not learned from.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session

from classifiers.rows import Row, group_of_rows, load_rows
from models import Snapshot
from triage.queries import directory, material, runs
from triage.rules.guideline import VERSION
from triage.rules.labelling import Standing
from triage.rules.material import Settled, once_a_text, reviewed
from triage.rules.privacy import mask
from triage.rules.routing import as_model_knows

MOST_UNREAD = 5_000  # newest ones; of more no further gain was measured


@dataclass(frozen=True)
class Parts:
    """What a snapshot holds: rows to learn from, comments to learn from unread, and rows to be measured on.

    `left_out` is how many rows are not learned from for the sake of the last.
    """

    learned: list[tuple[Row, Settled]]
    unread: list[tuple[Row, Settled]]
    tested: list[tuple[Row, Settled]]
    left_out: int


def take_snapshot(
    session: Session, run_id: int, folder: Path, *, corpus: Path, samples: Path, now: datetime
) -> Snapshot:
    """Store what a run learns from and what measures it; commits."""
    parts = gather(session, load_rows(corpus), load_rows(samples))
    learned = "".join(line(number, *pair) for number, pair in enumerate([*parts.learned, *parts.unread]))
    tested = "".join(line(number, *pair) for number, pair in enumerate(parts.tested))
    digest = hashlib.sha256(f"{learned}\n{tested}".encode()).hexdigest()
    snapshot = runs.snapshot_by_digest(session, digest)
    if snapshot is None:
        path, beside = store(folder, digest, learned, samples.read_text(encoding="utf-8") + tested if tested else "")
        snapshot = Snapshot(
            digest=digest,
            stored_as=str(path),
            tested_as=str(beside) if beside else None,
            guideline=VERSION,
            row_count=len(parts.learned),
            counts=counts(parts, frozen=len(load_rows(samples)) + len(parts.tested)),
            created_at=now,
        )
        session.add(snapshot)
        session.flush()
    run = runs.locked(session, run_id)
    run.snapshot_id = snapshot.id
    session.add(run)
    session.commit()
    return snapshot


def store(folder: Path, digest: str, learned: str, tested: str) -> tuple[Path, Path | None]:
    """Write the files of a snapshot and return where they lie; nothing to be measured on needs no file."""
    path, beside = folder / f"snapshot-{digest[:16]}.jsonl", folder / f"snapshot-{digest[:16]}-uji.jsonl"
    path.write_text(learned, encoding="utf-8")
    if not tested:
        return path, None
    beside.write_text(tested, encoding="utf-8")
    return path, beside


def gather(session: Session, corpus: Sequence[Row], samples: Sequence[Row]) -> Parts:
    """Return the rows of a snapshot, each text once with its strongest label, split by group."""
    people, (kept_back, measured) = material.people_labelled(session), material.held_out(session)
    told = reviewed([*map(from_corpus, corpus), *people], material.second_looks(session))
    tested = [row for row in told if row.key in measured and row.intent is not None]
    chosen = once_a_text(row for row in told if row.key not in kept_back and (row.intent or row.unit))
    unread = new_texts(material.unread(session, MOST_UNREAD), told)
    as_row = partial(row_of, as_known(session))
    rows = [*map(as_row, [*chosen, *unread])]
    texts = [row.text for row in [*samples, *map(as_row, tested), *rows]]
    groups = group_of_rows(texts, [*[""] * len(samples), *(row.author for row in [*tested, *chosen, *unread])])
    border = len(samples) + len(tested)
    taken = set(groups[:border])
    names = {group: rows[i].group for i, group in reversed([*enumerate(groups[border:])])}
    kept = [
        (replace(row, group=names[group] or f"kelompok-{group - border}"), label)
        for row, label, group in zip(rows, [*chosen, *unread], groups[border:], strict=True)
        if group not in taken
    ]
    learned = [pair for pair in kept if pair[1].standing is not Standing.UNREAD]
    return Parts(learned, kept[len(learned) :], [(as_row(row), row) for row in tested], len(chosen) - len(learned))


def new_texts(found: Sequence[Settled], known: Sequence[Settled]) -> list[Settled]:
    """Return comments that read like none with a label, and like no other of them, oldest first."""
    seen = {row.digest for row in known}
    fresh = {row.digest: row for row in found if row.digest not in seen}
    return sorted(fresh.values(), key=lambda row: row.key)


def from_corpus(row: Row) -> Settled:
    """Return a row of the start-up corpus as the weakest of labels; its key keeps source, group and marks."""
    return Settled(
        key="\t".join((row.source, row.group, *(row.flags or ()))),
        text=mask(row.text),
        intent=row.intent or None,
        unit=row.unit,
        account=row.account,
        author="",
        standing=Standing.CORPUS,
        guideline="",
        at=None,
    )


def as_known(session: Session) -> Callable[[str], str]:
    """Return how the model knows units: a village counts as its kind."""
    levels = directory.unit_levels(session)
    return lambda code: as_model_knows(code, levels.get(code, ""))


def row_of(known: Callable[[str], str], label: Settled) -> Row:
    """Return a label as a row to learn from; where it comes from is its source."""
    source, _, rest = label.key.partition("\t")
    group, *flags = rest.split("\t")
    is_corpus = not label.key.startswith(("komentar-", "impor-"))
    if not is_corpus:
        source = "impor" if label.standing is Standing.IMPORTED else "warga"
    marks = tuple(flags) if is_corpus else None  # nobody looked at the office's own comments for marks
    return Row(label.text, label.intent or "", known(label.unit or ""), known(label.account), group, source, marks)


def line(number: int, row: Row, label: Settled) -> str:
    """Return a row as a line of a snapshot, with the standing of its label."""
    kept = {key: value for key, value in asdict(row).items() if key != "source"}
    about = {"id": f"{row.source}-{number}", "standing": label.standing.name.lower(), "guideline": label.guideline}
    key = {"key": label.key} if label.key.startswith(("komentar-", "impor-")) else {}
    return json.dumps(kept | about | key, ensure_ascii=False) + "\n"


def counts(parts: Parts, *, frozen: int) -> dict[str, Any]:
    """Return what a snapshot holds: by class, by unit, by where the labels come from, and what was left out."""
    rows = [row for row, _ in parts.learned]
    return {
        "intent": dict(Counter(row.intent for row in rows if row.intent)),
        "unit": dict(Counter(row.unit for row in rows if row.unit)),
        "standing": dict(Counter(label.standing.name.lower() for _, label in parts.learned)),
        "from_people": sum(label.standing > Standing.CORPUS for _, label in parts.learned),
        "corrected_by": dict(Counter(str(label.corrected_by) for _, label in parts.learned if label.corrected_by)),
        "groups": len({row.group for row in rows}),
        "excluded_like_frozen": parts.left_out,
        "frozen": frozen,
        "unread": len(parts.unread),
        "tested": len(parts.tested),
        "tested_intent": dict(Counter(row.intent for row, _ in parts.tested)),
    }

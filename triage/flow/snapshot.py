"""Snapshot: labelled comments become an immutable file that a training learns from.

The file is named by its SHA-256: the same rows are one snapshot. Texts are masked before they are stored, and what
resembles a frozen row (data/samples) is left out.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from classifiers.rows import Row, group_of_rows, load_rows
from models import Snapshot
from triage.queries import directory, labels, runs
from triage.rules.privacy import mask
from triage.rules.routing import as_model_knows


def take_snapshot(
    session: Session, run_id: int, folder: Path, *, corpus: Path, samples: Path, now: datetime
) -> Snapshot:
    """Store what a run learns from, named by its hash: the corpus and people's verdicts, masked; commits."""
    frozen = load_rows(samples)
    learned, excluded = usable(person_rows(session), frozen)
    rows = [masked(row) for row in load_rows(corpus) + learned]
    body = "".join(json.dumps(record(i, row), ensure_ascii=False) + "\n" for i, row in enumerate(rows))
    digest = hashlib.sha256(body.encode()).hexdigest()
    snapshot = runs.snapshot_by_digest(session, digest)
    if snapshot is None:
        path = folder / f"snapshot-{digest[:16]}.jsonl"
        path.write_text(body, encoding="utf-8")
        counts = {
            "intent": dict(Counter(row.intent for row in rows if row.intent)),
            "from_people": len(learned),
            "excluded_like_frozen": excluded,
            "frozen": len(frozen),
        }
        snapshot = Snapshot(digest=digest, stored_as=str(path), row_count=len(rows), counts=counts, created_at=now)
        session.add(snapshot)
        session.flush()
    run = runs.locked(session, run_id)
    run.snapshot_id = snapshot.id
    session.add(run)
    session.commit()
    return snapshot


def person_rows(session: Session) -> list[Row]:
    """Return the comments that people gave an intent, a unit or both; a village counts as its kind."""
    levels = directory.unit_levels(session)
    by_comment: dict[int, dict[str, str]] = {}
    for label in labels.by_people(session):
        account = as_model_knows(label.account_unit, levels[label.account_unit])
        row = by_comment.setdefault(label.comment_id, {"text": label.text, "account": account})
        row[label.subject.value] = label.value
    return [
        Row(
            row["text"],
            row.get("intent", ""),
            as_model_knows(row.get("unit", ""), levels.get(row.get("unit", ""), "")),
            row["account"],
            source="warga",
        )
        for row in by_comment.values()
    ]


def usable(rows: Sequence[Row], frozen: Sequence[Row]) -> tuple[list[Row], int]:
    """Return the rows that are no near-duplicate of a frozen one, and how many were."""
    groups = group_of_rows([row.text for row in [*frozen, *rows]])
    taken = set(groups[: len(frozen)])
    kept = [row for row, group in zip(rows, groups[len(frozen) :], strict=True) if group not in taken]
    return kept, len(rows) - len(kept)


def masked(row: Row) -> Row:
    """Return a row without personal data in its text."""
    return Row(mask(row.text), row.intent, row.unit, row.account, row.group, row.source)


def record(number: int, row: Row) -> dict[str, str]:
    """Return a row as a line of a snapshot."""
    return {key: value for key, value in asdict(row).items() if key != "source"} | {"id": f"{row.source}-{number}"}

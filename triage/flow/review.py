"""Review: labels that the newest model finds unlikely get a second look by a person, who keeps or changes them.

The list is written by the training beside its model; nothing is ever changed without a person.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from classifiers.suspects import FILE
from models import Intent, LabelReview, RunStatus
from triage.errors import NotFound
from triage.queries import reviews, runs
from triage.rules.guideline import VERSION
from triage.rules.labelling import STANDING_NAMES, Standing
from triage.rules.material import text_digest
from triage.rules.permissions import Viewer


@dataclass(frozen=True)
class Suspect:
    """One label that is likely wrong; `decided` is what a person left it with, None while nobody looked."""

    place: int
    text: str
    digest: str
    given: str
    standing: str
    unit: str
    account: str
    probabilities: dict[str, float]
    decided: str | None

    @property
    def likeliest(self) -> str:
        """Return the class that the model found likeliest."""
        return max(self.probabilities, key=lambda name: self.probabilities[name])


@dataclass(frozen=True)
class Suspects:
    """The list of one run, the likeliest error first."""

    run_id: int
    rows: list[Suspect]

    def at(self, place: int) -> Suspect:
        """Return the suspect of a place; raise NotFound."""
        for row in self.rows:
            if row.place == place:
                return row
        raise NotFound("Label ini tidak ada dalam daftar model terbaru. Buka kembali daftarnya.")

    @property
    def waiting(self) -> list[Suspect]:
        """Return those that nobody has looked at."""
        return [row for row in self.rows if row.decided is None]


def suspects(session: Session) -> Suspects | None:
    """Return the list of the newest finished run that has one; None before the first."""
    for run in runs.newest(session):
        path = Path(run.stored_as) / FILE
        if run.status is RunStatus.DONE and run.stored_as and path.is_file():
            records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            digests = [text_digest(record["text"]) for record in records]
            decided = reviews.decided(session, run.id or 0)
            rows = [row_of(record, digest, decided) for record, digest in zip(records, digests, strict=True)]
            return Suspects(run.id or 0, rows)
    return None


def row_of(record: dict[str, object], digest: str, decided: dict[str, str]) -> Suspect:
    """Return a line of the list with what people decided."""
    name = STANDING_NAMES.get(Standing.__members__.get(str(record["standing"]).upper(), Standing.CORPUS), "")
    return Suspect(**record | {"standing": name, "digest": digest, "decided": decided.get(digest)})  # type: ignore[arg-type]


def decide(session: Session, viewer: Viewer, place: int, intent: Intent, *, now: datetime) -> LabelReview:
    """Keep with which intent a person leaves a suspect label, the given one or another; commits.

    Raises NotFound when the newest list has no such row.
    """
    found = suspects(session)
    if found is None:
        raise NotFound("Belum ada daftar label untuk diperiksa. Latih model dulu.")
    row = found.at(place)
    review = LabelReview(
        run_id=found.run_id,
        text_digest=row.digest,
        before=Intent(row.given),
        after=intent,
        user_id=viewer.user_id,
        guideline=VERSION,
        created_at=now,
    )
    session.add(review)
    session.commit()
    return review

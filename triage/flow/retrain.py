"""Retrain: a snapshot becomes a candidate, and a person lets a candidate serve.

Frozen rows (data/samples) are never trained on: both models of a comparison are measured on them.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from classifiers import evaluate, store
from classifiers.card import Card
from classifiers.predict import Model
from classifiers.routing import KeywordTable
from classifiers.rows import load_rows
from models import Promotion, PromotionAction, RunStatus, Snapshot, TrainingRun
from triage.errors import InvalidInput
from triage.queries import runs
from triage.rules.permissions import Viewer
from triage.rules.privacy import mask

SILENT_FOR = timedelta(minutes=10)
ROOT = Path(__file__).parent.parent.parent
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Sources:
    """Where the start-up corpus, the frozen rows and the lexicon lie."""

    seed: Path
    frozen: Path
    lexicon: Path


def sources(data: Path) -> Sources:
    """Return the files of the data folder."""
    return Sources(data / "seed/comments.jsonl", data / "samples/comments.jsonl", data / "lexicons/slang.tsv")


def queue_run(session: Session, *, actor_id: int | None, seed: int, now: datetime) -> TrainingRun:
    """Ask for a training; raise InvalidInput while another one is under way; commits."""
    if runs.unfinished(session):
        raise InvalidInput("Pelatihan lain sedang berjalan. Tunggu sampai selesai, lalu mulai lagi.")
    run = TrainingRun(
        status=RunStatus.QUEUED, seed=seed, created_by_id=actor_id, created_at=now, step="Menunggu giliran"
    )
    session.add(run)
    session.commit()
    return run


def start_run(session: Session, run_id: int, *, now: datetime) -> TrainingRun | None:
    """Take a queued training, or one whose worker fell silent; None when another worker has it; commits."""
    run = runs.locked(session, run_id)
    fell_silent = run.heartbeat_at is not None and now - run.heartbeat_at > SILENT_FOR
    if run.status is RunStatus.QUEUED or (run.status is RunStatus.RUNNING and fell_silent):
        run.status, run.heartbeat_at, run.progress, run.error = RunStatus.RUNNING, now, 0.0, ""
        session.add(run)
        session.commit()
        return run
    session.rollback()
    return None


def fit(
    job_path: Path,
    snapshot: Snapshot,
    files: Sources,
    phrases: Sequence[tuple[str, str, str | None]],
    *,
    seed: int,
    moment: str,
    progress: Progress,
) -> str:
    """Train in a process of its own and return the stored model's digest; raise InvalidInput with its reason.

    The process of its own keeps the training library out of the web server and gives all memory back.
    """
    job = {
        "rows": snapshot.stored_as,
        "lexicon": str(files.lexicon),
        "keywords": [[phrase, goes_to or unit, unit if goes_to else ""] for unit, phrase, goes_to in phrases],
        "folder": str(job_path.parent),
        "seed": seed,
        "created_at": moment,
    }
    job_path.parent.mkdir(parents=True, exist_ok=True)
    job_path.write_text(json.dumps(job), encoding="utf-8")
    command = [sys.executable, "-m", "classifiers", str(job_path)]
    said: dict[str, Any] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT) as process:  # noqa: S603  our own interpreter and file
        for line in process.stdout or ():
            said = json.loads(line)
            if "share" in said:
                progress(float(said["share"]), str(said["step"]))
    if process.returncode != 0:
        raise InvalidInput(said.get("error", "Pelatihan berhenti tanpa hasil. Lihat catatan server, lalu mulai lagi."))
    return str(said["digest"])


def note_progress(session: Session, run_id: int, share: float, step: str, *, now: datetime) -> None:
    """Show how far a training is, and that its worker lives; commits."""
    run = runs.locked(session, run_id)
    run.progress, run.step, run.heartbeat_at = share, step[:200], now
    session.add(run)
    session.commit()


def finish_run(
    session: Session,
    run_id: int,
    folder: Path,
    digest: str,
    *,
    scores: dict[str, Any],
    comparison: dict[str, Any],
    now: datetime,
) -> TrainingRun:
    """Keep a trained candidate with its figures; commits. The very first model serves at once."""
    run = runs.locked(session, run_id)
    run.status, run.progress, run.step = RunStatus.DONE, 1.0, "Selesai"
    run.stored_as, run.digest, run.scores, run.comparison = str(folder), digest, scores, comparison
    run.finished_at = now
    if runs.active(session) is None:
        serve(session, run, PromotionAction.PROMOTE, actor="system", reason="model pertama", now=now)
    session.add(run)
    session.commit()
    return run


def fail_run(session: Session, run_id: int, reason: str, *, now: datetime) -> None:
    """End a training that could not finish; commits."""
    run = runs.locked(session, run_id)
    run.status, run.error, run.finished_at = RunStatus.FAILED, reason[:1000], now
    session.add(run)
    session.commit()


def measure(
    candidate: tuple[Model, KeywordTable], active: tuple[Model, KeywordTable] | None, files: Sources
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (scores, comparison with the active model) on the frozen rows; no comparison without one."""
    model, keywords = candidate
    frozen = load_rows(files.frozen)
    scores = evaluate.score(model, frozen, keywords=keywords).as_dict()
    if active is None:
        return scores, {}
    found = evaluate.compare(active[0], model, frozen, keywords=(active[1], keywords))
    changes = [asdict(change) | {"text": mask(frozen[change.row].text)} for change in found.changes]
    return scores, asdict(found) | {"changes": changes}


def promote(session: Session, viewer: Viewer, run_id: int, *, reason: str, now: datetime) -> TrainingRun:
    """Let a candidate serve; commits.

    Raises InvalidInput for an unfinished, active or unsound one, and for its starter while somebody else could decide.
    """
    run = runs.known(session, run_id)
    if run.status is not RunStatus.DONE or run.is_active:
        raise InvalidInput("Hanya model yang selesai dilatih dan belum aktif yang dapat diaktifkan.")
    if needs_second_person(session, viewer, run):
        raise InvalidInput("Model yang Anda latih sendiri harus diaktifkan oleh pengguna Diskominfo yang lain.")
    checked(run)
    serve(session, run, PromotionAction.PROMOTE, actor=viewer.actor, reason=given(reason), now=now)
    session.commit()
    return run


def needs_second_person(session: Session, viewer: Viewer, run: TrainingRun) -> bool:
    """Tell whether somebody else has to promote a run: its starter may not while there is another to ask."""
    return run.created_by_id == viewer.user_id and runs.decider_count(session) > 1


def roll_back(session: Session, viewer: Viewer, *, reason: str, now: datetime) -> TrainingRun:
    """Let the model before the active one serve again; raise InvalidInput when there is none; commits."""
    run = runs.previous(session)
    if run is None or run.is_active:
        raise InvalidInput("Belum ada model sebelumnya yang dapat dipakai kembali.")
    checked(run)
    serve(session, run, PromotionAction.ROLLBACK, actor=viewer.actor, reason=given(reason), now=now)
    session.commit()
    return run


def given(reason: str) -> str:
    """Return a reason; raise InvalidInput when there is none."""
    if not reason.strip():
        raise InvalidInput("Tulis alasannya: keputusan ini tercatat di riwayat model.")
    return reason.strip()


def card_of(run: TrainingRun) -> Card:
    """Return the card of a run's artefact; raise InvalidInput when it is missing, changed or unreadable."""
    try:
        text = (Path(run.stored_as) / store.CARD).read_bytes()
        card = Card.from_json(text.decode())
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise InvalidInput(f"Kartu model #{run.id} tidak terbaca. Pulihkan dari cadangan atau latih ulang.") from exc
    if hashlib.sha256(text).hexdigest() != run.digest:
        raise InvalidInput(f"Kartu model #{run.id} berbeda dari yang tercatat. Pulihkan dari cadangan.")
    return card


def checked(run: TrainingRun) -> None:
    """Raise InvalidInput unless the run's artefact loads and fits its card: the last good model goes on serving."""
    try:
        store.load(Path(run.stored_as), run.digest)
    except store.ArtefactError as exc:
        raise InvalidInput(f"Model #{run.id} tidak dapat dipakai: {exc.message}") from exc


def serve(
    session: Session, run: TrainingRun, action: PromotionAction, *, actor: str, reason: str, now: datetime
) -> None:
    """Make a run the active one and note it in the history; the caller commits."""
    before = runs.active(session)
    if before is not None:
        before.is_active = False
        session.add(before)
        session.flush()
    run.is_active = True
    session.add(run)
    session.add(
        Promotion(
            run_id=run.id or 0,
            previous_run_id=before.id if before else None,
            action=action,
            actor=actor,
            reason=reason[:400],
            at=now,
        )
    )

"""Promote: a person lets a candidate serve, or the model before it again; each decision stays in the history."""

from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from classifiers import store
from models import PromotionAction, RunStatus, TrainingRun
from triage.errors import InvalidInput
from triage.queries import directory, runs
from triage.rules import promotion
from triage.rules.permissions import Action, Viewer


def promote(
    session: Session, viewer: Viewer, run_id: int, *, reason: str, override: bool = False, now: datetime
) -> TrainingRun:
    """Let a candidate serve; commits.

    Raises InvalidInput for an unfinished, active or unsound one, for its starter while somebody else could decide, and
    where the comparison speaks against it; that alone can be overridden, with a written reason, by a second person.
    """
    run = runs.known(session, run_id)
    if run.status is not RunStatus.DONE or run.is_active:
        raise InvalidInput("Hanya model yang selesai dilatih dan belum aktif yang dapat diaktifkan.")
    if needs_second_person(session, viewer, run):
        raise InvalidInput("Model yang Anda latih sendiri harus diaktifkan oleh pengguna Diskominfo yang lain.")
    against = objections(session, run)
    if against and not override:
        raise InvalidInput(f"Model #{run_id} belum layak diaktifkan. {' '.join(against)}")
    if against:
        must_be_reasoned(viewer, run, reason)
    checked(run)
    runs.let_serve(
        session,
        run,
        PromotionAction.PROMOTE,
        actor=viewer.actor,
        reason=given(reason),
        figures=promotion.figures(run.comparison),
        objections=against or None,
        now=now,
    )
    session.commit()
    return run


def objections(session: Session, run: TrainingRun) -> list[str]:
    """Return what speaks against letting a candidate serve now."""
    active = runs.active(session)
    return promotion.objections(run.comparison, active_id=active.id if active else None)


def must_be_reasoned(viewer: Viewer, run: TrainingRun, reason: str) -> None:
    """Raise InvalidInput unless a second person sets objections aside in words of their own."""
    if run.created_by_id == viewer.user_id:
        raise InvalidInput("Keberatan atas model yang Anda latih sendiri hanya dapat dikesampingkan oleh orang kedua.")
    if not promotion.is_reasoned(reason):
        raise InvalidInput("Tulis alasan yang lengkap mengapa keberatan itu dikesampingkan; pemeriksa akan membacanya.")


def needs_second_person(session: Session, viewer: Viewer, run: TrainingRun) -> bool:
    """Tell whether somebody else has to promote a run: its starter may not while there is another to ask."""
    return run.created_by_id == viewer.user_id and runs.decider_count(session) > 1


def roll_back(session: Session, viewer: Viewer, *, reason: str, now: datetime) -> TrainingRun:
    """Let the model before the active one serve again; raise InvalidInput when there is none; commits."""
    run = runs.previous(session)
    if run is None or run.is_active:
        raise InvalidInput("Belum ada model sebelumnya yang dapat dipakai kembali.")
    checked(run)
    runs.let_serve(session, run, PromotionAction.ROLLBACK, actor=viewer.actor, reason=given(reason), now=now)
    session.commit()
    return run


def decider(session: Session, username: str) -> Viewer:
    """Return an active user who may decide on models; raise InvalidInput for any other name."""
    user = directory.user_by_name(session, username)
    if user is None or not user.is_active:
        raise InvalidInput(f"Tidak ada pengguna aktif bernama “{username}”. Sebutkan nama pengguna Diskominfo.")
    viewer = Viewer(user.id or 0, user.role)
    session.rollback()
    if not viewer.may(Action.MANAGE_MODELS):
        raise InvalidInput(f"“{username}” tidak berwenang atas model. Sebutkan nama pengguna Diskominfo.")
    return viewer


def given(reason: str) -> str:
    """Return a reason; raise InvalidInput when there is none."""
    if not reason.strip():
        raise InvalidInput("Tulis alasannya: keputusan ini tercatat di riwayat model.")
    return reason.strip()


def checked(run: TrainingRun) -> None:
    """Raise InvalidInput unless the run's artefact loads and fits its card: the last good model goes on serving."""
    try:
        store.load(Path(run.stored_as), run.digest)
    except store.ArtefactError as exc:
        raise InvalidInput(f"Model #{run.id} tidak dapat dipakai: {exc.message}") from exc

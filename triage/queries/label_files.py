"""Files of labelled texts: the imports and what they brought."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, func, select

from models import ImportedLabel, ImportStatus, LabelImport
from triage.errors import NotFound
from triage.queries import intake
from triage.queries.directory import storable


def locked(session: Session, import_id: int) -> LabelImport:
    """Return an import, locked for a change."""
    found = select(LabelImport).where(LabelImport.id == import_id).with_for_update()
    return session.exec(found.execution_options(populate_existing=True)).one()


def by_key(session: Session, key: str) -> LabelImport:
    """Return the import of a key; raise NotFound."""
    record = session.exec(select(LabelImport).where(LabelImport.key == storable(key))).first()
    if record is None:
        raise NotFound("Impor label ini tidak ada.")
    return record


def newest(session: Session, limit: int = 50) -> list[LabelImport]:
    """Return the newest imports."""
    return list(session.exec(select(LabelImport).order_by(col(LabelImport.id).desc()).limit(limit)))


def unfinished(session: Session) -> list[int]:
    """Return the imports that wait or are under way."""
    statuses = (ImportStatus.QUEUED, ImportStatus.RUNNING)
    return [row.id or 0 for row in session.exec(select(LabelImport).where(col(LabelImport.status).in_(statuses)))]


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append labels, passing over those that are there already."""
    intake.insert_ignoring(session, ImportedLabel, rows)


def accepted_count(session: Session, import_id: int) -> int:
    """Return how many labels an import brought."""
    return session.exec(
        select(func.count()).select_from(ImportedLabel).where(ImportedLabel.import_id == import_id)
    ).one()

"""Second looks at labels that a model found unlikely."""

from sqlmodel import Session, col, func, select

from models import LabelReview


def decided(session: Session, run_id: int) -> dict[str, str]:
    """Return with which intent people left the texts of a run's list, by the text's digest; the newest look counts."""
    newest = select(func.max(LabelReview.id)).where(LabelReview.run_id == run_id)
    newest = newest.group_by(col(LabelReview.text_digest))
    found = select(LabelReview).where(col(LabelReview.id).in_(newest))
    return {row.text_digest: row.after.value for row in session.exec(found)}

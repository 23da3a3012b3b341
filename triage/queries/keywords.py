"""The routing gazetteer as people edit it, and whether a phrase is there already."""

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models import KeywordKind, Unit, UnitKeyword
from triage.errors import NotFound
from triage.queries.directory import storable
from triage.rules.keywords import Keyword, plain


def every(session: Session) -> list[Keyword]:
    """Return all phrases, by unit and phrase."""
    elsewhere = aliased(Unit)
    found = (
        select(  # type: ignore[call-overload]
            UnitKeyword.id, Unit.code, UnitKeyword.phrase, elsewhere.code, UnitKeyword.subject
        )
        .join(Unit, col(Unit.id) == UnitKeyword.unit_id)
        .outerjoin(elsewhere, col(elsewhere.id) == UnitKeyword.route_to_id)
        .order_by(Unit.code, UnitKeyword.phrase)
    )
    return [
        Keyword(keyword_id=row_id or 0, unit=unit, phrase=phrase, route_to=goes_to or "", subject=subject)
        for row_id, unit, phrase, goes_to, subject in session.exec(found)
    ]


def has(session: Session, unit_id: int, phrase: str) -> bool:
    """Tell whether a unit has a phrase already, of whichever kind and however it is written."""
    of_unit = session.exec(select(UnitKeyword.phrase).where(UnitKeyword.unit_id == unit_id))
    return plain(phrase) in {plain(known) for known in of_unit}


def known(session: Session, keyword_id: int, unit: str) -> UnitKeyword:
    """Return a phrase of a unit; raise NotFound."""
    of_unit = select(UnitKeyword).join(Unit, col(Unit.id) == UnitKeyword.unit_id).where(Unit.code == storable(unit))
    found = session.exec(of_unit.where(UnitKeyword.id == keyword_id)).first()
    if found is None:
        raise NotFound("Kata kunci ini sudah tidak ada.")
    return found


def add(session: Session, *, unit_id: int, phrase: str, route_to_id: int | None) -> UnitKeyword:
    """Add a phrase; the caller commits."""
    kind = KeywordKind.OWN if route_to_id is None else KeywordKind.NOT_RESPONSIBLE
    row = UnitKeyword(unit_id=unit_id, kind=kind, phrase=phrase, route_to_id=route_to_id)
    session.add(row)
    session.flush()
    return row

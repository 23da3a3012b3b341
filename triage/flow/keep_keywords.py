"""Keep the routing gazetteer: phrases come and go; the next comment is routed by what stands there."""

import re

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models import UnitKeyword
from triage.errors import InvalidInput
from triage.queries import directory, keywords
from triage.rules.keywords import SHORTEST, plain

LONGEST, MOST_WORDS = 80, 8


def add(session: Session, unit: str, phrase: str, *, route_to: str = "") -> UnitKeyword:
    """Add a phrase that speaks for a unit, or that names what belongs to another; commits.

    Raises InvalidInput for a phrase that no comment could hold, that is there already, or that leads back.
    """
    known, bare = directory.unit_ids(session), plain(phrase)
    if unit not in known or (route_to and route_to not in known):
        raise InvalidInput("Pilih unit dari daftar.")
    if route_to == unit:
        raise InvalidInput("Unit tujuan harus lain dari unitnya sendiri.")
    if not re.search(r"[^\W\d_]", bare) or not SHORTEST <= len(bare) <= LONGEST or len(bare.split()) > MOST_WORDS:
        raise InvalidInput(f"Isi frasa {SHORTEST} sampai {LONGEST} huruf, paling banyak {MOST_WORDS} kata.")
    unit_id = known[unit][0]
    taken = f"Frasa “{bare}” sudah ada pada unit ini."
    if keywords.has(session, unit_id, bare):
        raise InvalidInput(taken)
    route_to_id = known[route_to][0] if route_to else None
    try:
        row = keywords.add(session, unit_id=unit_id, phrase=bare, route_to_id=route_to_id)
    except IntegrityError as exc:
        session.rollback()
        raise InvalidInput(taken) from exc
    session.commit()
    return row


def remove(session: Session, unit: str, keyword_id: int) -> str:
    """Remove a phrase of a unit and return it; raise NotFound; commits."""
    row = keywords.known(session, keyword_id, unit)
    phrase = row.phrase
    session.delete(row)
    session.commit()
    return phrase

"""Hand-over (disposisi): a case goes to another unit, with a reason that becomes its history.

The choice is a person's verdict on the unit: it is kept as a label for training and never overridden.
"""

from datetime import datetime

from sqlmodel import Session

from models import Case, EventKind, Label, LabelSource, LabelSubject
from triage.errors import InvalidInput
from triage.queries import cases, directory, history
from triage.rules import workflow
from triage.rules.permissions import Viewer


def hand_over(
    session: Session, viewer: Viewer, code: str, *, unit: str, reason: str, version: int, now: datetime
) -> Case:
    """Give a case to the unit of a code; raise InvalidInput for an unknown or the same unit; commits."""
    case = cases.for_work(session, viewer, code, version)
    workflow.next_state(case.state, workflow.Move.TAKE)
    units = directory.unit_ids(session)
    codes = {unit_id: name for name, (unit_id, _) in units.items()}
    if unit not in units:
        raise InvalidInput("Pilih unit tujuan dari daftar.")
    unit_id, is_external = units[unit]
    holder_id = cases.place(session, case).unit.id if is_external else unit_id
    if unit_id == case.unit_id and holder_id == case.holder_id:
        raise InvalidInput("Kasus ini sudah ada di unit tersebut. Pilih unit lain.")
    label_change = {"from": codes.get(case.unit_id or 0), "to": unit}
    history.append(
        session, case, EventKind.LABEL_CHANGED, at=now, now=now, actor=viewer.actor, subject="unit", **label_change
    )
    move = {"from": codes.get(case.holder_id or 0), "to": codes.get(holder_id or 0), "responsible": unit}
    history.append(session, case, EventKind.ROUTED, at=now, now=now, actor=viewer.actor, reason=reason, **move)
    session.add(verdict(session, case, viewer, unit, now=now))
    if holder_id != case.holder_id:
        case.assignee_id = None
    case.unit_id, case.holder_id, case.is_unit_by_person, case.routed_at = unit_id, holder_id, True, now
    history.refresh_figures(session, case)
    session.commit()
    return case


def verdict(session: Session, case: Case, viewer: Viewer, unit: str, *, now: datetime) -> Label:
    """Return the person's verdict on the unit, for training."""
    first = cases.comments(session, case.id or 0)[0]
    return Label(
        comment_id=first.id or 0,
        subject=LabelSubject.UNIT,
        value=unit,
        source=LabelSource.PERSON,
        user_id=viewer.user_id,
        created_at=now,
    )

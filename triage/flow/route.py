"""Route: a classified case gets its unit and its deadline, or goes to the triage queue.

One call takes one batch of cases that wait for a unit and commits. A person's choice is never overridden, nor the
unit of a case that was answered: such cases wait here for their deadline only.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import EventKind, Intent
from triage.queries import calendars, directory, intake, labels, measures
from triage.queries.labels import PendingCase
from triage.rules import routing, targets
from triage.rules.marks import marks_of
from triage.rules.villages import Villages
from triage.rules.workflow import is_open

Event = dict[str, Any]


def route(session: Session, *, limit: int, now: datetime) -> int:
    """Route up to `limit` waiting cases; return how many were; commits."""
    pending = labels.unrouted(session, limit)
    if not pending:
        session.rollback()
        return 0
    places = Places(session, now, pending)
    changes = [places.change(case) for case in pending]
    intake.update_cases(session, changes)
    intake.add_events(session, places.events)
    measures.refresh(session, [case.case_id for case in pending if case.unit_id is not None])
    measures.refresh_existing(session, [case.case_id for case in pending if case.unit_id is None])
    session.commit()
    return len(pending)


class Places:
    """Where cases can go, read once for a batch, and the history that routing it writes."""

    def __init__(self, session: Session, now: datetime, pending: Sequence[PendingCase]) -> None:
        self.moment = now
        self.units = directory.unit_ids(session)
        self.codes = {unit_id: code for code, (unit_id, _) in self.units.items()}
        self.levels = directory.unit_levels(session)
        self.villages = Villages(directory.villages(session))
        self.texts = labels.texts(session, [case.case_id for case in pending if routing.is_kind(case.unit)])
        self.calendars = calendars.by_unit(session)
        self.targets = calendars.targets(session)
        self.events: list[Event] = []
        self.chosen: dict[tuple[Intent, str | None, datetime, int], targets.Chosen] = {}

    def change(self, case: PendingCase) -> dict[str, Any]:
        """Return the columns that routing sets on a case, and note the events."""
        if case.is_unit_by_person or case.first_response_at is not None:
            return {"id": case.case_id, "routed_at": self.moment} | self.deadline(
                case, self.codes.get(case.holder_id or 0)
            )
        account_unit = self.codes[case.account_unit_id]
        verdict = routing.Verdict(case.unit, case.confidence, case.is_sure)
        choice = routing.decide(
            verdict,
            intent=case.intent,
            account_unit=account_unit,
            account_level=self.levels[account_unit],
            named=self.villages.named(case.unit, self.texts.get(case.case_id, ())),
        )
        unit_id, holder_id = self.unit_and_holder(choice.unit, case.account_unit_id)
        holder = self.codes[holder_id] if holder_id else None
        before = self.codes.get(case.holder_id or 0)
        data = {"from": before, "to": holder, "responsible": choice.unit, "reason": choice.reason}
        if case.unit_id is None or (unit_id, holder_id) != (case.unit_id, case.holder_id):
            self.note(case, EventKind.ROUTED, data)
        change = {"id": case.case_id, "unit_id": unit_id, "holder_id": holder_id, "routed_at": self.moment}
        return change | self.deadline(case, holder)

    def unit_and_holder(self, code: str | None, account_unit_id: int) -> tuple[int | None, int | None]:
        """Return (responsible, holder): what an outside body must do is held by the account's unit."""
        if code is None or code not in self.units:
            return None, None
        unit_id, is_external = self.units[code]
        return unit_id, account_unit_id if is_external else unit_id

    def deadline(self, case: PendingCase, holder: str | None) -> dict[str, Any]:
        """Return the frozen first-response target and the inbox order (M1 D13)."""
        due_at = case.due_at
        is_imported = case.reference is not None
        if due_at is None and (is_open(case.state) or is_imported) and not case.is_backfill:
            # What is imported goes by the targets of its time, and also once it is closed: it was due then.
            due_at = self.apply_target(case, holder, at=case.opened_at if is_imported else self.moment)
        sort_at = targets.sort_moment(due_at=due_at, answered_at=case.first_response_at, opened_at=case.opened_at)
        return {"due_at": due_at, "sort_at": sort_at}

    def apply_target(self, case: PendingCase, holder: str | None, *, at: datetime) -> datetime | None:
        """Return the deadline of the first response by the holder's calendar; None where no target is set."""
        history = self.calendars.get(holder) or self.calendars[None]
        frozen = targets.freeze(self.in_force(case.intent, holder, at, case.marks), history, opened_at=case.opened_at)
        if frozen is None:
            return None
        self.note(case, EventKind.TARGET_APPLIED, frozen.data)
        return frozen.due_at

    def in_force(self, intent: Intent, unit: str | None, at: datetime, marks: int) -> targets.Chosen:
        """Return the targets that hold for such a case; a batch asks for the same ones again and again."""
        asked = intent, unit, at, marks
        if asked not in self.chosen:
            self.chosen[asked] = targets.in_force(self.targets, intent=intent, unit=unit, at=at, flags=marks_of(marks))
        return self.chosen[asked]

    def note(self, case: PendingCase, kind: EventKind, data: dict[str, Any]) -> None:
        """Add one event to the batch's history."""
        self.events.append(
            {
                "case_id": case.case_id,
                "kind": kind,
                "at": self.moment,
                "recorded_at": self.moment,
                "actor": f"model:{case.run_id}",
                "data": data,
            }
        )

"""The working seconds of cases by several sets of calendars at once, for comparing one with another."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from triage.queries import event_columns, measures
from triage.queries.event_columns import Told
from triage.rules.clocks import MetricSettings
from triage.rules.courses import SINGLE
from triage.rules.custody import Calendars
from triage.rules.history import HistoryEvent
from triage.rules.many_cases import NONE, Measured, Office, measure
from triage.rules.metrics import intervals
from triage.rules.shapes import Shapes, shapes_of

FIGURES = ("frt", "tts", "resolution_first", "resolution_full", "unit_response", "triage_delay")
PLACES = [SINGLE.index(name) for name in FIGURES]
Seconds = tuple[int | None, ...]


def by_views(
    session: Session, case_ids: Sequence[int], views: Sequence[Calendars], limits: MetricSettings
) -> Iterator[tuple[int, list[Seconds]]]:
    """Yield (case, its seconds in the order of FIGURES by each view); a case without events is left out."""
    told = event_columns.read_some(session, case_ids)
    if told is None:
        return
    shapes = shapes_of(told.histories)
    found = [_at_once(told, shapes, view, limits) for view in views]
    alone = [case_id for case_id in told.case_ids.tolist() if not all(case_id in one for one in found)]
    events = measures.histories(session, alone)
    for case_id in told.case_ids.tolist():
        if case_id in events:
            yield case_id, [_alone(events[case_id], view, limits) for view in views]
        else:
            yield case_id, [one[case_id] for one in found]


def _at_once(told: Told, shapes: Shapes, view: Calendars, limits: MetricSettings) -> dict[int, Seconds]:
    office = Office([view.get(code) for code in told.units], limits.pause_limit_days)
    found: dict[int, Seconds] = {}
    for one in measure(shapes, office):
        found.update(zip(told.case_ids[one.cases].tolist(), _seconds(one), strict=True))
    return found


def _seconds(found: Measured) -> Iterator[Seconds]:
    nothing: NDArray[np.int64] = np.full(len(found.cases), NONE)
    columns = [nothing if found.course.reaches[place] is None else found.works[:, place] for place in PLACES]
    for row in np.column_stack(columns).tolist():
        yield tuple([None if value == NONE else value for value in row])


def _alone(events: list[HistoryEvent], view: Calendars, limits: MetricSettings) -> Seconds:
    found = intervals(events, view, limits)
    spans = [getattr(found, name) for name in FIGURES]
    return tuple([span.working_s if span else None for span in spans])

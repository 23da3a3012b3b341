"""Every interval of many cases at once, by the courses of their histories: the same figures as `intervals` gives.

A case of which that is not sure is left to `intervals` itself: a rare or odd history, a moment that a calendar does not
cover, a pause that a limit may cut.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from triage.rules.courses import OUT_OF_HOURS, Course, course_of
from triage.rules.shapes import SECOND, Array, Shapes, Truths, by_shape
from triage.rules.working_time import REACH_DAYS, CalendarHistory
from triage.rules.zones import DAY_S, seconds_of

WORTH_IT = 8  # cases of one shape from which on its course is worth reckoning
NO_CALENDAR = -1
NONE = -1  # working seconds that nobody knows
FRT = 0  # the place in Course.reaches


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The intervals of the cases of one course: walls and works are (cases x reaches), in seconds, NONE where unknown.

    `cases` are places in the histories, `events` (cases x moments) an event at each moment, `units` (cases x slots) the
    number of the unit in each slot.
    """

    course: Course
    cases: Array
    walls: Array
    works: Array
    events: Array
    units: Array
    flags: Array


class Hours:
    """The working time of one calendar for many moments at once, in seconds since 1970."""

    def __init__(self, calendar: CalendarHistory) -> None:
        self.calendar = calendar
        self.begin = seconds_of(calendar.starts_at)
        self.end = self.begin + REACH_DAYS * DAY_S
        self._known = self.begin, self.begin
        self._edges = self._base = np.zeros(0, np.int64)

    def worked_by(self, seconds: Array) -> Array:
        """Return the working seconds from the beginning to each moment; all must be covered."""
        places = self._places(seconds)
        return self._base[places] + seconds * (places & 1)

    def is_working(self, seconds: Array) -> Truths:
        """Tell of each moment whether it is working time."""
        found: Truths = self._places(seconds) & 1 == 1
        return found

    def _places(self, seconds: Array) -> Array:
        last = min(int(seconds.max(initial=self.begin)), self.end - 1)  # what is later is another calendar's
        if last >= self._known[1]:
            line = self.calendar.timeline(self.begin, last)
            self._edges, self._base = np.array(line.edges, np.int64), np.array(line.base, np.int64)
            self._known = line.begin, line.built_to
        return np.searchsorted(self._edges, seconds, side="right")


class Office:
    """The calendars of units by number, number 0 being the triage queue, and the limit of a pause in days."""

    def __init__(self, calendars: Sequence[CalendarHistory | None], pause_limit_days: int) -> None:
        known = list({id(calendar): calendar for calendar in calendars if calendar is not None}.values())
        self.hours = [Hours(calendar) for calendar in known]
        places: Mapping[int, int] = {id(calendar): place for place, calendar in enumerate(known)}
        self.hours_of_unit = np.array([places.get(id(calendar), NO_CALENDAR) for calendar in calendars], np.int64)
        self.longest_pause = (pause_limit_days - 1) * DAY_S * SECOND


def measure(shapes: Shapes, office: Office) -> Iterator[Measured]:
    """Yield the intervals of the cases that have a course, by course."""
    for key, places in by_shape(shapes).items():
        course = course_of(key) if len(places) >= WORTH_IT else None
        if course is not None:
            yield Group(course, np.array(places, np.int64), shapes, office).measured()


class Group:
    """Cases of one course on the way to their intervals."""

    def __init__(self, course: Course, cases: Array, shapes: Shapes, office: Office) -> None:
        self.course, self.shapes, self.office = course, shapes, office
        self.cases = cases[self._is_sure(cases)]

    @cached_property
    def rows(self) -> Array:
        """Where the moments of each case stand."""
        return self.shapes.first_moment[self.cases][:, None] + np.arange(self.course.moments)

    @cached_property
    def seconds(self) -> Array:
        """The moments of each case, in seconds since 1970."""
        return self.shapes.moments[self.rows] // SECOND

    @cached_property
    def hours(self) -> Array:
        """Whose hours count from each moment on."""
        units = self.shapes.slot_units[self.cases][:, self.course.holders]
        return self.office.hours_of_unit[units]

    def measured(self) -> Measured:
        """Return the intervals of all cases of which they are sure."""
        works = np.where(self._is_unknown(), NONE, self._worked() @ self.course.parts)
        return Measured(
            course=self.course,
            cases=self.cases,
            walls=np.diff(self.seconds, axis=1) @ self.course.parts,
            works=works,
            events=self.shapes.moment_events[self.rows],
            units=self.shapes.slot_units[self.cases],
            flags=self._flags(works),
        )

    def _is_sure(self, cases: Array) -> Truths:
        shapes, office = self.shapes, self.office
        first = shapes.first_moment[cases]
        hours = office.hours_of_unit[shapes.slot_units[cases][:, self.course.holders]]
        begin = shapes.moments[first] // SECOND
        end = shapes.moments[first + self.course.moments - 1] // SECOND
        is_sure = np.ones(len(cases), bool)
        for place, one in enumerate(office.hours):
            is_covered = (begin >= one.begin) & (end < one.end)
            is_sure &= is_covered | ~(hours == place).any(axis=1)
        for pause in self.course.pauses:
            lasted = shapes.moments[first + pause.end] - shapes.moments[first + pause.start]
            is_sure &= lasted <= office.longest_pause
        return is_sure

    def _is_unknown(self) -> Truths:
        """Tell of each interval whether somebody without a calendar had the case in it."""
        slots = len(self.course.unknown)
        has_none = self.office.hours_of_unit[self.shapes.slot_units[self.cases][:, :slots]] == NO_CALENDAR
        found: Truths = has_none @ self.course.unknown
        return found

    def _worked(self) -> Array:
        """Return (cases x stretches) the working seconds of each stretch by its holder's calendar."""
        whose = self.hours[:, :-1]
        worked = np.zeros(whose.shape, np.int64)
        for place in np.unique(whose[whose != NO_CALENDAR]).tolist():
            passed = np.diff(self.office.hours[place].worked_by(self.seconds), axis=1)
            np.copyto(worked, passed, where=whose == place)
        return worked

    def _flags(self, works: Array) -> Array:
        """Return the flags, with that of a comment written and answered while everybody was free (M1 D11)."""
        flags = np.full(len(self.cases), self.course.flags, np.int64)
        reach = self.course.reaches[FRT]
        if reach is None:
            return flags
        is_free = works[:, FRT] == 0
        for moment in reach:
            whose = self.hours[:, moment]
            for place in np.unique(whose[whose != NO_CALENDAR]).tolist():
                is_working = self.office.hours[place].is_working(self.seconds[:, moment])
                is_free &= ~(is_working & (whose == place))
        return flags | np.where(is_free, OUT_OF_HOURS, 0)

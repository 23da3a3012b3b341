"""Which calendar a unit works by over time: pieces of several calendars become one history.

A unit begins with one calendar; each assignment overrules what came before from its local day on, as a later version
of a calendar does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from triage.rules.calendars import Calendar
from triage.rules.working_time import CalendarHistory


@dataclass(frozen=True)
class Assignment:
    """A unit works by the calendar of a code from a local day on."""

    calendar: str
    in_force_from: date


def calendar_on(first: str, assignments: Sequence[Assignment], day: date) -> str:
    """Return the code of the calendar that counts on a local day; assignments in the order they were made."""
    return next((made.calendar for made in reversed(assignments) if made.in_force_from <= day), first)


def pieces(
    first: str, assignments: Sequence[Assignment], calendars: Mapping[str, tuple[Calendar, ...]]
) -> tuple[Calendar, ...]:
    """Return the versions of one unit's own history, numbered anew; a calendar that does not exist has none.

    The versions of a calendar that is assigned later begin with the one in force on the first day.
    """
    stages = [(first, date.min), *((made.calendar, made.in_force_from) for made in assignments)]
    found: list[Calendar] = []
    for code, begins_on in stages:
        found = [known for known in found if known.in_force_from < begins_on]
        found += _from(calendars.get(code, ()), begins_on)
    name = "+".join(dict.fromkeys(code for code, _ in stages))
    return tuple(replace(known, code=name, version=number) for number, known in enumerate(found, 1))


def _from(versions: tuple[Calendar, ...], begins_on: date) -> list[Calendar]:
    """Return what is in force of a calendar from a day on, oldest first."""
    if not versions:
        return []
    kept: list[Calendar] = []
    for version in CalendarHistory(versions).in_force:
        if version.in_force_from <= begins_on:
            kept = [replace(version, in_force_from=begins_on)] if begins_on > date.min else [version]
        else:
            kept.append(version)
    return kept

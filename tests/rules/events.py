"""Short ways to write a case's history in tests."""

from models import EventKind
from tests.rules.calendars import ALWAYS, history, wib
from triage.rules.metrics import HistoryEvent, intervals

OFFICE = history()
CALENDARS = {
    None: OFFICE,
    "A": OFFICE,
    "B": OFFICE,
    "RSUD": history(code="24jam", week=ALWAYS, seasons=(), holidays=frozenset()),
    "EXT_PLN": None,
}
# The week of the worked examples: Monday 4 to Sunday 10 May 2026 is a normal week.
DAYS = {
    "Mon": "2026-05-04",
    "Tue": "2026-05-05",
    "Wed": "2026-05-06",
    "Thu": "2026-05-07",
    "Fri": "2026-05-08",
    "Sat": "2026-05-09",
    "Sun": "2026-05-10",
    "Mon2": "2026-05-11",
    "Tue2": "2026-05-12",
    "Wed2": "2026-05-13",
}


def at(text):
    """Read "Mon 09:00" or "2026-05-04 09:00" as Jakarta time."""
    day, clock = text.split()
    return wib(f"{DAYS.get(day, day)} {clock}")


def event(what, when, /, *, actor="system", seq=0, **data):
    return HistoryEvent(kind=EventKind(what), at=at(when), actor=actor, data=data, seq=seq)


def comment(when, number=1, **more):
    return event("received", when, actor="citizen", comment=number, **more)


def reply(when, *, actor="user:7", kind="substantive", automatic=False, native=False, asks_citizen=False, **more):
    return event(
        "replied", when, actor=actor, kind=kind, automatic=automatic, native=native, asks_citizen=asks_citizen, **more
    )


def routed(when, to, origin=None, **more):
    return event("routed", when, **{"from": origin, "to": to}, **more)


def resolved(when, **more):
    return event("resolved", when, actor="user:7", reason="", **more)


def measure(*events, calendars=CALENDARS, **settings):
    return intervals(events, calendars, **settings)

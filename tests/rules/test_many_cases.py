"""Many cases measured at once: always the figures that the one function gives, or none."""

from dataclasses import replace
from datetime import timedelta
from itertools import accumulate
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.test_metrics_histories import PLACES, START, UNIT_CODES, any_history, random_history
from triage.rules import gists, many_cases
from triage.rules.clocks import MetricSettings
from triage.rules.courses import items_of
from triage.rules.gists import event_of, gist_of
from triage.rules.history import bits_of
from triage.rules.many_cases import Office, measure
from triage.rules.metrics import Duration, intervals
from triage.rules.shapes import Histories, shapes_of
from triage.rules.zones import EPOCH

MICRO = timedelta(microseconds=1)
CODES = [None, *(code for code in UNIT_CODES if code)]
OFFICE = Office([PLACES.get(code) for code in CODES], MetricSettings().pause_limit_days)


def in_columns(histories):
    """Return histories as columns, each in the order of its numbers."""
    told = [sorted(events, key=lambda event: event.seq) for events in histories]
    flat = [event for events in told for event in events]
    found = [gist_of(event.kind, event.data) for event in flat]
    who = [gists.by_whom(event.actor) for event in flat]
    late = [gists.SKEWED if event.recorded_at and event.at > event.recorded_at else 0 for event in flat]
    units = [[CODES.index(unit) for unit in names] + [0] * (2 - len(names)) for _, _, names in found]
    return Histories(
        first=np.array([0, *accumulate(len(events) for events in told)]),
        gists=np.array([one[0] | by | skew for one, by, skew in zip(found, who, late, strict=True)], np.int64),
        at=np.array([(event.at - EPOCH) // MICRO for event in flat], np.int64),
        comments=np.array([comment for _, comment, _ in found], np.int64),
        units=np.array(units, np.int64).reshape(-1, 2),
    ), flat


def check(histories):
    """Compare what is measured at once with each history by itself; return how many were."""
    columns, flat = in_columns(histories)
    measured = 0
    if not flat:
        return 0
    for found in measure(shapes_of(columns), OFFICE):
        for row, case in enumerate(found.cases.tolist()):
            compare(found, row, intervals(histories[case], PLACES), flat)
            measured += 1
    return measured


def compare(found, row, one, flat):
    course, moments = found.course, [flat[event].at for event in found.events[row]]
    items = list(items_of(one))
    assert len(items) == len(course.reaches)
    for item, reach, wall_s, working_s in zip(items, course.reaches, found.walls[row], found.works[row], strict=True):
        assert (item is None) == (reach is None)
        if item is not None:
            assert (item.wall_s, item.working_s) == (wall_s, None if working_s == many_cases.NONE else working_s)
            assert isinstance(item, Duration) or (item.start, item.end) == tuple(moments[n] for n in reach)
    assert found.flags[row] == bits_of(one.flags)
    assert one.received_at == (None if course.received is None else moments[course.received])
    assert one.waiting_since == (None if course.waiting_since is None else moments[course.waiting_since])
    assert (one.bounces, one.episodes) == (course.bounces, course.episodes)
    assert (len(one.holds), len(one.nrt), len(one.lapsed)) == (
        len(course.hold_slots),
        len(course.answer_slots),
        course.lapses,
    )


def others_like(events, random, count):
    """Return histories of the same shape, at other times, about other comments, with other units."""
    moments = sorted({event.at for event in events})
    for _ in range(count):
        steps = [random.choice([1, 3, 60, 3000, 40_000, 90_000]) * random.randint(1, 9) for _ in moments]
        later = {old: START + timedelta(seconds=s) for old, s in zip(moments, accumulate(steps), strict=True)}
        renamed = dict(zip(CODES[1:], random.sample(CODES[1:], len(CODES) - 1), strict=True))
        shift = random.randrange(1000)
        yield [moved(event, later[event.at], renamed, shift) for event in events]


def moved(event, at, renamed, shift):
    data = dict(event.data)
    for name in ("to", "from", "unit", "holder"):
        if data.get(name):
            data[name] = renamed[data[name]]
    if data.get("comment"):
        data["comment"] += shift
    return replace(event, at=at, data=data, recorded_at=None)


def test_thousands_of_histories_measured_at_once_are_measured_as_one_by_one(monkeypatch):
    monkeypatch.setattr(many_cases, "WORTH_IT", 1)
    random, measured, total = Random(4), 0, 0
    for _ in range(300):
        events = clocked(random_history(random))[: random.choice([4, 7, 12, 16])]
        alike = [*others_like(events, random, 12)]
        measured, total = measured + check(alike), total + len(alike)
    assert measured > total / 2, (measured, total)


@settings(max_examples=120, deadline=None)
@given(st.lists(any_history.filter(bool), min_size=1, max_size=4))
def test_any_history_is_measured_at_once_as_by_itself_or_not_at_all(histories):
    many_cases_worth, many_cases.WORTH_IT = many_cases.WORTH_IT, 1
    try:
        check([events for events in map(clocked, histories) if events])
    finally:
        many_cases.WORTH_IT = many_cases_worth


def clocked(events):
    """Return the events that move a clock, numbered as they come."""
    return [replace(event, seq=seq) for seq, event in enumerate(e for e in events if e.kind in gists.KINDS)]


@settings(max_examples=150, deadline=None)
@given(any_history)
def test_the_gist_of_an_event_says_all_that_moves_a_clock(events):
    events = clocked(events)
    found = [(event, *gist_of(event.kind, event.data)) for event in events]
    assert not any(number & gists.ODD for _, number, _, _ in found)
    spoken = [
        event_of(number | gists.by_whom(event.actor), at=event.at, seq=event.seq, comment=comment, units=units)
        for event, number, comment, units in found
    ]
    one, other = intervals(events, PLACES), intervals(spoken, PLACES)
    assert replace(one, credited=None) == replace(other, credited=None)

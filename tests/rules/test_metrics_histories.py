"""Random histories, also impossible ones: what must hold whatever happened."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from models import EventKind
from tests.rules.calendars import history, naive_seconds
from tests.rules.events import CALENDARS
from triage.rules.metrics import Flag, HistoryEvent, Intervals, MetricSettings, Span, intervals

START = datetime(2026, 2, 12, tzinfo=UTC)
NEW_YORK = history(zone="America/New_York")
PLACES = CALENDARS | {"NYC": NEW_YORK}
UNIT_CODES = [None, "A", "B", "RSUD", "EXT_PLN", "NYC", "GONE"]
UNITS = st.sampled_from(UNIT_CODES)
COMMENTS = st.sampled_from([1, 2, 3, 4, None])
moments = st.integers(0, 40 * 86_400).map(lambda s: START + timedelta(seconds=s)) | st.integers(0, 40).map(
    lambda d: START + timedelta(days=d)
)
DATA = {
    EventKind.RECEIVED: st.fixed_dictionaries({"comment": COMMENTS}),
    EventKind.ROUTED: st.fixed_dictionaries({"from": UNITS, "to": UNITS}),
    EventKind.REPLIED: st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["substantive", "acknowledgement"]),
            "automatic": st.booleans(),
            "native": st.booleans(),
        },
        optional={"asks_citizen": st.booleans(), "unit": UNITS},
    ),
    EventKind.PAUSED: st.fixed_dictionaries({"reason": st.sampled_from(["waiting_citizen", "waiting_other"])}),
    EventKind.REOPENED: st.fixed_dictionaries({}, optional={"comment": COMMENTS}),
    EventKind.WITHDRAWN_BY_CITIZEN: st.fixed_dictionaries({}, optional={"comment": COMMENTS}),
}
OFTEN = [
    EventKind.RECEIVED,
    EventKind.REPLIED,
    EventKind.ROUTED,
    EventKind.PAUSED,
    EventKind.RESOLVED,
    EventKind.REOPENED,
]
one_event = st.sampled_from([*EventKind, *OFTEN, *OFTEN]).flatmap(
    lambda kind: st.builds(
        HistoryEvent,
        kind=st.just(kind),
        at=moments,
        actor=st.sampled_from(["citizen", "system", "user:7", "model:1"]),
        data=DATA.get(kind, st.just({})),
        seq=st.integers(0, 9),
    )
)
any_history = st.lists(one_event, max_size=14)
limits = st.builds(MetricSettings, pause_limit_days=st.integers(1, 9), reopen_limit_days=st.integers(1, 9))


def spans(found: Intervals) -> list[Span]:
    single = [
        found.frt,
        found.tts,
        found.resolution_first,
        found.resolution_full,
        found.unit_response,
        found.triage_delay,
    ]
    return [span for span in single if span] + [
        *found.nrt,
        *found.lapsed,
        *found.pauses,
        *(h.span for h in found.holds),
    ]


def check_numbers(found):
    for span in spans(found):
        assert span.start <= span.end
        assert 0 <= span.wall_s <= (span.end - span.start).total_seconds() + 1
        assert span.working_s is None or 0 <= span.working_s <= span.wall_s
    for total in (found.paused, found.waiting_other):
        assert total.wall_s >= 0
        assert total.working_s is None or 0 <= total.working_s <= total.wall_s
    assert found.bounces >= 0
    assert found.episodes >= 1
    assert (found.received_at is None) == (Flag.NO_COMMENT in found.flags)


def check_holds(found):
    if found.frt is None:
        return
    first = [hold.span for hold in found.holds if hold.span.end <= found.frt.end]
    assert sum(span.wall_s for span in first) == found.frt.wall_s
    if found.frt.wall_s:
        parts = [span.working_s for span in first]
        assert found.frt.working_s == (None if None in parts else sum(parts))
    if found.waiting_since is None:
        waited = [found.frt, *found.nrt, *found.lapsed]
        assert sum(hold.span.wall_s for hold in found.holds) == sum(span.wall_s for span in waited)


def check_resolution(found):
    if found.resolution_full is None:
        return
    full = found.resolution_full
    inside = sum(span.wall_s for span in found.pauses if span.end <= full.end)
    whole = int(full.end.timestamp()) - int(full.start.timestamp())
    assert full.wall_s + inside <= whole
    assert found.resolution_first.end <= full.end
    if found.episodes == 1:
        assert full.wall_s + inside == whole


def check_first_response(events, found):
    """Compare with the definition read off the list of events."""
    starts = [event.at for event in events if event.kind is EventKind.RECEIVED]
    replies = [event.at for event in events if event.kind is EventKind.REPLIED and not event.data["automatic"]]
    expected = max(min(replies), min(starts)) if starts and replies else None
    assert (found.frt and found.frt.end) == expected


@settings(max_examples=80, deadline=None)
@given(any_history, limits)
def test_no_history_gives_a_negative_number_or_an_error(events, chosen):
    check_numbers(intervals(events, PLACES, chosen))


@settings(max_examples=80, deadline=None)
@given(any_history)
def test_holds_sum_to_the_time_the_citizen_waited(events):
    check_holds(intervals(events, PLACES))


@settings(max_examples=80, deadline=None)
@given(any_history)
def test_resolution_pauses_and_closed_time_never_exceed_the_whole(events):
    check_resolution(intervals(events, PLACES))


def random_history(random):
    """Return a long history in which most events make sense: denser than what hypothesis draws."""

    def data(kind):
        return {
            EventKind.RECEIVED: {"comment": random.randint(1, 9)},
            EventKind.ROUTED: {"from": random.choice(UNIT_CODES), "to": random.choice(UNIT_CODES)},
            EventKind.REPLIED: {"automatic": random.random() < 0.2, "asks_citizen": random.random() < 0.5},
            EventKind.PAUSED: {"reason": random.choice(["waiting_citizen", "waiting_citizen", "waiting_other"])},
            EventKind.REOPENED: {"comment": random.randint(1, 9)} if random.random() < 0.7 else {},
            EventKind.WITHDRAWN_BY_CITIZEN: {"comment": random.choice([None, 1, 2, 3])},
        }.get(kind, {})  # fmt: skip

    kinds = random.choices([*EventKind, *OFTEN, *OFTEN], k=random.randint(3, 25))
    return [
        HistoryEvent(kind, START + timedelta(seconds=random.randrange(30 * 86_400)), "user:7", data(kind), seq)
        for seq, kind in enumerate(kinds)
    ]


def test_five_thousand_long_histories_keep_every_promise():
    random = Random(20260504)
    for _ in range(5000):
        events = random_history(random)
        found = intervals(events, PLACES)
        check_numbers(found)
        check_holds(found)
        check_resolution(found)
        check_first_response(events, found)
        random.shuffle(events)
        assert intervals(events, PLACES) == found


@settings(max_examples=80, deadline=None)
@given(any_history.flatmap(lambda events: st.tuples(st.just(events), st.permutations(events))))
def test_the_order_in_which_events_arrive_does_not_matter(two):
    events, shuffled = two
    numbered = {id(event): event for event in events}
    if len({(e.at, e.kind, e.seq) for e in numbered.values()}) < len(events):
        return
    assert intervals(events, PLACES) == intervals(shuffled, PLACES)


@settings(max_examples=80, deadline=None)
@given(any_history, one_event)
def test_nothing_that_happens_later_resets_the_first_response(events, later):
    before = intervals(events, PLACES)
    if before.frt is None:
        return
    end = max(event.at for event in events) + timedelta(days=1)
    after = intervals([*events, HistoryEvent(later.kind, end, later.actor, later.data, 10)], PLACES)
    assert (after.frt, after.tts or before.tts, after.credited) == (
        before.frt,
        before.tts or after.tts,
        before.credited,
    )
    assert after.resolution_first == before.resolution_first or before.resolution_first is None
    assert set(before.nrt) <= set(after.nrt)


@settings(max_examples=80, deadline=None)
@given(any_history)
def test_a_pause_never_changes_first_and_next_response(events):
    without = [event for event in events if event.kind not in (EventKind.PAUSED, EventKind.RESUMED)]
    found, bare = intervals(events, PLACES), intervals(without, PLACES)
    assert (found.frt, found.nrt, found.tts, found.holds) == (bare.frt, bare.nrt, bare.tts, bare.holds)


@settings(max_examples=80, deadline=None)
@given(any_history)
def test_automatic_replies_could_as_well_not_be_there(events):
    people = [e for e in events if not (e.kind is EventKind.REPLIED and e.data["automatic"])]
    found, bare = intervals(events, PLACES), intervals(people, PLACES)
    assert (found.frt, found.nrt, found.tts, found.resolution_full) == (
        bare.frt,
        bare.nrt,
        bare.tts,
        bare.resolution_full,
    )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4 * 96), st.sampled_from(["A", "B", "RSUD", "NYC"])), max_size=4),
    st.integers(1, 4 * 96),
)
def test_working_time_follows_the_holder_of_every_quarter_of_an_hour(moves, length):
    quarter = timedelta(minutes=15)
    moves = sorted({when: unit for when, unit in moves if when < length}.items())
    events = [
        HistoryEvent(EventKind.RECEIVED, START, data={"comment": 1}),
        *(HistoryEvent(EventKind.ROUTED, START + when * quarter, data={"to": unit}) for when, unit in moves),
        HistoryEvent(EventKind.REPLIED, START + length * quarter, actor="user:7", data={"kind": "substantive"}),
    ]
    expected = 0
    for begin, unit, end in zip(
        [0, *(w for w, _ in moves)], [None, *(u for _, u in moves)], [*(w for w, _ in moves), length], strict=True
    ):
        expected += naive_seconds(START + begin * quarter, START + end * quarter, PLACES[unit].versions, quarter)
    assert intervals(events, PLACES).frt.working_s == expected

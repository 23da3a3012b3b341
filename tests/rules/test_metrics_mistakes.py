"""What comparable systems got wrong, and histories that are odd: each has one defined result."""

from dataclasses import replace

import pytest

from tests.rules.calendars import calendar, history, wib
from tests.rules.events import CALENDARS, OFFICE, at, comment, event, measure, reply, resolved, routed
from triage.rules.metrics import OUTSIDE, Flag, MetricSettings

MINUTE, HOUR, DAY = 60, 3600, 86_400
START = [comment("Mon 09:00"), routed("Mon 09:00", "A")]


def working(spans):
    return [span.working_s for span in spans]


def test_a_hand_over_never_resets_the_first_response():
    found = measure(*START, routed("Mon 10:00", "B", "A"), routed("Mon 11:00", "A", "B"), reply("Mon 14:00", unit="A"))
    assert found.frt.working_s == 4 * HOUR
    assert found.bounces == 2


def test_a_second_reply_never_resets_the_first_response():
    assert measure(*START, reply("Mon 10:00")).frt == measure(*START, reply("Mon 10:00"), reply("Mon 15:00")).frt


def test_a_relabel_never_resets_the_first_response():
    relabelled = event("label_changed", "Mon 09:45", subject="intent", **{"from": "praise", "to": "complaint"})
    assert measure(*START, relabelled, reply("Mon 10:00")) == measure(*START, reply("Mon 10:00"))


def test_an_automatic_reply_stops_no_clock():
    bot = reply("Mon 09:01", actor="system", automatic=True)
    assert measure(*START, bot).frt is None
    assert measure(*START, bot, reply("Mon 10:00")).frt.wall_s == HOUR
    assert measure(*START, reply("Mon 09:01", actor="model:3")).frt is None


@pytest.mark.parametrize("kind", ["noted", "assigned", "reply_failed", "classified", "target_applied"])
def test_only_a_reply_stops_the_clock(kind):
    assert measure(*START, event(kind, "Mon 09:30", actor="user:7")).frt is None


def test_the_clock_starts_again_at_the_comment_that_reopens():
    found = measure(
        *START,
        reply("Mon 10:00"),
        resolved("Mon 11:00"),
        comment("Tue 08:00", 2),
        event("reopened", "Tue 08:00", comment=2),
        reply("Tue 10:00"),
    )
    assert working(found.nrt) == [2 * HOUR]
    assert found.nrt[0].start == at("Tue 08:00")


def test_the_clock_does_not_run_on_after_resolve_because_the_citizen_said_thanks_last():
    done = [*START, reply("Mon 10:00"), resolved("Mon 11:00")]
    thanked = measure(*done, comment("Mon 11:30", 2))
    closed = measure(*done, comment("Mon 11:30", 2), event("no_answer_needed", "Mon 11:30", reason="terima kasih"))
    for found in (thanked, closed):
        assert found.waiting_since is None
        assert found.nrt == found.lapsed == ()
        assert found.episodes == 1
        assert found.resolution_full == measure(*done).resolution_full


def test_a_reopening_that_turns_out_to_be_thanks_is_taken_back():
    done = [*START, reply("Mon 10:00"), resolved("Mon 11:00")]
    found = measure(
        *done,
        comment("Mon 11:30", 2),
        event("reopened", "Mon 11:30", comment=2),
        event("no_answer_needed", "Mon 14:00", reason="terima kasih"),
    )
    assert (found.episodes, found.nrt, found.waiting_since) == (1, (), None)
    assert [span.end for span in found.lapsed] == [at("Mon 14:00")]
    later = measure(
        *done,
        comment("Mon 11:30", 2),
        event("reopened", "Mon 11:30", comment=2),
        event("no_answer_needed", "Mon 14:00"),
        comment("Tue 09:00", 3),
        event("reopened", "Tue 09:00", comment=3),
        reply("Tue 10:00"),
        resolved("Tue 10:00"),
    )
    assert later.resolution_full.working_s == 2 * HOUR + HOUR


def test_thanks_on_the_last_day_do_not_lengthen_a_later_wait():
    found = measure(
        *START,
        reply("Mon 10:00"),
        resolved("Mon 11:00"),
        comment("Mon 11:05", 2),
        comment("Wed 09:00", 3),
        event("reopened", "Wed 09:00", comment=3),
        reply("Wed 10:00"),
    )
    assert working(found.nrt) == [HOUR]


def test_a_comment_after_the_reopening_limit_is_a_new_case_and_no_next_response():
    found = measure(
        *START, reply("Mon 10:00"), resolved("Mon 11:00"), comment("2026-05-20 09:00", 2), reply("2026-05-20 10:00")
    )
    assert (found.nrt, found.episodes) == ((), 1)
    longer = measure(
        *START,
        reply("Mon 10:00"),
        resolved("Mon 11:00"),
        comment("2026-05-20 09:00", 2),
        reply("2026-05-20 10:00"),
        settings=MetricSettings(reopen_limit_days=14),
    )
    assert working(longer.nrt) == [HOUR]


@pytest.mark.parametrize("reopened_at", [
    pytest.param("Mon 10:30", id="reopened-when-it-was-seen"),
    pytest.param("Mon 09:55", id="reopened-at-the-comments-own-time"),
])  # fmt: skip
def test_a_comment_overlooked_at_the_resolve_waits_from_its_own_time(reopened_at):
    found = measure(
        *START,
        reply("Mon 09:30", seq=1),
        resolved("Mon 10:00", seq=2),
        comment("Mon 09:55", 2, seq=3),
        event("reopened", reopened_at, comment=2, seq=4),
        reply("Mon 11:00", seq=5),
    )
    assert [(span.start, span.working_s) for span in found.nrt] == [(at("Mon 09:55"), 65 * MINUTE)]
    assert (found.lapsed, found.episodes, found.waiting_since) == ((), 2, None)


def test_a_closing_recorded_after_the_reopening_closes():
    found = measure(
        *START,
        reply("Mon 09:30", seq=1),
        comment("Mon 09:55", 2, seq=2),
        event("reopened", "Mon 09:55", comment=2, seq=3),
        resolved("Mon 10:00", seq=4),
    )
    assert (found.episodes, found.waiting_since, len(found.lapsed)) == (1, None, 1)


def test_reopening_by_hand_without_a_comment_begins_no_wait():
    found = measure(
        *START,
        reply("Mon 10:00"),
        resolved("Mon 11:00"),
        event("reopened", "Mon 14:00", actor="user:7"),
        resolved("Mon 15:00"),
    )
    assert (found.episodes, found.nrt, found.waiting_since) == (2, (), None)
    assert found.resolution_full.working_s == 2 * HOUR + HOUR


def test_an_acknowledgement_is_a_first_response_but_not_the_answer():
    found = measure(*START, reply("Mon 10:00", kind="acknowledgement"), reply("Mon 14:00"))
    assert found.frt.working_s == HOUR
    assert found.tts.working_s == 4 * HOUR


def test_a_next_response_counts_from_the_earliest_unanswered_comment():
    found = measure(
        *START,
        reply("Mon 10:00"),
        comment("Mon 13:00", 2),
        comment("Mon 14:00", 3),
        reply("Mon 15:00"),
        comment("Tue 08:00", 4),
        reply("Tue 08:30"),
    )
    assert working(found.nrt) == [2 * HOUR, 30 * MINUTE]


@pytest.mark.parametrize("closing", [
    pytest.param(resolved("Mon 15:00"), id="resolve"),
    pytest.param(event("no_answer_needed", "Mon 15:00"), id="no-answer-needed"),
    pytest.param(event("withdrawn_by_citizen", "Mon 15:00", comment=2), id="withdrawal"),
])  # fmt: skip
def test_a_wait_closed_without_an_answer_is_kept_apart(closing):
    found = measure(*START, reply("Mon 10:00"), comment("Mon 14:00", 2), closing)
    assert found.nrt == ()
    assert working(found.lapsed) == [HOUR]
    assert found.waiting_since is None


def test_taking_back_one_of_two_comments_leaves_the_other_waiting():
    found = measure(
        *START,
        reply("Mon 10:00"),
        comment("Mon 13:00", 2),
        comment("Mon 14:00", 3),
        event("withdrawn_by_citizen", "Mon 14:30", comment=2),
        reply("Mon 15:00"),
    )
    assert working(found.nrt) == [HOUR]


def test_no_calendar_is_unknown_and_never_0():
    found = measure(comment("Mon 09:00"), routed("Mon 09:00", "EXT_PLN"), reply("Mon 10:00"), resolved("Mon 11:00"))
    assert (found.frt.wall_s, found.frt.working_s) == (HOUR, None)
    assert found.resolution_first.working_s is None
    assert found.unit_response.working_s is None
    assert Flag.OUT_OF_HOURS not in found.flags


def test_time_at_a_unit_without_calendar_makes_the_whole_unknown_but_not_the_parts():
    found = measure(
        *START, routed("Mon 10:00", "EXT_PLN", "A"), routed("Mon 11:00", "B", "EXT_PLN"), reply("Mon 14:00", unit="B")
    )
    assert found.frt.working_s is None
    assert [hold.span.working_s for hold in found.holds] == [HOUR, None, 2 * HOUR]
    assert found.unit_response.working_s == 2 * HOUR


@pytest.mark.parametrize(
    "calendars", [pytest.param({}, id="none-at-all"), pytest.param({None: None}, id="none-by-name")]
)
def test_without_any_calendar_the_wall_clock_still_stands(calendars):
    found = measure(*START, reply("Mon 10:00"), resolved("Tue 09:00"), calendars=calendars)
    assert (found.frt.wall_s, found.frt.working_s) == (HOUR, None)
    assert found.resolution_first.wall_s == DAY


def test_before_the_first_version_of_a_calendar_working_time_is_unknown():
    found = measure(comment("2024-05-06 09:00"), routed("2024-05-06 09:00", "A"), reply("2024-05-06 10:00"))
    assert (found.frt.wall_s, found.frt.working_s) == (HOUR, None)


def test_figures_exist_without_any_target():
    assert measure(*START, reply("Mon 10:00")).frt.working_s == HOUR


def test_a_second_shorter_target_changes_nothing():
    targets = [
        event("target_applied", "Mon 09:01", target="first_response", due_at="2026-05-07T09:00:00+00:00"),
        event("target_applied", "Mon 09:02", target="acknowledge", due_at="2026-05-04T04:00:00+00:00"),
    ]
    assert measure(*START, *targets, reply("Tue 10:00")) == measure(*START, reply("Tue 10:00"))


def test_a_calendar_edit_changes_only_days_from_its_own_first_day():
    edited = history(
        calendar(),
        calendar(
            version=2,
            in_force_from=wib("2026-05-06 00:00").date(),
            holidays=frozenset({wib("2026-05-06 00:00").date()}),
        ),
    )
    events = [comment("Tue 15:00"), routed("Tue 15:00", "A")]
    for calendars, expected in ((CALENDARS, 2.5 * HOUR), (CALENDARS | {"A": edited}, HOUR)):
        assert measure(*events, reply("Wed 09:00"), calendars=calendars).frt.working_s == expected
        assert measure(*events, reply("Tue 15:30"), calendars=calendars).frt.working_s == 30 * MINUTE


def test_each_holders_own_calendar_counts_its_own_time():
    found = measure(
        comment("Sat 10:00"), routed("Sat 10:00", "RSUD"), routed("Sat 12:00", "A", "RSUD"), reply("Mon2 08:30")
    )
    assert [(hold.unit, hold.span.working_s) for hold in found.holds] == [("RSUD", 2 * HOUR), ("A", HOUR)]
    assert found.frt.working_s == 3 * HOUR


def test_time_in_the_triage_queue_is_a_hold_by_the_regencys_calendar():
    found = measure(comment("Mon 09:00"), routed("Mon 11:00", "A"), reply("Mon 14:00"))
    assert [(hold.unit, hold.span.working_s) for hold in found.holds] == [(None, 2 * HOUR), ("A", 2 * HOUR)]
    assert found.triage_delay.working_s == 2 * HOUR
    assert found.bounces == 0


def test_going_back_to_the_triage_queue_is_no_unit_but_the_way_on_is_a_bounce():
    found = measure(*START, routed("Mon 10:00", None, "A"), routed("Mon 11:00", "B"), reply("Mon 14:00", unit="B"))
    assert [hold.unit for hold in found.holds] == ["A", None, "B"]
    assert found.bounces == 1


def test_sending_a_case_to_and_fro_does_not_shorten_a_units_own_response():
    found = measure(*START, routed("Mon 10:00", "B", "A"), routed("Mon 11:00", "A", "B"), reply("Mon 11:30", unit="A"))
    assert found.unit_response.working_s == 90 * MINUTE


def test_an_unanswered_case_shows_the_holds_that_ended():
    found = measure(*START, routed("Mon 11:00", "B", "A"))
    assert [(hold.unit, hold.span.working_s) for hold in found.holds] == [("A", 2 * HOUR)]
    assert (found.holder, found.waiting_since) == ("B", at("Mon 09:00"))


def test_the_sender_is_credited_and_never_the_assignee():
    found = measure(
        *START,
        event("assigned", "Mon 09:10", user=3),
        reply("Mon 10:00", actor="user:9"),
        event("assigned", "Mon 11:00", user=None),
    )
    assert (found.credited, found.responder_unit) == ("user:9", "A")


def test_a_reply_in_the_platforms_own_app_counts_and_is_nobodys_by_name():
    found = measure(*START, reply("Mon 10:00", actor="system", native=True))
    assert found.frt.working_s == HOUR
    assert found.credited == OUTSIDE
    assert Flag.ANSWERED_OUTSIDE in found.flags


def test_resolving_without_a_reply_is_no_answer_and_is_flagged():
    found = measure(*START, resolved("Mon 10:00"))
    assert found.frt is None
    assert found.resolution_first.working_s == HOUR
    assert Flag.RESOLVED_WITHOUT_REPLY in found.flags
    late = measure(*START, resolved("Mon 10:00"), reply("Mon 11:00"))
    assert late.frt.working_s == 2 * HOUR
    assert Flag.RESOLVED_WITHOUT_REPLY in late.flags


@pytest.mark.parametrize(
    ("more", "is_withdrawn"),
    [
        pytest.param([], True, id="never-answered"),
        pytest.param([reply("Mon 11:00")], True, id="answered-afterwards"),
        pytest.param([comment("Mon 10:30", 2)], False, id="wrote-again"),
    ],
)
def test_what_a_citizen_took_back_before_a_reply_is_marked(more, is_withdrawn):
    found = measure(*START, event("withdrawn_by_citizen", "Mon 10:00", actor="citizen", comment=1), *more)
    assert (Flag.WITHDRAWN_BEFORE_REPLY in found.flags) == is_withdrawn


def test_a_comment_taken_back_after_the_reply_changes_nothing():
    found = measure(*START, reply("Mon 10:00"), event("withdrawn_by_citizen", "Mon 11:00", comment=1))
    assert found == measure(*START, reply("Mon 10:00"))


def test_what_we_hid_before_a_reply_stays_unanswered_and_is_marked():
    found = measure(*START, event("hidden_by_us", "Mon 10:00", actor="user:7", comment=1, reason="spam"))
    assert found.frt is None
    assert found.flags == {Flag.HIDDEN_BEFORE_REPLY}
    approved = measure(
        *START, event("hidden_by_us", "Mon 10:00", actor="user:7", comment=1, reason="spam", approved=True)
    )
    assert approved.flags == {Flag.HIDDEN_BEFORE_REPLY, Flag.HIDING_APPROVED}


ASKED = [*START, reply("Mon 10:00", asks_citizen=True)]
PAUSED = event("paused", "Mon 10:00", reason="waiting_citizen")


@pytest.mark.parametrize(
    ("events", "paused_s"),
    [
        pytest.param(
            [*ASKED, PAUSED, comment("Mon 14:00", 2), resolved("Mon 15:00")], 3 * HOUR, id="until-the-citizen-wrote"
        ),
        pytest.param([*ASKED, PAUSED, event("resumed", "Mon 11:00"), resolved("Mon 15:00")], HOUR, id="until-resumed"),
        pytest.param([*ASKED, PAUSED, resolved("Mon 15:00")], 4 * HOUR, id="until-resolved"),
        pytest.param([*START, reply("Mon 10:00"), PAUSED, resolved("Mon 15:00")], 0, id="nothing-was-asked"),
        pytest.param([*START, PAUSED, resolved("Mon 15:00")], 0, id="no-reply-at-all"),
        pytest.param(
            [*START, reply("Mon 10:00", automatic=True, asks_citizen=True), PAUSED, resolved("Mon 15:00")],
            0,
            id="a-robot-asked",
        ),
        pytest.param(
            [
                *START,
                event("paused", "Mon 09:30", reason="waiting_citizen"),
                reply("Mon 10:00", asks_citizen=True),
                resolved("Mon 15:00"),
            ],
            4 * HOUR,
            id="from-the-question-on",
        ),
        pytest.param(
            [
                *ASKED,
                PAUSED,
                comment("Mon 11:00", 2),
                event("paused", "Mon 11:30", reason="waiting_citizen"),
                resolved("Mon 15:00"),
            ],
            HOUR,
            id="an-answered-question-does-not-pause-again",
        ),
        pytest.param(
            [*ASKED, event("paused", "Mon 10:00", reason="waiting_other"), resolved("Mon 15:00")],
            0,
            id="waiting-for-others-pauses-nothing",
        ),
        pytest.param(
            [*ASKED, PAUSED, event("paused", "Mon 11:00", reason="waiting_other"), resolved("Mon 15:00")],
            HOUR,
            id="until-we-wait-for-others",
        ),
    ],
)
def test_only_waiting_for_an_asked_citizen_pauses(events, paused_s):
    found = measure(*events)
    whole = measure(*START, resolved("Mon 15:00")).resolution_first
    assert found.paused.working_s == paused_s
    assert found.resolution_first.working_s == whole.working_s - paused_s


def test_a_pause_stops_neither_first_nor_next_response():
    found = measure(
        *ASKED,
        PAUSED,
        comment("Mon 14:00", 2),
        event("paused", "Mon 14:10", reason="waiting_citizen"),
        reply("Mon 15:00"),
    )
    assert found.frt.working_s == HOUR
    assert working(found.nrt) == [HOUR]


def test_a_pause_ends_after_seven_working_days_and_is_marked():
    found = measure(*ASKED, PAUSED, resolved("2026-06-15 10:00"))
    assert found.pauses[0].end == wib("2026-05-14 16:00")
    assert Flag.PAUSE_CUT in found.flags
    short = measure(*ASKED, PAUSED, resolved("2026-06-15 10:00"), settings=MetricSettings(pause_limit_days=1))
    assert short.pauses[0].end == at("Tue 16:00")


def test_a_pause_across_a_free_day_takes_out_its_working_time_only():
    started = [comment("Mon2 09:00"), routed("Mon2 09:00", "A"), reply("Mon2 14:00", asks_citizen=True)]
    asked = event("paused", "Mon2 14:00", reason="waiting_citizen")
    found = measure(*started, asked, comment("Wed2 09:00", 2), resolved("Wed2 10:00"))
    assert found.paused.working_s == 3 * HOUR + 30 * MINUTE  # Tuesday is free: 14.00-16.00 and 07.30-09.00
    assert found.resolution_first.working_s == 5 * HOUR  # Monday 09.00-14.00 less the break, Wednesday 09.00-10.00


def test_a_pause_has_a_limit_without_a_calendar_too():
    found = measure(*ASKED, PAUSED, resolved("2026-06-15 10:00"), calendars={})
    assert found.pauses[0].wall_s == 7 * DAY


def test_waiting_for_others_has_its_own_sum():
    found = measure(
        *START,
        reply("Mon 10:00"),
        event("paused", "Mon 10:00", reason="waiting_other"),
        comment("Mon 11:00", 2),
        event("resumed", "Mon 14:00"),
        resolved("Mon 15:00"),
    )
    assert found.waiting_other.working_s == 3 * HOUR
    assert found.paused.working_s == 0


def test_a_reply_dated_before_its_comment_is_0_and_marked():
    found = measure(comment("Mon 09:00"), routed("Mon 09:00", "A"), reply("Mon 08:59"))
    assert (found.frt.wall_s, found.frt.working_s) == (0, 0)
    assert found.frt.start == found.frt.end == at("Mon 09:00")
    assert Flag.REPLY_BEFORE_COMMENT in found.flags
    assert Flag.OUT_OF_ORDER in found.flags
    assert (found.unit_response.wall_s, found.holds) == (0, ())


def test_other_events_dated_before_the_comment_count_as_at_the_comment_and_are_marked():
    found = measure(comment("Mon 09:00"), resolved("Mon 08:00"))
    assert found.resolution_first.wall_s == 0
    assert found.flags == {Flag.RESOLVED_WITHOUT_REPLY, Flag.OUT_OF_ORDER}
    assert measure(comment("Mon 09:00"), routed("Mon 08:00", "A")).triage_delay.wall_s == 0


def test_events_recorded_late_are_read_at_their_own_time_and_marked():
    found = measure(comment("Mon 09:00", seq=1), comment("Mon 13:00", 2, seq=2), reply("Mon 10:00", seq=3))
    assert found.frt.wall_s == HOUR
    assert found.waiting_since == at("Mon 13:00")
    assert found.flags == {Flag.OUT_OF_ORDER}


def test_a_comment_seen_late_still_starts_the_clock_at_its_own_time():
    found = measure(comment("Mon 10:00", 2, seq=1), reply("Mon 11:00", seq=2), comment("Mon 09:00", 1, seq=3))
    assert found.frt.wall_s == 2 * HOUR


def test_a_history_without_a_comment_has_no_figures():
    found = measure(reply("Mon 10:00"), resolved("Mon 11:00"))
    assert found == measure()
    assert found.flags == {Flag.NO_COMMENT}
    assert found.frt is None


def test_resolving_twice_is_resolving_once():
    once = measure(*START, reply("Mon 10:00"), resolved("Mon 11:00"))
    twice = measure(*START, reply("Mon 10:00"), resolved("Mon 11:00"), resolved("Tue 11:00"))
    assert replace(twice, flags=frozenset()) == once
    assert twice.flags == {Flag.CONTRADICTORY}


def test_calendars_are_by_unit_and_the_regencys_is_not_a_units():
    only_regency = measure(*START, reply("Mon 10:00"), calendars={None: OFFICE})
    assert only_regency.frt.working_s is None

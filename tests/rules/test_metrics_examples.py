"""The worked examples of definition M1."""

import pytest

from tests.rules.events import at, comment, event, measure, reply, resolved, routed
from triage.rules.metrics import DEFINITION, Flag

MINUTE, HOUR = 60, 3600


def test_the_definition_has_a_version():
    assert DEFINITION == "M1"


def test_g1_comment_friday_16_00_reply_monday_08_00_is_64_hours_wall_and_60_minutes_working():
    found = measure(comment("Fri 16:00"), reply("Mon2 08:00"))
    assert (found.frt.wall_s, found.frt.working_s) == (64 * HOUR, 60 * MINUTE)
    assert Flag.OUT_OF_HOURS not in found.flags


def test_g2_comment_and_reply_on_saturday_is_20_minutes_wall_and_0_working_and_flagged():
    found = measure(comment("Sat 10:00"), reply("Sat 10:20"))
    assert (found.frt.wall_s, found.frt.working_s) == (20 * MINUTE, 0)
    assert found.flags == {Flag.OUT_OF_HOURS}


def test_g3_two_comments_before_the_reply_count_from_the_first():
    found = measure(comment("Mon 09:00", 1), comment("Mon 09:30", 2), reply("Mon 10:00"))
    assert (found.frt.wall_s, found.frt.working_s) == (60 * MINUTE, 60 * MINUTE)
    assert found.nrt == ()


@pytest.mark.parametrize("first_routing", [
    pytest.param([routed("Mon 09:00", "A")], id="routed-to-a-on-arrival"),
    pytest.param([], id="at-a-from-the-beginning"),
])  # fmt: skip
def test_g4_a_hand_over_splits_the_time_into_parts_that_sum_to_the_whole(first_routing):
    found = measure(comment("Mon 09:00"), *first_routing, routed("Mon 14:00", "B", "A"), reply("Tue 09:00", unit="B"))
    assert found.frt.working_s == 7.5 * HOUR
    assert [(hold.unit, hold.span.working_s) for hold in found.holds] == [("A", 4 * HOUR), ("B", 3.5 * HOUR)]
    assert (found.responder_unit, found.unit_response.working_s) == ("B", 3.5 * HOUR)
    assert found.bounces == 1
    assert sum(hold.span.working_s for hold in found.holds) == found.frt.working_s
    assert sum(hold.span.wall_s for hold in found.holds) == found.frt.wall_s


@pytest.mark.parametrize("reopening", [
    pytest.param([event("reopened", "Wed 09:00", comment=2)], id="reopened-by-the-comment"),
    pytest.param([event("reopened", "Wed 09:10", comment=2)], id="comment-seen-ten-minutes-later"),
    pytest.param([event("reopened", "Wed 09:00")], id="reopened-without-a-word-of-the-comment"),
    pytest.param([], id="the-reply-shows-that-it-was-reopened"),
])  # fmt: skip
def test_g5_reopening_leaves_the_first_response_and_begins_a_next_one(reopening):
    before = [comment("Mon 09:00"), routed("Mon 09:00", "A"), reply("Mon 10:00"), resolved("Tue 10:00")]
    after = [comment("Wed 09:00", 2), *reopening, reply("Wed 09:30")]
    found = measure(*before, *after)
    assert found.frt == measure(*before).frt
    assert [(span.wall_s, span.working_s) for span in found.nrt] == [(30 * MINUTE, 30 * MINUTE)]
    assert found.episodes == 2
    again = measure(*before, *after, resolved("Wed 10:00"))
    assert found.resolution_full == found.resolution_first
    assert again.resolution_first == found.resolution_first
    assert again.resolution_full.wall_s == found.resolution_first.wall_s + HOUR
    assert again.resolution_full.working_s == found.resolution_first.working_s + HOUR
    assert again.resolution_full.end == at("Wed 10:00")


def test_g6_waiting_for_the_citizen_is_left_out_of_the_resolution_only():
    found = measure(
        comment("Mon 08:00"),
        routed("Mon 08:00", "A"),
        reply("Mon 09:00", asks_citizen=True),
        event("paused", "Mon 09:00", reason="waiting_citizen"),
        comment("Tue 09:00", 2),
        resolved("Tue 11:00"),
    )
    assert found.frt.working_s == 60 * MINUTE
    assert found.resolution_first.working_s == 3 * HOUR
    assert (found.paused.working_s, found.paused.wall_s) == (7.5 * HOUR, 24 * HOUR)
    assert found.resolution_first.wall_s == 3 * HOUR
    assert found.resolution_full == found.resolution_first


def test_g7_ramadan_hours_count_from_their_first_day():
    found = measure(comment("2026-02-18 15:00"), reply("2026-02-19 08:30"))
    assert found.frt.working_s == 90 * MINUTE


def test_g8_a_joint_leave_day_between_does_not_count():
    found = measure(comment("Mon2 15:00"), reply("Wed2 08:00"))
    assert found.frt.working_s == 90 * MINUTE

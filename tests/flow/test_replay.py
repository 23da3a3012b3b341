"""A log of what happened, replayed: the worked examples of M1 as an office would write them, and odd logs."""

import io
import json
import random
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import func, select

from models import Account, Case, CaseState, Comment, Event, EventKind, HolidayKind, Role, Unit
from tests.factories import NOW, account, correction, incoming, take_in, user
from tests.flow.readings import read, serving_run
from tests.rules.events import DAYS
from triage.extensions import db
from triage.flow import rebuild, receive_history
from triage.jobs import replaying
from triage.queries import case_list, metrics
from triage.queries.case_page import read as read_page
from triage.queries.cohorts import Cohort, Number
from triage.rules.permissions import Viewer

MINUTE, HOUR = 60, 3600


def at(text):
    """Read "Mon 09:00" or "2026-05-04 09:00" as Jakarta time."""
    day, clock = text.split()
    return f"{DAYS.get(day, day)}T{clock}:00+07:00"


def line(when, kind, /, **given):
    return {"at": at(when), "type": kind} | {"case": "K1"} | given


def comment(when, text="Puskesmas tutup?", **given):
    values = {"platform": "instagram", "account": "DINKES", "post": "p1", "author": "siti", "text": text}
    return line(when, "comment", **(values | given))


def reply(when, **given):
    return line(when, "reply", **({"substantive": True, "automatic": False, "native": False, "text": "Baik."} | given))


def imported(lines, folder):
    """Import a log through the real job; return what became of it."""
    raw = lines if isinstance(lines, bytes) else "\n".join(json.dumps(found) for found in lines).encode()
    record = receive_history.keep_log(db.session, io.BytesIO(raw), "log.jsonl", folder, user_id=None, now=NOW)
    replaying.run_history_import.work(record.id)
    return receive_history.result(db.session, record.key)


def told():
    found = list(case_list.listing(db.session, ""))
    db.session.rollback()
    return found


@pytest.fixture
def replayed(each_app):
    """Import lines on each database; return the cases as `flask cases --json` prints them."""
    folder = each_app.config["TANGGAP"].uploads_dir

    def run(*lines, refused=0):
        done = imported(lines, folder)
        assert (done.error, done.refused) == ("", refused)
        return told()

    return run


def both(wall, working):
    return {"wall": wall, "working": working}


NEVER = both(None, None)
# What each worked example of M1 gives; an interval that is not named is not looked at.
EXAMPLES = [
    pytest.param(
        [comment("Fri 16:00"), reply("Mon2 08:00")], {"frt": both(64 * HOUR, HOUR), "flags": ["imported"]}, id="G1"
    ),
    pytest.param(
        [comment("Sat 10:00"), reply("Sat 10:20")],
        {"frt": both(20 * MINUTE, 0), "flags": ["out_of_hours", "imported"]},
        id="G2-out-of-hours",
    ),
    pytest.param(
        [comment("Mon 09:30", "lagi"), comment("Mon 09:00"), reply("Mon 10:00")],
        {"frt": both(HOUR, HOUR), "nrt": []},
        id="G3-counts-from-the-first-comment",
    ),
    pytest.param(
        [comment("Mon 09:00"), line("Mon 14:00", "route", unit="DPUPR"), reply("Tue 09:00")],
        {
            "frt": both(24 * HOUR, 27_000),
            "holds": [{"unit": "DINKES"} | both(5 * HOUR, 4 * HOUR), {"unit": "DPUPR"} | both(19 * HOUR, 12_600)],
            "unit_response": both(19 * HOUR, 12_600),
            "bounces": 1,
        },
        id="G4-a-hand-over-splits-the-time",
    ),
    pytest.param(
        [
            comment("Mon 09:00"), reply("Mon 10:00"), line("Tue 10:00", "resolve"), comment("Wed 09:00", "Belum juga?"),
            reply("Wed 09:30"), line("Wed 10:00", "resolve"),
        ],
        {"frt": both(HOUR, HOUR), "nrt": [both(1800, 1800)], "resolution_full": both(26 * HOUR, 34_200), "episodes": 2},
        id="G5-reopening-restarts-the-clock",
    ),
    pytest.param(
        [
            comment("Mon 08:00"), reply("Mon 09:00"), line("Mon 09:00", "pause", reason="menunggu warga"),
            comment("Tue 09:00", "Di Simpang Tiga"), line("Tue 11:00", "resolve"),
        ],
        {"frt": both(HOUR, HOUR), "resolution_first": both(3 * HOUR, 3 * HOUR), "paused": both(24 * HOUR, 27_000)},
        id="G6-a-question-to-the-citizen-pauses",
    ),
    pytest.param(
        [comment("2026-02-18 15:00"), reply("2026-02-19 08:30")], {"frt": both(63_000, 90 * MINUTE)}, id="G7-ramadan"
    ),
    pytest.param(
        [comment("2026-03-23 15:00"), reply("2026-03-25 08:00")],
        {"frt": both(147_600, 30 * MINUTE)},
        id="lebaran-counts-by-the-calendar-of-the-country",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), EXAMPLES)
def test_the_worked_examples_come_out_of_a_log(replayed, lines, expected):
    [found] = replayed(*lines)
    assert {name: found[name] for name in expected} == expected
    assert found["case"] == "K1"
    parts = [hold["wall"] for hold in found["holds"]]
    assert sum(parts) == found["frt"]["wall"] + sum(nrt["wall"] for nrt in found["nrt"]) + (
        2 * HOUR if found["paused"]["wall"] else 0
    )


def test_g8_a_joint_leave_day_that_a_person_entered_does_not_count_in_a_log(replayed):
    correction(db.session, date(2026, 5, 5), kind=HolidayKind.JOINT_LEAVE)
    [found] = replayed(comment("Mon 15:00"), reply("Wed 08:00"))
    assert found["frt"] == both(41 * HOUR, 90 * MINUTE)


def test_any_order_of_lines_and_any_number_of_imports_give_the_same(each_app):
    folder = each_app.config["TANGGAP"].uploads_dir
    lines = [found | {"case": f"K{number}", **({"author": f"w{number}"} if found["type"] == "comment" else {})}
             for number, example in enumerate(EXAMPLES) for found in example.values[0]]  # fmt: skip
    random.Random(4).shuffle(lines)
    done = imported(lines + lines[:5], folder)
    assert (done.accepted, done.duplicate, done.refused, done.cases) == (len(lines), 5, 0, len(EXAMPLES))
    before = told()
    count = select(func.count()).select_from(Event)
    events = db.session.exec(count).one()
    again = imported(sorted(lines, key=str), folder)
    assert (again.accepted, again.duplicate, again.cases) == (0, len(lines), 0)
    assert told() == before
    assert db.session.exec(count).one() == events
    for example in EXAMPLES:
        [found] = [case for case in before if case["case"] == f"K{EXAMPLES.index(example)}"]
        assert {name: found[name] for name in example.values[1]} == example.values[1]


def test_a_log_in_two_parts_gives_what_it_gives_at_once(each_app):
    folder = each_app.config["TANGGAP"].uploads_dir
    lines = EXAMPLES[4].values[0]
    imported(lines[:3], folder)
    imported(lines[3:], folder)
    [found] = told()
    assert {name: found[name] for name in EXAMPLES[4].values[1]} == EXAMPLES[4].values[1]


def test_a_comment_seven_working_days_after_closing_is_a_new_linked_case(replayed):
    first, second = replayed(
        comment("Mon 09:00"), reply("Mon 10:00"), line("Mon 11:00", "resolve"),
        comment("2026-05-25 09:00", "Rusak lagi"), reply("2026-05-25 10:00"),
    )  # fmt: skip
    assert (first["case"], second["case"]) == ("K1", "K1")
    assert second["linked_to"] == first["code"]
    assert (first["state"], second["state"]) == ("resolved", "in_progress")
    assert (first["nrt"], second["frt"]) == ([], both(HOUR, HOUR))


def test_a_mere_thanks_at_the_end_neither_reopens_nor_waits(replayed):
    [found] = replayed(
        comment("Mon 09:00"), reply("Mon 10:00"), line("Mon 11:00", "resolve"), comment("Mon 11:30", "Terima kasih pak"),
        line("Mon 11:40", "no_answer_needed"), reply("Mon 13:30", text="Sama-sama"),
    )  # fmt: skip
    assert (found["state"], found["episodes"], found["nrt"]) == ("resolved", 1, [])
    assert found["resolution_full"] == found["resolution_first"] == both(2 * HOUR, 2 * HOUR)
    assert found["flags"] == ["imported"]


def test_automatic_texts_stop_no_clock_and_acknowledgements_only_the_first(replayed):
    [found] = replayed(
        comment("Mon 09:00"), reply("Mon 09:00", automatic=True), reply("Mon 10:00", substantive=False),
        reply("Mon 11:00"),
    )  # fmt: skip
    assert (found["frt"], found["tts"]) == (both(HOUR, HOUR), both(2 * HOUR, 2 * HOUR))


def test_only_an_automatic_text_leaves_the_citizen_unanswered(replayed):
    [found] = replayed(comment("Mon 09:00"), reply("Mon 09:00", automatic=True))
    assert (found["frt"], found["state"]) == (NEVER, "new")


def test_a_reply_in_the_platforms_own_application_counts_and_is_flagged(replayed):
    [found] = replayed(comment("Mon 09:00"), reply("Mon 10:00", native=True))
    assert (found["frt"], found["flags"]) == (both(HOUR, HOUR), ["answered_outside", "imported"])


def test_other_citizens_in_a_thread_have_cases_of_their_own(replayed):
    first, second = replayed(
        comment("Mon 09:00"), comment("Mon 09:10", author="adi"), reply("Mon 10:00"), reply("Mon 11:00"),
        comment("Mon 12:00", author="adi", case="K2", external_id="x"),
    )[:2]  # fmt: skip
    assert (first["frt"]["wall"], second["frt"]["wall"]) == (HOUR, None)


def test_two_references_in_one_thread_stay_two_cases(replayed):
    found = replayed(comment("Mon 09:00"), comment("Mon 09:30", case="K2"), reply("Mon 10:00", case="K2"))
    assert {case["case"]: case["frt"]["wall"] for case in found} == {"K1": None, "K2": 1800}


def test_an_id_that_two_cases_share_loses_neither_comment(replayed):
    found = replayed(
        comment("Mon 09:00", external_id="1"), comment("Mon 09:30", external_id="1", case="K2", author="adi")
    )
    assert {case["case"] for case in found} == {"K1", "K2"}


@pytest.mark.parametrize(("lines", "flags"), [
    pytest.param([reply("Mon 08:00"), comment("Mon 09:00")], ["reply_before_comment", "out_of_order"], id="reply-first"),
    pytest.param([line("Mon 08:00", "route", unit="DINKES"), comment("Mon 09:00")], [], id="route-first"),
    pytest.param([comment("Mon 09:00"), line("Mon 10:00", "resolve"), line("Mon 11:00", "resolve")],
                 ["resolved_without_reply", "contradictory"], id="resolved-twice"),
    pytest.param([comment("Mon 09:00"), line("Mon 10:00", "resume")], ["contradictory"], id="resumed-without-a-pause"),
    pytest.param([comment("Mon 09:00"), reply("Mon 09:30"), line("Mon 10:00", "resolve"),
                  line("Mon 11:00", "pause", reason="menunggu warga")], ["contradictory"], id="paused-when-closed"),
    pytest.param([comment("Mon 09:00"), line("Mon 10:00", "reopen")], [], id="reopened-while-open"),
    pytest.param([comment("Mon 09:00", external_id="x"), line("Mon 10:00", "withdraw", external_id="x")],
                 ["withdrawn_before_reply"], id="withdrawn"),
    pytest.param([comment("Mon 09:00"), line("Mon 10:00", "hide", reason="kasar")], ["hidden_before_reply"], id="hidden"),
    pytest.param([comment("Mon 09:00"), line("Mon 10:00", "hide", reason="kasar", approved=True)],
                 ["hidden_before_reply", "hiding_approved"], id="hidden-approved"),
])  # fmt: skip
def test_what_cannot_have_been_gives_a_defined_result_and_a_flag(replayed, lines, flags):
    [found] = replayed(*lines)
    assert found["flags"] == [*flags, "imported"]
    numbers = [*found["nrt"], *found["holds"], *(found[name] for name in ("frt", "tts", "triage_delay", "paused"))]
    assert all((seconds[clock] or 0) >= 0 for seconds in numbers for clock in ("wall", "working"))


BAD = [
    (b'{"at": "2026-05-04T09:00:00", "type": "comment"}', "zona"),
    (b'{"at": "2026-13-04T09:00:00+07:00", "type": "comment"}', "tidak terbaca"),
    (b'{"at": "2099-05-04T09:00:00+07:00", "type": "comment"}', "masa depan"),
    (b'{"at": "1999-05-04T09:00:00+07:00", "type": "comment"}', "sebelum tahun"),
    (b'{"type": "comment"}', "Waktu (at) tidak ada"),
    (b'{"at": "2026-05-04T09:00:00+07:00", "type": "dance"}', "tidak dikenal"),
    (b'{"at": "2026-05-04T09:00:00+07:00"}', "tidak dikenal"),
    (b"bukan json", "bukan JSON"),
    (b"[1]", "bukan objek"),
    (b"\xff\xfe\xff", "UTF-8"),
    (b'{"at": "2026-05-04T09:00:00+07:00", "type": "reply", "case": "NIX"}', "Tidak ada baris comment"),
    (b'{"at": "2026-05-04T09:00:00+07:00", "type": "reply"}', "tidak menyebut kasus"),
    (b'{"at": "2026-05-04T09:00:00+07:00", "type": "route", "case": "K1"}', "unit tujuan"),
    (b'{"at": "2026-05-04T09:00:00+07:00", "type": "route", "case": "K1", "unit": "NOPE"}', "NOPE"),
    (b'{"at": "2026-05-04T09:00:00+07:00", "type": "comment", "case": "X", "account": "NOPE"}', "NOPE"),
    (b'{"at": "2026-05-04T09:00:00+07:00", "type": "comment", "case": "X"}', "tidak menyebut account"),
    (b'{"at": "2026-05-04T09:00:00+07:00", "type": "comment", "account": "DINKES", "platform": "koran"}', "koran"),
    (b'{"at": "2026-05-04T09:00:00+07:00", "type": "reply", "case": "K1", "substantive": "ya"}', "true atau false"),
    (b'{"at": "2026-05-04T09:00:00+07:00", "type": "comment", "text": "' + b"x" * 250_000 + b'"}', "bita"),
]  # fmt: skip


def test_lines_that_cannot_be_are_refused_with_number_and_reason_and_the_others_taken(app):
    good = json.dumps(comment("Mon 09:00")).encode()
    done = imported(b"\r\n".join([good, b"", *(raw for raw, _ in BAD), json.dumps(reply("Mon 10:00")).encode()]),
                    app.config["TANGGAP"].uploads_dir)  # fmt: skip
    assert (done.lines, done.accepted, done.refused) == (len(BAD) + 2, 2, len(BAD))
    refused = receive_history.refused_path(app.config["TANGGAP"].uploads_dir / done.stored_as)
    rows = refused.read_text(encoding="utf-8-sig").splitlines()[1:]
    for number, (_, reason) in enumerate(BAD, start=3):
        assert any(row.startswith(f"{number};") and reason in row for row in rows), reason
    assert [case["frt"] for case in told()] == [both(HOUR, HOUR)]


@pytest.mark.parametrize("raw", [b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04\x00\x00"], ids=["picture", "archive"])
def test_what_is_no_text_is_refused_as_a_whole(app, raw):
    done = imported(raw, app.config["TANGGAP"].uploads_dir)
    assert "bukan teks" in done.error
    assert told() == []


def test_an_empty_log_brings_nothing(app):
    done = imported(b"\xef\xbb\xbf\n \n", app.config["TANGGAP"].uploads_dir)
    assert (done.error, done.lines, done.accepted) == ("", 0, 0)


def test_a_routing_of_the_log_is_never_overridden_and_the_target_of_the_time_applies(session, each_app):
    run = serving_run(session)
    imported(
        [comment("Mon 09:00"), line("Mon 09:30", "route", unit="DPUPR"), reply("Tue 09:00"), line("Wed 09:00", "resolve")],
        each_app.config["TANGGAP"].uploads_dir,
    )  # fmt: skip
    read(session, run, "complaint", unit="DINKES")
    [found] = told()
    assert (found["unit"], found["intent"], found["state"]) == ("DPUPR", "complaint", "resolved")
    assert found["due_at"] == "2026-05-07T09:00:00+00:00"  # the third working day after Monday, 16:00 in Jakarta


def test_a_log_says_nothing_of_how_fast_we_see_comments(session, each_app):
    run = serving_run(session)
    imported([comment("Mon 09:00"), reply("Mon 10:00")], each_app.config["TANGGAP"].uploads_dir)
    read(session, run, "complaint")
    desk = Viewer(1, Role.DISKOMINFO, frozenset())
    cohort = Cohort(start=NOW - timedelta(days=365), end=NOW)
    board = metrics.board(session, desk, cohort, now=NOW)
    assert board.total.counts[Number.ANSWERED] == 1
    assert board.lag.n == 0


def test_an_untouched_case_of_a_log_is_routed_like_any_other(session, each_app):
    run = serving_run(session)
    imported([comment("Mon 09:00")], each_app.config["TANGGAP"].uploads_dir)
    read(session, run, "complaint", unit="DPUPR")
    assert [case["unit"] for case in told()] == ["DPUPR"]


def test_the_account_of_the_unit_is_taken_or_registered_and_that_is_said(session, each_app):
    folder = each_app.config["TANGGAP"].uploads_dir
    own = account(session)
    assert imported([comment("Mon 09:00")], folder).remarks == ""
    assert session.exec(select(Case.account_id)).one() == own.id
    done = imported([comment("Mon 09:00", case="K2", account="DPUPR", platform="x")], folder)
    assert "DPUPR-X didaftarkan" in done.remarks
    new = session.exec(select(Account).where(Account.code == "DPUPR-X")).one()
    assert (new.is_active, session.get(Unit, new.unit_id).code) == (False, "DPUPR")


def test_a_log_may_tell_the_rest_of_a_case_that_came_in_live(session, each_app):
    where = account(session)
    posted_at = datetime.fromisoformat(at("Mon 09:00"))
    take_in(session, where, incoming(external_id="x1", author_id="siti", posted_at=posted_at), now=posted_at)
    done = imported(
        [comment("Mon 09:00", external_id="x1"), reply("Mon 10:00")], each_app.config["TANGGAP"].uploads_dir
    )
    assert (done.accepted, done.duplicate, done.cases) == (1, 1, 0)
    assert [case["frt"]["wall"] for case in told()] == [HOUR]
    assert session.exec(select(func.count()).select_from(Comment)).one() == 1


def test_who_is_named_as_sender_is_credited_when_known_here(session, each_app):
    known = user(session, username="budi")
    imported([comment("Mon 09:00"), reply("Mon 10:00", author="budi", text="Kami cek.")],
             each_app.config["TANGGAP"].uploads_dir)  # fmt: skip
    event = session.exec(select(Event).where(Event.kind == EventKind.REPLIED)).one()
    assert event.actor == f"user:{known.id}"
    page = read_page(session, Viewer(known.id, known.role, frozenset({session.exec(select(Case.holder_id)).one()})),
                     session.exec(select(Case.code)).one())  # fmt: skip
    assert [(message.side, message.author, message.text) for message in page.thread][1:] == [
        ("office", "budi", "Kami cek.")
    ]


KINDS = ("comment", "comment", "reply", "reply", "route", "assign", "pause", "resume", "resolve", "resolve", "reopen",
         "no_answer_needed", "withdraw", "hide", "note")  # fmt: skip


def random_log(chance, cases):
    begin = datetime.fromisoformat(at("Mon 09:00"))
    lines = []
    for number in range(cases):
        moment = begin + timedelta(minutes=chance.randrange(30 * 1440))
        lines.append(comment("Mon 09:00", case=f"K{number}", author=f"w{number}") | {"at": moment.isoformat()})
        for _ in range(chance.randrange(8)):
            moment += timedelta(minutes=chance.choice((1, 30, 600, 3000, 20_000)))
            kind = chance.choice(KINDS)
            given = {"unit": chance.choice(("DINKES", "DPUPR", "RSUD", "EXT_PLN"))} if kind == "route" else {}
            given |= (
                {"author": f"w{number}", "text": chance.choice(("Terima kasih", "Kapan?"))} if kind == "comment" else {}
            )
            given |= {"reason": chance.choice(("menunggu warga", "menunggu provinsi"))} if kind == "pause" else {}
            given |= (
                {"automatic": chance.random() < 0.2, "substantive": chance.random() < 0.6} if kind == "reply" else {}
            )
            lines.append({"at": moment.isoformat(), "type": kind, "case": f"K{number}"} | given)
    return lines


def test_random_logs_are_measured_live_as_in_a_rebuild(session, each_app):
    chance = random.Random(11)
    lines = random_log(chance, 300)
    chance.shuffle(lines)
    done = imported(lines, each_app.config["TANGGAP"].uploads_dir)
    assert (done.error, done.refused, done.accepted) == ("", 0, len({json.dumps(one) for one in lines}))
    before = told()
    assert len(before) >= 300
    run_id = rebuild.start(session, actor="system", reason="uji", now=NOW)
    while rebuild.advance(session, run_id, now=NOW, limit=70):
        pass
    assert told() == before
    for case in before:
        is_closed = case["state"] in (CaseState.RESOLVED, CaseState.NO_ANSWER_NEEDED)
        assert is_closed or case["resolution_full"] == NEVER or case["episodes"] > 1
    assert imported(lines, each_app.config["TANGGAP"].uploads_dir).accepted == 0
    assert told() == before
    assert {case["intent"] for case in before} == {None}  # without a model


@pytest.mark.parametrize("kind", ["resolve", "no_answer_needed"])
def test_a_closing_dated_long_before_the_first_comment_belongs_to_its_case(replayed, kind):
    found = replayed(line("2026-01-05 09:00", kind), comment("2026-03-05 09:00"), reply("2026-03-05 10:00"))
    assert [case["frt"]["wall"] for case in found] == [HOUR]

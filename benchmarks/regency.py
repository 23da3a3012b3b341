"""A regency of three years, made up for measuring: 1,000,000 comments in 500,000 cases, about 5 % of them open.

Everything is drawn from a fixed seed; the words are those of data/seed with places of their own. Events, labels
and replies are derived from the cases inside the database, so that its files and indexes have their real size.
"""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert

from models import Account, Case, CaseState, Comment, Intent, Platform, Post, Role, RunStatus, Source, TrainingRun, User
from triage.rules.targets import is_must_answer, sort_moment
from triage.rules.text import CODE_ALPHABET, CODE_LENGTH, excerpt

CASES, COMMENTS_A_CASE = 500_000, (1, 1, 1, 2, 2, 2, 2, 3, 3, 3)
CITIZENS, POSTS_AN_ACCOUNT, ACCOUNTS, USERS = 200_003, 300, 60, 150
PERIOD = timedelta(days=3 * 365)
CHUNK = 10_000
TEXTS = Path(__file__).parents[1] / "data/seed/comments.jsonl"
PLACES = ("Sukamaju", "Karanganyar", "Mekarsari", "Tegalrejo", "Pasirlaut", "Rancabango", "Wonosari", "Cibodas")
INTENTS, INTENT_WEIGHTS = tuple(Intent), (42, 28, 3, 12, 15)
OPEN_STATES, OPEN_WEIGHTS = (
    (CaseState.NEW, CaseState.IN_PROGRESS, CaseState.WAITING_CITIZEN, CaseState.WAITING_OTHER),
    (55, 30, 10, 5),
)
# Read by both databases; the JSON is shorter than a real reason, the rows and index entries are as many.
DERIVED = (
    """insert into case_event (case_id, kind, at, recorded_at, actor, data)
       select id, 'received', opened_at, opened_at, 'citizen', '{"comment": 1}' from citizen_case""",
    """insert into case_event (case_id, kind, at, recorded_at, actor, data)
       select id, 'classified', opened_at, opened_at, 'model:1', '{"intent": "x", "confidence": 0.9, "run": 1}'
       from citizen_case""",
    """insert into case_event (case_id, kind, at, recorded_at, actor, data)
       select id, 'routed', opened_at, opened_at, 'model:1', '{"from": null, "to": "x", "reason": "model"}'
       from citizen_case""",
    """insert into case_event (case_id, kind, at, recorded_at, actor, data)
       select id, 'replied', first_response_at, first_response_at, 'user:1', '{"reply": 1, "kind": "substantive"}'
       from citizen_case where first_response_at is not null""",
    """insert into case_event (case_id, kind, at, recorded_at, actor, data)
       select id, state, closed_at, closed_at, 'user:1', '{"reason": "selesai"}'
       from citizen_case where closed_at is not null""",
    """insert into reply (case_id, unit_id, author_id, kind, status, text, idempotency_key, platform_id, asks_citizen,
                          attempts, error, created_at, sent_at)
       select id, holder_id, 1, 'substantive', 'sent', 'Terima kasih, laporan sudah kami teruskan ke petugas.',
              'bench-' || id, 'b' || id, false, 1, '', first_response_at, first_response_at
       from citizen_case where first_response_at is not null""",
    """insert into label (comment_id, subject, value, source, run_id, confidence, is_sure, probabilities, reasons,
                          created_at)
       select id, 'intent', 'complaint', 'model', 1, 0.9, true, '{"complaint": 0.9, "question": 0.1}',
              '[{"word": "jalan", "weight": 0.4}]', first_seen_at from comment""",
    """insert into label (comment_id, subject, value, source, run_id, confidence, is_sure, probabilities, reasons,
                          created_at)
       select id, 'unit', 'DINKES', 'model', 1, 0.8, true, '{"DINKES": 0.8}',
              '[{"name": "teks", "detail": "PJU", "value": 0.4}]', first_seen_at from comment""",
)


@dataclass(frozen=True)
class Desk:
    """An account that comments arrive at."""

    id: int
    unit_id: int
    platform: Platform


@dataclass(frozen=True)
class Place:
    """What cases are drawn from; units are (id, is it an outside body), the busiest first."""

    units: list[tuple[int, bool]]
    desks: list[Desk]
    texts: list[str]
    now: datetime


def build(engine: Engine, units: list[tuple[int, bool]], *, now: datetime) -> int:
    """Fill a migrated database that holds nothing but reference data; return the number of comments."""
    texts = [json.loads(line)["text"] for line in TEXTS.read_text(encoding="utf-8").splitlines()]
    with engine.begin() as connection:
        desks = add_people(connection, units, now=now)
    place = Place(units, desks, texts, now)
    comments = 0
    drawn = cases(place, random.Random(0))
    while chunk := list(islice(drawn, CHUNK)):
        with engine.begin() as connection:
            comments += add_cases(connection, chunk, first_comment=comments + 1)
    for statement in DERIVED:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
    return comments


def add_people(connection: Connection, units: list[tuple[int, bool]], *, now: datetime) -> list[Desk]:
    """Add accounts with their posts, users, and the training run that labels name."""
    began, platforms = now - PERIOD - timedelta(days=30), list(Platform)
    own = [unit_id for unit_id, is_external in units if not is_external]
    desks = [Desk(n + 1, own[n % len(own)], platforms[n % len(platforms)]) for n in range(ACCOUNTS)]
    accounts = [
        {"id": d.id, "code": f"AKUN-{d.id}", "unit_id": d.unit_id, "platform": d.platform, "handle": f"@akun{d.id}",
         "zone": "Asia/Jakarta", "connected_at": began, "is_active": True}
        for d in desks
    ]  # fmt: skip
    posts = [
        {"account_id": d.id, "external_id": f"p{n}", "caption": f"Unggahan {n}", "permalink": ""}
        for d in desks
        for n in range(POSTS_AN_ACCOUNT)
    ]
    users = [
        {"username": f"petugas{n}", "name": f"Petugas {n}", "role": Role.OPD_ADMIN, "password_hash": "-",
         "is_active": True, "session_epoch": 0, "uses_shortcuts": True, "created_at": began}
        for n in range(USERS)
    ]  # fmt: skip
    run = {"id": 1, "status": RunStatus.DONE, "is_active": False, "scores": {}, "comparison": {}, "created_at": began,
           "stored_as": "", "digest": "", "seed": 0, "progress": 1.0, "step": "", "error": ""}  # fmt: skip
    for table, rows in ((Account, accounts), (Post, posts), (User, users), (TrainingRun, [run])):
        connection.execute(insert(table), rows)
    return desks


def cases(place: Place, rng: random.Random, number_of_cases: int = CASES) -> Iterator[dict[str, Any]]:
    """Yield the cases from the oldest on, each with the texts of its comments under `texts`."""
    weights = [1 / (rank + 1) ** 0.9 for rank in range(len(place.units))]
    step = PERIOD / number_of_cases
    for number in range(number_of_cases):
        desk = place.desks[int(len(place.desks) * rng.random() ** 1.7)]
        unit_id, is_external = rng.choices(place.units, weights)[0]
        texts = [f"{rng.choice(place.texts)} {rng.choice(PLACES)} rt {rng.randrange(1, 40)}"
                 for _ in range(rng.choice(COMMENTS_A_CASE))]  # fmt: skip
        # Most of what is open is new; some of it has been forgotten for years.
        is_open = rng.random() < (0.8 if number > number_of_cases * 0.96 else 0.018)
        is_unrouted = rng.random() < (0.06 if is_open else 0.01)
        yield {
            "id": number + 1,
            "code": code(number),
            "account_id": desk.id,
            "platform": desk.platform,
            "post_id": (desk.id - 1) * POSTS_AN_ACCOUNT + rng.randrange(POSTS_AN_ACCOUNT) + 1,
            "author_key": f"{number % CITIZENS:032x}",
            "intent": (intent := rng.choices(INTENTS, INTENT_WEIGHTS)[0]),
            "intent_confidence": round(rng.uniform(0.4, 1), 3),
            "is_intent_sure": rng.random() < 0.8,
            "unit_id": None if is_unrouted else unit_id,
            "holder_id": None if is_unrouted else desk.unit_id if is_external else unit_id,
            "excerpt": excerpt(texts[0]),
            "texts": texts,
            "comment_count": len(texts),
            **course(intent, place.now - PERIOD + number * step, place.now, is_open=is_open, rng=rng),
        }


def course(intent: Intent, opened_at: datetime, now: datetime, *, is_open: bool, rng: random.Random) -> dict[str, Any]:
    """Return how a case went: state, deadline, answer and end. Deadlines fall on closing times, so many are equal."""
    due_on = (opened_at + timedelta(days=rng.choice((1, 3, 3, 5)))).date()
    due_at = datetime.combine(due_on, time(9), UTC) if is_must_answer(intent) else None
    after = timedelta(hours=rng.expovariate(1 / 30))
    ends_well = CaseState.RESOLVED if due_at or rng.random() < 0.2 else CaseState.NO_ANSWER_NEEDED
    state = rng.choices(OPEN_STATES, OPEN_WEIGHTS)[0] if is_open else ends_well
    is_answered = state not in (CaseState.NEW, CaseState.NO_ANSWER_NEEDED)
    answered_at = min(opened_at + after, now) if is_answered else None
    return {
        "state": state,
        "opened_at": opened_at,
        "last_comment_at": opened_at,
        "routed_at": opened_at,
        "due_at": due_at,
        "sort_at": sort_moment(due_at=due_at, answered_at=answered_at, opened_at=opened_at),
        "first_response_at": answered_at,
        "response_wall_s": int((answered_at - opened_at).total_seconds()) if answered_at else None,
        "response_working_s": int((answered_at - opened_at).total_seconds() / 4) if answered_at else None,
        "assignee_id": rng.randrange(USERS) + 1 if is_answered else None,
        "closed_at": None if is_open else min(opened_at + 2 * after, now),
        "is_waiting_for_us": is_open and not is_answered,
    }


def code(number: int) -> str:
    """Return a tracking code that is as scattered as a random one and never given twice."""
    size = len(CODE_ALPHABET)
    # A multiplier without a factor in common with the number of codes visits each code once.
    left, letters = number * 6_364_136_223_847 % size**CODE_LENGTH, []
    for _ in range(CODE_LENGTH):
        left, letter = divmod(left, size)
        letters.append(CODE_ALPHABET[letter])
    return "".join(letters)


def add_cases(connection: Connection, chunk: list[dict[str, Any]], *, first_comment: int) -> int:
    """Insert cases with their comments; return how many comments."""
    fixed = {"is_intent_by_person": False, "is_unit_by_person": False, "is_backfill": False, "version": 1}
    connection.execute(
        insert(Case), [{k: case[k] for k in case.keys() - {"texts", "platform"}} | fixed for case in chunk]
    )
    found = list(comments(chunk, first_comment))
    connection.execute(insert(Comment), found)
    return len(found)


def comments(chunk: Iterable[dict[str, Any]], first_id: int) -> Iterator[dict[str, Any]]:
    """Yield the comments of cases, a few hours after each other."""
    for case in chunk:
        for place, text in enumerate(case["texts"]):
            at = case["opened_at"] + timedelta(hours=3 * place)
            yield {
                "id": first_id,
                "platform": case["platform"],
                "account_id": case["account_id"],
                "external_id": f"{case['code']}-{place}",
                "post_id": case["post_id"],
                "case_id": case["id"],
                "parent_external_id": "",
                "author_key": case["author_key"],
                "author_name": f"warga{case['author_key'][-6:]}",
                "text": text,
                "permalink": "",
                "source": Source.FILE,
                "posted_at": at,
                "first_seen_at": at,
                "classified_at": at,
            }
            first_id += 1

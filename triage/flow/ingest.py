"""Ingest: citizens' messages become comments and cases, whatever the way they came in.

One path for files, manual entry and the REST endpoint. A comment that is there already changes nothing; a new
wording of it is kept as a version. One call is one commit, so a batch is there whole or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import Account, CaseState, EventKind, Source
from triage.connectors.base import Incoming as Incoming
from triage.queries import calendars, cases, history, intake, measures
from triage.rules import workflow
from triage.rules.privacy import author_key
from triage.rules.targets import sort_moment
from triage.rules.text import excerpt, tracking_code
from triage.rules.working_time import CalendarHistory, nth_working_day_close


@dataclass(frozen=True)
class Ingested:
    """What became of a batch."""

    accepted: int
    duplicate: int
    edited: int


@dataclass
class Batch:
    """The rows a batch will write, gathered before anything is written."""

    account: Account
    seen_at: datetime
    calendar: CalendarHistory | None
    reopen_days: int
    cases: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    case_of: dict[str, str | int] = field(default_factory=dict)
    moved: dict[int, dict[str, Any]] = field(default_factory=dict)
    events: list[tuple[str | int, EventKind, datetime, str, dict[str, Any]]] = field(default_factory=list)
    open_threads: dict[intake.Thread, str | int] = field(default_factory=dict)
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    set_back: set[int] = field(default_factory=set)


def ingest(
    session: Session,
    account_id: int,
    incoming: Sequence[Incoming],
    *,
    source: Source,
    salt: str,
    reopen_days: int,
    now: datetime,
    import_id: int | None = None,
) -> Ingested:
    """Store a batch of messages of one account and open or continue their cases; commits."""
    account = intake.lock_account(session, account_id)
    unique = {message.external_id: message for message in reversed(incoming)}
    known = intake.known_comments(session, account_id, account.platform, list(unique))
    edited = [
        {"comment_id": known[key][0], "text": message.text, "seen_at": now}
        for key, message in unique.items()
        if key in known and known[key][1] != message.text
    ]
    intake.add_versions(session, edited)
    fresh = sorted((m for key, m in unique.items() if key not in known), key=lambda m: (m.posted_at, m.external_id))
    if fresh:
        batch = Batch(account, now, calendars.by_unit(session)[None], reopen_days)
        gather(session, batch, fresh, source=source, salt=salt, import_id=import_id)
        write(session, batch)
    session.commit()
    return Ingested(len(fresh), len(incoming) - len(fresh) - len(edited), len(edited))


def gather(
    session: Session, batch: Batch, fresh: Sequence[Incoming], *, source: Source, salt: str, import_id: int | None
) -> None:
    """Decide for each new message which case it belongs to."""
    account = batch.account
    posts = intake.post_ids(session, account.id or 0, {m.post_id: m.post_caption for m in reversed(fresh)})
    threads = [
        (posts[m.post_id], author_key(salt, account.platform, m.author_id or m.author_name or f"?{m.external_id}"))
        for m in fresh
    ]
    existing = intake.threads(session, account.id or 0, set(threads))
    for message, thread in zip(fresh, threads, strict=True):
        row = comment_row(message, thread, account=account, source=source, import_id=import_id, now=batch.seen_at)
        batch.comments.append(row)
        place(batch, message, thread, existing.get(thread))


def comment_row(
    message: Incoming,
    thread: intake.Thread,
    *,
    account: Account,
    source: Source,
    import_id: int | None,
    now: datetime,
) -> dict[str, Any]:
    """Return the comment's columns, all but its case."""
    return {
        "platform": account.platform,
        "account_id": account.id,
        "external_id": message.external_id,
        "post_id": thread[0],
        "parent_external_id": message.parent_id,
        "author_key": thread[1],
        "author_name": message.author_name,
        "text": message.text,
        "permalink": message.permalink,
        "source": source,
        "import_id": import_id,
        "posted_at": message.posted_at,
        "first_seen_at": now,
    }


def place(batch: Batch, message: Incoming, thread: intake.Thread, existing: intake.CaseRow | None) -> None:
    """Put a message into the thread's case, or open a new one.

    A comment on a closed case joins it without reopening: only the classifier can tell a mere thanks from
    a new matter (M1 D10), so flow.classify decides on that.
    """
    if thread in batch.open_threads:
        case: str | int = batch.open_threads[thread]
        if isinstance(case, str):
            grow_draft(batch.drafts[case], message)
        else:
            grow_case(batch, case, existing, message)
    elif existing is not None and still_reopens(batch, existing, message):
        case = batch.open_threads[thread] = existing.id
        grow_case(batch, case, existing, message)
    else:
        case = batch.open_threads[thread] = open_case(batch, message, thread)
    batch.case_of[message.external_id] = case
    batch.events.append((case, EventKind.RECEIVED, message.posted_at, "citizen", {"external": message.external_id}))


def still_reopens(batch: Batch, existing: intake.CaseRow, message: Incoming) -> bool:
    """Tell whether a message belongs to its thread's last case: open, or closed a few working days ago (M1 D10)."""
    if existing.closed_at is None:
        return True
    calendar = batch.calendar
    if calendar is None or not calendar.covers(existing.closed_at):
        return message.posted_at <= existing.closed_at
    return message.posted_at <= nth_working_day_close(existing.closed_at, batch.reopen_days, calendar)


def open_case(batch: Batch, message: Incoming, thread: intake.Thread) -> str:
    """Add a new case to the batch; return its tracking code."""
    code = tracking_code()
    batch.drafts[code] = {
        "code": code,
        "account_id": batch.account.id,
        "post_id": thread[0],
        "author_key": thread[1],
        "state": CaseState.NEW,
        "excerpt": excerpt(message.text),
        "is_backfill": message.posted_at < batch.account.connected_at,
        "opened_at": message.posted_at,
        "last_comment_at": message.posted_at,
        "sort_at": sort_moment(due_at=None, answered_at=None, opened_at=message.posted_at),
        "comment_count": 1,
    }
    batch.cases.append(batch.drafts[code])
    return code


def grow_draft(draft: dict[str, Any], message: Incoming) -> None:
    """Add a later message of the same batch to a case that is not stored yet."""
    draft["comment_count"] += 1
    draft["last_comment_at"] = message.posted_at


def grow_case(batch: Batch, case_id: int, existing: intake.CaseRow | None, message: Incoming) -> None:
    """Note on a stored case that the citizen wrote again; a case that waited for them goes on."""
    if existing is None:
        raise ValueError(f"case {case_id} was not read before it grew")
    change = batch.moved.setdefault(
        case_id,
        {"id": case_id, "last_comment_at": existing.last_comment_at, "opened_at": existing.opened_at, "added": 0},
    )
    change["added"] += 1
    change["last_comment_at"] = max(change["last_comment_at"], message.posted_at)
    if message.posted_at < change["opened_at"]:
        change["opened_at"] = message.posted_at  # the citizen's first word, seen late: every clock begins there
        batch.set_back.add(case_id)
    if existing.closed_at is None and "state" not in change:
        change["state"] = workflow.next_state(existing.state, workflow.Move.CITIZEN_WROTE)
        change["is_waiting_for_us"] = True
        if change["state"] is not existing.state:
            batch.events.append((case_id, EventKind.RESUMED, message.posted_at, "citizen", {}))


def write(session: Session, batch: Batch) -> None:
    """Write the gathered rows: cases, comments, events, in that order."""
    ids = intake.add_cases(session, batch.cases)
    case_of = {key: ids[case] if isinstance(case, str) else case for key, case in batch.case_of.items()}
    for row in batch.comments:
        row["case_id"] = case_of[row["external_id"]]
    comment_ids = intake.add_comments(session, batch.comments)
    intake.grow_cases(session, list(batch.moved.values()))
    intake.add_events(
        session,
        [
            {
                "case_id": ids[case] if isinstance(case, str) else case,
                "kind": kind,
                "at": at,
                "recorded_at": batch.seen_at,
                "actor": actor,
                "data": {"comment": comment_ids[data["external"]]} if data else {},
            }
            for case, kind, at, actor, data in batch.events
        ],
    )
    for case_id in sorted(batch.set_back):
        history.refresh_figures(session, cases.locked(session, case_id))
    measures.refresh_existing(session, sorted(batch.moved.keys() - batch.set_back))

"""Observe: figures of models at work by week, and windows of comments against the first ones the active model read.

Counted again while corrections may still come; a window, once full, stays.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from classifiers import drift
from classifiers.predict import Model
from models import DriftReading, ModelWeek
from triage.queries import watch
from triage.queries.watch import Reading

ALPHA = drift.ALPHA
WEEKS = 6
REFERENCE = 400
WINDOW = 200
FEWEST = 30  # comments in a week below which a share says nothing
WATCHED = (("corrected", "read", "koreksi jenis"), ("triaged", "need_answer", "kasus yang masuk antrean triase"))


def count_weeks(session: Session, *, zone: str, now: datetime) -> None:
    """Count the newest weeks of the office again; commits."""
    here = now.astimezone(ZoneInfo(zone))
    monday = here.date() - timedelta(days=here.weekday())
    for back in range(WEEKS):
        week_on = monday - timedelta(weeks=back)
        start = datetime.combine(week_on, time(), here.tzinfo)
        end = datetime.combine(week_on + timedelta(weeks=1), time(), here.tzinfo)
        for counted in watch.week(session, start, end):
            values = counted._asdict() | {"computed_at": now}
            row = watch.week_of(session, week_on, counted.run_id)
            session.add(row.sqlmodel_update(values) if row else ModelWeek(week_on=week_on, **values))
    session.commit()


def read_windows(session: Session, model: Model, run_id: int, *, now: datetime) -> int:
    """Measure every full window that has not been; return how many there were; commits."""
    first = watch.readings(session, run_id, after=0, limit=REFERENCE)
    known = watch.drift(session, run_id, limit=1)
    number, last = (known[0].window, known[0].last_comment_id) if known else (0, first[-1].comment_id if first else 0)
    if len(first) < REFERENCE:
        session.rollback()
        return 0
    done = 0
    unknown = [drift.unknown_share(model, reading.text) for reading in first]
    while len(found := watch.readings(session, run_id, after=last, limit=WINDOW)) == WINDOW:
        number, last, done = number + 1, found[-1].comment_id, done + 1
        session.add(window(model, first, unknown, found, run_id=run_id, number=number, now=now))
        session.flush()
    session.commit()
    return done


def window(
    model: Model,
    first: Sequence[Reading],
    unknown: Sequence[float],
    found: Sequence[Reading],
    *,
    run_id: int,
    number: int,
    now: datetime,
) -> DriftReading:
    """Return one window's tests against the first readings."""
    shares = [drift.unknown_share(model, reading.text) for reading in found]
    before, after = (Counter(reading.intent for reading in part) for part in (first, found))
    return DriftReading(
        run_id=run_id,
        window=number,
        n=len(found),
        last_comment_id=found[-1].comment_id,
        mix_p=drift.mix_p(before, after),
        confidence_p=drift.ks_p([r.confidence for r in first], [r.confidence for r in found]),
        unknown_p=drift.ks_p(unknown, shares),
        figures={
            "mix_before": dict(before),
            "mix": dict(after),
            "confidence_before": mean([r.confidence for r in first]),
            "confidence": mean([r.confidence for r in found]),
            "unknown_before": mean(unknown),
            "unknown": mean(shares),
        },
        at=now,
    )


def mean(values: Sequence[float]) -> float:
    """Return the mean of values."""
    return round(sum(values) / len(values), 4)


def alarms(newest: DriftReading | None, weeks: Sequence[ModelWeek]) -> list[str]:
    """Return what has changed beyond chance, in Indonesian: in the newest window, and in the newest week."""
    found = []
    if newest is not None:
        told = (
            (newest.mix_p, "Bauran jenis komentar berubah"),
            (newest.confidence_p, "Keyakinan model berubah"),
            (newest.unknown_p, "Banyak kata yang belum dikenal model"),
        )
        found += [f"{words} pada {newest.n} komentar terakhir." for p, words in told if p < drift.ALPHA]
    return found + [words for part in WATCHED if (words := share_alarm(weeks, *part))]


def share_alarm(weeks: Sequence[ModelWeek], part: str, whole: str, words: str) -> str:
    """Return a sentence when the newest week's share differs from the weeks before it by more than chance."""
    if not weeks:
        return ""
    newest = [row for row in weeks if row.week_on == weeks[0].week_on]
    before = [row for row in weeks if row.week_on != weeks[0].week_on]
    (part_now, now), (part_then, then) = (total(rows, part, whole) for rows in (newest, before))
    if min(now, then) < FEWEST:
        return ""
    p = drift.mix_p({"part": part_then, "rest": then - part_then}, {"part": part_now, "rest": now - part_now})
    if p >= drift.ALPHA:
        return ""
    verb = "naik" if part_now / now > part_then / then else "turun"
    return f"Bagian {words} minggu ini {verb} menjadi {part_now / now:.0%} dari {part_then / then:.0%}."


def total(rows: Sequence[ModelWeek], part: str, whole: str) -> tuple[int, int]:
    """Return the sums of two columns."""
    values: Any = [(getattr(row, part), getattr(row, whole)) for row in rows]
    return sum(value[0] for value in values), sum(value[1] for value in values)

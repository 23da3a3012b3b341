"""Set a target: a new row from a day on, or the end of one; what is frozen on cases stays as it is."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models import Intent, Mark, Target, TargetKind, TargetMeasure
from triage.errors import InvalidInput
from triage.queries import calendars, directory
from triage.rules.permissions import Viewer
from triage.rules.targets import TargetRule, is_must_answer

MOST = {TargetMeasure.WORKING_HOURS: 500, TargetMeasure.WORKING_DAYS: 250}
FURTHEST = timedelta(days=2 * 366)
FLAGS = ("", *Mark)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A target as somebody wants it, its choices by their values; `unit` is a code or empty for all.

    `is_ended` ends the target there is.
    """

    intent: str
    kind: str
    measure: str
    amount: int
    in_force_from: date
    reason: str
    unit: str = ""
    flag: str = ""
    is_ended: bool = False


def as_rule(session: Session, wanted: Wanted, *, zone: str, now: datetime) -> TargetRule:
    """Return what somebody wants as a rule; raise InvalidInput for what cannot be, or would reach into the past."""
    refuse_impossible(session, wanted)
    begins_at = datetime.combine(wanted.in_force_from, time(), ZoneInfo(zone))
    if wanted.in_force_from == now.astimezone(ZoneInfo(zone)).date():
        begins_at = now
    if not now <= begins_at <= now + FURTHEST:
        raise InvalidInput("Target hanya berlaku ke depan. Pilih hari ini atau sesudahnya, paling jauh dua tahun.")
    return TargetRule(
        intent=Intent(wanted.intent),
        kind=TargetKind(wanted.kind),
        measure=TargetMeasure(wanted.measure),
        amount=wanted.amount,
        in_force_from=begins_at,
        unit=wanted.unit or None,
        flag=wanted.flag,
        is_active=not wanted.is_ended,
    )


def refuse_impossible(session: Session, wanted: Wanted) -> None:
    """Raise InvalidInput for a target that no case could have, or that nobody gave a reason for."""
    most = MOST[TargetMeasure(wanted.measure)]
    refusals = (
        (not is_must_answer(Intent(wanted.intent)), "Hanya pengaduan, pertanyaan dan laporan hoaks yang punya target."),
        (not 0 < wanted.amount <= most, f"Isi angka 1 sampai {most}."),
        (wanted.flag not in FLAGS, "Pilih penanda dari daftar: yang lain tidak pernah ditaruh pada kasus."),
        (not wanted.reason.strip(), "Tulis alasannya: alasan ini tercatat di riwayat target."),
        (wanted.unit != "" and not is_own(session, wanted.unit), "Pilih unit dari daftar."),
    )
    for is_refused, message in refusals:
        if is_refused:
            raise InvalidInput(message)


def is_own(session: Session, code: str) -> bool:
    """Tell whether a code is that of one of the regency's own units."""
    unit = directory.unit_by_code(session, code)
    return unit is not None and not unit.is_external


def before(session: Session, rule: TargetRule) -> TargetRule | None:
    """Return the target of the same intent, kind, unit and flag that counts until a rule begins."""
    same = [
        known
        for known in calendars.targets(session)
        if (known.intent, known.kind, known.unit, known.flag) == (rule.intent, rule.kind, rule.unit, rule.flag)
        and known.in_force_from <= rule.in_force_from
    ]
    newest = max(same, key=lambda known: known.in_force_from, default=None)
    return newest if newest and newest.is_active else None


def set_target(session: Session, viewer: Viewer, wanted: Wanted, *, zone: str, now: datetime) -> Target:
    """Set or end a target from a day on; raise InvalidInput where that changes nothing; commits."""
    rule = as_rule(session, wanted, zone=zone, now=now)
    known = before(session, rule)
    if known is None and not rule.is_active:
        raise InvalidInput("Tidak ada target seperti ini yang berlaku, jadi tidak ada yang diakhiri.")
    if known and rule.is_active and (known.measure, known.amount) == (rule.measure, rule.amount):
        raise InvalidInput("Target ini sudah berlaku dengan angka yang sama.")
    unit = directory.unit_by_code(session, rule.unit) if rule.unit else None
    row = Target(
        intent=rule.intent,
        kind=rule.kind,
        unit_id=unit.id if unit else None,
        flag=rule.flag,
        measure=rule.measure,
        amount=rule.amount,
        is_active=rule.is_active,
        in_force_from=rule.in_force_from,
        created_at=now,
        created_by_id=viewer.user_id,
        reason=wanted.reason.strip(),
    )
    session.add(row)
    session.commit()
    return row

"""Replay: a log of what happened becomes cases and their histories, with the original times.

The log is read twice: once to see which lines can be and which case each speaks of, then case by case, so that its
length costs no memory. The same line twice is one line, and a second import changes nothing. Some cases are one commit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import Account, EventKind, Platform
from triage.connectors.base import Refused
from triage.connectors.history_lines import TYPES, Line, as_json
from triage.queries import calendars, directory, intake, rebuilds, replays
from triage.queries import replay_rows as rows
from triage.queries.replays import Named
from triage.rules import replay as rules
from triage.rules.privacy import author_key
from triage.rules.replay import BY_CITIZEN, KIND_OF, Course, House, Item
from triage.rules.working_time import reopens_until

CITIZEN = "citizen"
ABOUT_COMMENTS = ("comment", "reopen", "withdraw", "hide")
DESK = "DISKOMINFO"  # what lies on its accounts waits to be sorted; what lies on another unit's is with that unit


@dataclass
class Taken:
    """What became of some lines."""

    accepted: int = 0
    duplicate: int = 0
    cases: int = 0
    refused: list[Refused] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Thread:
    """Where the lines of one citizen belong: account, its unit, and what the log calls the case."""

    account: Account
    unit: str
    reference: str


def replay(
    session: Session, subjects: Sequence[Sequence[Line]], *, salt: str, reopen_days: int, now: datetime
) -> Taken:
    """Store the lines of some cases, given case by case; commits."""
    work = Replay(session, salt=salt, reopen_days=reopen_days, now=now)
    for lines in subjects:
        work.take(lines)
    rebuilds.settle(session, sorted(work.touched))
    session.commit()
    return work.taken


class Replay:
    """One piece of a log on its way into the tables; what it takes is read once."""

    def __init__(self, session: Session, *, salt: str, reopen_days: int, now: datetime) -> None:
        self.session, self.salt, self.reopen_days, self.moment = session, salt, reopen_days, now
        self.units = directory.unit_ids(session)
        self.users = replays.user_ids(session)
        self.places = replays.places(session)
        self.calendar = calendars.by_unit(session)[None]
        self.taken = Taken()
        self.touched: set[int] = set()

    def take(self, lines: Sequence[Line]) -> None:
        """Store the lines about one case: of one reference, or of one citizen's thread."""
        good: list[Line] = []
        for line in lines:
            if reason := self.impossible(line):
                self.refuse([line], reason)
            else:
                good.append(line)
        reference = next((line.case for line in good), "")
        comments = sorted((line for line in good if line.type == "comment"), key=lambda line: line.order)
        known = replays.named(self.session, [reference]).get(reference, []) if reference else []
        try:
            account, unit = self.place(comments, known)
        except LookupError as exc:
            self.refuse(good, str(exc))
            return
        for own in self.by_citizen(good, comments):
            self.take_citizen(own, Thread(account, unit, reference), known)

    def impossible(self, line: Line) -> str:
        """Return why a line cannot be, or nothing."""
        codes = {place.account.code.upper() for place in self.places}
        if line.type == "route" and not line.unit:
            return "Baris route harus menyebut unit tujuan (unit)."
        if line.unit and line.unit.upper() not in self.units:
            return f"Unit “{line.unit}” tidak ada di registrasi. Periksa kode unitnya."
        if line.account and line.account.upper() not in self.units and line.account.upper() not in codes:
            return f"Akun “{line.account}” tidak ada: isi account dengan kode unit pemilik akun."
        if line.platform and line.platform.lower() not in list(Platform):
            return f"Platform “{line.platform}” tidak dikenal. Pakai salah satu: {', '.join(Platform)}."
        return ""

    def refuse(self, lines: Sequence[Line], reason: str) -> None:
        """Refuse lines with a reason."""
        self.taken.refused += [Refused(line.number, reason, (as_json(line),)) for line in lines]

    def place(self, comments: Sequence[Line], known: Sequence[Named]) -> tuple[Account, str]:
        """Return the account that a case came in on, with its unit; raise LookupError with what is missing."""
        if known:
            found = next(place for place in self.places if place.account.id == known[0].account_id)
            return found.account, found.unit
        if not comments:
            raise LookupError("Tidak ada baris comment untuk kasus ini, di berkas ini maupun di impor sebelumnya.")
        said = next((line for line in comments if line.account), None)
        if said is None:
            raise LookupError("Baris comment tidak menyebut account: isi dengan kode unit pemilik akun.")
        platform = next((line.platform.lower() for line in comments if line.platform), "")
        wanted = said.account.upper()
        for place in self.places:
            is_meant = wanted == place.account.code.upper() or wanted == place.unit
            if is_meant and platform in ("", place.account.platform):
                return place.account, place.unit
        if not platform:
            raise LookupError("Baris comment tidak menyebut platform, dan unit ini belum punya akun.")
        return self.new_account(wanted, Platform(platform), comments[0].at), wanted

    def new_account(self, unit: str, platform: Platform, at: datetime) -> Account:
        """Register an account for what happened on it; it stays inactive until its real name is filled in."""
        taken = {place.account.code for place in self.places}
        names = (f"{unit}-{platform.value.upper()}{number or ''}"[:60] for number in range(1000))
        account = Account(
            code=next(name for name in names if name not in taken),
            unit_id=self.units[unit][0],
            platform=platform,
            handle=f"riwayat-{unit.lower()}"[:120],
            connected_at=at,
            is_active=False,
        )
        self.session.add(account)
        self.session.flush()
        self.places.append(replays.Place(account, unit))
        self.taken.remarks.append(
            f"Akun {account.code} didaftarkan untuk {unit} di {platform.value}, belum aktif. Lengkapi di Registrasi."
        )
        return account

    def by_citizen(self, lines: Sequence[Line], comments: Sequence[Line]) -> Iterator[list[Line]]:
        """Yield the lines of each citizen: other citizens in a thread have cases of their own (M1 D1)."""
        first = next((line.author for line in comments if line.author), "")
        own: dict[str, list[Line]] = {first: []}
        for line in lines:
            said_by = (line.author or first) if KIND_OF[line.type] in BY_CITIZEN else first
            own.setdefault(said_by, []).append(line)
        for author, said in own.items():
            if author == first or any(line.type == "comment" for line in said):
                yield said
            else:
                self.refuse(said, "Warga ini tidak punya komentar pada kasus ini.")

    def take_citizen(self, lines: Sequence[Line], thread: Thread, known: Sequence[Named]) -> None:
        """Store the lines of one citizen: continue the cases that are there, or open new ones."""
        comments = sorted((line for line in lines if line.type == "comment"), key=lambda line: line.order)
        keys = self.keys(comments, thread, known)
        posts = {line.post: "" for line in comments if line.post} or {"": ""}
        post_id = intake.post_ids(self.session, thread.account.id or 0, posts)[next(iter(posts))]
        mine = [case for case in known if case.author_key in keys]
        if not thread.reference:
            threads = replays.in_threads(self.session, thread.account.id or 0, [(post_id, keys[0])])
            mine = [case for cases in threads.values() for case in cases if case.reference == ""]
        names = self.names(comments, thread, mine)
        past = replays.histories(self.session, [case.id for case in mine])
        told = {event.data.get("line") for events in past.values() for event in events}
        fresh = [line for line in lines if line.digest not in told and names.get(line.digest) != ""]
        self.taken.duplicate += len(lines) - len(fresh)
        if not fresh:
            return
        by_name = {line.external_id: names[line.digest] for line in comments if line.external_id and names[line.digest]}
        items = [as_item(line, names.get(line.digest) or by_name.get(line.external_id, "")) for line in fresh]
        items += [rows.past_item(event, TYPES) for events in past.values() for event in events]
        self.taken.accepted += len(fresh)
        found = rules.courses(items, self.house(thread))
        key = mine[0].author_key if mine else self.free_key(keys, thread, post_id)
        for course in found:
            if course.told:
                self.write(course, thread, (post_id, key), {case.id: case for case in mine})

    def keys(self, comments: Sequence[Line], thread: Thread, known: Sequence[Named]) -> tuple[str, ...]:
        """Return by which keys a citizen may be known: their own, and one for this reference alone."""
        author = next((line.author for line in comments if line.author), "")
        if not author and known:
            return (known[0].author_key,)
        author = author or f"?{thread.reference or comments[0].external_id or comments[0].digest}"
        platform = thread.account.platform
        own = author_key(self.salt, platform, author)
        return own, author_key(self.salt, platform, f"{author}\x1f{thread.reference}")

    def free_key(self, keys: Sequence[str], thread: Thread, post_id: int) -> str:
        """Return the key of a new case: what a log calls by two names are two cases, also in one thread."""
        there = replays.in_threads(self.session, thread.account.id or 0, [(post_id, keys[0])])
        is_taken = any(case.reference != thread.reference for cases in there.values() for case in cases)
        return keys[-1] if is_taken else keys[0]

    def names(self, comments: Sequence[Line], thread: Thread, mine: list[Named]) -> dict[str, str]:
        """Return the external id of each comment by the line's digest, '' for one that is there already.

        A comment that came in live brings its case with it. An id that another case has is not the same comment.
        """
        wanted = [line.external_id for line in comments if line.external_id]
        there = replays.of_comments(self.session, thread.account.id or 0, wanted)
        found: dict[str, str] = {}
        for line in comments:
            name = line.external_id or f"riwayat-{line.digest}"
            case = there[name][1] if name in there else None
            if case is not None and case.reference is None and case not in mine:
                mine.append(case)
            if name in found.values() or (case is not None and case.id in {own.id for own in mine}):
                found[line.digest] = ""
            else:
                found[line.digest] = name if case is None else f"{name[:150]}~{line.digest}"
        return found

    def house(self, thread: Thread) -> House:
        """Return what the rules need to know of where a case came in."""
        return House(
            unit=thread.unit,
            is_desk=thread.unit == DESK,
            holder_of=lambda unit: thread.unit if self.units[unit][1] else unit,
            reopens_until=lambda closed_at: reopens_until(closed_at, self.reopen_days, self.calendar),
        )

    def write(self, course: Course, thread: Thread, where: tuple[int, str], known: dict[int, Named]) -> None:
        """Store one case, its comments, its history and what we wrote."""
        case_id = course.case_id
        row = rows.case_row(course, self.units)
        if case_id is None:
            row |= rows.first_row(course, thread.account, where, reference=thread.reference)
            case_id = intake.add_cases(self.session, [row])[row["code"]]
            self.taken.cases += 1
        else:
            reference = known[case_id].reference
            intake.update_cases(
                self.session, [row | {"id": case_id, "reference": thread.reference if reference is None else reference}]
            )
        self.touched.add(case_id)
        said = [item for item in course.told if item.kind is EventKind.RECEIVED]
        spoken = [rows.comment_row(item, case_id, thread.account, where) for item in said]
        intake.add_comments(self.session, spoken)
        ids = {name: comment_id for comment_id, name in replays.comments(self.session, [case_id]).items()}
        intake.add_events(self.session, [self.event_row(item, case_id, ids) for item in course.told])
        replays.add_words(self.session, [row for item in course.told for row in rows.word_rows(item, case_id)])

    def event_row(self, item: Item, case_id: int, comments: Mapping[str, int]) -> dict[str, Any]:
        """Return one event; whoever of the house has a name that we know is its actor."""
        user = self.users.get(item.author)
        data = item.data | {"imported": True, "line": item.digest}
        if item.comment:
            data["comment"] = comments.get(item.comment)
        if item.kind in BY_CITIZEN or item.author == CITIZEN:
            actor = CITIZEN
        else:
            actor = f"user:{user}" if user else "system"
            data |= {"by": item.author} if item.author else {}
        if user and item.kind is EventKind.ASSIGNED:
            data["user"] = user
        row = {"case_id": case_id, "kind": item.kind, "at": item.at, "recorded_at": self.moment}
        return row | {"actor": actor, "data": data}


def as_item(line: Line, comment: str) -> Item:
    """Return a line as the rules take it."""
    data: dict[str, Any] = {}
    match line.type:
        case "reply":
            data = {"kind": rules.reply_kind(line.substantive), "automatic": bool(line.automatic)}
            data |= {"native": bool(line.native)} | ({"unit": line.unit.upper()} if line.unit else {})
        case "route":
            data = {"responsible": line.unit.upper(), "reason": line.reason}
        case "pause":
            data = {"reason": rules.waits_for(line.reason), "remark": line.reason}
        case "hide":
            data = {"reason": line.reason, "approved": bool(line.approved)}
        case "resolve" | "no_answer_needed" | "reopen":
            data = {"reason": line.reason}
    return Item(
        at=line.at,
        kind=KIND_OF[line.type],
        rank=TYPES.index(line.type),
        digest=line.digest,
        data=data,
        comment=comment if line.type in ABOUT_COMMENTS else "",
        text=line.text,
        author=line.author,
    )

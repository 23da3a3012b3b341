"""Everything that the page of one case shows, read in a fixed number of queries."""

from dataclasses import dataclass

from sqlmodel import Session

from models import (
    Case,
    Draft,
    Event,
    EventKind,
    Hiding,
    Label,
    LabelSource,
    LabelSubject,
    Note,
    Reply,
    ReplyStatus,
    Unit,
)
from triage.queries import cases, directory, hidings, history, labels, notices, replays
from triage.queries.case_thread import Message, from_log, shortened, thread, with_fates
from triage.rules.permissions import Action, Viewer
from triage.rules.taken_back import Fate, is_decision
from triage.rules.targets import is_must_answer
from triage.rules.workflow import Move, is_open, may_move


@dataclass(frozen=True)
class Part:
    """One thing that spoke for a unit (above 0) or against it, in log-odds."""

    name: str
    detail: str
    value: float


@dataclass(frozen=True)
class Weighed:
    """One unit that the model weighed."""

    name: str
    probability: float
    parts: list[Part]
    is_chosen: bool


@dataclass(frozen=True)
class CasePage:
    """A case with its place, thread, reasons, history and what the viewer may do."""

    case: Case
    place: cases.Place
    unit: Unit | None
    holder: Unit | None
    thread: list[Message]
    intent_label: Label | None
    unit_label: Label | None
    events: list[Event]
    names: dict[int, str]
    units: list[Unit]
    draft: Draft | None
    hidings: list[Hiding]
    may_work: bool
    may_judge: bool
    told: list[notices.Told]

    @property
    def is_open(self) -> bool:
        """Tell whether the case is not closed."""
        return is_open(self.case.state)

    @property
    def is_owed(self) -> bool:
        """Tell whether a first answer with a deadline is still owed."""
        return self.is_open and self.case.first_response_at is None and is_must_answer(self.case.intent)

    @property
    def words(self) -> list[tuple[str, float]]:
        """Return the words that weighed for the intent."""
        reasons = self.intent_label.reasons if self.intent_label else []
        return [(reason["word"], reason["weight"]) for reason in reasons]

    @property
    def weighed(self) -> list[Weighed]:
        """Return the units that the model weighed, likeliest first."""
        if self.unit_label is None:
            return []
        chosen = self.unit.code if self.unit else None
        shares = self.unit_label.probabilities
        return [
            Weighed(
                self.unit_name(score["unit"]),
                shares.get(score["unit"], 0.0),
                [self.part(**part) for part in score["parts"]],
                score["unit"] == chosen,
            )
            for score in self.unit_label.reasons
        ]

    def part(self, name: str, detail: str, value: float) -> Part:
        """Return one entry of the ledger in the words of the page."""
        return Part(PART_NAMES.get(name, name), self.unit_name(detail) if name == "akun" else detail, value)

    @property
    def routing(self) -> Event | None:
        """Return the newest event that gave the case its unit."""
        return next((event for event in reversed(self.events) if event.kind is EventKind.ROUTED), None)

    @property
    def next_step(self) -> str:
        """Return what the viewer should do next: hand_over, reply or resolve; empty when nothing is left."""
        if not (self.may_work and self.is_open):
            return ""
        if self.case.holder_id is None:
            return "hand_over"
        return "reply" if self.case.is_waiting_for_us else "resolve"

    @property
    def is_sending(self) -> bool:
        """Tell whether an answer is on its way, so that the page will change by itself."""
        return any(m.reply and m.reply.status in cases.ON_THEIR_WAY for m in self.thread)

    @property
    def has_failed(self) -> bool:
        """Tell whether an answer could not be sent."""
        return any(m.reply and m.reply.status is ReplyStatus.FAILED for m in self.thread)

    @property
    def happened(self) -> list[Event | notices.Told]:
        """Return the events, and where they belong in time whom we told that the case is late."""
        found: list[Event | notices.Told] = list(self.events)
        for told in self.told:
            place = next((n for n, other in enumerate(found) if other.at > told.at), len(found))
            found.insert(place, told)
        return found

    @property
    def may_withdraw(self) -> dict[int, str]:
        """Return the comments that the citizen may have taken back, by id, as one chooses among them."""
        return self._choices(None, Fate.HIDDEN)

    @property
    def may_hide(self) -> dict[int, str]:
        """Return the comments that stand as they were written, by id."""
        return self._choices(None)

    def _choices(self, *known: Fate | None) -> dict[int, str]:
        return {m.comment_id: shortened(m.text) for m in self.thread if m.comment_id and m.fate in known}

    def text_of(self, comment_id: int) -> str:
        """Return the words of a comment."""
        return next((message.text for message in self.thread if message.comment_id == comment_id), "")

    def title(self, event: Event) -> str:
        """Return an event's name where its kind alone does not say it: a supervisor's word on a hiding."""
        if not is_decision(event):
            return ""
        return "Penyembunyian disetujui" if event.data["approved"] else "Penyembunyian ditolak"

    def detail(self, event: Event) -> str:
        """Return what an event says beside its name: where to and why; intents are named by the page."""
        data = event.data
        if event.kind is EventKind.ROUTED:
            return f"ke {self.unit_name(data.get('to'))}: {data.get('reason', '')}"
        if event.kind is EventKind.LABEL_CHANGED:
            return f"Unit: {self.unit_name(data.get('from'))} → {self.unit_name(data.get('to'))}"
        if event.kind is EventKind.PAUSED:
            return str(data.get("remark", ""))
        return str(data.get("reason") or "")

    def may(self, move: str) -> bool:
        """Tell whether the state graph has a move from here and the viewer may work."""
        return self.may_work and may_move(self.case.state, Move(move))

    def unit_name(self, code: str | None) -> str:
        """Return a unit's short name by code."""
        return next((unit.short_name for unit in self.units if unit.code == code), code or "antrean triase")

    def actor_name(self, actor: str) -> str:
        """Return who did something, in words."""
        kind, _, row_id = actor.partition(":")
        if kind == "user":
            return self.names.get(int(row_id), "pengguna")
        return {"citizen": "Warga", "system": "Sistem"}.get(kind, f"Model #{row_id}")


def read(session: Session, viewer: Viewer, code: str) -> CasePage:
    """Return a case's page; raise NotFound when the viewer may not see the case."""
    case = cases.find(session, viewer, code)
    case_id = case.id or 0
    place = cases.place(session, case)
    comments, replies, notes = (
        cases.comments(session, case_id),
        cases.replies(session, case_id),
        cases.notes(session, case_id),
    )
    verdicts = labels.of_case(session, case_id)
    events = history.of_case(session, case_id)
    names = directory.user_names(session, people(events, replies, notes, case))
    said = with_fates(
        thread(comments, cases.versions(session, [c.id or 0 for c in comments]), replies, notes, names), events
    )
    if case.reference is not None:
        said = sorted([*said, *from_log(replays.words(session, case_id))], key=lambda message: message.at)
    units = directory.units(session)
    by_id = {unit.id: unit for unit in units}
    return CasePage(
        case=case,
        place=place,
        unit=by_id.get(case.unit_id),
        holder=by_id.get(case.holder_id),
        thread=said,
        intent_label=explaining(verdicts, LabelSubject.INTENT, case),
        unit_label=explaining(verdicts, LabelSubject.UNIT, case),
        events=events,
        names=names,
        units=units,
        draft=cases.draft(session, case_id, viewer.user_id),
        hidings=hidings.waiting_in(session, case),
        may_work=viewer.reaches(Action.WORK_CASES, case.holder_id),
        told=notices.of_case(session, case_id),
        may_judge=viewer.reaches(Action.APPROVE_HIDING, case.holder_id),
    )


def people(events: list[Event], replies: list[Reply], notes: list[Note], case: Case) -> set[int]:
    """Return the ids of the users that a case's page names."""
    actors = {int(event.actor[5:]) for event in events if event.actor.startswith("user:")}
    assigned = {event.data["user"] for event in events if event.data.get("user")}
    authors = {reply.author_id for reply in replies} | {note.author_id for note in notes}
    return actors | assigned | authors | ({case.assignee_id} if case.assignee_id else set())


PART_NAMES = {"teks": "isi komentar", "akun": "pemilik akun"}


def explaining(verdicts: list[Label], subject: LabelSubject, case: Case) -> Label | None:
    """Return the model's newest verdict on a subject, for an intent the one that the case took."""
    by_model = [label for label in verdicts if label.source is LabelSource.MODEL and label.subject is subject]
    taken = [label for label in by_model if subject is LabelSubject.UNIT or label.value == case.intent]
    found = taken or by_model
    return found[-1] if found else None

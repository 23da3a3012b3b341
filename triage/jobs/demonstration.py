"""A demonstration regency: three months of comments up to today, sent through the real path and worked by a small cast.

The comments are data/samples, which no model is trained on, so that what the demonstration shows of the classifier is
honest. People's steps are the flow's own, at simulated times; the same day and corpus give the same history.
"""

import heapq
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from triage.errors import TriageError
from triage.extensions import db, platforms
from triage.flow import hand_over, ingest, note, receive, register, relabel, reply, resolve, take
from triage.jobs.cast import (
    AGAIN,
    ANSWERS,
    ASKING,
    CAST,
    COMES_BACK,
    DAYS,
    DESK,
    DESK_CARES,
    MENDS,
    PACES,
    PASSWORD,
    PLACE,
    RECEIVED,
    REFUSED,
    SEED,
    SHORT,
    UNIT_CARES,
    VILLAGES,
    Step,
    Truth,
    owner,
)
from triage.jobs.tasks import DATA, classify_all, settings
from triage.queries import cases, directory


def build(now: datetime) -> Counter[str]:
    """Fill an empty regency with its people, accounts and three months of work; return what happened, by kind."""
    records = [json.loads(line) for line in (DATA / "samples/comments.jsonl").read_text("utf-8").splitlines()]
    story = Story(now)
    story.register_people()
    story.register_accounts(records)
    for at, arrivals in story.arrivals(records):
        story.work_until(at)
        story.take_in(arrivals, at)
    story.work_until(now)
    return story.done


class Story:
    """The simulated months: what waits to be done, who does it, and what has been done."""

    def __init__(self, now: datetime) -> None:
        self.end = now
        self.zone = ZoneInfo(settings().office_zone)
        self.chance = random.Random(SEED)  # noqa: S311  a story to repeat, not a secret
        self.numbers = count()
        self.steps: list[Step] = []
        self.paces: dict[str, float] = {}
        self.accounts: dict[str, int] = {}
        self.password_hash = ""  # made once: forty slow hashes of one word help nobody
        self.truth: dict[str, Truth] = {}
        self.done: Counter[str] = Counter()

    def register_people(self) -> None:
        """Add a user of each role, the villages, and an admin for every unit."""
        for username, name, role in CAST:
            self.user(username, name, role, [])
        for code, name, level in VILLAGES.values():
            register.add_unit(db.session, code=code, name=name, level=level)
        for unit in directory.units(db.session):
            if not unit.is_external:
                self.paces[unit.code] = self.chance.choice(PACES)
                self.user(unit.code.lower(), f"Admin {unit.short_name}", "opd_admin", [unit.code])

    def user(self, username: str, name: str, role: str, units: list[str]) -> None:
        """Add one user with the demonstration's password."""
        wanted = register.NewUser(
            username=username, name=name, role=role, password=PASSWORD, units=units, password_hash=self.password_hash
        )
        made = register.create_user(db.session, wanted, now=self.end - timedelta(days=DAYS + 1))
        self.password_hash = made.password_hash

    def register_accounts(self, records: list[dict[str, Any]]) -> None:
        """Add one official account for each unit on whose account a comment was left."""
        used: dict[str, Counter[str]] = {}
        for record in records:
            used.setdefault(owner(record), Counter())[record["platform"]] += 1
        for unit, platforms_used in sorted(used.items()):
            platform = platforms_used.most_common(1)[0][0]
            code = f"{unit}-{SHORT.get(platform, platform.upper())}"
            wanted = register.NewAccount(
                code=code,
                unit=unit,
                platform=platform,
                handle=f"@{unit.lower().replace('-', '.')}.contoh",
                zone=settings().office_zone,
                connected_at=self.end - timedelta(days=DAYS + 1),
            )
            self.accounts[unit] = register.create_account(db.session, wanted).id or 0

    def arrivals(self, records: list[dict[str, Any]]) -> Iterator[tuple[datetime, list[tuple[str, ingest.Incoming]]]]:
        """Yield the comments hour by hour, each with the unit of its account."""
        written = sorted(((self.moment(), record) for record in records), key=lambda pair: (pair[0], pair[1]["id"]))
        hours: dict[datetime, list[tuple[str, ingest.Incoming]]] = {}
        for at, record in written:
            seen = min(at.replace(minute=0, second=0) + timedelta(hours=1), self.end)
            hours.setdefault(seen, []).append((owner(record), self.message(record, at)))
        yield from sorted(hours.items(), key=lambda pair: pair[0])

    def moment(self) -> datetime:
        """Return when a citizen writes: more by day and in the evening, a little more lately."""
        day = self.end - timedelta(days=DAYS * self.chance.random() ** 1.7)
        hour = self.chance.choice((6, 7, 8, 8, 9, 10, 11, 12, 12, 13, 15, 16, 17, 18, 19, 19, 20, 20, 21, 22, 23))
        local = day.astimezone(self.zone).replace(hour=hour, minute=self.chance.randrange(60), second=0, microsecond=0)
        return min(local, self.end - timedelta(minutes=self.chance.randrange(20, 300)))

    def message(self, record: dict[str, Any], at: datetime) -> ingest.Incoming:
        """Return a sample as a platform would bring it."""
        post = record["post"] or "Unggahan harian"
        message = ingest.Incoming(
            external_id=record["id"],
            text=record["text"],
            posted_at=at,
            author_name=f"warga {self.chance.randrange(900)}",
            post_id=f"post-{sum(map(ord, post)) % 97}",
            post_caption=record["post"],
        )
        self.truth[record["id"]] = Truth(record["intent"], record["unit"], message)
        return message

    def take_in(self, arrivals: list[tuple[str, ingest.Incoming]], at: datetime) -> None:
        """Send an hour's comments through ingest, classification and routing, and plan the work on new cases."""
        for unit in sorted({unit for unit, _ in arrivals}):
            ingest.ingest(
                db.session,
                self.accounts[unit],
                [message for owner, message in arrivals if owner == unit],
                source=receive.DELIVERED,
                salt=settings().author_salt,
                reopen_days=settings().reopen_working_days,
                now=at,
            )
        classify_all(lambda: at)
        for code in cases.codes_of(db.session, [message.external_id for _, message in arrivals]):
            self.plan_work(code, at)
        db.session.rollback()
        self.done["comment"] += len(arrivals)

    def plan(self, at: datetime, kind: str, code: str) -> None:
        """Put a step on the calendar; what would be in the future is still to be done by the visitor."""
        if at < self.end:
            heapq.heappush(self.steps, Step(at, next(self.numbers), kind, code))

    def plan_work(self, code: str, at: datetime) -> None:
        """Plan when somebody looks at a case: the desk at what is unsure, the holder at the rest."""
        found = cases.standing(db.session, code)
        if found.is_closed:
            return
        if found.holder is None:
            if self.chance.random() < DESK_CARES:
                self.plan(self.office_moment(at, 2.0), "triage", code)
        elif self.chance.random() < UNIT_CARES:
            self.plan(self.office_moment(at, self.paces[found.holder]), "answer", code)

    def office_moment(self, at: datetime, pace: float) -> datetime:
        """Return a moment about `pace` hours later, moved out of the night."""
        later = (at + timedelta(hours=pace * self.chance.lognormvariate(0, 0.8))).astimezone(self.zone)
        if later.hour < 7 or later.hour > 20:
            later = later.replace(hour=8, minute=self.chance.randrange(60)) + timedelta(days=int(later.hour > 20))
        return later

    def work_until(self, at: datetime) -> None:
        """Do every planned step up to a moment; a step that the case no longer allows is passed over."""
        while self.steps and self.steps[0].at <= at:
            step = heapq.heappop(self.steps)
            try:
                getattr(self, f"do_{step.kind}")(step)
                self.done[step.kind] += 1
            except TriageError:
                db.session.rollback()

    def do_triage(self, step: Step) -> None:
        """Let the desk hand an unsure case to the unit that must answer."""
        found = cases.standing(db.session, step.code)
        unit = self.truth[found.external_id].unit
        goal = found.account_unit if unit in ("NONE", "UNKNOWN") else VILLAGES.get(unit, (unit,))[0]
        desk = directory.viewer_named(db.session, DESK)
        hand_over.hand_over(
            db.session, desk, step.code, unit=goal, reason="Sesuai isi komentar.", version=found.version, now=step.at
        )
        self.plan_work(step.code, step.at)

    def do_answer(self, step: Step) -> None:
        """Let the holder's admin take a case, mend what the model got wrong, and answer."""
        found = cases.standing(db.session, step.code)
        admin = directory.viewer_named(db.session, (found.holder or DESK).lower())
        take.take(db.session, admin, step.code, now=step.at)
        true_intent = self.truth[found.external_id].intent
        if found.intent != true_intent and self.chance.random() < MENDS:
            relabel.relabel(db.session, admin, step.code, relabel.Intent(true_intent), now=step.at)
        if true_intent == "other":
            version = cases.standing(db.session, step.code).version
            resolve.needs_no_answer(db.session, admin, step.code, reason="Obrolan warga.", version=version, now=step.at)
            return
        self.answer(step, admin, true_intent)

    def answer(self, step: Step, admin: directory.Viewer, intent: str) -> None:
        """Write one of several kinds of answer and plan how the case goes on."""
        turn = self.chance.random()
        if turn < 0.08:
            self.say(step, admin, ASKING, asks=True)
            self.plan(self.office_moment(step.at, 9), "tell_place", step.code)
            return
        if turn < 0.14:
            note.add_note(db.session, admin, step.code, "Menunggu jadwal tim lapangan.", now=step.at)
            resolve.wait_for_others(db.session, admin, step.code, reason="Menunggu tim lapangan.", now=step.at)
        if turn < 0.25:
            self.say(step, admin, RECEIVED, acknowledges=True)
            self.plan(self.office_moment(step.at, 20), "answer", step.code)
            return
        self.say(step, admin, ANSWERS[intent])
        self.plan(self.office_moment(step.at, 6), "close", step.code)

    def say(
        self, step: Step, admin: directory.Viewer, text: str, *, asks: bool = False, acknowledges: bool = False
    ) -> None:
        """Send an answer through its connector; now and then the platform refuses."""
        kind = reply.ACKNOWLEDGEMENT if acknowledges else reply.SUBSTANTIVE
        answer = reply.Answer(text=text, kind=kind, asks_citizen=asks, key=f"demo-{step.code}-{step.number}")
        version = cases.standing(db.session, step.code).version
        saved = reply.save_reply(db.session, admin, step.code, answer, version=version, now=step.at)
        taken = reply.start_sending(db.session, saved.id or 0)
        if taken is None:
            return
        address = cases.outgoing(db.session, taken)
        db.session.rollback()
        if self.chance.random() < REFUSED:
            reply.fail_sending(
                db.session, saved.id or 0, "Izin akun sudah kedaluwarsa. Sambungkan ulang akun.", now=step.at
            )
            return
        sent = platforms.connector(address.platform).send(reply.as_outgoing(taken, address))
        reply.finish_sending(
            db.session,
            saved.id or 0,
            platform_id=sent.platform_id,
            sent_at=step.at,
            now=step.at,
        )

    def do_tell_place(self, step: Step) -> None:
        """Let the citizen answer our question; the case goes on."""
        self.write_again(step, PLACE)
        self.plan(self.office_moment(step.at, 8), "answer", step.code)

    def do_complain_again(self, step: Step) -> None:
        """Let the citizen come back to a closed case, which reopens it."""
        self.write_again(step, AGAIN)
        self.plan(self.office_moment(step.at, 12), "answer", step.code)

    def write_again(self, step: Step, text: str) -> None:
        """Take in a later comment of the citizen who opened a case."""
        found = cases.standing(db.session, step.code)
        first = self.truth[found.external_id].message
        later = replace(first, external_id=f"{first.external_id}-{step.number}", text=text, posted_at=step.at)
        ingest.ingest(
            db.session,
            self.accounts[found.account_unit],
            [later],
            source=receive.DELIVERED,
            salt=settings().author_salt,
            reopen_days=settings().reopen_working_days,
            now=step.at,
        )
        classify_all(lambda: step.at)

    def do_close(self, step: Step) -> None:
        """Close an answered case."""
        found = cases.standing(db.session, step.code)
        admin = directory.viewer_named(db.session, (found.holder or DESK).lower())
        resolve.resolve(db.session, admin, step.code, reason="", version=found.version, now=step.at)
        if self.chance.random() < COMES_BACK:
            self.plan(self.office_moment(step.at, 20), "complain_again", step.code)

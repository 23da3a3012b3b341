"""The clocks of one case, wound by its events one after the other (M1 D4-D10, D17).

Nothing here measures: it collects from when to when the citizen waited, was asked, and had an answer.
A later module turns these pairs of moments into seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import EventKind, ReplyKind
from triage.rules.custody import Custody
from triage.rules.history import Flag, HistoryEvent, is_qualifying
from triage.rules.pauses import Pair, Pauses

CITIZEN = "citizen"
TAKEN_BACK = frozenset({Flag.WITHDRAWN_BEFORE_REPLY, Flag.HIDING_APPROVED})


@dataclass(frozen=True)
class MetricSettings:
    """The two limits of M1 that a regency may set, in working days: D9 and D10."""

    pause_limit_days: int = 7
    reopen_limit_days: int = 7


class Clocks:
    """What the events of one case have said so far; tell() takes them in reading order."""

    def __init__(self, start: datetime, custody: Custody, settings: MetricSettings) -> None:
        self.start, self.custody, self.settings = start, custody, settings
        self.flags: set[Flag] = set()
        self.first_reply: HistoryEvent | None = None
        self.first_reply_at: datetime | None = None
        self.substantive_at: datetime | None = None
        self.responder: str | None = None
        self.routed_at: datetime | None = None
        self.answered: list[Pair] = []  # D5: waiting intervals that a reply ended
        self.answerers: list[str | None] = []  # D14: the unit that gave each of these answers
        self.lapsed: list[Pair] = []  # D5: waiting intervals closed without a value
        self.unanswered: list[Pair] = []  # waits before any reply that a closing ended
        self.resolved: list[datetime] = []
        self.closed: list[Pair] = []  # stretches between two episodes
        self.pauses = Pauses(custody, settings.pause_limit_days)
        self.episodes = 1
        self.closed_at: datetime | None = None
        self.waiting: dict[Any, datetime] = {}  # unanswered comments of an open case
        self._seen: dict[Any, datetime] = {}
        self._after_close: dict[Any, datetime] = {}  # comments on a closed case: thanks, until proven otherwise
        self._was_thanked = False  # an imported word after closing was a mere thanks
        self._first_wait: datetime | None = start
        self._reopened_from: datetime | None = None
        self._early_reopening: HistoryEvent | None = None
        self._last_reply_at: datetime | None = None

    def tell(self, event: HistoryEvent) -> None:
        """Take the next event; kinds that move no clock are passed over."""
        handler = HANDLERS.get(event.kind)
        if handler is not None:
            handler(self, event, max(event.at, self.start))

    def received(self, event: HistoryEvent, at: datetime) -> None:
        """Start waiting, or continue to; the citizen's word ends a pause.

        An imported word may name who had the case from the beginning, and say that it is a mere thanks (D10).
        """
        key = _comment_of(event)
        self._seen.setdefault(key, at)
        if event.data.get("holder"):
            self.custody.begin(event.data["holder"])
        self.pauses.hear(at)
        if self.closed_at is not None and event.data.get("thanks"):
            self._was_thanked = True
        elif self.closed_at is not None:
            self._after_close.setdefault(key, at)
        if self.closed_at is None or self.first_reply is None:
            self.waiting.setdefault(key, at)
        if self.first_reply is None:
            self.flags -= TAKEN_BACK
            if self._first_wait is None and self.closed_at is None:
                self._first_wait = at

    def replied(self, event: HistoryEvent, at: datetime) -> None:
        """Stop the clocks that a reply stops; an automatic text stops none."""
        if not is_qualifying(event):
            return
        if self._after_close and self._may_reopen():
            self._reopen(min(self._after_close.values()), self._after_close)
        if self.first_reply is None:
            self._answer_first(event, at)
        elif self.waiting:
            self.answered.append((min(self.waiting.values()), at))
            self.answerers.append(event.data.get("unit") or self.custody.holder)
        if self.substantive_at is None and event.data.get("kind") != ReplyKind.ACKNOWLEDGEMENT:
            self.substantive_at = at
        # Without a word on whether it asks, the pause that follows speaks for it (imported histories).
        if event.data.get("asks_citizen", True):
            self.pauses.ask(at)
        self.waiting, self._after_close = {}, {}
        self._last_reply_at, self._reopened_from = at, None

    def routed(self, event: HistoryEvent, at: datetime) -> None:
        """Hand the case over; it keeps every clock.

        A first hand-over that names its giver tells who held the case before, unless a reply was measured already.
        """
        taker = event.data.get("to")
        giver = event.data.get("from") if self.first_reply is None else None
        self.custody.move(at, giver=giver, taker=taker)
        if self.routed_at is None and (giver or taker):
            self.routed_at = at

    def paused(self, event: HistoryEvent, at: datetime) -> None:
        """Note that we wait: for the citizen or for someone else; a closed case waits for nobody."""
        if self.closed_at is not None:
            self.flags.add(Flag.CONTRADICTORY)
            return
        self.pauses.begin(event.data.get("reason"), at)

    def resumed(self, event: HistoryEvent, at: datetime) -> None:
        """Go on; the citizen's word has done so already."""
        if not self.pauses.is_waiting and event.actor != CITIZEN:
            self.flags.add(Flag.CONTRADICTORY)
        self.pauses.end(at)

    def resolve(self, event: HistoryEvent, at: datetime) -> None:
        """End an episode; a second resolve of a closed case says nothing new."""
        self._after_close = {}
        if self.closed_at is not None:
            self.flags.add(Flag.CONTRADICTORY)
            return
        if self.first_reply is None:
            self.flags.add(Flag.RESOLVED_WITHOUT_REPLY)
        self._close(at)
        self.resolved.append(at)
        self._reopen_if_told_later(event, at)

    def no_answer(self, event: HistoryEvent, at: datetime) -> None:
        """Close without an answer; right after a reopening it says that there was none: a mere thanks."""
        is_about_thanks, self._after_close, self._was_thanked = bool(self._after_close) or self._was_thanked, {}, False
        if self.closed_at is not None:
            if not is_about_thanks:
                self.flags.add(Flag.CONTRADICTORY)
            return
        reopened_from = self._reopened_from
        self._close(at)
        if reopened_from is not None:
            self.closed_at = reopened_from
            self.closed.pop()
            self.episodes -= 1
        self._reopen_if_told_later(event, at)

    def reopened(self, event: HistoryEvent, at: datetime) -> None:
        """Begin a new episode at the comment that caused it, or where a person reopened by hand."""
        if self.closed_at is None:
            self._early_reopening = event
            if self.first_reply is None and self._first_wait is None:
                self._wait_again(at)
            return
        comment_at = self._seen.get(event.data.get("comment"))
        if comment_at is None:
            self._reopen(at, self._after_close)
            return
        waits = {key: t for key, t in self._after_close.items() if t >= comment_at}
        if not waits and self._last_reply_at is not None and comment_at >= self._last_reply_at:
            waits = {_comment_of(event): self._take_back_lapse(comment_at)}
        self._reopen(max(comment_at, self.closed_at), waits)

    def withdrawn(self, event: HistoryEvent, at: datetime) -> None:
        """Forget a comment the citizen took back, or all of them where none is named."""
        self._take_back(event, at, Flag.WITHDRAWN_BEFORE_REPLY)

    def hidden(self, event: HistoryEvent, at: datetime) -> None:
        """Note that we hid a comment nobody had answered; it waits on, unless a supervisor approved of it (D17)."""
        if self.first_reply is None:
            self.flags.add(Flag.HIDDEN_BEFORE_REPLY)
            if event.data.get("approved"):
                self._take_back(event, at, Flag.HIDING_APPROVED)

    def waiting_times(self) -> list[Pair]:
        """Return when the citizen waited for us, without overlaps, an open wait up to the last hand-over."""
        if self.first_reply_at is not None:
            done = [(self.start, self.first_reply_at), *self.answered, *self.lapsed]
            since = min(self.waiting.values(), default=None)
        else:
            done, since = self.unanswered, self._first_wait
        if since is not None and since < self.custody.last_move_at:
            done = [*done, (since, self.custody.last_move_at)]
        return sorted(done)

    def waiting_since(self) -> datetime | None:
        """Return since when the citizen waits for an answer, None if they do not."""
        if self.first_reply is None:
            return self.start if self._first_wait is not None else None
        return min(self.waiting.values(), default=None)

    def _take_back(self, event: HistoryEvent, at: datetime, flag: Flag) -> None:
        """Wait no more for a comment, or for any where none is named; the flag says so if none is left."""
        key = event.data.get("comment")
        since = min(self.waiting.values(), default=None)
        for comments in (self.waiting, self._after_close):
            if key is None:
                comments.clear()
            comments.pop(key, None)
        if self.waiting or since is None:
            return
        if self.first_reply is not None:
            self.lapsed.append((since, at))
            return
        self.flags.add(flag)
        self._end_first_wait(at)

    def _wait_again(self, at: datetime) -> None:
        """Wait for a first reply again: whoever opens a case that was taken back counts it again."""
        self._first_wait = at
        self.flags -= TAKEN_BACK

    def _answer_first(self, event: HistoryEvent, at: datetime) -> None:
        self.first_reply, self.first_reply_at = event, at
        self.responder = event.data.get("unit") or self.custody.holder
        if event.at < self.start:
            self.flags.add(Flag.REPLY_BEFORE_COMMENT)
        if event.data.get("native"):
            self.flags.add(Flag.ANSWERED_OUTSIDE)

    def _close(self, at: datetime) -> None:
        self.pauses.close(at)
        self._reopened_from = None
        if self.first_reply is None:
            self._end_first_wait(at)
        elif self.waiting:
            self.lapsed.append((min(self.waiting.values()), at))
            self.waiting = {}
        self.closed_at = at

    def _may_reopen(self) -> bool:
        limit = self.custody.working_days_after(self.closed_at or self.start, self.settings.reopen_limit_days)
        return self.closed_at is not None and min(self._after_close.values()) <= limit

    def _reopen(self, at: datetime, waits: dict[Any, datetime]) -> None:
        if self.closed_at is None:
            return
        self.closed.append((self.closed_at, at))
        self._reopened_from, self.closed_at = self.closed_at, None
        self.episodes += 1
        self.waiting = self.waiting | waits
        self._after_close = {}
        if self.first_reply is None:
            self._wait_again(at)

    def _reopen_if_told_later(self, closing: HistoryEvent, at: datetime) -> None:
        """Reopen for a comment written before the closing but seen, and so recorded, only after it."""
        reopening, self._early_reopening = self._early_reopening, None
        if reopening is not None and closing.seq < reopening.seq:
            self.reopened(reopening, at)

    def _take_back_lapse(self, comment_at: datetime) -> datetime:
        """Return since when an overlooked comment waits: what its closing had ended was no end."""
        if self.lapsed and self.lapsed[-1][1] == self.closed_at:
            return self.lapsed.pop()[0]
        return comment_at

    def _end_first_wait(self, at: datetime) -> None:
        if self._first_wait is not None:
            self.unanswered.append((self._first_wait, at))
            self._first_wait = None


def _comment_of(event: HistoryEvent) -> Any:
    """Return what names the comment: its id, or the event's number where a history has no ids."""
    comment = event.data.get("comment")
    return ("event", event.seq) if comment is None else comment


HANDLERS: dict[EventKind, Callable[[Clocks, HistoryEvent, datetime], None]] = {
    EventKind.RECEIVED: Clocks.received,
    EventKind.REPLIED: Clocks.replied,
    EventKind.ROUTED: Clocks.routed,
    EventKind.PAUSED: Clocks.paused,
    EventKind.RESUMED: Clocks.resumed,
    EventKind.RESOLVED: Clocks.resolve,
    EventKind.NO_ANSWER_NEEDED: Clocks.no_answer,
    EventKind.REOPENED: Clocks.reopened,
    EventKind.WITHDRAWN_BY_CITIZEN: Clocks.withdrawn,
    EventKind.HIDDEN_BY_US: Clocks.hidden,
}

"""The waits within one case that are not the citizen's: for their word, which pauses the clock, and for others (M1 D9).

Like the clocks these collect from when to when; another module turns the pairs of moments into seconds.
"""

from datetime import datetime, timedelta

from triage.rules.custody import Custody

WAITING_CITIZEN = "waiting_citizen"
Pair = tuple[datetime, datetime]


class Pauses:
    """When we waited for the citizen or for somebody else; moments are told oldest first.

    A pause for the citizen counts from our question on, and for at most so many working days.
    """

    def __init__(self, custody: Custody, limit_days: int) -> None:
        self.for_citizen: list[Pair] = []
        self.for_others: list[Pair] = []
        self.was_cut = False
        self._custody, self._limit_days = custody, limit_days
        self._asked_at: datetime | None = None
        self._paused_at: datetime | None = None
        self._other_at: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """Tell whether we wait for anybody."""
        return self._paused_at is not None or self._other_at is not None

    def begin(self, reason: str | None, at: datetime) -> None:
        """Begin to wait for the citizen or for somebody else; the other wait ends."""
        if reason == WAITING_CITIZEN:
            self._end_for_others(at)
            self._paused_at = self._paused_at or at
        else:
            self._end_for_citizen(at)
            self._other_at = self._other_at or at

    def end(self, at: datetime) -> None:
        """End either wait."""
        self._end_for_citizen(at)
        self._end_for_others(at)

    def ask(self, at: datetime) -> None:
        """Note that an answer asks the citizen something; a second question moves nothing."""
        self._asked_at = self._asked_at or at

    def hear(self, at: datetime) -> None:
        """Take the citizen's word: it ends their pause and answers what was asked."""
        self._end_for_citizen(at)
        self._asked_at = None

    def close(self, at: datetime) -> None:
        """End everything with the case; a question from before asks no more."""
        self.end(at)
        self._asked_at = None

    def _end_for_citizen(self, at: datetime) -> None:
        if self._paused_at is not None and self._asked_at is not None:
            start, end = max(self._paused_at, self._asked_at), at
            if at - start > timedelta(days=self._limit_days - 1):
                limit = self._custody.working_days_after(start, self._limit_days)
                if limit < at:
                    end, self.was_cut = limit, True
            if start < end:
                self.for_citizen.append((start, end))
        self._paused_at = None

    def _end_for_others(self, at: datetime) -> None:
        if self._other_at is not None and self._other_at < at:
            self.for_others.append((self._other_at, at))
        self._other_at = None

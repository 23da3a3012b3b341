"""Comments on their way through the model: while one batch is written, the next is judged in a second process.

A small batch is judged on the spot. Nothing is held between steps but judgements, so a lost worker loses no comment.
"""

import gc
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from typing import Self

from triage.extensions import SecondJudge, Serving, db
from triage.flow import classify, route
from triage.flow.classify import Judgement
from triage.queries.labels import Waiting

SECOND_FROM = 500  # comments in a batch; starting the second process takes about a second
log = logging.getLogger("tanggap")
Batch = Sequence[Waiting]
Promise = Future[list[Judgement]]
Sent = tuple[Batch, Promise | None]


@contextmanager
def without_gc() -> Iterator[None]:
    """Let nobody look for reference cycles among the millions of lasting objects: that took an eighth of the time."""
    was_on = gc.isenabled()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


class Backlog:
    """What waits for the model, to be taken in steps; `serving` tells which model, None while there is none."""

    def __init__(self, serving: Callable[[], Serving | None], *, limit: int, second_from: int = SECOND_FROM) -> None:
        self._find, self._limit, self._second_from = serving, limit, second_from
        self._serving: Serving | None = None
        self._second: SecondJudge | None = None
        self._may_start = (os.cpu_count() or 1) > 1
        self._sent: Sent | None = None
        self._last = 0
        self._left = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._left.close()

    def finish(self, clock: Callable[[], datetime]) -> None:
        """Take steps until nothing waits."""
        while self.step(clock()):
            pass

    def step(self, moment: datetime) -> bool:
        """Have the next batch judged, and keep and route the one before; tell whether there was any."""
        batch = classify.read(db.session, limit=self._limit, after=self._last)
        if batch and self._serving is None and (found := self._find()) is not None:
            self._serving = found
        if self._serving is None:
            return False
        before, self._sent = self._sent, None
        if batch:
            self._last = batch[-1].comment_id
            self._sent = batch, self._ask(self._serving, batch)
        if before is not None:
            self._keep(self._serving, *before, moment)
        return bool(batch) or before is not None

    def _ask(self, serving: Serving, batch: Batch) -> Promise | None:
        """Have a batch judged beside this process; None when it is small or that process was lost."""
        if self._second is None and self._may_start and len(batch) >= self._second_from:
            self._left.enter_context(without_gc())
            self._second = self._left.enter_context(closing(serving.second()))
        try:
            return self._second.submit(*classify.as_asked(batch)) if self._second is not None else None
        except BrokenProcessPool:
            return None

    def _keep(self, serving: Serving, batch: Batch, promise: Promise | None, moment: datetime) -> None:
        said = self._told(serving, batch, promise)
        classify.keep(db.session, batch, said, run_id=serving.run_id, now=moment)
        route.route(db.session, limit=self._limit, now=moment)

    def _told(self, serving: Serving, batch: Batch, promise: Promise | None) -> list[Judgement]:
        """Return the judgements of a batch: those promised, or by this process when the other one is gone."""
        if promise is not None:
            gc.collect()  # of these steps alone: what was there before is frozen
            try:
                return promise.result()
            except BrokenProcessPool:
                log.warning("second judge lost", extra={"run": serving.run_id})
                self._second, self._may_start = None, False
        return serving.judge(*classify.as_asked(batch))

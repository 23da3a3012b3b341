"""The one file that knows the queue: Huey on SQLite, or on PostgreSQL when the database is that.

A message only says that there may be work; the rows say what. A task therefore takes ids, may run twice and may be
lost: the sweep in schedule.py finds what a lost message left behind.
"""

import logging
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

from flask import Flask, current_app
from huey import PostgresHuey, SqliteHuey, crontab
from huey.consumer import Consumer

log = logging.getLogger(__name__)
Work = Callable[..., object]


class Job:
    """A function that the worker runs; `enqueue` asks for it."""

    def __init__(self, work: Work, *, every: str) -> None:
        self.work = work
        self.name = f"{work.__module__}.{work.__name__}"
        self.every = every

    def enqueue(self, *args: object) -> None:
        """Ask the worker to run this; call after the commit that makes the work visible."""
        bound().enqueue(self.name, args)


def job(work: Work) -> Job:
    """Declare a job."""
    return Job(work, every="")


def periodic(every: str) -> Callable[[Work], Job]:
    """Declare a job that the worker starts by itself, `every` being a cron expression."""
    return lambda work: Job(work, every=every)


def bind(app: Flask, jobs: Sequence[Job]) -> None:
    """Bind the jobs to the queue of an application."""
    app.extensions["queue"] = BoundQueue(app, jobs)


def bound() -> "BoundQueue":
    """Return the queue of the current application."""
    queue: BoundQueue = current_app.extensions["queue"]
    return queue


class BoundQueue:
    """The queue of one application."""

    def __init__(self, app: Flask, jobs: Sequence[Job]) -> None:
        self.huey = make_huey(app.config["TANGGAP"])
        self._closing = Lock()
        self.tasks = {job.name: self.huey.task(name=job.name)(in_context(app, job)) for job in jobs}
        for job in jobs:
            if job.every:
                clock = crontab(*job.every.split())
                self.huey.periodic_task(clock, name=f"{job.name}.periodic")(in_context(app, job))

    def enqueue(self, name: str, args: tuple[object, ...]) -> None:
        """Write a message."""
        self.tasks[name](*args)

    def drain(self) -> int:
        """Run everything that is queued in this process; return how many messages there were."""
        done = 0
        while (task := self.huey.dequeue()) is not None:
            self.huey.execute(task)
            done += 1
        return done

    def depth(self) -> int:
        """Return how many messages wait."""
        return int(self.huey.pending_count())

    def close(self) -> None:
        """Give the queue's connection back; Huey's own close is not safe when two threads call it."""
        with self._closing:
            self.huey.storage.close()

    def work(self, threads: int) -> None:
        """Run the worker until it is told to stop."""
        Consumer(self.huey, workers=threads, periodic=True, initial_delay=0.05, max_delay=1.0).run()


def make_huey(config: Any) -> Any:
    """Return the Huey that goes with the database."""
    if config.is_sqlite:
        return SqliteHuey("tanggap", filename=str(config.data_dir / "queue.db"), results=False, fsync=True)
    dsn = config.sqlalchemy_url.replace("postgresql+psycopg://", "postgresql://")
    return PostgresHuey("tanggap", dsn=dsn, results=False)


def in_context(app: Flask, job: Job) -> Work:
    """Return the job's function with the application around it; a failure is logged with its job's name."""

    def run(*args: object) -> None:
        """Work in the application, and log a failure."""
        with app.app_context():
            try:
                job.work(*args)
            except Exception:
                log.exception("job failed", extra={"job": job.name})
                raise

    run.__name__ = job.name.rsplit(".", 1)[-1]
    return run

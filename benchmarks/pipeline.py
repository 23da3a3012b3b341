"""A file of 100,000 comments through the real jobs into a fresh SQLite database: read, ingested, classified, routed.

Figures to reach: 1,500 comments a second end to end, memory within 200 MB of the start. The comments are those of
data/samples with places, numbers and typing slips of their own, so that few are alike.
"""

import csv
import json
import random
import resource
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.result import Result
from triage import create_app
from triage.cli import REFERENCE
from triage.config import Config
from triage.extensions import db, upgrade_database
from triage.flow import receive, register, retrain, set_up
from triage.jobs import tasks, training
from triage.jobs.queue import bound
from triage.queries import labels, runs

ROWS = 100_000
CITIZENS, POSTS, DAYS = 60_000, 400, 90
LEAST_PER_SECOND, MOST_MB = 1_500.0, 200.0
SAMPLES = Path(__file__).parents[1] / "data/samples/comments.jsonl"
HEADERS = ("ID Komentar", "Tanggal", "Nama Pengguna", "Komentar", "ID Unggahan", "Judul Unggahan")
PLACES = ("Sukamaju", "Karanganyar", "Mekarsari", "Tegalrejo", "Pasirlaut", "Rancabango", "Wonosari", "Cibodas")


def run() -> list[Result]:
    """Import, classify and route the comments; return the rate and how much memory it took."""
    with TemporaryDirectory() as folder:
        app = create_app(Config(data_dir=Path(folder), secret_key="bench", author_salt="bench"))
        with app.app_context():
            try:
                return measure(prepare(app.config["TANGGAP"]))
            finally:
                db.session.close()
                db.engine.dispose()
                bound().close()


def prepare(settings: Config) -> str:
    """Bring up a database with reference data, an account and a model, and queue the file; return its key."""
    now = datetime.now(UTC)
    upgrade_database()
    set_up.add_reference(db.session, REFERENCE, now=now)
    wanted = register.NewAccount(
        code="BENCH",
        unit="DISKOMINFO",
        platform="instagram",
        handle="@bench",
        zone="Asia/Jakarta",
        connected_at=now - timedelta(days=DAYS + 1),
    )
    account = register.create_account(db.session, wanted)
    if runs.active(db.session) is None:
        training.train_model.work(retrain.queue_run(db.session, actor_id=None, seed=0, now=now).id)
    bound().drain()
    path = settings.data_dir / "bench.csv"
    write_comments(path, now=now)
    upload = receive.keep_copy(path, account.id or 0, settings.uploads_dir)
    record = receive.receive_file(db.session, upload, status=receive.QUEUED, now=now)
    tasks.run_import.enqueue(record.id)
    return record.key


def write_comments(path: Path, *, now: datetime) -> None:
    """Write the file: sample texts with variations, over three months, by many citizens under many posts."""
    rng = random.Random(0)
    texts = [json.loads(line)["text"] for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADERS)
        for number in range(ROWS):
            posted_at = now - timedelta(seconds=rng.randrange(3600, DAYS * 86_400))
            post = rng.randrange(POSTS)
            rows.writerow(
                (
                    f"b{number}",
                    posted_at.isoformat(timespec="seconds"),
                    f"warga{rng.randrange(CITIZENS)}",
                    varied(rng.choice(texts), rng),
                    f"p{post}",
                    f"Unggahan {post}",
                )
            )


def varied(text: str, rng: random.Random) -> str:
    """Return a comment with a place, a number and sometimes a slip of the finger."""
    if rng.random() < 0.3 and len(text) > 2:
        place = rng.randrange(1, len(text) - 1)
        text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return f"{text} {rng.choice(PLACES)} rt {rng.randrange(1, 40)}"


def measure(key: str) -> list[Result]:
    """Run the queue until nothing waits, and check that everything arrived."""
    start_mb, started = memory_mb(), time.perf_counter()
    bound().drain()
    seconds = time.perf_counter() - started
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - start_mb
    record = receive.result(db.session, key)
    waiting = labels.unclassified_count(db.session) + len(labels.unrouted(db.session, 1))
    if record.accepted != ROWS or waiting:
        raise AssertionError(f"{record.accepted} of {ROWS} arrived, {waiting} wait: {record.error}")
    rate = ROWS / seconds
    return [
        Result("pipeline_comments", round(rate), "comments/s", LEAST_PER_SECOND, round(rate / LEAST_PER_SECOND, 2)),
        Result("pipeline_memory_growth", round(growth, 1), "MB", MOST_MB, round(MOST_MB / max(growth, 1.0), 2)),
    ]


def memory_mb() -> float:
    """Return the memory this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    for result in run():
        print(f"{result.name:28} {result.value:>12,.1f} {result.unit:12} to reach {result.against:>8,.0f}")

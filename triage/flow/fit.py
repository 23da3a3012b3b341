"""Fit: train a model in a process of its own, watched line by line, stopped when somebody asks.

The process of its own keeps the training library out of the web server and gives all memory back. Same rows, keywords,
lexicon and seed give the same bytes: one thread and fixed hashing, and no clock.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any

from triage.errors import InvalidInput, TriageError

ROOT = Path(__file__).parent.parent.parent
POLL_SECONDS = 1.0
PATIENCE_SECONDS = 5.0
REPEATABLE = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
Watch = Callable[[float, str], bool]


class Stopped(TriageError):
    """Report that a training was stopped because somebody asked for it."""


@dataclass(frozen=True)
class Fitted:
    """A stored model, and what it cost the process that made it."""

    digest: str
    seconds: float
    peak_memory_mb: float
    speed: dict[str, float]


def job(
    rows: str, lexicon: Path, phrases: Sequence[tuple[str, str, str | None]], *, seed: int, moment: str
) -> dict[str, Any]:
    """Return what decides a model; the moment is that of its rows, so that a repetition gives the same bytes."""
    return {
        "rows": rows,
        "lexicon": str(lexicon),
        "keywords": [[phrase, goes_to or unit, unit if goes_to else ""] for unit, phrase, goes_to in phrases],
        "seed": seed,
        "created_at": moment,
    }


def fit(folder: Path, job: dict[str, Any], *, watch: Watch) -> Fitted:
    """Train as a job says and return the model stored in the folder.

    `watch` hears about once a second how far the training is and tells whether to go on. Raises Stopped when it says
    no, InvalidInput with the reason when the training cannot end well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "job.json").write_text(json.dumps(job | {"folder": str(folder)}), encoding="utf-8")
    # The child ends when its input does, so that a killed worker leaves no training behind.
    process = subprocess.Popen(  # noqa: S603  our own interpreter and file
        [sys.executable, "-m", "classifiers", str(folder / "job.json"), "--watched"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env=os.environ | REPEATABLE,
        start_new_session=True,
    )
    try:
        said = follow(process, watch)
    finally:
        end(process)
    if process.returncode != 0 or "digest" not in said:
        raise InvalidInput(said.get("error") or reason(process.returncode))
    return Fitted(str(said["digest"]), float(said["seconds"]), float(said["peak_memory_mb"]), said["speed"])


def follow(process: subprocess.Popen[str], watch: Watch) -> dict[str, Any]:
    """Return the last thing a training said; raise Stopped when `watch` says no."""
    lines: Queue[str | None] = Queue()
    Thread(target=pump, args=(process.stdout, lines), daemon=True).start()
    said: dict[str, Any] = {}
    share, step = 0.0, "Menyiapkan"
    while True:
        try:
            line = lines.get(timeout=POLL_SECONDS)
        except Empty:
            line = ""
        if line is None:
            process.wait()
            return said
        if line:
            said = json.loads(line)
            share, step = float(said.get("share", share)), str(said.get("step", step))
        if not watch(share, step):
            raise Stopped("Pelatihan dihentikan.")


def pump(stream: IO[str] | None, lines: "Queue[str | None]") -> None:
    """Move a stream's lines into a queue, then None."""
    for line in stream or ():
        lines.put(line)
    lines.put(None)


def end(process: subprocess.Popen[str]) -> None:
    """Make sure that a process is gone and its pipes are closed."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def reason(status: int) -> str:
    """Return why a training that said nothing may have ended."""
    if status < 0:
        return "Pelatihan dihentikan oleh sistem, biasanya karena memori habis. Tutup program lain, lalu mulai lagi."
    return "Pelatihan berhenti tanpa hasil. Lihat catatan server, lalu mulai lagi."

"""Train a model in a process of its own: `python -m classifiers JOB.json [--watched]`.

The job file names rows, keywords, lexicon, output folder, seed and moment. Progress goes to standard output as one
JSON object a line, the digest of the stored model with seconds and memory in the last one; a refusal exits with
status 2. A watched training ends when its standard input does: whoever watched it is gone.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TextIO

from classifiers.predict import predict
from classifiers.routing import KeywordRule
from classifiers.rows import load_rows
from classifiers.settings import INTENTS
from classifiers.store import ARRAYS, load, save
from classifiers.sufficiency import TrainingError
from classifiers.suspects import write as write_suspects
from classifiers.text import load_lexicon
from classifiers.train import train

TIMED_TEXTS = 2_000
UNWATCHED = 3  # exit status of a training whose watcher is gone
BYTES_A_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


def main(job_path: Path, out: TextIO) -> int:
    """Train as the job file says; return the exit status."""
    began = time.monotonic()

    def say(**values: object) -> None:
        """Write one line for whoever waits."""
        out.write(json.dumps(values, ensure_ascii=False) + "\n")
        out.flush()

    job = json.loads(job_path.read_text(encoding="utf-8"))
    try:
        model = train(
            load_rows(Path(job["rows"])),
            lexicon=load_lexicon(Path(job["lexicon"])),
            keywords=[KeywordRule(*rule) for rule in job["keywords"]],
            seed=job["seed"],
            created_at=job["created_at"],
            progress=lambda share, step: say(share=share, step=step),
            keep_held_out=partial(write_suspects, Path(job["rows"]), Path(job["folder"]), INTENTS),
        )
    except TrainingError as exc:
        say(error=exc.message)
        return 2
    digest = save(model, Path(job["folder"]))
    cost = {"seconds": round(time.monotonic() - began, 2), "peak_memory_mb": peak_memory_mb()}
    say(digest=digest, **cost, speed=speed(Path(job["folder"]), digest, Path(job["rows"])))
    return 0


def speed(folder: Path, digest: str, rows: Path) -> dict[str, float]:
    """Return how fast the stored model loads and reads on this machine: milliseconds, texts a second, size in MB."""
    texts = [row.text for row in load_rows(rows)[:TIMED_TEXTS]]
    began = time.perf_counter()
    model = load(folder, digest)
    loaded = time.perf_counter()
    predict(model, texts)
    done = time.perf_counter()
    return {
        "load_ms": round((loaded - began) * 1000, 1),
        "texts_a_second": round(len(texts) / (done - loaded)),
        "size_mb": round((folder / ARRAYS).stat().st_size / 2**20, 2),
    }


def peak_memory_mb() -> float:
    """Return the most memory this process ever held."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_A_UNIT / 2**20, 1)


def end_with(watcher: int) -> None:
    """End this process as soon as whoever watches it is gone: `watcher` is the descriptor of a pipe to it."""
    while os.read(watcher, 1):
        pass
    os._exit(UNWATCHED)


def start(arguments: Sequence[str]) -> int:
    """Read the command line and train; return the exit status."""
    if "--watched" in arguments:
        Thread(target=end_with, args=(sys.stdin.fileno(),), daemon=True).start()
    return main(Path(arguments[0]), sys.stdout)


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))

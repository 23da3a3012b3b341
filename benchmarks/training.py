"""Train on 10,000 and on 100,000 comments in a process of its own, on one core: seconds, processor time, memory.

The rows are those of data/seed told again: every further telling swaps a sentence with another row of the same source,
intent and unit and is typed anew, slips and all. Tellings of one row stay in its group, as near-duplicates do.
"""

import json
import random
import re
import resource
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.result import Result
from classifiers.roughen import roughen
from classifiers.routing import load_keywords
from classifiers.rows import Row, load_rows
from triage.flow.fit import fit

DATA = Path(__file__).parents[1] / "data"
MOST_SECONDS = {10_000: 30, 100_000: 180}
MOST_MB, MOST_STORED_MB = 3_000, 15
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Cost:
    """What one training took and left; seconds by the clock and of the processor."""

    seconds: float
    processor: float
    memory_mb: float
    artefact_mb: float


def run() -> list[Result]:
    """Train twice; the ratio is how many times over the figure would fit into what is wanted."""
    seed = load_rows(DATA / "seed/comments.jsonl")
    found = []
    for size, most in MOST_SECONDS.items():
        cost = trained(told_again(seed, size))
        name = f"train_{size // 1000}k"
        figures = (
            ("time", cost.seconds, "s", most),
            ("processor", cost.processor, "s (processor)", most),
            ("memory", cost.memory_mb, "MB", MOST_MB),
            ("artefact", cost.artefact_mb, "MB", MOST_STORED_MB),
        )
        found += [
            Result(f"{name}_{what}", value, unit, limit, round(limit / value, 2))
            for what, value, unit, limit in figures
        ]
    return found


def trained(rows: Sequence[Row]) -> Cost:
    """Train as the application does, in a process that may use one core."""
    with TemporaryDirectory() as folder:
        job = write_job(rows, Path(folder))
        before = _processor()
        fitted = fit(Path(folder), job, watch=lambda share, step: True)
        processor = round(_processor() - before, 1)
        return Cost(fitted.seconds, processor, fitted.peak_memory_mb, fitted.speed["size_mb"])


def write_job(rows: Sequence[Row], folder: Path) -> dict[str, Any]:
    """Write the rows and return the job that names them."""
    path = folder / "rows.jsonl"
    with path.open("w", encoding="utf-8") as lines:
        for number, row in enumerate(rows):
            lines.write(json.dumps(asdict(row) | {"id": f"{row.source}-{number}"}, ensure_ascii=False) + "\n")
    return {
        "rows": str(path),
        "lexicon": str(DATA / "lexicons/slang.tsv"),
        "keywords": [[k.phrase, k.unit, k.denied_unit, k.weight] for k in load_keywords(DATA / "reference/opd.json")],
        "seed": 0,
        "created_at": "2026-01-01T00:00:00+00:00",
    }


def told_again(rows: Sequence[Row], size: int) -> list[Row]:
    """Return `size` rows: the given ones first, then as many tellings of them as it takes."""
    tellings = (row for number in count() for row in (_telling(rows, number) if number else rows))
    return list(islice(tellings, size))


def _telling(rows: Sequence[Row], number: int) -> list[Row]:
    """Return every row told once more: a sentence swapped where there is one to swap, then typed anew."""
    chance = random.Random(number)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        alike.setdefault((row.source, row.intent, row.unit), []).extend(SENTENCE_END.split(row.text))
    swapped = []
    for row in rows:
        sentences = SENTENCE_END.split(row.text)
        if len(sentences) > 1:
            other = chance.choice(alike[row.source, row.intent, row.unit])
            sentences[chance.randrange(len(sentences))] = other
        swapped.append(" ".join(sentences))
    return [replace(row, text=text) for row, text in zip(rows, roughen(swapped, seed=number), strict=True)]


def _processor() -> float:
    """Return the processor time of all ended children, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    for result in run():
        print(f"{result.name:28} {result.value:>12,.1f} {result.unit:14} to reach {result.against:>8,.0f}")

"""`python -m benchmarks [NAME ...]`: run the benchmarks, print one table and write benchmarks/results.json.

Named ones replace their own figures in the file and leave the others. A benchmark that fails says so and the
others still run; the exit status is then 1.
"""

import json
import os
import platform
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import classify, dashboard, inbox, pipeline, rebuild, stemming, training, working_time
from benchmarks.result import Result

BENCHMARKS: dict[str, Callable[[], list[Result]]] = {
    "stemming": stemming.run,
    "classify": classify.run,
    "training": training.run,
    "working_time": working_time.run,
    "pipeline": pipeline.run,
    "inbox": inbox.run,
    "rebuild": rebuild.run,
    "dashboard": dashboard.run,
}
FILE = Path(__file__).parent / "results.json"
HEADINGS = ("name", "value", "unit", "against", "ratio")


def main(names: Sequence[str]) -> int:
    """Run the benchmarks named, or all; return the exit status."""
    if unknown := set(names) - BENCHMARKS.keys():
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    results: list[Result] = []
    failed = []
    for name in names or BENCHMARKS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            results += BENCHMARKS[name]()
        except Exception:  # noqa: BLE001  one that fails must not take the others along
            traceback.print_exc()
            failed.append(name)
    print(table(results))
    write(results, keep_others=bool(names))
    for name in failed:
        print(f"{name} failed", file=sys.stderr)
    return 1 if failed else 0


def table(results: Sequence[Result]) -> str:
    """Return the figures in columns."""
    lines = [HEADINGS, *(line(result) for result in results)]
    widths = [max(len(cells[column]) for cells in lines) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) if column in (0, 2) else cell.rjust(width)
                  for column, (cell, width) in enumerate(zip(cells, widths, strict=True))).rstrip()
        for cells in lines
    )  # fmt: skip


def line(result: Result) -> tuple[str, ...]:
    """Return the cells of one figure."""
    return (
        result.name,
        number(result.value),
        result.unit,
        number(result.against) if result.against is not None else "",
        f"{result.ratio:,.2f}" if result.ratio is not None else "",
    )


def number(value: float) -> str:
    """Return a number with as many digits as say something."""
    return (
        f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:,.3g}" if value < 1 else f"{value:,.1f}"
    )


def write(results: Sequence[Result], *, keep_others: bool) -> None:
    """Write the figures by name, each with the machine it was measured on."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    kept = json.loads(FILE.read_text()) if keep_others and FILE.exists() else {}
    found = {
        r.name: {"value": r.value, "unit": r.unit, "against": r.against, "ratio": r.ratio, "machine": machine}
        for r in results
    }
    FILE.write_text(json.dumps(kept | found, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Labels that are likely wrong: rows whose given class a model that did not learn from them finds improbable.

Source: self-confidence of confident learning (Northcutt et al. 2021). A list for people to look at, never a correction.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

FILE = "suspects.jsonl"
LIMIT = 500
# Labels on which two people agreed, or that somebody looked at again, are not asked about.
SETTLED = frozenset({"reviewed", "agreed", "adjudicated"})


def ranked(given: Sequence[str], classes: Sequence[str], probabilities: npt.NDArray[np.floating]) -> list[int]:
    """Return the places of rows whose likeliest class is not the given one, the least self-confident first.

    `probabilities` is n_rows x n_classes, out of fold; a row without a class ('') is never suspect.
    """
    columns = {name: column for column, name in enumerate(classes)}
    found = [
        (float(probabilities[place, columns[name]]), place)
        for place, name in enumerate(given)
        if name in columns and int(probabilities[place].argmax()) != columns[name]
    ]
    return [place for _, place in sorted(found)]


def write(rows: Path, folder: Path, classes: Sequence[str], probabilities: npt.NDArray[np.floating]) -> None:
    """Write the suspects of a file of rows beside its model, one JSON object a line, the likeliest error first."""
    records = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines() if line.strip()]
    lines = []
    for place in ranked([record["intent"] for record in records], classes, probabilities):
        record, shares = records[place], probabilities[place]
        if record.get("standing") in SETTLED:
            continue
        about = {
            "place": place,
            "text": record["text"],
            "given": record["intent"],
            "standing": record.get("standing", ""),
            "unit": record.get("unit", ""),
            "account": record.get("account", ""),
            "probabilities": {name: round(float(share), 4) for name, share in zip(classes, shares, strict=True)},
        }
        lines.append(json.dumps(about, ensure_ascii=False) + "\n")
        if len(lines) == LIMIT:
            break
    (folder / FILE).write_text("".join(lines), encoding="utf-8")

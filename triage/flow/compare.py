"""Compare: a candidate and the active model on the same frozen rows, which neither has learned from."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from classifiers import evaluate
from classifiers.predict import Model
from classifiers.routing import KeywordTable
from classifiers.rows import load_rows
from triage.rules.privacy import mask


def measure(
    candidate: tuple[Model, KeywordTable], active: tuple[Model, KeywordTable] | None, samples: Path
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (scores, comparison with the active model) on the frozen rows; no comparison without one."""
    model, keywords = candidate
    frozen = load_rows(samples)
    scores = evaluate.score(model, frozen, keywords=keywords).as_dict()
    if active is None:
        return scores, {}
    found = evaluate.compare(active[0], model, frozen, keywords=(active[1], keywords))
    changes = [asdict(change) | {"text": mask(frozen[change.row].text)} for change in found.changes]
    return scores, asdict(found) | {"changes": changes}

"""Judge comments: all that a model says of each, in the form in which it is kept.

Lists and tables come as JSON text, so that whoever keeps them need not write them again. `SecondJudge` judges in a
process of its own while the caller's process writes what was judged before.
"""

import gc
import json
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from classifiers.explain import explain_all
from classifiers.predict import Model, predict
from classifiers.routing import KeywordRule, KeywordTable, Route, rank
from classifiers.store import load

WORDS_SHOWN = 6


class Judgement(NamedTuple):
    """What a model says of one comment; probabilities 0-1.

    `intent_probabilities` and `unit_probabilities` are JSON objects by class, `words` a JSON list of {word, weight},
    `ledger` one of the best units with the parts of their totals.
    """

    intent: str
    confidence: float
    is_intent_sure: bool
    intent_probabilities: str
    words: str
    unit: str
    unit_confidence: float
    is_unit_sure: bool
    unit_probabilities: str
    ledger: str
    marks: tuple[str, ...] = ()


def judge(
    model: Model, keywords: KeywordTable, texts: Sequence[str], account_units: Sequence[str | None]
) -> list[Judgement]:
    """Return the model's judgement of each text, in order; `account_units` are those of `routing.rank`."""
    found = predict(model, texts)
    routes = rank(model, keywords, texts, account_units, predictions=found)
    words = explain_all(model, texts, found.intents, limit=WORDS_SHOWN)
    shares = found.intent_probabilities.round(4).tolist()
    sure = found.is_sure.tolist()
    return [
        Judgement(
            intent,
            max(shares[i]),
            sure[i],
            json.dumps(dict(zip(model.intents, shares[i], strict=True))),
            json.dumps([{"word": word, "weight": weight} for word, weight in words[i]]),
            routes[i].best[0].unit,
            round(routes[i].best[0].probability, 4),
            routes[i].is_sure,
            json.dumps({score.unit: round(score.probability, 4) for score in routes[i].best}),
            json.dumps(ledger_of(routes[i])),
            found.flags[i],
        )
        for i, intent in enumerate(found.intents)
    ]


def ledger_of(route: Route) -> list[dict[str, object]]:
    """Return the best units with the parts that make up their totals, as plain values."""
    return [
        {
            "unit": score.unit,
            "total": round(score.total, 2),
            "parts": [
                {"name": part.name, "detail": part.detail, "value": round(part.value, 2)} for part in score.parts
            ],
        }
        for score in route.best
    ]


class SecondJudge:
    """A process that judges batches one after the other; give it back with `close`."""

    def __init__(self, folder: Path, digest: str, rules: Sequence[KeywordRule]) -> None:
        # Spawned, not forked: a copy of a process with threads and open databases is no safe place to work in.
        context = get_context("spawn")
        self._pool = ProcessPoolExecutor(1, context, initializer=_open, initargs=(folder, digest, tuple(rules)))

    def submit(self, texts: Sequence[str], account_units: Sequence[str | None]) -> "Future[list[Judgement]]":
        """Ask for the judgement of a batch.

        The future raises BrokenProcessPool when the process is gone, for instance for want of memory.
        """
        return self._pool.submit(_judge, list(texts), list(account_units))

    def close(self) -> None:
        """End the process."""
        self._pool.shutdown(cancel_futures=True)


_opened: list[tuple[Model, KeywordTable]] = []


def _open(folder: Path, digest: str, rules: tuple[KeywordRule, ...]) -> None:
    model = load(folder, digest)
    _opened[:] = [(model, KeywordTable(rules, model))]
    # Judging makes no reference cycles, and looking for them among a model's tables takes an eighth of the time.
    gc.disable()


def _judge(texts: list[str], account_units: list[str | None]) -> list[Judgement]:
    model, keywords = _opened[0]
    return judge(model, keywords, texts, account_units)

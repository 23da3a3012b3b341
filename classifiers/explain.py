"""Say which words of a comment weighed for a class, exactly as the model added them up."""


import numpy as np

from classifiers import cues
from classifiers.folding import Rows
from classifiers.predict import Model, decide
from classifiers.text import chunks

LEAST_WEIGHT = 0.02
UNKNOWN = -1  # stands in no pair


def explain(model: Model, text: str, intent: str | None = None, *, limit: int = 8) -> list[tuple[str, float]]:
    """Return the typed words that weighed for an intent, strongest first.

    Parameters
    ----------
    intent : str or None
        A class of the model; None takes the likeliest.
    limit : int
        At most so many words.

    Returns
    -------
    list of (word, weight)
        Weight is in log-odds against the mean of the other classes; negative words spoke against.
    """
    column = int(decide(model, [text])[0][0].argmax()) if intent is None else model.intents.index(intent)
    typed, tokens = _typed_tokens(model, text)
    if not tokens:
        return []
    weights = _own(model, tokens, column) + _pairs(model, tokens, column) + _cues(model, tokens, column)
    totals: dict[str, float] = {}
    for word, weight in zip(typed, weights.tolist(), strict=True):
        totals[word] = totals.get(word, 0.0) + weight
    strongest = sorted(totals.items(), key=lambda item: -abs(item[1]))[:limit]
    return [(word, round(weight, 3)) for word, weight in strongest if abs(weight) >= LEAST_WEIGHT]


def _typed_tokens(model: Model, text: str) -> tuple[list[str], list[str]]:
    """Return for every token the chunk it was typed in, and the tokens."""
    pairs = [(c, t) for c in chunks(text) for t in model.reader.read(c)]
    return [c.strip('.,;:()"') or c for c, _ in pairs], [t for _, t in pairs]


def _against_others(rows: Rows, column: int) -> Rows:
    others = (rows.sum(axis=-1) - rows[..., column]) / max(1, rows.shape[-1] - 1)
    margin: Rows = rows[..., column] - others
    return margin


def _own(model: Model, tokens: list[str], column: int) -> Rows:
    rows = np.array([model.row(t)[: len(model.intents)] for t in tokens], np.float32)
    return _against_others(rows, column) / np.float32(len(tokens)) ** model.intent.power


def _pairs(model: Model, tokens: list[str], column: int) -> Rows:
    """Share the weight of every known pair between its two words."""
    weights = np.zeros(len(tokens), np.float32)
    stems = [model.stem(t) for t in tokens]
    for pairs, numbers, names in (
        (model.word_pairs, model.word_numbers, tokens),
        (model.stem_pairs, model.stem_numbers, stems),
    ):
        places = np.array([numbers.get(name, UNKNOWN) for name in names], np.int64)
        known, rows = pairs.found(places[:-1], places[1:])
        shares = _against_others(rows, column) / 2
        np.add.at(weights, known, shares)
        np.add.at(weights, known + 1, shares)
    return weights / np.float32(len(tokens)) ** model.intent.power


def _cues(model: Model, tokens: list[str], column: int) -> Rows:
    """Share the weight of every cue between the words that raised it; length cues belong to no word."""
    weights = np.zeros(len(tokens), np.float32)
    if not len(model.intent.cues):
        return weights
    masks = [cues.mask_of(t, model.stem(t)) for t in tokens]
    margins = _against_others(model.intent.cues, column)
    for index in cues.raised(masks):
        owners = cues.owners(index, masks)
        for i in owners:
            weights[i] += margins[index] / len(owners)
    return weights

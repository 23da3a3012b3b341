"""Say which words of comments weighed for a class, exactly as the model added them up, for whole batches.

Weights are in log-odds against the mean of the other classes. What the length of a comment adds belongs to no word.
"""

from collections.abc import Sequence

import numpy as np

from classifiers import cues
from classifiers.folding import Rows
from classifiers.predict import Integers, Model, batches, predict
from classifiers.reading import Reading
from classifiers.text import chunks

LEAST_WEIGHT = 0.02
Words = list[tuple[str, float]]


def explain(model: Model, text: str, intent: str | None = None, *, limit: int = 8) -> Words:
    """Return the typed words of one text that weighed for an intent (None: the likeliest); see `explain_all`."""
    return explain_all(model, [text], [intent or predict(model, [text]).intents[0]], limit=limit)[0]


def explain_all(model: Model, texts: Sequence[str], intents: Sequence[str], *, limit: int = 8) -> list[Words]:
    """Return for every text the typed words that weighed for its intent, strongest first.

    Parameters
    ----------
    intents : sequence of str
        One class of the model for each text.
    limit : int
        At most so many words a text.

    Returns
    -------
    list of lists of (word, weight)
        Negative words spoke against the intent.
    """
    found: list[Words] = []
    for rows in batches(range(len(texts))):
        part = slice(rows[0], rows[-1] + 1)
        columns = np.array([model.intents.index(intent) for intent in intents[part]], dtype=np.int64)
        found += _explain_batch(model, texts[part], columns, limit)
    return found


def _explain_batch(model: Model, texts: Sequence[str], columns: Integers, limit: int) -> list[Words]:
    typed, counts = _typed(model, texts)
    weights = _weights(model, model.read(texts), columns).tolist()
    found: list[Words] = []
    place = row = 0
    for count in counts:
        totals: dict[str, float] = {}
        for word, weight in zip(typed[place : place + count], weights[row : row + count], strict=True):
            totals[word] = totals.get(word, 0.0) + weight
        place, row = place + count, row + max(1, count)  # a text without tokens still holds one empty place
        best = sorted(totals.items(), key=lambda item: -abs(item[1]))[:limit]
        found.append([(word, round(weight, 3)) for word, weight in best if abs(weight) >= LEAST_WEIGHT])
    return found


def _typed(model: Model, texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return for every token of all texts the chunk it was typed in, and the tokens of each text."""
    typed: list[str] = []
    counts: list[int] = []
    for text in texts:
        start = len(typed)
        for chunk in chunks(text):
            typed += [chunk.strip('.,;:()"') or chunk] * len(model.reader.read(chunk))
        counts.append(len(typed) - start)
    return typed, counts


def _against_others(rows: Rows) -> Rows:
    """Return for every row and class how far it stands above the mean of the others."""
    width = rows.shape[1]
    margins: Rows = (rows * width - rows.sum(axis=1, keepdims=True)) / max(1, width - 1)
    return margins


def _weights(model: Model, reading: Reading, columns: Integers) -> Rows:
    """Return the weight of every token; a pair's weight is shared between its two words."""
    memory, width = reading.memory, len(model.intents)
    text_of = np.repeat(np.arange(len(columns)), reading.lengths)
    column_of = columns[text_of]
    weights = _against_others(memory.rows[reading.ids][:, :width])[np.arange(len(text_of)), column_of]
    for table, numbers in ((model.word_pairs, memory.words), (model.stem_pairs, memory.stems)):
        parts = numbers[reading.ids]
        left = np.flatnonzero(text_of[:-1] == text_of[1:])
        places, rows = table.found(parts[left], parts[left + 1])
        at = left[places]
        shares = _against_others(rows)[np.arange(len(at)), column_of[at]] / 2
        np.add.at(weights, at, shares)
        np.add.at(weights, at + 1, shares)
    weights /= reading.lengths[text_of].astype(np.float32) ** model.intent.power
    if len(model.intent.cues):
        _add_cues(model, reading, columns, text_of, weights)
    return weights


def _add_cues(model: Model, reading: Reading, columns: Integers, text_of: Integers, weights: Rows) -> None:
    """Add the weight of every cue, shared between the words that raised it."""
    masks = reading.memory.masks[reading.ids]
    raised = reading.cue_features() > 0
    margins = _against_others(model.intent.cues)
    for column, bits in cues.word_columns():
        if not raised[:, column].any():
            continue
        owners = np.flatnonzero((masks & bits != 0) & raised[text_of, column])
        of = text_of[owners]
        weights[owners] += margins[column, columns[of]] / np.bincount(of, minlength=len(columns))[of]
    for block, tokens in ((cues.first_columns(), reading.starts), (cues.last_columns(), reading.ends - 1)):
        np.add.at(weights, tokens, (raised[:, block] * margins[block][:, columns].T).sum(axis=1))

"""Score comments with a folded model: intent and unit probabilities for whole batches.

Numpy only. A model may be shared between threads: what it remembers of unseen words is bounded and replaced, never
changed under a reader.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from classifiers import cues, flags
from classifiers.card import Card
from classifiers.folding import FoldedHead, PairTable, Rows, Table, WordRows, empty_head
from classifiers.reading import Reading
from classifiers.stemmer import IndonesianStemmer
from classifiers.text import LONGEST_REMEMBERED, MAX_CHARACTERS, Lexicon, Reader, chunks, is_word

BATCH = 512
ROOM_FOR_UNSEEN = 20_000  # words; with 80 columns about 7 MB
ROOM_FOR_CHUNKS = 100_000

Item = TypeVar("Item")
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Predictions:
    """What a model says about n texts.

    Attributes
    ----------
    intents : tuple of str
        The likeliest class of every text.
    intent_probabilities : n x len(model.intents)
    is_sure : n booleans
        Whether the class may be taken without asking, by the thresholds of the card.
    unit_log_probabilities : n x len(model.units)
        From the text alone; `routing.rank` adds keywords and account.
    flags : n tuples of marks
        See `flags.FLAGS`.
    """

    intents: tuple[str, ...]
    intent_probabilities: Rows
    is_sure: npt.NDArray[np.bool_]
    unit_log_probabilities: Rows
    flags: tuple[tuple[str, ...], ...] = ()

    @property
    def confidences(self) -> Rows:
        """Return the probability of each text's own class."""
        best: Rows = self.intent_probabilities.max(axis=1)
        return best


class _Memory:
    """Numbers and rows of the words seen so far; grows up to its room, then a new one takes its place."""

    def __init__(self, model: "Model") -> None:
        self._model = model
        width = len(model.intents) + len(model.units) + len(model.marks.classes)
        room = len(model.vocabulary.names) + ROOM_FOR_UNSEEN
        self.rows = np.zeros((room, width), np.float32)
        self.masks, self.marks, self.words, self.stems = (np.full(room, fill, np.int64) for fill in (0, 0, -1, -1))
        self.numbers: dict[str, int] = {"": 0}
        self.chunks: dict[str, tuple[int, ...]] = {}

    @property
    def is_full(self) -> bool:
        """Tell whether the next chunk may not find room."""
        return len(self.numbers) + MAX_CHARACTERS > len(self.rows) or len(self.chunks) >= ROOM_FOR_CHUNKS

    def start_with(self, vocabulary: Table) -> None:
        """Take over the words whose rows the artefact holds."""
        for token in vocabulary.names:
            self._place(token)  # the stems are in the stemmer's memo already
        self.rows[1 : len(vocabulary.names) + 1] = vocabulary.rows

    def learn(self, chunk: str) -> tuple[int, ...]:
        """Read a new chunk and return the numbers of its tokens."""
        numbers = tuple(self._number(t) for t in self._model.reader.read(chunk))
        if len(chunk) <= LONGEST_REMEMBERED:
            self.chunks[chunk] = numbers
        return numbers

    def _number(self, token: str) -> int:
        number = self.numbers.get(token)
        if number is None:
            number = self._place(token)
            self.rows[number] = self._model.row(token)
        return number

    def _place(self, token: str) -> int:
        number = len(self.numbers)
        stem = self._model.stem(token)
        self.masks[number] = cues.mask_of(token, stem)
        self.marks[number] = flags.mask_of(token)
        self.words[number] = self._model.word_numbers.get(token, -1)
        self.stems[number] = self._model.stem_numbers.get(stem, -1)
        self.numbers[token] = number
        return number


class Model:
    """A folded model with its card; build it with `train.train` or `store.load`."""

    def __init__(
        self,
        card: Card,
        *,
        lexicon: Lexicon,
        intent: FoldedHead,
        unit: FoldedHead,
        vocabulary: Table,
        marks: FoldedHead | None = None,
        stemmer: IndonesianStemmer | None = None,
    ) -> None:
        self.card, self.lexicon, self.intent, self.unit = card, lexicon, intent, unit
        self.marks = marks or empty_head()
        self.intents, self.units = intent.classes, unit.classes
        self.stemmer = stemmer or IndonesianStemmer()
        self.reader = Reader(lexicon, lexicon.known | self.stemmer.roots)
        self.vocabulary = vocabulary
        self._places = vocabulary.positions()
        self.word_numbers = _numbered(intent.word_pairs.names)
        self.stem_numbers = _numbered(intent.stem_pairs.names)
        self.cues = cues.CueScores(intent.cues) if len(intent.cues) else None
        self.word_pairs = PairTable(intent.word_pairs, self.word_numbers)
        self.stem_pairs = PairTable(intent.stem_pairs, self.stem_numbers)
        self._unseen = tuple(WordRows(head) for head in (intent, unit, self.marks))
        self._thresholds = np.array([card.thresholds.get(c, 0.5) for c in self.intents], np.float32)
        self.doubt = float(card.settings.get("doubt", 0.0))
        self._lock = threading.Lock()
        self._memory = self._new_memory()

    def stem(self, token: str) -> str:
        """Return the stem of a word, and a mark as it is."""
        return self.stemmer.stem(token) if is_word(token) else token

    def row(self, token: str) -> Rows:
        """Return what a token adds to every intent, then every unit, then every mark."""
        if (place := self._places.get(token)) is not None:
            known: Rows = self.vocabulary.rows[place]
            return known
        stem = self.stem(token)
        return np.concatenate([head.row(token, stem) for head in self._unseen])

    def knows(self, token: str) -> bool:
        """Tell whether a token stood in a training text."""
        return token in self._places

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of one text as the model reads them."""
        return self.reader.tokens(text)

    def stems(self, text: str) -> list[str]:
        """Return the stems of one text, marks as they are."""
        return [self.stem(t) for t in self.tokens(text)]

    def read(self, texts: Sequence[str]) -> Reading:
        """Return texts as token numbers, ready to be summed."""
        memory = self._memory
        if memory.is_full:
            memory = self._memory = self._new_memory()
        known = memory.chunks
        numbers: list[int] = []
        ends: list[int] = []
        for text in texts:
            for chunk in chunks(text):
                found = known.get(chunk)
                numbers.extend(self._learn(memory, chunk) if found is None else found)
            ends.append(len(numbers))
        return Reading(memory, numbers, ends)

    def _learn(self, memory: _Memory, chunk: str) -> tuple[int, ...]:
        with self._lock:
            if memory.is_full:  # a batch of nothing but new words: read on, remember no more
                return tuple(memory.numbers.get(t, 0) for t in self.reader.read(chunk))
            return memory.chunks.get(chunk) or memory.learn(chunk)

    def _new_memory(self) -> _Memory:
        memory = _Memory(self)
        memory.start_with(self.vocabulary)
        return memory

    def is_sure(self, probabilities: Rows) -> npt.NDArray[np.bool_]:
        """Tell for every row whether its best class passes its threshold."""
        best = probabilities.argmax(axis=1)
        sure: npt.NDArray[np.bool_] = probabilities[np.arange(len(best)), best] >= self._thresholds[best]
        return sure


def _numbered(pairs: Sequence[str]) -> dict[str, int]:
    parts = dict.fromkeys(part for pair in pairs for part in pair.split(" "))
    return {part: i for i, part in enumerate(parts)}


def log_softmax(scores: Rows) -> Rows:
    """Return log probabilities of each row of scores."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs: Rows = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return logs


def doubted(probabilities: Rows, share: float) -> Rows:
    """Return probabilities of which a share is spread evenly over the classes."""
    result: Rows = np.float32(1 - share) * probabilities + np.float32(share / probabilities.shape[1])
    return result


def decide(model: Model, texts: Sequence[str]) -> tuple[Rows, Rows]:
    """Return the linear scores of a batch for intents and units, before they become probabilities."""
    return decide_all(model, model.read(texts))[:2]


def decide_all(model: Model, reading: Reading) -> tuple[Rows, Rows, Rows]:
    """Return the linear scores of a batch for intents, units and marks."""
    totals, memory = reading.sums(), reading.memory
    width, end = len(model.intents), len(model.intents) + len(model.units)
    intent = np.ascontiguousarray(totals[:, :width])
    reading.add_pairs(intent, model.word_pairs, memory.words)
    reading.add_pairs(intent, model.stem_pairs, memory.stems)
    lengths = reading.lengths[:, None].astype(np.float32)
    intent = intent / lengths**model.intent.power + model.intent.bias
    if model.cues:
        intent += reading.cue_scores(model.cues)
    unit = totals[:, width:end] / lengths**model.unit.power + model.unit.bias
    return intent, unit, totals[:, end:] / lengths**model.marks.power + model.marks.bias


def batches(texts: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yield texts in runs short enough to stay in the processor's cache."""
    for start in range(0, len(texts), BATCH):
        yield texts[start : start + BATCH]


def predict(model: Model, texts: Sequence[str]) -> Predictions:
    """Return intent and unit probabilities of texts, in their order."""
    if not texts:
        return Predictions(
            (),
            np.zeros((0, len(model.intents)), np.float32),
            np.zeros(0, bool),
            np.zeros((0, len(model.units)), np.float32),
        )
    readings = [model.read(batch) for batch in batches(texts)]
    scored = [decide_all(model, reading) for reading in readings]
    probabilities = doubted(np.exp(log_softmax(np.concatenate([intent for intent, _, _ in scored]))), model.doubt)
    units = np.concatenate([log_softmax(unit) for _, unit, _ in scored])
    names = tuple(model.intents[i] for i in probabilities.argmax(axis=1))
    said = np.concatenate([reading.marks() for reading in readings])
    marks = flags.marks(np.concatenate([mark for _, _, mark in scored]), said, names)
    return Predictions(names, probabilities, model.is_sure(probabilities), units, marks)

"""Train a model from labelled rows: out-of-fold figures first, then the final fit, folded and with its card.

Training only (scikit-learn). Rows, settings and seed decide the artefact to the byte; the caller gives the moment.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from itertools import chain
from typing import Any

import numpy as np

from classifiers.card import Card, RoutingWeights, current_versions, rules_fingerprint
from classifiers.counting import TokenRuns
from classifiers.evaluate import UnitScore, score_intents
from classifiers.flags import FEATURES, FEWEST, MISS_COSTS
from classifiers.folding import FoldedHead, Rows, Table, empty_head, fold, fold_vocabulary
from classifiers.held_out import HeldOut, aligned, folds, logs
from classifiers.pipeline import build_marks_pipeline, build_pipeline, class_weights
from classifiers.predict import Model
from classifiers.roughen import fragments, roughen
from classifiers.routing import KeywordRule
from classifiers.rows import Row, hash_of_rows
from classifiers.self_training import FEWEST_UNREAD, Lesson, Trial, is_unread, tried
from classifiers.settings import INTENTS, MANY_ROWS, NO_UNIT, FeatureSettings, Settings
from classifiers.stemmer import IndonesianStemmer
from classifiers.sufficiency import check
from classifiers.text import Lexicon, Reader, is_word
from classifiers.thresholds import Integers, fit_ledger, intent_thresholds, sharpness_of

Progress = Callable[[float, str], None]
Tables = tuple[Table, list[FoldedHead]]
KeepHeldOut = Callable[[Rows], None]
ROOM_FOR_STEMS = 2_000_000  # no word of the rows is stemmed twice


def train(
    rows: Sequence[Row],
    *,
    lexicon: Lexicon,
    keywords: Sequence[KeywordRule] = (),
    settings: Settings | None = None,
    seed: int = 0,
    created_at: str = "",
    progress: Progress = lambda share, step: None,
    keep_held_out: KeepHeldOut = lambda probabilities: None,
) -> Model:
    """Return a model trained on rows; those without any label are comments to learn from unread (see self_training).

    Parameters
    ----------
    keywords : sequence of KeywordRule
        The table the routing weights are fitted with; without it keywords get the default weight.
    created_at : str
        Moment for the card, given by the caller.
    progress : callable
        Called with the share done (0-1) and the step in Indonesian.
    keep_held_out : callable
        Called once with the intent probabilities of models that did not see the row (n_rows x n_intents).

    Raises
    ------
    TrainingError
        When rows or classes are too few.
    """
    rows, unread = [r for r in rows if not is_unread(r)], [r for r in rows if is_unread(r)]
    settings = (settings or Settings()).for_rows(len(rows))
    check(rows)
    words = lexicon if settings.slang else Lexicon({})
    work = _Work(rows, words, settings, seed, keywords=keywords, unread=unread)
    raw = work.with_unread(work.out_of_fold(progress), progress)
    sharpness = work.sharpness(raw)
    held_out = raw.sharpened(sharpness, doubt=settings.doubt)
    keep_held_out(held_out.intent)
    tables = work.fit_tables(progress, sharpness=sharpness)
    draft = work.model(tables, work.card(held_out, created_at, sharpness=sharpness))
    model = work.model(tables, work.routed(draft, held_out))
    progress(1.0, "Selesai")
    return model


class _Work:
    """One training: rows, their roughened copies, folds and the classes."""

    def __init__(
        self,
        rows: Sequence[Row],
        lexicon: Lexicon,
        settings: Settings,
        seed: int,
        *,
        keywords: Sequence[KeywordRule] = (),
        unread: Sequence[Row] = (),
    ) -> None:
        self.rows, self.lexicon, self.settings, self.seed = rows, lexicon, settings, seed
        self.stemmer = IndonesianStemmer(size=ROOM_FOR_STEMS)
        self.units = tuple(sorted({r.unit for r in rows} - NO_UNIT))
        self.keywords = keywords
        self.phrases = [k for k in keywords if settings.phrases > 0 and k.unit in self.units]
        self.reader = Reader(lexicon, lexicon.known | self.stemmer.roots)
        texts = [r.text for r in rows]
        self.step = -(-len(rows) // MANY_ROWS)  # of many rows a part is cut short: that is enough to calibrate on
        copies = max(settings.intent.copies, settings.unit.copies)
        pages = [
            texts,
            *(roughen(texts, seed=seed * 1000 + i + 1) for i in range(copies)),
            fragments(texts[:: self.step], seed=seed),
            [row.text for row in unread],
            [rule.phrase for rule in self.phrases],
        ]
        self.first_fragment = len(rows) * (1 + copies)
        self.runs = TokenRuns.of(self.reader.tokens(text) for text in chain.from_iterable(pages))
        last = len(self.runs) - len(self.phrases)
        self.unread = np.arange(last - len(unread), last)
        self.unread_rows = unread
        self.trial: Trial | None = None
        often = np.bincount(self.runs[range(len(rows))].ids, minlength=len(self.runs.tokens))
        self.tokens = [self.runs.tokens[i] for i in np.flatnonzero(often >= settings.unit.rarest_word).tolist()]
        self.folds = list(folds(rows, settings.folds))

    def stem(self, token: str) -> str:
        """Return the stem of a word, and a mark as it is."""
        return self.stemmer.stem(token) if is_word(token) else token

    def lesson(self, name: str, places: Sequence[int]) -> Lesson:
        """Return what "intent" or "unit" learns from some rows and their copies."""
        head: FeatureSettings = getattr(self.settings, name)
        rows = [i for i in places if getattr(self.rows[i], name) not in NO_UNIT]
        copies = 1 + head.copies
        labels = [getattr(self.rows[i], name) for i in rows] * copies
        texts = np.concatenate([np.asarray(rows) + copy * len(self.rows) for copy in range(copies)])
        weights = class_weights(labels, head.balance) / copies
        if name == "unit" and self.phrases:  # the register itself says which words are whose
            texts = np.append(texts, np.arange(len(self.runs) - len(self.phrases), len(self.runs)))
            labels += [rule.unit for rule in self.phrases]
            weights = np.append(weights, np.full(len(self.phrases), self.settings.phrases))
        return Lesson(texts, labels, weights)

    def fit(self, name: str, places: Sequence[int], *, sharpness: float = 1.0, is_unread_used: bool = False) -> Any:
        """Return a fitted pipeline for "intent" or "unit"; intents may be learned from unread comments, too."""
        lesson = self.lesson(name, places)
        if is_unread_used and name == "intent":
            first, settings = self.fitted(name, lesson), self.settings
            guesses = first[1:].predict_proba(self.runs[self.unread])
            sure, weight = settings.unread_sure, settings.unread_weight
            lesson = lesson.with_guesses(self.unread, guesses, list(first.classes_), sure=sure, weight=weight)
        return self.fitted(name, lesson, sharpness=sharpness)

    def fitted(self, name: str, lesson: Lesson, *, sharpness: float = 1.0) -> Any:
        """Return a pipeline fitted on a lesson."""
        head: FeatureSettings = getattr(self.settings, name)
        pipeline = build_pipeline(head, reader=self.reader, stemmer=self.stemmer, seed=self.seed, sharpness=sharpness)
        pipeline[1:].fit(self.runs[lesson.texts], lesson.labels, classify__sample_weight=lesson.weights)
        return pipeline

    def fit_head(self, name: str, *, sharpness: float = 1.0) -> FoldedHead:
        """Return the folded model of one task fitted on all rows."""
        head: FeatureSettings = getattr(self.settings, name)
        classes = INTENTS if name == "intent" else self.units
        return fold(
            self.fit(name, range(len(self.rows)), sharpness=sharpness, is_unread_used=self.is_unread_used),
            classes,
            gram_lengths=(head.shortest_gram, head.longest_gram),
            power=head.length_power,
        )

    @property
    def is_unread_used(self) -> bool:
        """Tell whether unread comments were tried and helped."""
        return self.trial is not None and self.trial.helps

    def with_unread(self, plain: HeldOut, progress: Progress) -> HeldOut:
        """Return the better of two sets of predictions: as they are, or by models that learned from unread comments."""
        if len(self.unread) < FEWEST_UNREAD or not self.settings.unread_weight:
            return plain
        learned = self.out_of_fold(progress, names=("intent",), is_unread_used=True)
        places, truth = self.labelled()
        rows = [self.rows[i] for i in places]
        self.trial = tried(rows, truth, plain.intent[places], learned.intent[places], unread=len(self.unread))
        return replace(learned, unit=plain.unit) if self.trial.helps else plain

    def fit_marks(self) -> FoldedHead:
        """Return the folded model of the marks, fitted on the rows that were looked through for them."""
        looked = [i for i, r in enumerate(self.rows) if r.flags is not None]
        y = np.array([[flag in (self.rows[i].flags or ()) for flag in MISS_COSTS] for i in looked], dtype=bool)
        if not looked or y.sum(axis=0).max() < FEWEST:
            return empty_head()
        features = FEATURES.rarer(max(1.0, len(looked) / MANY_ROWS))
        pipeline = build_marks_pipeline(features, tuple(MISS_COSTS), reader=self.reader, stemmer=self.stemmer)
        lengths = (FEATURES.shortest_gram, FEATURES.longest_gram)
        pipeline[1:].fit(self.runs[looked], y)
        return fold(pipeline, tuple(MISS_COSTS), gram_lengths=lengths, power=FEATURES.length_power)

    def fit_tables(self, progress: Progress, *, sharpness: float) -> Tables:
        """Return the tables of the model fitted on all rows: the words', then intents, units and marks."""
        progress(0.75, "Melatih model akhir pada semua data")
        heads = [self.fit_head("intent", sharpness=sharpness), self.fit_head("unit"), self.fit_marks()]
        progress(0.95, "Menyusun tabel kata dan kartu model")
        return fold_vocabulary(heads, self.tokens, self.stem)

    def model(self, tables: Tables, card: Card) -> Model:
        """Return tables under a card."""
        vocabulary, (intent, unit, marks) = tables
        return Model(
            card,
            lexicon=self.lexicon,
            intent=intent,
            unit=unit,
            marks=marks,
            vocabulary=vocabulary,
            stemmer=self.stemmer,
        )

    def routed(self, model: Model, held_out: HeldOut) -> Card:
        """Return the card of a model with the routing ledger fitted on rows it did not learn from."""
        fit = fit_ledger(
            model,
            self.keywords,
            self.rows,
            folds=self.folds,
            unit=held_out.unit,
            accuracy=self.settings.unit_accuracy,
        )
        scores = {**model.card.scores, "unit": fit.figures}
        return replace(model.card, routing=fit.weights, keywords=fit.measures, scores=scores)

    def out_of_fold(
        self, progress: Progress, *, names: Sequence[str] = ("intent", "unit"), is_unread_used: bool = False
    ) -> HeldOut:
        """Return predictions for every row by models that did not see its fold; of what is not named, zeros."""
        found = {
            "intent": np.zeros((len(self.rows), len(INTENTS)), np.float32),
            "unit": np.zeros((len(self.rows), len(self.units)), np.float32),
        }
        cut = found["intent"][:: self.step].copy()
        for step, (learn, test) in enumerate(self.folds):
            for name in names:
                classes = INTENTS if name == "intent" else self.units
                progress(
                    0.75 * (step + (name == "unit") * 0.4) / len(self.folds),
                    f"Menguji pada data yang disisihkan, bagian {step + 1} dari {len(self.folds)}",
                )
                pipeline = self.fit(name, learn, is_unread_used=is_unread_used)
                found[name][test] = aligned(pipeline, self.runs[test], classes)
                if name == "intent":
                    some = np.array([i // self.step for i in test if i % self.step == 0], dtype=np.int64)
                    cut[some] = aligned(pipeline, self.runs[self.first_fragment + some], classes)
        return HeldOut(found["intent"], found["unit"], cut, self.step)

    def labelled(self, step: int = 1) -> tuple[list[int], Integers]:
        """Return the rows that have an intent, and its number; a hand-over alone labels the unit only."""
        places = [i for i in range(0, len(self.rows), step) if self.rows[i].intent]
        return places, np.array([INTENTS.index(self.rows[i].intent) for i in places], dtype=np.int64)

    def sharpness(self, raw: HeldOut) -> float:
        """Return the factor that makes the intents' probabilities hold on unseen rows and fragments of them."""
        places, truth = self.labelled(self.step)
        return sharpness_of(logs(raw.of_both(places)), np.tile(truth, 2), doubt=self.settings.doubt)

    def thresholds(self, held_out: HeldOut) -> dict[str, float]:
        """Return from which probability on each class is taken unasked."""
        places, truth = self.labelled(self.step)
        return intent_thresholds(
            INTENTS, np.tile(truth, 2), held_out.of_both(places), glance=self.settings.gentle_error_cost
        )

    def card(self, held_out: HeldOut, created_at: str, *, sharpness: float) -> Card:
        """Return the card with out-of-fold figures."""
        places, truth = self.labelled()
        found = held_out.intent[places]
        thresholds = self.thresholds(held_out)
        limits = np.array([thresholds[c] for c in INTENTS])
        best = found.argmax(axis=1)
        sure = found.max(axis=1) >= limits[best]
        scores = score_intents(INTENTS, truth, found, sure=sure, unit=UnitScore(0, 0.0, 0.0), seed=self.seed)
        return Card(
            created_at=created_at,
            intents=INTENTS,
            units=self.units,
            data=self._data(),
            settings=asdict(self.settings),
            seed=self.seed,
            thresholds=thresholds,
            routing=RoutingWeights(),
            scores={"intent": scores.as_dict() | {"sharpness": sharpness}}
            | ({"unread": self.trial.as_dict()} if self.trial else {}),
            versions=current_versions(),
            rules=rules_fingerprint(self.lexicon, self.stemmer),
        )

    def _data(self) -> dict[str, Any]:
        return {
            "rows": len(self.rows),
            "sha256": hash_of_rows([*self.rows, *self.unread_rows]),
            "intents": {c: sum(r.intent == c for r in self.rows) for c in INTENTS},
            "units": {u: sum(r.unit == u for r in self.rows) for u in self.units},
            "sources": sorted({r.source for r in self.rows}),
        }

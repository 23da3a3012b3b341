"""Settings of a training, kept in the card of every model.

Weights scale a block of features before the linear model; a weight of 0 leaves the block out. No scikit-learn here: the
serving side reads settings too.
"""

from dataclasses import dataclass, field, replace

MANY_ROWS, FOLDS_OF_MANY = 20_000, 2
INTENTS = ("complaint", "question", "hoax_report", "praise", "other")
NO_UNIT = frozenset({"", "NONE", "UNKNOWN", "AMBIGUOUS"})


@dataclass(frozen=True)
class FeatureSettings:
    """One linear model: its feature blocks and how strongly it is held back."""

    words: float = 0.3
    stems: float = 0.3
    characters: float = 0.2
    cues: float = 0.5
    pairs: bool = True  # two neighbouring words (stems) beside single ones
    shortest_gram: int = 2
    longest_gram: int = 5
    rarest_word: int = 2  # fewest training texts a word, stem or pair must stand in
    rarest_gram: int = 3
    length_power: float = 0.5  # text blocks are divided by tokens ** this
    strength: float = 0.3  # C of the logistic regression
    ratio_strength: float = 0.5  # C of the regressions on count-ratio features; 0 leaves that view out
    ratio_smoothing: float = 1.0  # added to every count before the ratio
    ratio_shared: bool = False  # one regression, scaled by 1 + ratio_strength * the largest ratio of any class
    balance: float = 1.0  # 0: classes as frequent as they are, 1: all equally heavy
    rounds: int = 40
    solver: str = "lbfgs"  # sag: many times faster with many classes, as good when stopped early
    copies: int = 0  # roughened copies of every training text; measured: no gain on real comments, twice the time

    def rarer(self, times: float) -> "FeatureSettings":
        """Return the same for so many times the rows: a feature must stand in as large a share of them."""
        return replace(self, rarest_word=round(self.rarest_word * times), rarest_gram=round(self.rarest_gram * times))


@dataclass(frozen=True)
class Settings:
    """Everything that, with the rows and the seed, decides a trained model."""

    intent: FeatureSettings = field(default_factory=FeatureSettings)
    unit: FeatureSettings = field(
        default_factory=lambda: FeatureSettings(
            characters=0.1,
            cues=0.0,
            pairs=False,
            shortest_gram=4,
            longest_gram=4,
            rarest_word=1,
            rarest_gram=8,
            strength=10.0,
            ratio_strength=1.0,
            ratio_shared=True,
            balance=0.0,
            rounds=12,
            solver="sag",
        )
    )
    folds: int = 3
    phrases: float = 1.0  # weight of a keyword phrase as a training text of its unit; 0 leaves them out
    slang: bool = True
    unread_sure: float = 0.9  # a comment nobody labelled teaches when a first model is as sure as that; measured
    unread_weight: float = 0.5  # beside a labelled one; 0 leaves such comments out
    doubt: float = 0.05  # two careful people give one real comment different intents this often; no class is surer
    gentle_error_cost: float = 0.35  # a person's glance, as a share of the harm of a wrong automatic class
    unit_accuracy: float = 0.9  # share of automatic routings that must be right on out-of-fold rows

    def for_rows(self, count: int) -> "Settings":
        """Return the settings for a number of rows: with many a round sees more, and half of them teach enough.

        Above MANY_ROWS the fewest texts a feature stands in grow with the rows, so that the model does not; the unit's
        rounds shrink with their square root, and every row is tested by a model of the other half instead of two
        thirds. The intent's solver stops by itself when it is done.
        """
        if count <= MANY_ROWS:
            return self
        times = count / MANY_ROWS
        rounds = max(1, round(self.unit.rounds / times**0.5))
        unit = replace(self.unit.rarer(times), rounds=rounds)
        return replace(self, intent=self.intent.rarer(times), unit=unit, folds=min(self.folds, FOLDS_OF_MANY))

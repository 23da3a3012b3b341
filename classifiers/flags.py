"""Marks beside the intent: emergency, suspected abuse, proposal, reminder, irony, several matters, personal data.

A mark stands where a small linear model finds it likely enough for what a missed one costs, or where a plain word says
it. Emergency and abuse favour recall: a wrong mark costs a glance. Every token carries a bit mask of the plain words.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from classifiers.settings import FeatureSettings

MISS_COSTS: dict[str, float] = {  # harm of a missing mark, in wrong ones
    "darurat": 30.0,
    "berkadar_pengawasan": 30.0,
    "aspirasi": 4.0,
    "tindak_lanjut": 4.0,
    "multi_isu": 8.0,
    "sarkas": 3.0,
}
FLAGS = (*MISS_COSTS, "info_pribadi")
FEATURES = FeatureSettings(
    characters=0.1,
    cues=0.0,
    pairs=False,
    shortest_gram=4,
    longest_gram=4,
    strength=10.0,
    ratio_strength=0.0,
    balance=0.0,
    rounds=30,
)
FEWEST = 20  # rows with a mark, under which it is not learned
WORDS: dict[str, str] = {
    "darurat": (
        "evakuasi dievakuasi terjebak kejebak tenggelam hanyut tertimbun sekarat kritis keracunan kesetrum tersetrum "
        "diperkosa pencabulan dicabuli kdrt dianiaya tertimpa perahu sedada seleher sepinggang pendarahan"
    ),
    "berkadar_pengawasan": (
        "pungli suap disuap nyogok menyogok korupsi dikorupsi koruptor nepotisme gratifikasi upeti pelicin fiktif "
        "disunat disunati diperas pemerasan ditilep digelapkan penyelewengan diselewengkan setoran"
    ),
    "info_pribadi": "<nik> <telepon> <angka>",
}
ASKING = ("complaint", "question", "hoax_report")
INTENTS = dict.fromkeys(FLAGS, ASKING) | {
    "aspirasi": ("complaint", "praise"),
    "tindak_lanjut": ("complaint", "question"),
    "sarkas": ("complaint",),
    "multi_isu": ("complaint", "question"),
    "info_pribadi": (*ASKING, "praise", "other"),
}
_BIT = {flag: 1 << i for i, flag in enumerate(FLAGS)}
_MASKS = {word: _BIT[flag] for flag, words in WORDS.items() for word in words.split()}
_LIMITS = np.array([-np.log(MISS_COSTS.get(flag, 1.0)) for flag in FLAGS], np.float32)


def mask_of(token: str) -> int:
    """Return the bit mask of the marks that a token says plainly."""
    return _MASKS.get(token, 0)


def marks(
    scores: npt.NDArray[np.float32], masks: npt.NDArray[np.int64], intents: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    """Return the marks of every text.

    Parameters
    ----------
    scores : n_texts x n_learned, log-odds of the learned marks in the order of FLAGS; no columns where none is learned
    masks : n_texts, the OR of the masks of a text's tokens
    intents : n_texts
    """
    stands = ((masks[:, None] >> np.arange(len(FLAGS))) & 1).astype(bool)
    width = scores.shape[1]
    stands[:, :width] |= scores >= _LIMITS[:width]
    found: list[tuple[str, ...]] = [()] * len(masks)
    for row in np.flatnonzero(stands.any(axis=1)).tolist():
        found[row] = tuple(
            flag for flag, is_set in zip(FLAGS, stands[row], strict=True) if is_set and intents[row] in INTENTS[flag]
        )
    return tuple(found)

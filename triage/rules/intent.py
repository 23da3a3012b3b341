"""What a thread is about when its comments differ, and when a later comment is a new matter.

Source: labelling guide v1, "precedence when two fit"; metrics M1 D10 for reopening.
"""

from models import Intent
from triage.rules.targets import is_must_answer

NAMES = {
    Intent.COMPLAINT: "Pengaduan",
    Intent.QUESTION: "Pertanyaan",
    Intent.HOAX_REPORT: "Laporan hoaks",
    Intent.PRAISE: "Pujian",
    Intent.OTHER: "Lainnya",
}
PRECEDENCE = (Intent.OTHER, Intent.PRAISE, Intent.QUESTION, Intent.COMPLAINT, Intent.HOAX_REPORT)
# To close what a citizen asked is the worst mistake of all, so it takes more than being sure of the intent.
CLOSES_FROM = 0.9


def takes_over(held: Intent | None, new: Intent) -> bool:
    """Tell whether a comment's intent becomes the thread's: the more pressing one wins."""
    return held is None or PRECEDENCE.index(new) > PRECEDENCE.index(held)


def reopens(new: Intent) -> bool:
    """Tell whether a comment after closing is a new matter; a mere thanks or chatter is not."""
    return is_must_answer(new)


def closes(intent: Intent | None, confidence: float | None) -> bool:
    """Tell whether the model may close an untouched case by itself: surely no matter for anybody."""
    return intent is Intent.OTHER and (confidence or 0.0) >= CLOSES_FROM

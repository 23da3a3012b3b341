"""The state graph of a case: one table of moves, and nothing else may change a state.

State names are models.CaseState; a move that is not in the table raises WrongMove with a remedy.
"""

from enum import StrEnum

from models import CaseState
from triage.errors import WrongMove

S = CaseState
OPEN = frozenset({S.NEW, S.IN_PROGRESS, S.WAITING_CITIZEN, S.WAITING_OTHER})
CLOSED = frozenset({S.RESOLVED, S.NO_ANSWER_NEEDED})


class Move(StrEnum):
    """What someone can do to a case's state."""

    TAKE = "take"
    REPLY = "reply"
    ASK_CITIZEN = "ask_citizen"
    WAIT_OTHER = "wait_other"
    RESUME = "resume"
    CITIZEN_WROTE = "citizen_wrote"
    RESOLVE = "resolve"
    NO_ANSWER = "no_answer"
    REOPEN = "reopen"


GRAPH: dict[Move, dict[CaseState, CaseState]] = {
    Move.TAKE: {
        S.NEW: S.IN_PROGRESS,
        S.IN_PROGRESS: S.IN_PROGRESS,
        S.WAITING_CITIZEN: S.WAITING_CITIZEN,
        S.WAITING_OTHER: S.WAITING_OTHER,
    },
    Move.REPLY: {
        S.NEW: S.IN_PROGRESS,
        S.IN_PROGRESS: S.IN_PROGRESS,
        S.WAITING_CITIZEN: S.WAITING_CITIZEN,
        S.WAITING_OTHER: S.WAITING_OTHER,
        S.RESOLVED: S.RESOLVED,
        S.NO_ANSWER_NEEDED: S.NO_ANSWER_NEEDED,
    },
    Move.ASK_CITIZEN: {
        S.NEW: S.WAITING_CITIZEN,
        S.IN_PROGRESS: S.WAITING_CITIZEN,
        S.WAITING_CITIZEN: S.WAITING_CITIZEN,
        S.WAITING_OTHER: S.WAITING_CITIZEN,
    },
    Move.WAIT_OTHER: {S.NEW: S.WAITING_OTHER, S.IN_PROGRESS: S.WAITING_OTHER},
    Move.RESUME: {S.WAITING_CITIZEN: S.IN_PROGRESS, S.WAITING_OTHER: S.IN_PROGRESS},
    Move.CITIZEN_WROTE: {
        S.NEW: S.NEW,
        S.IN_PROGRESS: S.IN_PROGRESS,
        S.WAITING_CITIZEN: S.IN_PROGRESS,
        S.WAITING_OTHER: S.WAITING_OTHER,
    },
    Move.RESOLVE: {
        S.NEW: S.RESOLVED,
        S.IN_PROGRESS: S.RESOLVED,
        S.WAITING_CITIZEN: S.RESOLVED,
        S.WAITING_OTHER: S.RESOLVED,
    },
    Move.NO_ANSWER: {
        S.NEW: S.NO_ANSWER_NEEDED,
        S.IN_PROGRESS: S.NO_ANSWER_NEEDED,
        S.WAITING_CITIZEN: S.NO_ANSWER_NEEDED,
        S.WAITING_OTHER: S.NO_ANSWER_NEEDED,
    },
    Move.REOPEN: {S.RESOLVED: S.IN_PROGRESS, S.NO_ANSWER_NEEDED: S.IN_PROGRESS},
}

REMEDY = {
    Move.REOPEN: "Kasus ini masih terbuka, jadi tidak perlu dibuka kembali.",
    Move.RESUME: "Kasus ini sedang tidak menunggu, jadi tidak ada yang perlu dilanjutkan.",
    Move.WAIT_OTHER: "Kasus yang sudah ditutup atau sedang menunggu tidak dapat ditandai menunggu pihak lain.",
}
CLOSED_REMEDY = "Kasus ini sudah ditutup. Buka kembali kasusnya, lalu ulangi."


def may_move(state: CaseState, move: Move) -> bool:
    """Tell whether a move is open from a state."""
    return state in GRAPH[move]


def next_state(state: CaseState, move: Move) -> CaseState:
    """Return the state after a move; raise WrongMove where the table has none."""
    if not may_move(state, move):
        raise WrongMove(REMEDY.get(move, CLOSED_REMEDY))
    return GRAPH[move][state]


def is_open(state: CaseState) -> bool:
    """Tell whether a case still waits for something."""
    return state in OPEN

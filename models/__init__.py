"""The tables: `from models import Case` is the only spelling."""

from models.base import Encoded
from models.calendar import Holiday, HolidayKind, Season, Target, TargetKind, TargetMeasure, WorkCalendar, WorkHours
from models.case import CLOSED_SQL, OPEN_SQL, Case, CaseState, Draft, Event, EventKind, Note
from models.directory import Account, KeywordKind, Membership, Platform, Role, Unit, UnitKeyword, User
from models.intake import Comment, CommentVersion, FileImport, ImportStatus, Post, RawEvent, Source
from models.label import Intent, Label, LabelSource, LabelSubject
from models.labelling import (
    ImportedLabel,
    LabelImport,
    LabelReview,
    LabelStream,
    LabelTask,
    TaskState,
    Verdict,
    VerdictKind,
)
from models.measure import CaseHold, CaseMeasure, CaseWait, MeasureRun
from models.reply import Reply, ReplyKind, ReplyStatus
from models.run import Promotion, PromotionAction, RunStatus, Snapshot, TrainingRun

__all__ = [
    "CLOSED_SQL",
    "OPEN_SQL",
    "Account",
    "Case",
    "CaseHold",
    "CaseMeasure",
    "CaseState",
    "CaseWait",
    "Comment",
    "CommentVersion",
    "Draft",
    "Encoded",
    "Event",
    "EventKind",
    "FileImport",
    "Holiday",
    "HolidayKind",
    "ImportStatus",
    "ImportedLabel",
    "Intent",
    "KeywordKind",
    "Label",
    "LabelImport",
    "LabelReview",
    "LabelSource",
    "LabelStream",
    "LabelSubject",
    "LabelTask",
    "MeasureRun",
    "Membership",
    "Note",
    "Platform",
    "Post",
    "Promotion",
    "PromotionAction",
    "RawEvent",
    "Reply",
    "ReplyKind",
    "ReplyStatus",
    "Role",
    "RunStatus",
    "Season",
    "Snapshot",
    "Source",
    "Target",
    "TargetKind",
    "TargetMeasure",
    "TaskState",
    "TrainingRun",
    "Unit",
    "UnitKeyword",
    "User",
    "Verdict",
    "VerdictKind",
    "WorkCalendar",
    "WorkHours",
]

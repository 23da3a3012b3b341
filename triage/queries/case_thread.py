"""The thread of a case as one reads it: comments, answers and notes in order, with what became of each."""

from dataclasses import dataclass, replace
from datetime import datetime

from models import Comment, CommentVersion, Event, Note, PastWord, Reply, ReplyStatus
from triage.rules.taken_back import Fate, fates

LONGEST_CHOICE = 60
FATES = {
    Fate.WITHDRAWN: "ditarik warga",
    Fate.HIDDEN: "disembunyikan",
    Fate.HIDDEN_APPROVED: "disembunyikan, disetujui supervisor",
}
FROM_LOG = "dari impor riwayat"
REMARKS = {
    ReplyStatus.QUEUED: "menunggu dikirim",
    ReplyStatus.SENDING: "sedang dikirim",
    ReplyStatus.FAILED: "gagal terkirim",
    ReplyStatus.ELSEWHERE: "dibalas di aplikasi",
}


@dataclass(frozen=True)
class Message:
    """One entry of the thread: a citizen's comment, our answer or an internal note."""

    side: str
    author: str
    text: str
    at: datetime
    remark: str = ""
    reply: Reply | None = None
    comment_id: int | None = None
    fate: Fate | None = None


def shortened(text: str) -> str:
    """Return the beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_CHOICE else f"{line[:LONGEST_CHOICE]}…"


def thread(
    comments: list[Comment],
    versions: list[CommentVersion],
    replies: list[Reply],
    notes: list[Note],
    names: dict[int, str],
) -> list[Message]:
    """Return comments, answers and notes as one thread, oldest first."""
    edited = {version.comment_id: version for version in versions}
    said = [
        Message(
            "citizen",
            comment.author_name or "Warga",
            comment.text,
            comment.posted_at,
            f"disunting: {edited[comment.id].text}" if comment.id in edited else "",
            comment_id=comment.id,
        )
        for comment in comments
    ]
    answered = [
        Message(
            "office",
            names.get(reply.author_id, "Petugas"),
            reply.text,
            reply.sent_at or reply.created_at,
            REMARKS.get(reply.status, ""),
            reply,
        )
        for reply in replies
    ]
    noted = [
        Message("note", names.get(note.author_id, "Petugas"), note.text, note.created_at, "catatan internal")
        for note in notes
    ]
    return sorted(said + answered + noted, key=lambda message: message.at)


def with_fates(messages: list[Message], events: list[Event]) -> list[Message]:
    """Return a thread that says which comments the citizen took back and which we hid."""
    known = fates(events)
    found = []
    for message in messages:
        fate = (known.get(message.comment_id) or known.get(None)) if message.comment_id else None
        remarks = [FATES[fate]] if fate else []
        remark = ", ".join(remarks + ([message.remark] if message.remark else []))
        found.append(replace(message, fate=fate, remark=remark))
    return found


def from_log(words: list[PastWord]) -> list[Message]:
    """Return what an imported log says that we wrote."""
    return [
        Message("note" if word.is_internal else "office", word.author_name or "Petugas", word.text, word.at, FROM_LOG)
        for word in words
    ]

"""Pack: cases that changed, or were never packed, go into the blocks that pages of figures read.

Figures are the same before and after; packing only keeps them fast. One piece is one commit, so it may stop anywhere.
"""

from sqlmodel import Session

from triage.queries import blocks

ALLOWED = 500  # changed cases that a page reads one by one without anybody noticing
PIECE = 4  # blocks


def wants(session: Session) -> bool:
    """Tell whether there is something to pack; holds nothing open."""
    found = blocks.to_pack(session, allowed=ALLOWED)
    session.rollback()
    return bool(found)


def everything(session: Session) -> int:
    """Pack until only few cases are left that changed; return how many blocks were written; commits each piece."""
    chunks = blocks.to_pack(session, allowed=ALLOWED)
    session.rollback()
    for start in range(0, len(chunks), PIECE):
        blocks.lock(session)
        blocks.pack(session, chunks[start : start + PIECE])
        session.commit()
    return len(chunks)

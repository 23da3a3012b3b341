"""What pages of figures read: the cases in blocks of numbers, and which cases changed since their block was packed.

Both are a projection of the cases and their measured rows: without them every figure is the same, only slower.
Triggers on the tables of cases and measures write `figure_change`, so no step can forget to.
"""

from sqlalchemy import BigInteger, Column, LargeBinary
from sqlmodel import Field, SQLModel


class FigureBlock(SQLModel, table=True):
    """The cases of one range of ids: `core`, `work` and `spans` are arrays of the layout queries.blocks describes.

    `stamp` is another number each time a block is packed.
    """

    __tablename__ = "figure_block"

    chunk: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    layout: int
    stamp: int = Field(sa_column=Column(BigInteger, nullable=False))
    core: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    work: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    spans: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class FigureChange(SQLModel, table=True):
    """A case was written since it was packed; one row a change, in the transaction that made it."""

    __tablename__ = "figure_change"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int

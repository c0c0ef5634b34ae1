"""The columns of a session table, as a mixin for declarative classes."""

# Annotations are objects here, no strings: SQLAlchemy would look strings up where the class says it
# is at home, which is the package.

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from session_lifecycle._words import MAX_WORD_LENGTH, SessionStatus, SessionTerminationReason
from session_lifecycle.integrations.sqlalchemy._plain import ForeignTextType, UtcDateTime
from session_lifecycle.integrations.sqlalchemy._types import (
    SessionStatusType,
    SessionTerminationReasonType,
)


class SessionColumns:
    """What a session table needs, to be read, settled and closed once. Mix it into your class.

    It has no key and no index: those are yours. `version` is the mapper's `version_id_col`, so that
    an ORM flush over somebody else's write raises `StaleDataError`; a class with `__mapper_args__`
    of its own puts `"version_id_col": SessionColumns.version` into them. Every statement of ours
    that changes a row adds 1. SQLAlchemy gives a `MappedAsDataclass` no plain mixins: write the
    columns out there.

    Attributes:
        status: where the session stands. Stored text that is no status reads as `None`.
        termination_reason: the winning claim's reason; `None` while it is live.
        termination_raw: the winning claim's word that could not be coerced, up to 64 characters.
        ended_by: the winning claim's source; `None` while it is live.
        claimed_at: when the winning claim says it ended, `None` if it gave no time. Claims that
            come later are compared with it.
        ended_at: the earliest time anybody claimed: what people are shown, and billed by. It may
            move earlier.
        started_at: when it started, if known; times before it do not count.
        closed_at: when live was first written to ended, by the writer's clock. It never moves.
        version: how often the row was written, from 1.
    """

    status: Mapped[SessionStatus | None] = mapped_column(SessionStatusType, nullable=False)
    termination_reason: Mapped[SessionTerminationReason | None] = mapped_column(
        SessionTerminationReasonType
    )
    termination_raw: Mapped[str | None] = mapped_column(ForeignTextType(MAX_WORD_LENGTH))
    ended_by: Mapped[str | None] = mapped_column(ForeignTextType)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1, server_default="1")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        # A subclass of a mapped class has its version there, and asks here all the same.
        _, *bases = cast("type[Any]", cls).__mro__
        if any("__mapper__" in vars(base) for base in bases):
            return {}
        return {"version_id_col": cls.version}


SessionColumns.__module__ = __package__ or __name__

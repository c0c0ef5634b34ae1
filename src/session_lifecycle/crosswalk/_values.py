"""What the crosswalk answers with."""

from datetime import datetime
from typing import NamedTuple

from session_lifecycle._ending import EndClaim
from session_lifecycle._words import SessionStatus, SessionTerminationReason, TranslationGrade
from session_lifecycle.crosswalk._rows import FieldKind


class Translation(NamedTuple):
    """What a vendor's word means in ours.

    Attributes:
        vendor: whose word it is, as in `vendors()`.
        code: the word: verbatim if it is listed, else as given, up to 256 characters.
        reason: the closest termination reason; `unknown` where none is true in every reading.
        grade: how well the reason fits.
        status: the status the word implies where it is not the reason's own: a terminal one for an
            ending, a live one for a word of grade `not_an_end`; else `None`.
        note: what is lost, added or undecided, for a person to read.
        retired: the last release or the date that had the word; `None` while it is in use.
        field: where in the vendor's records the word stands; `""` for an unlisted one.
    """

    vendor: str
    code: str
    reason: SessionTerminationReason
    grade: TranslationGrade
    status: SessionStatus | None
    note: str
    retired: str | None
    field: str

    @property
    def is_end(self) -> bool:
        """Whether the word may end a session: it has any grade but `not_an_end`."""
        return self.grade is not TranslationGrade.NOT_AN_END

    def claim(self, at: datetime | None = None, source: str | None = None) -> EndClaim | None:
        """Return the claim that this word makes, with the word, cut to 64 characters, as `raw`.

        A word of grade `unlisted` claims `unknown`: call this only for what was said of an ending.

        Args:
            at: when it was said of, an aware time; kept in UTC.
            source: who said it; the vendor, if it is not given.

        Returns:
            The claim; `None` for a word that does not end a session.

        Raises:
            ValueError: if `at` has no zone.

        >>> from session_lifecycle.crosswalk import translate
        >>> translate("sip", 486).claim()
        EndClaim(reason=callee_busy, at=None, source='sip', status=closed, raw='486')
        >>> translate("livekit", "MIGRATION").claim() is None
        True
        """
        if not self.is_end:
            return None
        source = self.vendor if source is None else source
        return EndClaim(self.reason, at, source, self.status, self.code or None)


class VendorField(NamedTuple):
    """One field of a vendor's records, and every word it can hold.

    Attributes:
        name: the field, in lower case with underscores.
        kind: what it tells: `reason`, `status`, `detector` or `event`.
        title: what the vendor calls it.
        version: the release or the date of what was read.
        source: where it was read.
        read: the day it was read, ISO 8601.
        rows: its words.
        also: other spellings, numbers and names, each with the word as the rows have it.
    """

    name: str
    kind: FieldKind
    title: str
    version: str
    source: str
    read: str
    rows: tuple[Translation, ...]
    also: tuple[tuple[str, str], ...]


class VendorVocabulary(NamedTuple):
    """All of a vendor's words.

    Attributes:
        vendor: its name here, as `translate` takes it.
        title: its name.
        fields: its fields, the one that says why a session ended first.
    """

    vendor: str
    title: str
    fields: tuple[VendorField, ...]

    @property
    def rows(self) -> tuple[Translation, ...]:
        """The words of all fields, in their order."""
        return tuple([row for field in self.fields for row in field.rows])

"""What a vendor's module is made of: fields, and in each one row a word.

A module holds data and nothing else: `TITLE`, and `FIELDS`, one for every place in a vendor's
records where such words stand. `same()` is for many codes whose cells are all alike.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from session_lifecycle._words import SessionStatus, SessionTerminationReason, TranslationGrade

FieldKind = Literal["reason", "status", "detector", "event"]
"""What a field tells: why it ended, where it stands, who picked up, or what just happened."""


class Row(NamedTuple):
    """One word of a vendor, and what it means in ours.

    Attributes:
        code: the word, verbatim; where part of it varies, that part is a name in angle brackets.
            `<sip>`, `<q850>` and `<websocket>` are numbers of those tables, which then decide;
            `<name>` and `<processor>` are one word without white space; any other may be anything.
        reason: the closest termination reason; `unknown` where no reason is true in every reading.
        grade: how well the reason fits.
        status: the status the word implies where it is not the reason's own; of a word that is no
            end, the live status.
        note: what is lost, added or undecided; never empty unless the grade is `exact`.
    """

    code: str
    reason: SessionTerminationReason
    grade: TranslationGrade
    status: SessionStatus | None
    note: str


class Field(NamedTuple):
    """One field of a vendor's records, and every word it can hold.

    Attributes:
        name: the field, in lower case with underscores.
        kind: what the field tells.
        title: what the vendor calls it.
        version: the release or the date of what was read.
        source: where it was read.
        read: the day it was read, ISO 8601.
        rows: its words.
        also: another spelling of a word, a number or a name, by the word as the rows have it.
        retired: the last release or the date that had a word which is no longer in use.
    """

    name: str
    kind: FieldKind
    title: str
    version: str
    source: str
    read: str
    rows: tuple[Row, ...]
    also: Mapping[str, str]
    retired: Mapping[str, str]


def same(
    reason: SessionTerminationReason,
    grade: TranslationGrade,
    status: SessionStatus | None,
    note: str,
    codes: tuple[str, ...],
) -> tuple[Row, ...]:
    """Return a row for each of many codes that differ in nothing else."""
    return tuple([Row(code, reason, grade, status, note) for code in codes])

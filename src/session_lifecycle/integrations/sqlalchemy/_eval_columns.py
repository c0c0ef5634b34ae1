"""The columns of eval runs and scores, and what they say as conditions with two values at most."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Enum,
    FromClause,
    Integer,
    Numeric,
    SQLColumnExpression,
    String,
    false,
    inspect,
    literal_column,
    true,
    type_coerce,
)
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from session_lifecycle._text import show
from session_lifecycle._words import EvalRunStatus

Source = FromClause | type[Any]
Named = str | SQLColumnExpression[Any]


def column_of(source: Source, named: Named, argument: str, of: str) -> ColumnElement[Any]:
    """Return the column of a table or a mapped class that has this name; a column is itself.

    Raises:
        TypeError: if it is not there.
    """
    if not isinstance(named, str):
        return cast("ColumnElement[Any]", named)
    if isinstance(source, FromClause):
        there, found = list(source.c.keys()), source.c.get(named)
    else:
        mapper = getattr(inspect(source, raiseerr=False), "mapper", None)
        if mapper is None:
            raise TypeError(f"the {of} are {show(source)}, expected a table or a mapped class")
        there = [str(name) for name in mapper.all_orm_descriptors.keys()]  # noqa: SIM118
        found = getattr(source, named) if named in there else None
    if found is None:
        raise TypeError(
            f"{argument} is {show(named)}, which is no column of the {of}: expected a column, or "
            f"one of {', '.join(map(show, there))}"
        )
    return found


def is_no_pass(passed: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a verdict is anything but true: false, NULL, in SQLite a 2.

    Raises:
        TypeError: if the column is no Boolean.
    """
    kind = _plain_type(passed)
    if not isinstance(kind, (Boolean, NullType)):
        raise TypeError(
            f"passed is of type {type(kind).__name__}, expected Boolean, because only True is a "
            "pass: give an expression such as `column == 1`"
        )
    return passed.is_not(true())


def is_marked(critical: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a run is marked critical; NULL is not, and may stay NULL.

    Raises:
        TypeError: if the column is neither a Boolean nor a number.
    """
    kind = _plain_type(critical)
    if isinstance(kind, (Integer, Numeric)):
        return critical != number(0)
    if not isinstance(kind, (Boolean, NullType)):
        raise TypeError(
            f"is_critical is of type {type(kind).__name__}, expected Boolean or a number: give an "
            "expression such as `column == 'yes'`"
        )
    # Not `IS true`: what SQLite holds beside 0 and 1 says something, and a gate had better look.
    return critical != false()


def has_status(status: ColumnElement[Any], *words: EvalRunStatus) -> ColumnElement[bool]:
    """Return whether the text in a column is one of the words, letter by letter."""
    kind = _plain_type(status)
    texts: list[str] = [word.value for word in words]
    if isinstance(kind, Enum):
        # Stored are its labels: by SQLAlchemy's default, the names of the members.
        read: Any = cast("Any", kind).result_processor(DefaultDialect(), None)
        texts = [label for label in kind.enums if _value(read(label)) in texts]
    stored = _AsStored(type_coerce(status, String()))
    return stored.in_([text(word) for word in texts]) if texts else false()


def number(value: int) -> ColumnElement[int]:
    """Return a number, written out: so the statement is one text, and its types are no guess."""
    return literal_column(str(value), Integer)


def text(value: str) -> ColumnElement[str]:
    """Return a text, written out."""
    return literal_column("'" + value.replace("'", "''") + "'", String)


def _plain_type(column: ColumnElement[Any]) -> TypeEngine[Any]:
    kind: TypeEngine[Any] = column.type
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def _value(member: Any) -> Any:
    return getattr(member, "value", member)


class _AsStored(FunctionElement[str]):
    """A column's text, compared letter by letter: past case-blind collations and types."""

    inherit_cache = True
    type = String()


@compiles(_AsStored)
def _as_it_is(element: _AsStored, compiler: Any, **given: Any) -> str:
    return str(compiler.process(element.clauses, **given))


@compiles(_AsStored, "postgresql")
def _in_postgresql(element: _AsStored, compiler: Any, **given: Any) -> str:
    # A native ENUM and `citext` become text. Where it is text already, nothing is done.
    return f'CAST({compiler.process(element.clauses, **given)} AS TEXT) COLLATE "C"'


@compiles(_AsStored, "sqlite")
def _in_sqlite(element: _AsStored, compiler: Any, **given: Any) -> str:
    # No cast: it would make text of bytes.
    return f"({compiler.process(element.clauses, **given)}) COLLATE BINARY"

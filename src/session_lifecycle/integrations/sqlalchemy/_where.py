"""Where a session is stored: in which table, in which of its columns, and in which row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Select,
    Table,
    bindparam,
    inspect,
    select,
    type_coerce,
)
from sqlalchemy.orm import Mapper

from session_lifecycle._text import show
from session_lifecycle.integrations.sqlalchemy._plain import UtcDateTime
from session_lifecycle.integrations.sqlalchemy._types import raw_value

Target = Table | type[Any]
"""Where sessions are: a `Table`, or a class mapped to one."""

# The columns of `SessionColumns`, and whether a table can do without. Without one of those, less
# can be told of the claim that won, and so of who wins next.
# fmt: off
_NEEDED: Mapping[str, bool] = {
    "status":             True,
    "termination_reason": True,
    "termination_raw":    False,
    "ended_by":           False,
    "claimed_at":         False,
    "ended_at":           True,
    "started_at":         False,
    "closed_at":          False,
    "version":            True,
}
# fmt: on
# Their text is read as it is stored: a word from next year must not be taken for no word.
_WORDS = frozenset({"status", "termination_reason"})


class SessionTable(NamedTuple):
    """A table of sessions.

    Attributes:
        table: the table.
        mapper: of the class that is mapped to it, if a class was given.
        primary: the primary key's columns, in the order in which a key gives their values.
        columns: the table's columns by the names in `SessionColumns`.
        names: what the class, or the table, calls those columns.
        row: selects what a write must know of a row, with `key` for its parameters.
        locked: the same, and locks the row until the transaction ends.
    """

    table: Table
    mapper: Mapper[Any] | None
    primary: tuple[ColumnElement[Any], ...]
    columns: Mapping[str, Column[Any]]
    names: Mapping[str, str]
    row: Select[Any]
    locked: Select[Any]

    def key(self, key: object) -> dict[str, object]:
        """Return the parameters of `row` for the row of this key.

        Raises:
            ValueError: if the key has not as many values as the primary key has columns.
        """
        primary = self.primary
        values = key_values(key)
        if len(values) != len(primary) or None in values:
            raise ValueError(
                f"key is ({shown(values)}), and the primary key of {show(self.table.name)} is "
                f"({', '.join(column.name for column in primary)}): "
                "expected a value for each, in this order, as a tuple if there are several"
            )
        return {f"key_{n}": value for n, value in enumerate(values)}

    def is_row(self, key: object) -> tuple[ColumnElement[bool], ...]:
        """Return the condition for the row of this key.

        Raises:
            ValueError: if the key has not as many values as the primary key has columns.
        """
        values = self.key(key).values()
        return tuple(c == v for c, v in zip(self.primary, values, strict=True))


def _as_read(name: str, column: Column[Any]) -> ColumnElement[Any]:
    if name in _WORDS:
        return raw_value(column).label(name)
    if isinstance(column.type, DateTime) and column.type.timezone:
        # SQLite keeps no zone; what was written there was UTC.
        return type_coerce(column, UtcDateTime()).label(name)
    return column.label(name)


def key_values(key: object) -> tuple[object, ...]:
    """Return the values of a key, of which there is one for each column of the primary key."""
    return cast("tuple[object, ...]", key) if isinstance(key, tuple) else (key,)


def session_table(target: Target, names: Mapping[str, str | None] | None = None) -> SessionTable:
    """Return where the sessions of a table or of a mapped class are.

    Args:
        target: a `Table`, or a class mapped to one.
        names: what the columns are called that are not called as in `SessionColumns` (attributes,
            for a mapped class); `None` for one the table does not have.

    Raises:
        TypeError: if `target` is neither.
        ValueError: if a column is missing, or a name in `names` is not ours.
    """
    hashable: Any = target
    return _session_table(hashable, frozenset((names or {}).items()))


# Looking it all up and building the statement took a third of the time of a claim that lost.
@lru_cache(maxsize=64)
def _session_table(target: Target, names: frozenset[tuple[str, str | None]]) -> SessionTable:
    given = dict(names)
    strangers = given.keys() - _NEEDED.keys()
    if strangers:
        raise ValueError(
            f"columns names {shown(sorted(strangers))}, which no column of a session is called: "
            f"expected some of {', '.join(_NEEDED)}, each with its name in the table"
        )
    mapper = None if isinstance(target, Table) else _mapper(target)
    found: dict[str, Column[Any]] = {}
    called: dict[str, str] = {}
    for name, needed in _NEEDED.items():
        its_name = given.get(name, name)
        if its_name is None and not needed:
            continue
        column = _column(target, mapper, its_name)
        if column is None:
            raise ValueError(_missing(target, name, its_name, needed))
        found[name], called[name] = column, cast("str", its_name)
    tables = {column.table for column in found.values()}
    table: Any = found["status"].table
    if len(tables) > 1 or not isinstance(table, Table) or not table.primary_key:
        raise ValueError(
            f"the columns of {_called(target)} are in several tables, or in none, or in one "
            "without a primary key: expected one table, of which one UPDATE can write a row"
        )
    for name, column in found.items():
        if isinstance(column.type, DateTime) and not column.type.timezone:
            raise ValueError(
                f"the column {show(column.name)} of {_called(target)}, for {name}, is a DateTime "
                "without a zone, which would be read back as another time: expected UtcDateTime, "
                "or DateTime(timezone=True) where the database has such a type"
            )
    # As the ORM's `get` takes them, which may be another order than the table's.
    primary: tuple[ColumnElement[Any], ...] = tuple(
        table.primary_key if mapper is None else mapper.primary_key
    )
    keys = [column == bindparam(f"key_{n}") for n, column in enumerate(primary)]
    row = select(*[_as_read(name, column) for name, column in found.items()]).where(*keys)
    # Whoever refers to the row by a foreign key need not wait for this lock.
    locked = row.with_for_update(key_share=True)
    return SessionTable(table, mapper, primary, found, called, row, locked)


def _mapper(target: object) -> Mapper[Any]:
    found: Any = inspect(target, raiseerr=False)
    if not issubclass(type(found), Mapper):
        raise TypeError(f"target is {show(target)}, expected a Table or a class mapped to one")
    mapper: Mapper[Any] = found
    return mapper


def _column(target: Target, mapper: Mapper[Any] | None, name: str | None) -> Column[Any] | None:
    columns = cast("Table", target).columns if mapper is None else mapper.columns
    column = None if name is None else columns.get(name)
    return column if isinstance(column, Column) else None


def _missing(target: Target, name: str, its_name: str | None, needed: bool) -> str:
    otherwise = "" if needed else f", or columns={{{name!r}: None}} if it has none"
    given = "None" if its_name is None else show(its_name)
    return (
        f"{_called(target)} has no column {given} for {name}: expected the columns of "
        f"SessionColumns; say what it is called by columns={{{name!r}: ...}}{otherwise}"
    )


def _called(target: Target) -> str:
    name = target.name if isinstance(target, Table) else target.__name__
    return show(str(name))


def shown(words: Iterable[object]) -> str:
    """Return each as `show` does, in a row."""
    return ", ".join(map(show, words))

"""The immutable values users build and compare: slotted, checked, picklable.

A `NamedTuple` would not do: `_replace` goes round its checks, it equals any tuple with the same
cells, and it sorts by the wrong thing. A frozen dataclass would, but importing `dataclasses` costs
more than this whole package does. To a type checker these classes are frozen dataclasses.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar, cast, dataclass_transform

from session_lifecycle._text import show

_V = TypeVar("_V", bound="Value")

# How a value's own `__init__` writes its slots, past the refusal below.
fill = object.__setattr__


@dataclass_transform(frozen_default=True, eq_default=True)
class Value:
    """Base of the immutable values. A subclass lists its slots and checks them in `__init__`.

    The slots are the constructor's parameters, in its order: pickling, copying, `copy.replace` and
    pattern matching all come back through the constructor, and so through its checks.
    """

    __slots__ = ()
    _names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._names = cls.__dict__["__slots__"]
        # To a checker the name is final; it is the one a dataclass would have, too.
        type.__setattr__(cls, "__match_args__", cls._names)

    def _cells(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self._names])

    # Were a checker to see these two, it would take any name for an attribute.
    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: object) -> NoReturn:
            raise AttributeError(f"{type(self).__name__} is immutable: build a new one")

        def __delattr__(self, name: str) -> NoReturn:
            raise AttributeError(f"{type(self).__name__} is immutable: build a new one")

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        assert isinstance(other, Value)
        return self._cells() == other._cells()

    def __hash__(self) -> int:
        return hash((type(self), self._cells()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._cells()

    def __copy__(self: _V) -> _V:
        return self

    def __deepcopy__(self: _V, memo: object) -> _V:
        return self

    def __replace__(self: _V, **changes: Any) -> _V:
        """Return a copy with some cells changed, checked again (`copy.replace`, Python 3.13)."""
        cells = dict(zip(self._names, self._cells(), strict=True))
        return type(self)(**(cells | changes))

    def __repr__(self) -> str:
        cells = zip(self._names, self._cells(), strict=True)
        return f"{type(self).__name__}({', '.join(f'{n}={_cell(c)}' for n, c in cells)})"


def _cell(cell: object) -> str:
    if isinstance(cell, Enum):
        return str(cell.value)
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, tuple):
        return f"[{', '.join([_cell(part) for part in cast('tuple[object, ...]', cell)])}]"
    if isinstance(cell, Value):
        return repr(cell)
    return show(cell)


def utc(value: Any, name: str) -> datetime | None:
    """Return an aware `datetime` in UTC, or `None` for `None`.

    Raises:
        TypeError: if `value` is neither a `datetime` nor `None`.
        ValueError: if it has no time zone, or lies outside what UTC can express.
    """
    if value is None:
        return None
    if not issubclass(type(value), datetime):
        raise TypeError(
            f"{name} is {show(value)}, expected an aware datetime or None: "
            "parse text with datetime.fromisoformat first"
        )
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    try:
        # A subclass (pandas, pendulum) would bring its own equality and pickling along, and a zone
        # may fail when it is asked, or lead out of the calendar.
        own = datetime.combine(datetime.date(value), datetime.time(value), value.tzinfo)
        naive = own.utcoffset() is None
        moved = own if naive else own.astimezone(UTC)
    except Exception as error:
        raise ValueError(
            f"{name} is a time which UTC cannot express: {type(error).__name__} in its zone"
        ) from error
    if naive:
        raise ValueError(
            f"{name} is {own.isoformat()}, a time without a zone: attach the one it was read in, "
            "for example value.replace(tzinfo=UTC)"
        )
    return moved

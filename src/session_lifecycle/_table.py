"""Rows into a read-only mapping. Knows no word of the domain.

A table is a tuple of `NamedTuple` rows: a missing cell is a type error, and unlike a dict literal,
in which a repeated key silently replaces the first, a repeated row is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def index(rows: Iterable[V], key: Callable[[V], K]) -> Mapping[K, V]:
    """Return a read-only mapping from `key(row)` to row, in the order of the rows.

    Raises:
        ValueError: if two rows have the same key.
    """
    found: dict[K, V] = {}
    for row in rows:
        name = key(row)
        if name in found:
            raise ValueError(f"two rows for {name!s}: {found[name]!r} and {row!r}")
        found[name] = row
    return MappingProxyType(found)

"""The same machine in other state machine libraries, one file a library.

Each is written the way the library's own documentation tells a user to, as fast as fair use of it
allows, and is proved to give the same 154 answers as ours before it is timed. Its module says what
was chosen and why. A library that is not installed is told so in the table.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from tests.bench.harness import NotInstalledError


class Peer(NamedTuple):
    """One library's machine.

    Attributes:
        name: the name of its distribution.
        make: returns a new machine, one session's, which is queued.
        walk: takes a new machine through the history of `rules`.
        take: lets an event happen to a machine: the status that follows, or `None` if refused.
        drop: forgets machines, for a library that keeps a list of them.
    """

    name: str
    make: Callable[[], Any]
    walk: Callable[[Any], None]
    take: Callable[[Any, str], str | None]
    drop: Callable[[list[Any]], None] = lambda machines: None


# How many times faster than each we mean to be, in the order of the table.
PEERS: dict[str, int] = {
    "automat": 40,
    "transitions": 100,
    "python-statemachine": 1_000,
    "xstate-statemachine": 150,
}


def load(name: str) -> Peer:
    """Return a library's machine.

    Raises:
        NotInstalledError: if it is not installed.
    """
    try:
        found: Peer = import_module(f"{__name__}.with_{name.replace('-', '_')}").PEER
    except ModuleNotFoundError as error:
        raise NotInstalledError(f"{error.name} is not installed") from error
    return found


def answer(peer: Peer, way: tuple[str, ...], event: str) -> tuple[str, str | None]:
    """Return the status that a new machine has after some events, and what one more leads to."""
    machine, status = peer.make(), "queued"
    for step in way:
        status = peer.take(machine, step) or "refused on the way"
    found = status, peer.take(machine, event)
    peer.drop([machine])
    return found

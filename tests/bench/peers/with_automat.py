"""The machine in Automat: `TypeMachineBuilder`, the way its documentation teaches first.

What was chosen. One `Protocol` of inputs, a state for each status, `.to()` for a move and `.loop()`
for what changes nothing. Every transition `.returns()` the status it leads to, a constant: Automat
keeps the state to itself, and a constant is the cheapest output there is. The machine is built
once; a session is one instance of it, with a core of no content.
"""

from __future__ import annotations

from typing import Any, Protocol

from automat import NoTransition, TypeMachineBuilder

from tests.bench.peers import Peer
from tests.bench.peers.rules import MOVES, STATUSES, STAYS, walk


class Inputs(Protocol):
    """What can happen."""

    def ring(self) -> str: ...
    def answer(self) -> str: ...
    def pause(self) -> str: ...
    def resume(self) -> str: ...
    def request_human(self) -> str: ...
    def request_approval(self) -> str: ...
    def approve(self) -> str: ...
    def deny(self) -> str: ...
    def transfer(self) -> str: ...
    def return_to_agent(self) -> str: ...
    def close(self) -> str: ...
    def expire(self) -> str: ...
    def fail(self) -> str: ...
    def supersede(self) -> str: ...


class Core:
    """What a session would keep besides its state: nothing."""

    __slots__ = ()


def _build() -> Any:
    builder = TypeMachineBuilder(Inputs, Core)
    states = {status: builder.state(status) for status in STATUSES}  # The first is the initial one.
    for event, sources, target in MOVES:
        for source in sources:
            states[source].upon(getattr(Inputs, event)).to(states[target]).returns(target)
    for event, sources in STAYS:
        for source in sources:
            states[source].upon(getattr(Inputs, event)).loop().returns(source)
    return builder.build()


_CORE = Core()
_machine = _build()


def _make() -> Any:
    return _machine(_CORE)


def _take(machine: Any, event: str) -> str | None:
    try:
        return getattr(machine, event)()
    except NoTransition:
        return None


PEER = Peer("automat", make=_make, walk=walk, take=_take)

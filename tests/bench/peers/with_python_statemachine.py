"""The machine in python-statemachine: a `StateMachine` class with states and events.

What was chosen. `StateMachine`, which raises for an event without a transition, where `StateChart`,
the same engine with the defaults of SCXML, ignores it; what changes nothing as an internal
transition to itself, which runs no exit or entry; no callbacks, no model of our own; events called
as methods. A terminal status is no `final` state: it hears late reports, and a final state may have
no transitions.
"""

from __future__ import annotations

from typing import Any

from statemachine import State, StateMachine
from statemachine.exceptions import TransitionNotAllowed

from tests.bench.peers import Peer
from tests.bench.peers.rules import MOVES, STATUSES, STAYS, walk


def _class() -> type[StateMachine]:
    # Its class body, written from the rules: a state for each status, a transition list an event.
    states = {status: State(initial=status == "queued") for status in STATUSES}
    body: dict[str, Any] = {f"is_{status}": state for status, state in states.items()}
    for event, sources, target in MOVES:
        body[event] = states[target].from_(*(states[source] for source in sources))
    for event, sources in STAYS:
        for source in sources:
            body[event] |= states[source].to.itself(internal=True)
    return type("Call", (StateMachine,), body)


Call = _class()
Call.__module__ = __name__  # So that it pickles.


def _take(machine: Any, event: str) -> str | None:
    try:
        machine.send(event)
    except TransitionNotAllowed:
        return None
    return machine.current_state_value.removeprefix("is_")


PEER = Peer("python-statemachine", make=Call, walk=walk, take=_take)

"""The machine in xstate-statemachine: a configuration, run by a `SyncInterpreter`.

What was chosen. `SyncInterpreter`, which needs no event loop, and not the pure functions over
snapshots, which build a snapshot for each event; `Event` objects made once, which saves `send` from
making one of a text each time; what changes nothing as a transition without a target. It ignores an
event it has no transition for, so that a refusal is asked for with `can`; the timed walk does not
ask. A terminal status is no `final` state: that would stop the interpreter, and late reports are
heard.
"""

from __future__ import annotations

from typing import Any

from xstate_statemachine import Event, SyncInterpreter, create_machine

from tests.bench.peers import Peer
from tests.bench.peers.rules import HISTORY, MOVES, STATUSES, STAYS


def _config() -> dict[str, Any]:
    states: dict[str, dict[str, dict[str, Any]]] = {status: {"on": {}} for status in STATUSES}
    for event, sources, target in MOVES:
        for source in sources:
            states[source]["on"][event] = target
    for event, sources in STAYS:
        for source in sources:
            states[source]["on"][event] = {"actions": []}
    return {"id": "session", "initial": "queued", "states": states}


_machine = create_machine(_config())
_HISTORY = [Event(type=event) for event in HISTORY]


def _make() -> Any:
    return SyncInterpreter(_machine).start()


def _walk(interpreter: Any) -> None:
    send = interpreter.send
    for event in _HISTORY:
        send(event)


def _take(interpreter: Any, event: str) -> str | None:
    if not interpreter.can(event):
        return None
    interpreter.send(event)
    (state,) = interpreter.current_state_ids
    return state.removeprefix("session.")


PEER = Peer("xstate-statemachine", make=_make, walk=_walk, take=_take)

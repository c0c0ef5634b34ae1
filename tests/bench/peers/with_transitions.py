"""The machine in transitions: one `Machine`, a model for each session.

What was chosen. The core `Machine`, not an extension; `auto_transitions=False`, which saves a
`to_<state>` method for each state; states and triggers as text; what changes nothing as an internal
transition (`dest=None`), which runs no exit or entry. One machine without a model of its own serves
all that are added (`add_model`): a session is a model only, and triggers are called as its methods.
"""

from __future__ import annotations

from typing import Any

from transitions import Machine, MachineError

from tests.bench.peers import Peer
from tests.bench.peers.rules import MOVES, STATUSES, STAYS, walk


class Model:
    """What a session is to its machine: it gets its state and its triggers from there."""


_machine = Machine(model=None, states=list(STATUSES), initial="queued", auto_transitions=False)
for _event, _sources, _target in MOVES:
    _machine.add_transition(_event, list(_sources), _target)
for _event, _sources in STAYS:
    _machine.add_transition(_event, list(_sources), None)


def _make() -> Any:
    model = Model()
    _machine.add_model(model)
    return model


def _drop(models: list[Any]) -> None:
    _machine.remove_model(models)


def _take(model: Any, event: str) -> str | None:
    try:
        model.trigger(event)
    except MachineError:
        return None
    return model.state


PEER = Peer("transitions", make=_make, walk=walk, take=_take, drop=_drop)

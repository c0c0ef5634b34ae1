"""The rows of the wire: records from JSON and back, against what a user would take instead.

Both sides read the same bytes, and give the same values of the same types; both write what was
read, and say the same. `shapes.py` says what each does besides, which is what the ratio pays for.

A round is a turn of 500 conversations for each of the six, one at a time, none kept; twenty rounds
are 10,000, each once. The collector of cyclic garbage runs, as it does in a service: whoever makes
more objects has more of it to do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from typing import Any

from tests.bench.bodies import bodies
from tests.bench.harness import CLOCK, Contest, NotInstalledError, Sample
from tests.bench.shapes import Side, ours, theirs

_LIBRARIES = ("json", "orjson", "msgspec")
# The names of the distributions, and how each is called to read and to write.
_OTHERS = {
    "pydantic": ("pydantic models, model_validate_json", "pydantic models, model_dump_json"),
    "msgspec": ("msgspec Structs, json.Decoder", "msgspec Structs, json.Encoder"),
    "cattrs": ("plain attrs classes, cattrs with orjson",) * 2,
}
_CHECKED = 20

Make = Callable[[], Side]


def wire(*, quick: bool = False) -> Iterator[Contest]:
    """What do records cost on the wire?"""
    turn, rounds = (5, 3) if quick else (500, 20)
    of = f"{turn * rounds:,} conversations of 31 fields with 5 runs of 3 scores"
    for reads, verb in ((True, "loads"), (False, "dumps")):
        for library in _LIBRARIES:
            for name, against in _OTHERS.items():
                sides: tuple[Make, Make] = partial(ours, library), partial(theirs, name)
                yield Contest(
                    f"make_converter('{library}').{verb}, {of}",
                    against[0 if reads else 1],
                    None,
                    partial(check, *sides),
                    partial(_samples, library, name, (turn, rounds, reads)),
                    rounds=rounds,
                    peer=name,
                )


def check(ours: Make, theirs: Make) -> None:
    """Raise unless both sides read the same values, and write what was read."""
    sides = ours(), theirs()
    for body in bodies(0, _CHECKED):
        said = json.loads(body)
        mine, other = (side.loads(body) for side in sides)
        if values(mine, said) != values(other, said):
            raise AssertionError(f"{mine!r} and {other!r} of {said}")
        for side, value in zip(sides, (mine, other), strict=True):
            if json.loads(side.dumps(value)) != said:
                raise AssertionError(f"{value!r} is written as {side.dumps(value)!r}")


def values(made: Any, said: Any) -> Any:
    """Return what an object holds under the names that JSON gave it, each value with its type."""
    if isinstance(said, dict) and not isinstance(made, dict):
        return {name: values(getattr(made, name), inner) for name, inner in said.items()}
    if isinstance(said, list):
        return [values(one, inner) for one, inner in zip(made, said, strict=True)]
    return type(made), made


@cache
def _measured(turn: int, rounds: int, reads: bool) -> list[dict[tuple[str, str], float]]:
    """Let all sides take turns: the seconds of each, round by round."""
    sides: dict[tuple[str, str], Side] = {}
    for whose, make, names in (("ours", ours, _LIBRARIES), ("theirs", theirs, _OTHERS)):
        for name in names:
            with suppress(NotInstalledError):  # Its rows have said so.
                side = sides[whose, name] = make(name)
                side.dumps(side.loads(bodies(0, 1)[0]))  # What is made once is made.
    found: list[dict[tuple[str, str], float]] = []
    for number in range(rounds):
        given = bodies(number * turn, turn)
        found.append({key: _took(side, given, reads) for key, side in sides.items()})
    return found


def _took(side: Side, given: list[bytes], reads: bool) -> float:
    work: Callable[[Any], Any] = side.loads if reads else side.dumps
    things: list[Any] = given if reads else [side.loads(body) for body in given]
    begun = CLOCK()
    for thing in things:
        work(thing)
    return CLOCK() - begun


def _samples(library: str, name: str, size: tuple[int, int, bool]) -> Callable[[], Sample]:
    found = iter(_measured(*size))

    def sample() -> Sample:
        one = next(found)
        return Sample(one["ours", library], one["theirs", name])

    return sample

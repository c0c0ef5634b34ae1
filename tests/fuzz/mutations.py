"""Changes that keep what bytes changed alone seldom keep: JSON stays JSON, a word a word.

Half of the changes are libFuzzer's own, of bytes, with its dictionary. Of the others, those of JSON
Lines move, repeat or drop a line, or change one place in one line's JSON; those of words spell one
of ours in some other way. Every change follows from the seed it is given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.fuzz.inputs import FITTING, HOSTILE, NAMES, json_of, may_be_deep, words

Bytewise = Callable[[bytes, int], bytes]

_WORDS = words()


def json_lines(data: bytes, max_size: int, seed: int, bytewise: Bytewise) -> bytes:
    """Return other bytes, no more than `max_size`."""
    random = Random(seed)
    found = data.splitlines(keepends=True)
    if not found or random.random() < 0.5:
        return bytewise(data, max_size)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        random.choice((_move, _repeat, _drop, _change, _change, _change, _change))(found, random)
    changed = b"".join(found)
    return changed if 0 < len(changed) <= max_size else bytewise(data, max_size)


def spelling(data: bytes, max_size: int, seed: int, bytewise: Bytewise) -> bytes:
    """Return other bytes, no more than `max_size`: one of our words, spelled in some way."""
    random = Random(seed)
    if random.random() < 0.5:
        return bytewise(data, max_size)
    parts = random.choice(_WORDS).split("_")
    cases = (str.lower, str.lower, str.upper, str.capitalize, str.title, str.swapcase)
    case = random.choice(cases)
    mixed = random.random() < 0.3
    text = ""
    for part in parts:
        text += random.choice(_JOINTS) if text else random.choice(("", "", "", *_JOINTS))
        text += (random.choice(cases) if mixed else case)(part)
    if random.random() < 0.2:
        place = random.randint(0, len(text))
        text = text[:place] + random.choice(_ODD) + text[place + random.randint(0, 1) :]
    return text.encode()[:max_size] or b"0"


# With what looks like a joint and is none, and letters that fold to others.
_JOINTS = (
    *("_", "_", "-", ".", "/", ":", " ", "", "\t", " - ", "__"),
    *("\xa0", "\u2003", ",", "\u2014"),
)
_ODD = (
    *("\u017f", "\ufb00", "\ufb06", "\u212a", "\u0130", "\u0131"),
    *("\x00", "\u200b", "E", "e", "x" * 60),
)


def _move(found: list[bytes], random: Random) -> None:
    if found:
        found.insert(random.randint(0, len(found) - 1), found.pop(random.randrange(len(found))))


def _repeat(found: list[bytes], random: Random) -> None:
    if found:
        found.insert(random.randint(0, len(found)), random.choice(found))


def _drop(found: list[bytes], random: Random) -> None:
    if len(found) > 1:
        found.pop(random.randrange(len(found)))


def _change(found: list[bytes], random: Random) -> None:
    if not found:
        return
    place = random.randrange(len(found))
    try:
        body = json_of(found[place])
    except ValueError:
        return
    whole = {"": body}
    slots = list(_slots(whole))
    holder, key = random.choice(slots)
    other_holder, other = random.choice(slots)
    kind = random.randrange(8)
    if kind == 0 and isinstance(holder, dict) and len(holder) > 1:
        del holder[key]
    elif kind == 1 and isinstance(holder[key], dict):
        name = random.choice(NAMES)
        holder[key][name] = _value(random, name)
    elif kind == 2 and isinstance(holder[key], list):
        holder[key].append(_value(random, key))
    elif kind == 3:
        # As text: one object in two places would be two in the next round.
        holder[key] = json.loads(json.dumps(other_holder[other]))
    else:
        holder[key] = _value(random, key)
    changed = json.dumps(whole.get("")).encode()
    if not may_be_deep(changed):
        found[place] = changed + b"\n"


def _value(random: Random, key: object) -> Any:
    if random.random() < 0.5 and isinstance(key, str) and key in FITTING:
        return str(random.choice(FITTING[key]))
    if random.random() < 0.4:
        # The first of them are the short ones: no value, truth values, small numbers.
        return random.choice(HOSTILE[: random.choice((10, len(HOSTILE)))])
    return random.choice(_WORDS)


def _slots(holder: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value, by what holds it and under which key."""
    for key in holder if isinstance(holder, dict) else range(len(holder)):
        yield holder, key
        if isinstance(holder[key], (dict, list)):
            yield from _slots(holder[key])

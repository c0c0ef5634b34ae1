"""Histories: what happened to one session, in the order in which it arrived.

Five kinds, each built so, never found by trying: a walk over the machine's table gives the legal
moves; what makes a kind is put in between or behind.
"""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument
from hypothesis.strategies import SearchStrategy

from session_lifecycle._history import HistoryStep
from session_lifecycle._text import show
from session_lifecycle._words import SessionStatus
from session_lifecycle.testing._beats import (
    Beat,
    End,
    Writer,
    beats,
    ends,
    marked_beats,
    perhaps_an_end,
)
from session_lifecycle.testing._named import named

HistoryKind = Literal["legal", "illegal", "late", "duplicated", "shuffled"]
"""What a history is an example of."""

_KINDS: tuple[HistoryKind, ...] = ("legal", "illegal", "late", "duplicated", "shuffled")
_SHORTEST = 4

_STARTS = st.sampled_from((SessionStatus.QUEUED, SessionStatus.ACTIVE))


@st.composite
def _legal_steps(
    draw: st.DrawFn, moves: SearchStrategy[list[Beat]], end: SearchStrategy[End | None]
) -> list[HistoryStep]:
    writer = Writer(draw(_STARTS))
    for one in draw(moves):
        writer.move(one)
    ended = draw(end)
    if ended is not None:
        writer.end(ended)
    return writer.steps


def _legal(
    size: int, *, distinct: bool = False, min_size: int = 0
) -> SearchStrategy[list[HistoryStep]]:
    """Live moves, and perhaps an end. Not one of them is illegal, late or a redelivery."""
    moves = st.lists(beats(distinct=distinct), min_size=min_size, max_size=size - 1)
    return _legal_steps(moves, perhaps_an_end(distinct=distinct))


@st.composite
def _illegal(draw: st.DrawFn, size: int) -> list[HistoryStep]:
    """A legal history with what a live session cannot do in between."""
    writer = Writer(draw(_STARTS))
    beat = beats(distinct=False)
    # The first is legal: what is illegal for a queued session may be legal for an active one, and
    # a reader of the history cannot know which it was.
    writer.move(draw(beat))
    for one, refused in draw(marked_beats(distinct=False, max_size=size - 4)):
        # What is refused may need a move before it, here and at the end.
        if len(writer.steps) + 2 > size - 3:
            break
        if refused:
            writer.refuse(one)
        else:
            writer.move(one)
    writer.refuse(draw(beat))
    ended = draw(perhaps_an_end(distinct=False))
    if ended is not None:
        writer.end(ended)
    return writer.steps


@st.composite
def _late_steps(
    draw: st.DrawFn,
    before: SearchStrategy[list[tuple[Beat, bool]]],
    end: SearchStrategy[End],
    behind: SearchStrategy[list[Beat | End]],
    distinct: bool,
) -> list[HistoryStep]:
    writer = Writer(draw(_STARTS))
    for one, again in draw(before):
        # A `ring` that comes first would be taken for the start.
        if again and writer.steps:
            writer.come_again(one)
        else:
            writer.move(one)
    writer.end(draw(end))
    for after in draw(behind):
        if isinstance(after, End):
            writer.claim_late(after, distinct=distinct)
        else:
            writer.say_late(after)
    return writer.steps


def _late(size: int, *, distinct: bool = False) -> SearchStrategy[list[HistoryStep]]:
    """A history that goes on after its end, with redeliveries before it; nothing is illegal."""
    before = size // 2 - 1
    end = ends(distinct=distinct)
    behind: SearchStrategy[Beat | End] = beats(distinct=distinct) | end
    return _late_steps(
        marked_beats(distinct=distinct, max_size=before),
        end,
        st.lists(behind, min_size=1, max_size=size - before - 1),
        distinct,
    )


_PLACE = st.integers(0, 15)


@st.composite
def _duplicated_steps(
    draw: st.DrawFn, once: SearchStrategy[list[HistoryStep]], size: int
) -> list[HistoryStep]:
    steps = draw(once)
    again = st.lists(st.tuples(_PLACE, _PLACE), min_size=1, max_size=max(1, size - len(steps)))
    for which, where in draw(again):
        step = steps[which % len(steps)]
        first = steps.index(step) + 1
        steps.insert(first + where % (len(steps) - first + 1), step)
    return steps


def _duplicated(size: int) -> SearchStrategy[list[HistoryStep]]:
    """A legal or late history, some of whose steps arrive again later on, under the same id."""
    base = (size + 1) // 2
    return _duplicated_steps(_legal(base, min_size=1) | _late(max(base, 3)), size)


@st.composite
def _shuffled_steps(
    draw: st.DrawFn, in_order: SearchStrategy[list[HistoryStep]]
) -> list[HistoryStep]:
    steps = draw(in_order)
    order = draw(st.permutations(range(len(steps))))
    if list(order) == sorted(order):
        order = [1, 0, *order[2:]]
    return [steps[place] for place in order]


def _shuffled(size: int) -> SearchStrategy[list[HistoryStep]]:
    """A legal or late history, no two of whose steps share a time, in another order."""
    legal = _legal(size, distinct=True, min_size=2)
    return _shuffled_steps(legal | _late(size, distinct=True))


@named
def histories(
    *, kind: HistoryKind | None = None, max_length: int = 8
) -> SearchStrategy[list[HistoryStep]]:
    """Return a strategy for histories of one session, in the order in which its steps arrive.

    Every step has an id. Most have a time; those close together often share it, or its second.
    Together they reach all eleven statuses and claims of every rank.

    - `legal`: live moves, and perhaps one end. `replay(steps, strict=True)` says `moved` to each.
    - `illegal`: at least one step that is `illegal`, the others legal.
    - `late`: an end, and at least one report after it; redeliveries before. Nothing is illegal.
    - `duplicated`: legal or late, with steps that arrive again under the same id. `replay` comes
      to the same as without them.
    - `shuffled`: legal or late, every step with a time of its own, in another order. `replay` comes
      to the same as in order.

    It shrinks to no steps, or to the shortest of its kind: one second apart, from noon on.

    Args:
        kind: which kind; `None` for all five.
        max_length: how many steps at most, at least 4.

    Raises:
        InvalidArgument: for another kind, or fewer steps.

    Example: `histories(kind="shuffled", max_length=12)`.
    """
    if kind is not None and kind not in _KINDS:
        raise InvalidArgument(f"kind is {show(kind)}, expected one of: {', '.join(_KINDS)}")
    if max_length < _SHORTEST:
        raise InvalidArgument(f"max_length is {show(max_length)}, expected at least {_SHORTEST}")
    by_kind = {
        "legal": _legal(max_length),
        "illegal": _illegal(max_length),
        "late": _late(max_length),
        "duplicated": _duplicated(max_length),
        "shuffled": _shuffled(max_length),
    }
    return st.one_of(*by_kind.values()) if kind is None else by_kind[kind]

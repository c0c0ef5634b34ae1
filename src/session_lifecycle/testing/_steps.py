"""Steps: one thing that happened, as somebody reported it. Histories are built in `_histories`."""

from __future__ import annotations

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from session_lifecycle._ending import EndClaim
from session_lifecycle._history import HistoryStep
from session_lifecycle._words import SessionEvent
from session_lifecycle.testing._endings import claims
from session_lifecycle.testing._mix import among, together, weighted
from session_lifecycle.testing._named import named
from session_lifecycle.testing._times import times
from session_lifecycle.testing._words import EVENTS, sources

# Events that nobody knows; the last but one is longer than is kept.
UNKNOWN_EVENTS = ("hibernate", "answered", "call.ended", "", "ring" * 17, "\u202eanswer")

# Whom a step is about, and which of their connections. Most reports do not say.
_NOBODY = ("", "")
_PARTIES = (("caller", ""), ("caller", "PA_1"), ("caller", "PA_2"), ("operator", "PA_9"))
_IDS = ("step-1", "step-2", "step-3", "step-4")

# Stands for a claim, to be drawn.
_A_CLAIM = object()


def _whats(
    claim: SearchStrategy[EndClaim], unknown: tuple[str, ...]
) -> SearchStrategy[SessionEvent | EndClaim | str]:
    """An event by one choice, a claim by one more than its own."""

    def what(drawn: object) -> SearchStrategy[SessionEvent | EndClaim | str]:
        if isinstance(drawn, str):
            return st.just(drawn)
        return claim

    parts: tuple[tuple[int, tuple[object, ...]], ...] = ((2, EVENTS), (1, unknown))
    return among(weighted(*parts, (2 * len(EVENTS), (_A_CLAIM,)))).flatmap(what)


@named
def steps(
    *,
    at: SearchStrategy[datetime | None] | None = None,
    source: SearchStrategy[str] | None = None,
    claim: SearchStrategy[EndClaim] | None = None,
    step_id: SearchStrategy[str | None] | None = None,
    unknown_events: bool = True,
    parties: bool = True,
) -> SearchStrategy[HistoryStep]:
    """Return a strategy for steps: events, claims, and words that are no event.

    A list of them is a history without rhyme or reason: ids are used twice, for different steps
    too. `histories` gives those that mean something. It shrinks to `answer`, without anything else.

    Args:
        at: when; `times()` if left out.
        source: who says so; `sources()` if left out.
        claim: each claim; `claims()` if left out.
        step_id: the id of the report. If left out, none, or one of four.
        unknown_events: some events that nobody knows.
        parties: some steps about one of two parties, and about one of their connections.

    Example: `st.lists(steps(parties=False), max_size=6)`.
    """
    whom = weighted((4, (_NOBODY,)), (1, _PARTIES if parties else ()))
    if step_id is None:
        about = together(whom, weighted((4, (None,)), (1, _IDS)))
    else:
        about = st.tuples(among(whom), step_id)
    return st.builds(
        _step,
        times() if at is None else at,
        _whats(claims() if claim is None else claim, UNKNOWN_EVENTS if unknown_events else ()),
        sources() if source is None else source,
        about,
    )


def _step(
    at: datetime | None,
    what: SessionEvent | EndClaim | str,
    source: str,
    about: tuple[tuple[str, str], str | None],
) -> HistoryStep:
    (party, connection), step_id = about
    return HistoryStep(at, what, source, step_id, party=party, connection=connection)

"""The entry-point hook: Hypothesis runs `register` whenever it is imported.

After it, `st.from_type(Session)` and its like give what `session_lifecycle.testing` draws: valid by
construction, and shrinking to the ordinary case. Without it, Hypothesis would guess from
annotations, and most guesses are no session.

What it costs. `import hypothesis` brings along the core, since a type must exist to be registered:
the standard library only, some 20 milliseconds of 180. The strategies are loaded when a type is
first asked for. The records need attrs, which nobody should pay for here: they are registered by
`records` itself when Hypothesis is there already, or from here when the records are.

What it must not do. The hook runs in everybody's tests, those that have no use for this package
among them. Whatever is wrong with an installation, it says nothing and raises nothing; who asks for
one of our types hears of it then. And since Hypothesis looks among subclasses too, each of these
answers for its own type alone: nobody who asks for `object` is given a session, or loads us.
`HYPOTHESIS_NO_PLUGINS=1` keeps the hook from running.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_ROOT = "session_lifecycle"
_RECORDS_MODULE = f"{_ROOT}.records"

# A public type, and the function of `session_lifecycle.testing` that draws it.
_TYPES = (
    ("SessionTerminationReason", "reasons"),
    ("SessionStatus", "statuses"),
    ("SessionEvent", "events"),
    ("ReasonReading", "reason_readings"),
    ("Transition", "transitions"),
    ("EndClaim", "claims"),
    ("Ending", "endings"),
    ("Session", "sessions"),
    ("HistoryStep", "steps"),
    ("HistoryEntry", "history_entries"),
    ("SessionHistory", "replays"),
    ("AuditFinding", "audit_findings"),
    ("EvalRollup", "rollups"),
    ("EvalRunLike", "eval_runs"),
    ("EvalScoreLike", "eval_scores"),
)
# The type of a table's rows, and the table.
_ROWS = (
    ("ReasonTraits", "REASON_TRAITS"),
    ("ReasonAlias", "REASON_ALIASES"),
    ("TransitionRule", "TRANSITION_RULES"),
    ("SettlementRank", "SETTLEMENT_RANKS"),
    ("SettlementRow", "SETTLEMENT_ORDER"),
    ("TraitLaw", "TRAIT_LAWS"),
)
_RECORDS = (
    ("ClaimRecord", "claim_records"),
    ("CloseRequest", "close_requests"),
    ("Conversation", "conversations"),
    ("EvalRun", "eval_run_records"),
    ("EvalScore", "eval_score_records"),
    ("EvalSummary", "eval_summaries"),
    ("EventRecord", "event_records"),
)


_Draws = Callable[[], "SearchStrategy[Any]"]


def register() -> None:
    """Tell Hypothesis how to draw the public types. Never raises."""
    try:
        _register(_ROOT, [(name, _drawn_by(function)) for name, function in _TYPES])
        _register(_ROOT, [(name, _row_of(table)) for name, table in _ROWS])
    except Exception:  # See above: somebody else's tests are running.
        return
    if _RECORDS_MODULE in sys.modules:
        register_records()


def register_records() -> None:
    """Tell Hypothesis how to draw the records. They are loaded already. Never raises."""
    try:
        _register(_RECORDS_MODULE, [(name, _drawn_by(function)) for name, function in _RECORDS])
    except Exception:  # Half a module, or half a Hypothesis, is being imported.
        return


def _register(module: str, types: list[tuple[str, _Draws]]) -> None:
    from importlib import import_module

    from hypothesis.strategies import register_type_strategy

    home = import_module(module)
    for name, draws in types:
        kind: Any = getattr(home, name)
        register_type_strategy(kind, _only_for(kind, draws))


def _only_for(kind: object, draws: _Draws) -> Callable[[Any], Any]:
    def strategy(asked: object) -> Any:
        return draws() if asked is kind else NotImplemented

    return strategy


def _drawn_by(function: str) -> _Draws:
    def draws() -> SearchStrategy[Any]:
        from session_lifecycle import testing

        strategy: SearchStrategy[Any] = getattr(testing, function)()
        return strategy

    return draws


def _row_of(table: str) -> _Draws:
    def draws() -> SearchStrategy[Any]:
        import session_lifecycle
        from session_lifecycle.testing._mix import among

        rows: Any = getattr(session_lifecycle, table)
        return among(tuple(rows.values() if hasattr(rows, "values") else rows))

    return draws

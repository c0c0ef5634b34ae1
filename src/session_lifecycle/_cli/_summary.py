"""Many sessions at a glance: how many ended in which way, as a table with bars, or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from session_lifecycle._cli._case import Case
from session_lifecycle._cli._paint import Paint
from session_lifecycle._cli._tell import counted, iso, when
from session_lifecycle._history import SessionHistory
from session_lifecycle._machine import LIVE_STATUSES
from session_lifecycle._reasons import reason_traits
from session_lifecycle._text import show
from session_lifecycle._words import (
    EndOutcome,
    EvalStatus,
    RedialAdvice,
    SessionStatus,
    SessionTerminationReason,
)

# How many words that nobody knows are shown; how many there were is said as well.
_WORDS = 10
_LONGEST_BAR = 40


class Summary:
    """Counts over sessions. It keeps no session."""

    def __init__(self) -> None:
        """Start with no session."""
        self.sessions = self.live = self.repeated = 0
        self.statuses: Counter[SessionStatus] = Counter()
        self.reasons: Counter[SessionTerminationReason] = Counter()
        self.outcomes: Counter[EndOutcome] = Counter()
        self.redials: Counter[RedialAdvice] = Counter()
        self.headlines: Counter[EvalStatus] = Counter()
        self.drift: Counter[str] = Counter()
        self.first: datetime | None = None
        self.last: datetime | None = None

    def add(self, case: Case, history: SessionHistory) -> None:
        """Count a session, and the words in it that nobody knows."""
        ending = history.session.ending
        self.sessions += 1
        self.repeated += case.repeated
        self.statuses[history.session.status] += 1
        self.headlines[case.evals.rollup.eval_status] += 1
        if ending is None:
            self.live += 1
        else:
            self.reasons[ending.reason] += 1
            self.outcomes[ending.outcome] += 1
            self.redials[reason_traits(ending.reason).redial] += 1
        self.drift.update(unknown_words(history))
        times = [entry.step.at for entry in history.entries if entry.step.at is not None]
        if times:
            low, high = min(times), max(times)
            self.first = low if self.first is None else min(self.first, low)
            self.last = high if self.last is None else max(self.last, high)

    def as_text(self, paint: Paint, columns: int) -> str:
        """Return tables by reason, outcome and headline, each with its bars."""
        ended = self.sessions - self.live
        rows = [f"{counted(self.sessions, 'session')}: {ended:,} ended, {self.live:,} live"]
        if self.first is not None:
            rows.append(f"from {when(self.first)} to {when(self.last)}")
        if self.repeated:
            rows.append(f"{counted(self.repeated, 'line')} delivered again and dropped")
        still = Counter({s: n for s, n in self.statuses.items() if s in LIVE_STATUSES})
        tables: dict[str, Counter[Any]] = {
            "still": still,
            "reason": self.reasons,
            "outcome": self.outcomes,
            "redial": self.redials,
            "headline": self.headlines,
        }
        rows += bars(tables, "sessions", paint, columns)
        if self.drift:
            words = self.drift.most_common(_WORDS)
            shown = ", ".join(f"{show(word)} {count:,}" for word, count in words)
            more = len(self.drift) - len(words)
            rest = f" and {more:,} more" if more else ""
            rows += ["", paint(f"words we do not know: {shown}{rest}", "doubtful")]
        return "\n".join(rows)

    def as_json(self) -> dict[str, Any]:
        """Return the counts as plain JSON values; of the unknown words the most frequent ones."""
        return {
            "sessions": self.sessions,
            "ended": self.sessions - self.live,
            "live": self.live,
            "first_at": iso(self.first),
            "last_at": iso(self.last),
            "repeated": self.repeated,
            "by_status": falling(self.statuses),
            "by_reason": falling(self.reasons),
            "by_outcome": falling(self.outcomes),
            "by_redial": falling(self.redials),
            "by_headline": falling(self.headlines),
            "unknown_words": len(self.drift),
            "most_frequent_unknown_words": dict(self.drift.most_common(_WORDS)),
        }


def falling(counts: Counter[Any]) -> dict[str, int]:
    """Return the counts from the most frequent down; what is as frequent in alphabetical order."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def bars(
    tables: Mapping[str, Counter[Any]], unit: str, paint: Paint, columns: int
) -> Iterator[str]:
    """Yield tables of counts and shares, with a bar for each: the longest stands for the most.

    Empty tables are left out; the others share their columns.
    """
    shown = {title: counts for title, counts in tables.items() if counts}
    words = [word for title, counts in shown.items() for word in (title, *counts)]
    wide = max(map(len, words), default=0)
    digits = max([len(unit), *(len(f"{max(counts.values()):,}") for counts in shown.values())])
    room = max(1, min(_LONGEST_BAR, columns - wide - digits - len("  100.0%  ") - 2))
    for title, counts in shown.items():
        total, most = sum(counts.values()), max(counts.values())
        yield ""
        yield paint(f"{title:<{wide}}  {unit:>{digits}}   share", "strong")
        for word, count in falling(counts).items():
            bar = "#" * max(1, round(room * count / most))
            yield f"{word:<{wide}}  {count:>{digits},}  {count / total:>6.1%}  {bar}"


def unknown_words(history: SessionHistory) -> Iterator[str]:
    """Yield the words in a history that name no reason or event we know."""
    for entry in history.entries:
        step = entry.step
        if step.claim is None:
            if step.event is None and step.raw is not None:
                yield step.raw
        elif step.claim.raw and step.claim.reason is SessionTerminationReason.UNKNOWN:
            yield step.claim.raw

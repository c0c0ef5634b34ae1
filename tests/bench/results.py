"""What came of a contest: how it is judged, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import quantiles
from typing import NamedTuple

NOT_INSTALLED = "NOT INSTALLED"
PER_REQUEST = "ms a request"


class Target(NamedTuple):
    """How what a row finds is judged: against at most, or at least, so much."""

    kind: str
    limit: float
    unit: str = "x"

    def is_met_by(self, found: float) -> bool:
        return found <= self.limit if self.kind == "at most" else found >= self.limit

    def __str__(self) -> str:
        return f"{self.kind} {self.limit:,g}{'x' if self.unit == 'x' else f' {self.unit}'}"


def at_most(limit: float, unit: str = "x") -> Target:
    """Ours is at most so many times theirs; with a unit, ours is at most so much."""
    return Target("at most", limit, unit)


def at_least(limit: float) -> Target:
    """Theirs is at least so many times ours."""
    return Target("at least", limit)


class Result(NamedTuple):
    """What came of a contest: the median of the rounds' ratios, and the middle half of them."""

    work: str
    against: str
    ratio: float | None
    of: str
    low: float | None
    high: float | None
    rounds: int
    ours: float | None
    theirs: float | None
    unit: str
    note: str
    target: Target | None
    verdict: str


def middle_half(found: list[float]) -> tuple[float, float, float] | tuple[None, None, None]:
    """The median, and where the middle half begins and ends."""
    if not found:
        return None, None, None
    low, middle, high = quantiles(found, n=4) if len(found) > 1 else found * 3
    return middle, low, high


def table(results: Iterable[Result]) -> str:
    """The results as one Markdown table."""
    head = ("work", "against", "ratio", "of", "middle half", "ours", "theirs", "target", "verdict")
    rows = [head, *map(_cells, results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"
        for row in rows
    ]
    lines.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
    return "\n".join(lines)


def _cells(one: Result) -> tuple[str, ...]:
    half = target = "-"
    if one.low is not None and one.high is not None and one.rounds > 1:
        half = f"{short(one.low)} to {short(one.high)}"
    if one.verdict != NOT_INSTALLED:
        target = "printed only"
    return (
        one.work,
        one.against,
        "-" if one.ratio is None else f"{short(one.ratio)}x",
        "-" if one.ratio is None else one.of,
        half,
        amount(one.ours, one.unit) or "-",
        amount(one.theirs, one.unit) or one.note or "-",
        target if one.target is None else str(one.target),
        one.verdict,
    )


def amount(found: float | None, unit: str) -> str:
    """An amount with its unit; nothing for none."""
    if found is None:
        return ""
    digits = 0 if unit == "bytes" else 2 if unit == PER_REQUEST else 1
    return f"{found:,.{digits}f} {unit}"


def short(ratio: float) -> str:
    """A ratio with as many digits as say something."""
    return f"{ratio:.2f}" if ratio < 100 else f"{ratio:,.0f}"


def as_json(results: Iterable[Result]) -> list[dict[str, object]]:
    """The results as plain values."""
    return [{**one._asdict(), "target": one.target and one.target._asdict()} for one in results]

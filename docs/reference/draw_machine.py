"""Draw the state diagram, light and dark: `python docs/reference/draw_machine.py`.

What is drawn comes from the machine's table; where it is drawn, from the tables here. A status
without a place, or an arrow without a way, is an error. Nothing but Python is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import NamedTuple

from session_lifecycle import INITIAL_STATUSES, TERMINAL_STATUSES, SessionStatus
from session_lifecycle._render import Arrow, arrows

STATIC = Path(__file__).parent.parent / "_static"
# What is seen: left, top, width, height.
VIEW = (8, 24, 884, 602)


class Box(NamedTuple):
    """A rectangle by its middle and its size."""

    x: float
    y: float
    width: float
    height: float


class Way(NamedTuple):
    """Where an arrow runs, corner by corner, and where its label stands."""

    points: tuple[tuple[float, float], ...]
    label: tuple[float, float]
    anchor: str


class Palette(NamedTuple):
    """The colours of one picture; text on its ground has a contrast of at least 7 to 1."""

    name: str
    live_fill: str
    live_line: str
    end_fill: str
    end_line: str
    frame_fill: str
    frame_line: str
    text: str
    arrow: str
    label: str


# fmt: off
PALETTES = (
    Palette("light", "#e8f0fc", "#2f62ad", "#f6eee3", "#8a6430", "#f8fafc", "#c5cfdb",
            "#12243f", "#5b6b7d", "#2f3c4b"),
    Palette("dark",  "#1b2d48", "#7eaef0", "#3a2e1f", "#d3a566", "#181c22", "#434d5b",
            "#eef4fc", "#8e9caf", "#d3dbe5"),
)

S = SessionStatus
PLACES: Mapping[SessionStatus, Box] = {
    S.QUEUED:            Box(126, 160, 104, 38),
    S.RINGING:           Box(126, 296, 104, 38),
    S.ACTIVE:            Box(378, 228, 96, 44),
    S.PAUSED:            Box(782, 100, 124, 38),
    S.WAITING_FOR_HUMAN: Box(638, 228, 172, 38),
    S.TRANSFERRED:       Box(782, 356, 124, 38),
    S.AWAITING_APPROVAL: Box(116, 402, 172, 38),
    S.CLOSED:            Box(126, 570, 116, 38),
    S.EXPIRED:           Box(342, 570, 116, 38),
    S.ERROR:             Box(558, 570, 116, 38),
    S.SUPERSEDED:        Box(774, 570, 124, 38),
}
LIVE = Box(450, 246, 868, 412)
ENDED = Box(450, 562, 868, 96)

# The dot of a status in which a session may start.
STARTS: Mapping[SessionStatus, tuple[tuple[float, float], tuple[float, float]]] = {
    S.QUEUED:  ((44, 160), (74, 160)),
    S.RINGING: ((44, 296), (74, 296)),
    S.ACTIVE:  ((352, 160), (352, 206)),
}

WAYS: Mapping[tuple[SessionStatus | None, SessionStatus], Way] = {
    (S.QUEUED, S.RINGING):
        Way(((126, 179), (126, 277)), (136, 233), "start"),
    (S.QUEUED, S.ACTIVE):
        Way(((178, 160), (258, 160), (258, 219), (330, 219)), (218, 151), "middle"),
    (S.RINGING, S.ACTIVE):
        Way(((178, 296), (258, 296), (258, 237), (330, 237)), (218, 313), "middle"),
    (S.ACTIVE, S.PAUSED):
        Way(((376, 206), (376, 91), (720, 91)), (540, 82), "middle"),
    (S.PAUSED, S.ACTIVE):
        Way(((720, 109), (398, 109), (398, 206)), (540, 127), "middle"),
    (S.ACTIVE, S.WAITING_FOR_HUMAN):
        Way(((426, 219), (552, 219)), (487, 210), "middle"),
    (S.WAITING_FOR_HUMAN, S.ACTIVE):
        Way(((552, 237), (426, 237)), (489, 256), "middle"),
    (S.PAUSED, S.WAITING_FOR_HUMAN):
        Way(((756, 119), (756, 219), (724, 219)), (747, 170), "end"),
    (S.WAITING_FOR_HUMAN, S.TRANSFERRED):
        Way(((724, 237), (756, 237), (756, 337)), (747, 293), "end"),
    (S.PAUSED, S.TRANSFERRED):
        Way(((802, 119), (802, 337)), (811, 233), "start"),
    (S.ACTIVE, S.TRANSFERRED):
        Way(((390, 250), (390, 365), (720, 365)), (560, 382), "middle"),
    (S.TRANSFERRED, S.ACTIVE):
        Way(((720, 347), (410, 347), (410, 250)), (560, 338), "middle"),
    (S.ACTIVE, S.AWAITING_APPROVAL):
        Way(((346, 250), (346, 393), (202, 393)), (274, 384), "middle"),
    (S.AWAITING_APPROVAL, S.ACTIVE):
        Way(((202, 411), (368, 411), (368, 250)), (285, 429), "middle"),
    (None, S.CLOSED):
        Way(((126, 452), (126, 551)), (136, 487), "start"),
    (None, S.EXPIRED):
        Way(((342, 452), (342, 551)), (352, 487), "start"),
    (None, S.ERROR):
        Way(((558, 452), (558, 551)), (568, 487), "start"),
    (None, S.SUPERSEDED):
        Way(((774, 452), (774, 551)), (784, 487), "start"),
}
# fmt: on


def picture(palette: Palette) -> str:
    """Return the picture as SVG."""
    drawn = arrows()
    if set(PLACES) != set(SessionStatus) or set(STARTS) != set(INITIAL_STATUSES):
        raise ValueError("every status needs a place, and every initial one a dot")
    if set(WAYS) != {(arrow.source, arrow.target) for arrow in drawn}:
        raise ValueError("every arrow needs a way, and every way an arrow")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{" ".join(map(str, VIEW))}" '
        f'width="{VIEW[2]}" height="{VIEW[3]}" role="img" aria-labelledby="title desc">',
        '<title id="title">The session state machine</title>',
        f'<desc id="desc">{_described(drawn)}</desc>',
        f"<style>{_style(palette)}</style>",
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9.4" refY="5" markerWidth="9" '
        'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
        '<path class="tip" d="M0 0.6 L10 5 L0 9.4 Z"/></marker></defs>',
        *_frame("live", "live", LIVE),
        *_frame("ended", "ended", ENDED),
        *(_arrow(arrow) for arrow in drawn),
        *(_start(status) for status in SessionStatus if status in STARTS),
        *(_status(status) for status in SessionStatus),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _described(drawn: Iterable[Arrow]) -> str:
    said = (
        f"{a.source or 'every live status'} to {a.target}: {', '.join(a.events)}" for a in drawn
    )
    starts = ", ".join(status for status in SessionStatus if status in INITIAL_STATUSES)
    return escape(f"A session starts as one of {starts}. {'; '.join(said)}.")


def _style(palette: Palette) -> str:
    font = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
    rules = (
        f"text {{ font: 15px {font}; fill: {palette.text}; }}",
        f".arrow text {{ font-size: 13.5px; fill: {palette.label}; }}",
        f".frame text {{ font-size: 14px; font-weight: 600; fill: {palette.label}; }}",
        f".frame rect {{ fill: {palette.frame_fill}; stroke: {palette.frame_line}; }}",
        f".status rect {{ fill: {palette.live_fill}; stroke: {palette.live_line}; "
        "stroke-width: 1.5; }",
        f".terminal rect {{ fill: {palette.end_fill}; stroke: {palette.end_line}; }}",
        ".terminal rect.inner { fill: none; stroke-width: 1; }",
        f".arrow path, .start path {{ fill: none; stroke: {palette.arrow}; stroke-width: 1.6; }}",
        f".tip, .start circle {{ fill: {palette.arrow}; }}",
    )
    return " ".join(rules)


def _rect(box: Box, radius: float, inset: float = 0, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    left, top = box.x - box.width / 2 + inset, box.y - box.height / 2 + inset
    return (
        f'<rect{named} x="{left:g}" y="{top:g}" '
        f'width="{box.width - 2 * inset:g}" height="{box.height - 2 * inset:g}" rx="{radius:g}"/>'
    )


def _frame(name: str, label: str, box: Box) -> Iterator[str]:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    yield f'<g class="frame" id="{name}">{_rect(box, 14)}'
    yield f'<text x="{left + 16:g}" y="{top + 26:g}">{label}</text></g>'


def _status(status: SessionStatus) -> str:
    box = PLACES[status]
    ended = status in TERMINAL_STATUSES
    kind = "status terminal" if ended else "status"
    inner = _rect(box, 7, 3.5, "inner") if ended else ""
    return (
        f'<g class="{kind}" id="{status}">{_rect(box, 10)}{inner}'
        f'<text x="{box.x:g}" y="{box.y + 5:g}" text-anchor="middle">{status}</text></g>'
    )


def _start(status: SessionStatus) -> str:
    (x, y), end = STARTS[status]
    return (
        f'<g class="start"><circle cx="{x:g}" cy="{y:g}" r="5.5"/>'
        f'<path d="{_route(((x, y), end))}" marker-end="url(#tip)"/></g>'
    )


def _arrow(arrow: Arrow) -> str:
    way = WAYS[arrow.source, arrow.target]
    x, y = way.label
    return (
        f'<g class="arrow"><path d="{_route(way.points)}" marker-end="url(#tip)"/>'
        f'<text x="{x:g}" y="{y:g}" text-anchor="{way.anchor}">{", ".join(arrow.events)}</text></g>'
    )


def _route(points: tuple[tuple[float, float], ...], bend: float = 12) -> str:
    """Return a way along the axes, its corners rounded."""
    steps = ["M{:g} {:g}".format(*points[0])]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(corner, before, bend), _towards(corner, after, bend)
        steps.append("L{:g} {:g} Q{:g} {:g} {:g} {:g}".format(*near, *corner, *far))
    return " ".join([*steps, "L{:g} {:g}".format(*points[-1])])


def _towards(
    start: tuple[float, float], goal: tuple[float, float], length: float
) -> tuple[float, float]:
    across, down = goal[0] - start[0], goal[1] - start[1]
    share = min(length / (abs(across) + abs(down)), 0.5)
    return start[0] + across * share, start[1] + down * share


def pictures() -> dict[str, str]:
    """Return the pictures by their file names."""
    return {f"machine-{palette.name}.svg": picture(palette) for palette in PALETTES}


def main() -> None:
    """Write both pictures."""
    for name, svg in pictures().items():
        (STATIC / name).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()

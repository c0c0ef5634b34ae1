"""The drawn state diagram: read back from its lines, it is the specification's table."""

from __future__ import annotations

import re
import sys
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "docs" / "_static"
SPEC = ROOT / "tests" / "data" / "spec" / "machine.md"
SVG = "{http://www.w3.org/2000/svg}"
PICTURES = ["machine-light.svg", "machine-dark.svg"]

sys.path.insert(0, str(ROOT / "docs" / "reference"))

import draw_machine  # noqa: E402


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def has_on_its_edge(self, x: float, y: float) -> bool:
        across = self.left <= x <= self.right and y in (self.top, self.bottom)
        return across or (self.top <= y <= self.bottom and x in (self.left, self.right))

    def meets(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def read(name: str) -> ElementTree.Element:
    return ElementTree.parse(STATIC / name).getroot()


def groups(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [g for g in svg.iter(f"{SVG}g") if kind in g.attrib["class"].split()]


def boxes(svg: ElementTree.Element, kind: str) -> dict[str, Box]:
    """The rectangles by the text written in them."""
    found = {}
    for group in groups(svg, kind):
        rect, text = group.find(f"{SVG}rect"), group.find(f"{SVG}text")
        assert rect is not None
        assert text is not None
        x, y, width, height = (float(rect.attrib[n]) for n in ("x", "y", "width", "height"))
        found[text.text or ""] = Box(x, y, x + width, y + height)
    return found


def corners(group: ElementTree.Element) -> list[tuple[float, float]]:
    """The points of a way; a rounded corner's middle point is where it would be sharp."""
    path = group.find(f"{SVG}path")
    assert path is not None
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.attrib["d"])]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def label(group: ElementTree.Element) -> tuple[str, Box]:
    text = group.find(f"{SVG}text")
    assert text is not None
    words = text.text or ""
    width = len(words) * 13.5 * 0.602  # What a fixed-width font takes.
    x, y = float(text.attrib["x"]), float(text.attrib["y"])
    left = x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.attrib["text-anchor"]]
    return words, Box(left, y - 10, left + width, y + 3)


def rules() -> set[tuple[str, str, str]]:
    rows = SPEC.read_text(encoding="utf-8").strip().splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {
        (source, event, target)
        for event, sources, target in cells
        for source in sources.replace("every live status", "live").split(", ")
    }


@pytest.mark.parametrize("name", PICTURES)
def test_the_arrows_are_the_rules(name: str) -> None:
    svg = read(name)
    statuses, frames = boxes(svg, "status"), boxes(svg, "frame")
    places = statuses | {"live": frames["live"]}
    drawn = []
    for group in groups(svg, "arrow"):
        start, *_, end = corners(group)
        (source,) = (n for n, box in places.items() if box.has_on_its_edge(*start))
        (target,) = (n for n, box in statuses.items() if box.has_on_its_edge(*end))
        drawn += [(source, event, target) for event in label(group)[0].split(", ")]
        path = group.find(f"{SVG}path")
        assert path is not None
        assert path.attrib["marker-end"] == "url(#tip)"
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == rules()


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_live_what_has_ended_and_where_a_session_starts(name: str) -> None:
    svg = read(name)
    statuses, frames = boxes(svg, "status"), boxes(svg, "frame")
    inside = {
        frame: [n for n, inner in statuses.items() if inner.meets(box)]
        for frame, box in frames.items()
    }
    assert inside == {
        "live": [
            *("queued", "ringing", "active", "paused", "waiting_for_human", "transferred"),
            "awaiting_approval",
        ],
        "ended": ["closed", "expired", "error", "superseded"],
    }
    assert list(boxes(svg, "terminal")) == inside["ended"]
    ends = [corners(group)[-1] for group in groups(svg, "start")]
    starts = {n for n, box in statuses.items() for end in ends if box.has_on_its_edge(*end)}
    assert starts == {"queued", "ringing", "active"}


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_lies_on_anything_else(name: str) -> None:
    svg = read(name)
    taken = [*boxes(svg, "status").values()]
    taken += [label(group)[1] for group in groups(svg, "arrow")]
    for one, other in combinations(taken, 2):
        assert not one.meets(other), (one, other)
    for group in [*groups(svg, "arrow"), *groups(svg, "start")]:
        for (x1, y1), (x2, y2) in pairwise(corners(group)):
            line = Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
            # A line has no width; and it touches the boxes that it joins.
            line = Box(line.left - 0.1, line.top - 0.1, line.right + 0.1, line.bottom + 0.1)
            for box in taken:
                inner = Box(box.left + 1, box.top + 1, box.right - 1, box.bottom - 1)
                assert not line.meets(inner), (corners(group), box)


def gap(line: Box, box: Box) -> float:
    """How far a line along an axis is from a box."""
    across = max(line.left - box.right, box.left - line.right, 0)
    return max(across, line.top - box.bottom, box.top - line.bottom)


@pytest.mark.parametrize("name", PICTURES)
def test_a_label_stands_at_its_own_arrow(name: str) -> None:
    arrows = groups(read(name), "arrow")
    for group in arrows:
        text = label(group)[1]
        near = {
            corners(other)[0] + corners(other)[-1]: min(
                gap(Box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)), text)
                for (x1, y1), (x2, y2) in pairwise(corners(other))
            )
            for other in arrows
        }
        own = near.pop(corners(group)[0] + corners(group)[-1])
        assert own <= 10, label(group)
        assert own < min(near.values()), label(group)


@pytest.mark.parametrize("name", PICTURES)
def test_it_tells_those_who_do_not_see_it(name: str) -> None:
    svg = read(name)
    title, described = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert described is not None
    assert title.text == "The session state machine"
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-labelledby"].split() == [title.attrib["id"], described.attrib["id"]]
    told = described.text or ""
    assert told.startswith("A session starts as one of queued, ringing, active. ")
    for source, event, target in rules():
        start = "every live status" if source == "live" else source
        assert re.search(rf"\b{start} to {target}: [\w, ]*\b{event}\b", told), (source, event)


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("name", "page"), [("machine-light.svg", "#ffffff"), ("machine-dark.svg", "#131416")]
)
def test_it_can_be_read_on_its_ground(name: str, page: str) -> None:
    style = read(name).find(f"{SVG}style")
    assert style is not None
    fills = dict(re.findall(r"([.\w ]+?) \{ [^}]*?fill: (#\w{6})", style.text or ""))
    strokes = dict(re.findall(r"([.\w ]+?) \{ [^}]*?stroke: (#\w{6})", style.text or ""))
    fills = {key.strip(): value for key, value in fills.items()}
    strokes = {key.strip(): value for key, value in strokes.items()}
    for ground in (fills[".status rect"], fills[".terminal rect"]):
        assert contrast(fills["text"], ground) >= 7
    for ground in (page, fills[".frame rect"]):
        assert contrast(fills[".arrow text"], ground) >= 7
        assert contrast(strokes[".start path"], ground) >= 3
    assert contrast(strokes[".status rect"], fills[".frame rect"]) >= 3
    assert contrast(strokes[".terminal rect"], fills[".frame rect"]) >= 3


@pytest.mark.parametrize("name", PICTURES)
def test_it_is_what_would_be_drawn_and_names_no_machine(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    assert text == draw_machine.pictures()[name]
    assert "<!--" not in text
    assert "href" not in text
    assert re.findall(r"https?://[^\"\s]+", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"/(home|root|tmp|work|Users)/|\d{4}-\d\d-\d\d|\d\d:\d\d", text)

"""Where a writer can be stopped, or die: the lines of the code under test, and which those are."""

from __future__ import annotations

import colorsys
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from session_lifecycle.testing import _interleave as interleave
from session_lifecycle.testing._interleave import WriterDiedError, at_once, dying


def places_of(call: Callable[[], Any], watch: tuple[str, ...] = ()) -> list[str]:
    """The lines at which a call can be stopped, in order."""
    places = []
    for point in range(1, 100):
        death = dying(call, point, watch)
        if not death.where:
            assert death.outcome.error is None
            return [place.partition(", `")[2].removesuffix("`") for place in places]
        assert isinstance(death.outcome.error, WriterDiedError)
        places.append(death.where)
    raise AssertionError("it does not end")


def test_every_line_is_a_point_and_it_is_named() -> None:
    def write() -> None:
        first = 1
        second = first + 1
        assert second

    assert places_of(write) == ["first = 1", "second = first + 1", "assert second"]
    death = dying(write, 2)
    file, _, rest = death.where.partition(":")
    assert file == "test_points.py"
    assert rest.partition(",")[0].isdecimal()


def test_a_line_is_said_in_short() -> None:
    def write() -> None:
        assert [len("x"), len("xx"), len("xxx"), len("xxxx"), len("xxxxx"), len("xxxxxx")], "x"

    (place,) = places_of(write)
    assert place.startswith('assert [len("x"), ')
    assert len(place) == 80


def test_what_is_called_has_points_of_its_own() -> None:
    def later() -> None:
        assert 2

    def write() -> None:
        assert 1
        later()

    assert places_of(write) == ["assert 1", "later()", "assert 2"]


def _early() -> None:
    a = 1
    assert a


def _late() -> None:
    b = 2
    assert b


def test_no_line_is_left_out_because_another_function_stood_below_it() -> None:
    def write() -> None:
        _late()
        _early()
        _late()

    assert places_of(write) == [
        *("_late()", "b = 2", "assert b"),
        *("_early()", "a = 1", "assert a"),
        *("_late()", "b = 2", "assert b"),
    ]


def test_nobody_dies_where_a_with_is_left() -> None:
    left = threading.Lock()

    def write() -> None:
        with left:
            assert left.locked()

    for point in range(1, 10):
        dying(write, point)
        assert not left.locked()


def test_the_turn_of_a_loop_is_no_point_its_lines_are() -> None:
    def write() -> None:
        for _ in range(2):
            first = 1
            assert first

    assert places_of(write) == [
        "for _ in range(2):",
        *("first = 1", "assert first"),
        *("first = 1", "assert first"),
    ]


def test_libraries_have_no_points_unless_they_are_watched() -> None:
    def write() -> None:
        colorsys.rgb_to_yiq(1, 1, 1)

    assert places_of(write) == ["colorsys.rgb_to_yiq(1, 1, 1)"]
    watched = places_of(write, ("colorsys",))
    assert watched[0] == "colorsys.rgb_to_yiq(1, 1, 1)"
    assert watched[-1] == "return (y, i, q)"
    # A package is watched with all that is in it.
    assert "return _default_decoder.decode(s)" in places_of(lambda: json.loads("1"), ("json",))
    assert "return self._default_decoder" not in places_of(lambda: json.loads("1"))


def test_our_own_code_is_a_library() -> None:
    from session_lifecycle import next_status

    def write() -> None:
        next_status("active", "pause")

    assert places_of(write) == ['next_status("active", "pause")']


def test_code_without_a_file_has_no_points_but_what_was_typed_in_has() -> None:
    def points_in(file: str) -> int:
        code = compile("a = 1\nb = 2\n", file, "exec")
        inside = [place for place in places_of(lambda: exec(code)) if "exec(code)" not in place]
        return len(inside)

    assert points_in("<string>") == 0
    assert points_in("<attrs generated init x>") == 0
    assert points_in("<stdin>") == 2
    assert points_in("<doctest a.md[0]>") == 2
    assert points_in("<ipython-input-1>") == 2
    assert points_in("/srv/app/store.py") == 2


@pytest.mark.parametrize("name", ["no_such_thing", "session_lifecycle.no_such_thing"])
def test_a_name_that_names_nothing_is_refused(name: str) -> None:
    death = dying(lambda: None, 1, (name,))
    assert isinstance(death.outcome.error, ValueError)
    assert str(death.outcome.error) == (
        f"watch names {name!r}, which is no module or package that can be found"
    )


LIBRARY = colorsys.rgb_to_yiq.__code__.co_filename
# fmt: off
FILES = [
    (__file__,                      (),              True),
    ("/srv/app/store.py",           (),              True),
    (LIBRARY,                       (),              False),
    (LIBRARY,                       ("colorsys",),   True),
    (LIBRARY,                       ("json",),       False),
    (json.__file__,                 ("json",),       True),
    (json.decoder.__file__,         ("json",),       True),
    (pytest.__file__,               (),              False),
    (interleave.__file__,           (),              False),
    (f"{Path(LIBRARY).parent}-mine/store.py", (),    True),
    ("<string>",                    (),              False),
    ("<stdin>",                     (),              True),
]
# fmt: on


@pytest.mark.parametrize(("file", "watch", "watched"), FILES)
def test_which_files_are_watched(file: str, watch: tuple[str, ...], watched: bool) -> None:
    interleave._is_watched.cache_clear()
    interleave._folders.cache_clear()
    assert interleave._is_watched(file, watch) is watched


def test_a_place_in_words() -> None:
    frame = sys._getframe()
    assert interleave._place(frame).startswith("test_points.py:")
    assert "_place(frame)" in interleave._place(frame)
    assert interleave._place(None) == "its first await"


def test_the_trace_function_by_hand() -> None:
    # While it runs, nothing is traced, coverage neither.
    acted: list[str] = []
    points = interleave._Points(2, (), lambda: acted.append(points.where))
    here: FrameType = sys._getframe()
    assert points.trace(here, "call", None) == points._line
    for _ in range(3):
        assert points._line(here, "line", None) == points._line
        assert points.passed == 1  # A turn of the loop is no point.
    assert points._line(here, "return", None) == points._line
    assert acted == []
    assert points._line(here, "line", None) == points._line
    assert points._line(here, "line", None) == points._line
    (where,) = acted
    assert where.startswith("test_points.py:")
    assert points.trace(here, "call", None) is None  # It has acted, and wants to hear no more.
    elsewhere = interleave._Points(1, (), lambda: None)
    code = compile("import sys\nframe = sys._getframe()\n", LIBRARY, "exec")
    found: dict[str, Any] = {}
    exec(code, found)
    assert elsewhere.trace(found["frame"], "call", None) is None


def test_what_a_point_does_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    # For the same reason: here the call itself says when it has come to its point.
    made: list[interleave._Points] = []
    said: list[str] = []

    class ByHand(interleave._Points):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(interleave, "_Points", ByHand)
    monkeypatch.setattr(interleave, "sys", SimpleNamespace(settrace=lambda trace: None))

    def first() -> None:
        said.append("one")
        made[-1].where = "here"
        made[-1]._act()
        said.append("two")

    together = at_once(first, lambda: said.append("other"), 1)
    assert (together.where, said) == ("here", ["one", "other", "two"])
    death = dying(first, 1)
    assert isinstance(death.outcome.error, WriterDiedError)
    assert said == ["one", "other", "two", "one"]

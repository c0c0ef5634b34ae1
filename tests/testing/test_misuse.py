"""What one does wrong at first, and what is said then."""

from __future__ import annotations

import inspect
from datetime import datetime
from typing import Any, get_type_hints

import pytest

from session_lifecycle import SessionEvent, SessionStatus, testing
from session_lifecycle.testing import (
    EvalRollupConformance,
    LifecycleConformance,
    StoredSession,
    check_crash_and_retry,
    check_every_history,
    check_two_at_once,
)
from tests.testing.stores import rollups
from tests.testing.stores.memory import InMemory, Store, over
from tests.testing.stores.others import SaysSomethingElse


def test_a_class_without_its_methods_cannot_be_made() -> None:
    class Half(LifecycleConformance[int]):
        def create(self, status: SessionStatus, started_at: datetime | None) -> int:
            return 1

    with pytest.raises(TypeError, match=r"abstract methods? .*apply_event.*report_ending"):
        Half()  # type: ignore[abstract]

    class Empty(EvalRollupConformance):
        pass

    with pytest.raises(TypeError, match=r"abstract method .*roll_up"):
        Empty()  # type: ignore[abstract]


def test_read_must_return_a_stored_session() -> None:
    told = r"^read returned a dict, expected a StoredSession$"
    for check in (check_every_history, check_two_at_once, check_crash_and_retry):
        with pytest.raises(TypeError, match=told):
            check(over(SaysSomethingElse)(), 1)


def test_a_time_without_a_zone_is_no_time() -> None:
    class Naive(Store):
        def read(self, key: int) -> StoredSession:
            found = super().read(key)
            if not isinstance(found.ended_at, datetime):
                return found
            return found._replace(ended_at=found.ended_at.replace(tzinfo=None))

    with pytest.raises(ValueError, match=r"^ended_at .* zone"):
        check_every_history(over(Naive)(), 1)


def test_watch_must_name_what_can_be_found() -> None:
    class Watches(InMemory):
        watch = ("our_service.stores",)

    told = r"^watch names 'our_service\.stores', which is no module or package that can be found$"
    for check in (check_two_at_once, check_crash_and_retry):
        with pytest.raises(ValueError, match=told):
            check(Watches())


def test_what_create_raises_comes_through() -> None:
    class Full(InMemory):
        def create(self, status: SessionStatus, started_at: datetime | None) -> int:
            raise MemoryError("no more rows")

    with pytest.raises(MemoryError, match=r"no more rows"):
        check_every_history(Full(), 1)


def test_watch_is_a_tuple_also_of_one() -> None:
    class Watches(InMemory):
        watch = "our_service.stores"  # type: ignore[assignment]

    told = (
        r"^watch is 'our_service\.stores', expected a tuple of names: \('our_service\.stores',\)$"
    )
    with pytest.raises(TypeError, match=told):
        check_two_at_once(Watches())


def test_create_must_return_a_key() -> None:
    class Forgets(InMemory):
        def create(self, status: SessionStatus, started_at: datetime | None) -> Any:
            super().create(status, started_at)

    for check in (check_every_history, check_two_at_once, check_crash_and_retry):
        with pytest.raises(TypeError, match=r"^create returned None, expected the session's key"):
            check(Forgets(), 1)


@pytest.mark.parametrize("nothing", [None, NotImplemented, 3])
def test_list_sessions_must_return_keys(nothing: object) -> None:
    class Forgets(InMemory):
        def list_sessions(self, *, live: bool) -> Any:
            return nothing

    told = r"^list_sessions returned .{1,30}, expected sessions' keys$"
    with pytest.raises(TypeError, match=told):
        Forgets().test_every_status()


def test_the_store_is_closed_if_it_cannot_be_told() -> None:
    closed: list[str] = []

    class Closes(InMemory):
        def create(self, status: SessionStatus, started_at: datetime | None) -> int:
            raise OSError

        def close(self) -> None:
            closed.append("yes")

    for check in (check_every_history, check_two_at_once, check_crash_and_retry):
        with pytest.raises(OSError):  # noqa: PT011
            check(Closes(), 1)
    assert closed == ["yes"] * 3


def test_what_is_seen_is_shown_in_short() -> None:
    noon = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
    assert repr(StoredSession(SessionStatus.ACTIVE)) == "StoredSession(status=active, reason=None)"
    foreign = StoredSession("clo\nsed" + "x" * 100, "\x1b[31m", noon, None)
    assert repr(foreign).isascii() or "…" in repr(foreign)
    assert "\n" not in repr(foreign)
    assert "\x1b" not in repr(foreign)
    assert "ended_at=2026-11-23T12:00:00+00:00, closed_at=None)" in repr(foreign)
    assert len(repr(foreign)) < 250


@pytest.mark.parametrize("nothing", [None, 3, {}, {"total": 1}, "passed", object()])
def test_a_rollup_that_says_nothing_is_no_rollup(nothing: object) -> None:
    class Says(rollups.Rollup):
        def roll_up(self, runs: Any) -> object:
            return nothing

    with pytest.raises(TypeError, match=r"roll_up returned .*eval_status"):
        Says().test_each_law()
    with pytest.raises(TypeError, match=r"roll_up returned .*eval_status"):
        Says().test_any_runs()


def test_events_are_members() -> None:
    seen: set[type[Any]] = set()

    class Looks(InMemory):
        def apply_event(
            self, key: int, event: SessionEvent, at: datetime | None, source: str
        ) -> None:
            seen.update((type(event), type(source)))
            super().apply_event(key, event, at, source)

    check_every_history(Looks(), 1)
    assert seen == {SessionEvent, str}


def test_a_snapshot_needs_a_way_back() -> None:
    class OneWay(InMemory):
        def snapshot(self, key: int) -> object:
            return dict(self.store.rows[key])

    with pytest.raises(TypeError, match=r"^there is a snapshot, and no restore"):
        check_every_history(OneWay(), 2)


PUBLIC = [it for it in map(vars(testing).get, testing.__all__) if hasattr(it, "__name__")]


@pytest.mark.parametrize("kind", [it for it in PUBLIC if inspect.isclass(it)])
def test_the_types_of_a_class_can_be_read_by_tools(kind: type[Any]) -> None:
    assert isinstance(get_type_hints(kind), dict)
    for name, method in vars(kind).items():
        if inspect.isfunction(method) and not name.startswith("_"):
            assert "return" in get_type_hints(method), name


@pytest.mark.parametrize("function", [it for it in PUBLIC if it.__name__.startswith("check_")])
def test_the_types_of_a_function_can_be_read_by_tools(function: Any) -> None:
    assert "return" in get_type_hints(function)


def test_a_stored_session_shows_who_said_so_and_the_word() -> None:
    told = StoredSession("closed", "unknown", source="vendor\n", raw="operator-busy" * 9)
    shown = repr(told)
    assert shown.startswith(
        "StoredSession(status='closed', reason='unknown', source='vendor\\n', raw='operator-busyop"
    )
    assert len(shown) < 200
    assert "source" not in repr(StoredSession("closed", "unknown"))

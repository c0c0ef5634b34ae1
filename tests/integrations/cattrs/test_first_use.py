"""What is made on first use: by many threads at once, once for each converter, and no sooner."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import session_lifecycle
from session_lifecycle import SessionTerminationReason
from session_lifecycle.integrations.cattrs import make_converter, parse_request
from session_lifecycle.records import CloseRequest, Conversation, EventRecord
from tests.records.corpus import FULL, FULL_RECORD, exactly

R = SessionTerminationReason


def run_python(code: str) -> str:
    where = Path(session_lifecycle.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(where)!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_it_imports_no_library_that_it_does_not_use() -> None:
    code = (
        "import session_lifecycle.integrations.cattrs as edge; edge.make_converter(); "
        "print([m for m in ('orjson', 'msgspec', 'pydantic', 'sqlalchemy') if m in sys.modules])"
    )
    assert run_python(code) == "[]"


def test_first_use_from_many_threads() -> None:
    """Hooks are made when they are first asked for, and whoever asks meanwhile gets the same."""
    for _ in range(5):
        converter = make_converter()
        start = threading.Barrier(16)
        found: list[Any] = []

        def use(converter: Any = converter, start: Any = start, found: Any = found) -> None:
            start.wait()
            made = converter.structure(FULL, Conversation)
            event = parse_request({"session_id": "a", "event": "ring"}, EventRecord)
            found.append((exactly(made), converter.unstructure(made), event))

        threads = [threading.Thread(target=use) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expected = (exactly(FULL_RECORD), FULL, EventRecord("a", "ring"))
        assert found == [expected] * 16


def test_converters_come_and_go() -> None:
    """A service that makes one for each request is slow, and neither wrong nor ever larger."""
    first = make_converter()
    for _ in range(100):
        assert make_converter().loads('{"reason": "error"}', CloseRequest).reason is R.ERROR
    assert first.loads('{"reason": "error"}', CloseRequest).reason is R.ERROR

"""A pytest plugin: `--lifecycle-report` prints which laws were checked, how often, and which broke.

It is loaded with pytest wherever the package is installed, so that it imports nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pytest

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

_CHECKED = "session_lifecycle.checked"
_BROKEN = "session_lifecycle.broken"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.getgroup("session-lifecycle").addoption(
        "--lifecycle-report",
        action="store_true",
        help="print the laws of session_lifecycle.testing that were checked, as a table",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a test's report carry what was checked: to wherever the table is printed."""
    report = yield
    kind: Any = getattr(item, "instance", None).__class__
    checked: Any = getattr(kind, "checked", None)
    if call.when == "call" and checked.__class__ is Counter:
        name = f"{kind.__module__}.{kind.__qualname__}"
        report.user_properties.append((_CHECKED, (name, dict(_since(kind, checked)))))
        law = getattr(getattr(call.excinfo, "value", None), "law", None)
        if law is not None:
            report.user_properties.append((_BROKEN, (name, law.name)))
    return report


def _since(kind: Any, checked: Counter[str]) -> Counter[str]:
    """Return what was checked since the last test of this class."""
    # Its own, not what it has from the class that it is below.
    seen = _reported.get(kind, Counter[str]())
    _reported[kind] = Counter(checked)
    return checked - seen


_reported: WeakKeyDictionary[Any, Counter[str]] = WeakKeyDictionary()


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Print the table, where it was asked for."""
    if not config.getoption("--lifecycle-report"):
        return
    from session_lifecycle.testing._report import tables

    checked: dict[str, Counter[str]] = {}
    broken: dict[str, set[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            told: list[tuple[str, Any]] = getattr(report, "user_properties", [])
            for key, (name, what) in (pair for pair in told if pair[0] in (_CHECKED, _BROKEN)):
                if key == _CHECKED:
                    checked.setdefault(name, Counter[str]()).update(what)
                else:
                    broken.setdefault(name, set()).add(what)
    terminalreporter.section("laws of a session's life")
    for line in tables(checked, broken):
        terminalreporter.write_line(line)

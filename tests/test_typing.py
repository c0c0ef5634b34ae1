"""What a user's type checker says: nothing about `typing/api.py`, and all there is to say about
`typing/misuse.py`.

Both checkers read the files as a user's project would: with their strictest settings, none of this
project's own, and the package as it is installed. They come with the `lint` dependency group; where
they are not installed the tests say so, and fail if `SESSION_LIFECYCLE_REQUIRE_CHECKERS` is set.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import typing
from collections.abc import Callable
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import session_lifecycle
from session_lifecycle import crosswalk
from session_lifecycle._value import Value

HERE = Path(__file__).parent / "typing"
API = HERE / "api.py"
MISUSE = HERE / "misuse.py"
REQUIRED = "SESSION_LIFECYCLE_REQUIRE_CHECKERS"
# The oldest Python there is a promise for, and the newest: a few rules depend on it.
VERSIONS = ("3.11", "3.14")

MODULES = (session_lifecycle, crosswalk)
PUBLIC = {name: getattr(module, name) for module in MODULES for name in module.__all__}
CLASSES = {name: thing for name, thing in PUBLIC.items() if inspect.isclass(thing)}

Errors = dict[int, str]
"""What a checker reports, by line."""


def need(*modules: str) -> None:
    missing = [name for name in modules if find_spec(name) is None]
    if not missing:
        return
    reason = (
        f"TYPES ARE NOT CHECKED: {' and '.join(missing)} not installed; "
        "`pip install --group lint --group test` brings them"
    )
    if os.environ.get(REQUIRED):
        pytest.fail(f"{reason}, and {REQUIRED} is set")
    pytest.skip(reason)


def run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    # 0: clean; 1: something to report. Everything else is a checker that did not do its work.
    assert done.returncode in (0, 1), f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def mypy(file: Path, version: str, scratch: Path) -> Errors:
    need("mypy", "attrs")
    shutil.copy(file, scratch)
    found = run(
        *("mypy", "--strict", "--config-file=", "--output=json", f"--python-version={version}"),
        *("--cache-dir", str(scratch / "cache"), file.name),
        cwd=scratch,
    )
    reports: list[dict[str, Any]] = [json.loads(line) for line in found.split("\n") if line]
    return {
        report["line"]: report["message"] for report in reports if report["severity"] == "error"
    }


def pyright(file: Path, version: str, scratch: Path) -> Errors:
    need("pyright", "attrs")
    shutil.copy(file, scratch)
    settings = {"include": [file.name], "typeCheckingMode": "strict", "pythonVersion": version}
    (scratch / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    found = json.loads(run("pyright", "--outputjson", "--pythonpath", sys.executable, cwd=scratch))
    assert found["summary"]["filesAnalyzed"] == 1
    return {
        report["range"]["start"]["line"] + 1: report["message"]
        for report in found["generalDiagnostics"]
        if report["severity"] == "error"
    }


checkers = pytest.mark.parametrize("checker", [mypy, pyright], ids=lambda one: one.__name__)
versions = pytest.mark.parametrize("version", VERSIONS)
Checker = Callable[[Path, str, Path], Errors]


@checkers
@versions
def test_the_api_is_typed_as_the_file_says(checker: Checker, version: str, tmp_path: Path) -> None:
    assert checker(API, version, tmp_path) == {}


def marked(file: Path, checker: str) -> set[int]:
    """The lines marked `# error`, or `# error: <this checker>`."""
    mark = re.compile(rf"  # error(: {checker})?$")
    lines = file.read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if mark.search(line)}


@checkers
@versions
def test_every_misuse_is_reported(checker: Checker, version: str, tmp_path: Path) -> None:
    expected = marked(MISUSE, checker.__name__)
    found = checker(MISUSE, version, tmp_path)
    lines = MISUSE.read_text(encoding="utf-8").splitlines()
    passed_over = [f"{line}: {lines[line - 1].strip()}" for line in sorted(expected - set(found))]
    unexpected = [f"{line}: {found[line]}" for line in sorted(set(found) - expected)]
    assert (passed_over, unexpected) == ([], [])


def test_the_checkers_agree_on_nearly_every_misuse() -> None:
    ours, theirs = marked(MISUSE, "mypy"), marked(MISUSE, "pyright")
    assert len(ours & theirs) > 150
    assert len(ours ^ theirs) < 0.1 * len(ours | theirs)
    marks = re.findall(r"#\s*error\b.*", MISUSE.read_text(encoding="utf-8").split('"""', 2)[2])
    assert set(marks) == {"# error", "# error: mypy", "# error: pyright"}


def test_every_public_symbol_has_a_known_type(tmp_path: Path) -> None:
    need("pyright")
    # Pyright looks for the installed package in the environment of the first Python on the path.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = json.loads(
        run(
            "pyright",
            "--outputjson",
            "--ignoreexternal",  # SQLAlchemy leaves some of its own symbols partially unknown.
            "--verifytypes",
            "session_lifecycle",
            cwd=tmp_path,
            PATH=path,
        )
    )
    completeness = found["typeCompleteness"]
    assert Path(completeness["pyTypedPath"]).name == "py.typed"
    for counts in ("exportedSymbolCounts", "otherSymbolCounts"):
        assert completeness[counts]["withKnownType"] > len(session_lifecycle.__all__) / 2
        assert completeness[counts]["withUnknownType"] == 0
        assert completeness[counts]["withAmbiguousType"] == 0


# --- api.py leaves nothing out -------------------------------------------------------------------


def test_the_api_file_uses_every_public_name() -> None:
    tree = ast.parse(API.read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in [m.__name__ for m in MODULES]
        for alias in node.names
    }
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert imported == set(PUBLIC)
    assert imported <= used


def parameters_of(thing: Any) -> list[inspect.Parameter]:
    """The parameters a caller can name; none for a class that takes what its builtin base does."""
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    function = thing.__init__ if inspect.isclass(thing) else thing
    found = [one for one in inspect.signature(function).parameters.values() if one.kind in named]
    return found[1:] if inspect.isclass(thing) else found


def attributes_of(cls: type) -> set[str]:
    """What the package itself adds to a class, for a user to reach for."""
    if issubclass(cls, Enum):
        return set(cls.__members__)
    ours = [base for base in cls.__mro__ if base.__module__.startswith("session_lifecycle")]
    found = {name for base in ours for name in vars(base)}
    if issubclass(cls, BaseException):
        found |= {one.name for one in parameters_of(cls)}
    return {name for name in found if not name.startswith("_")}


@pytest.mark.parametrize("name", CLASSES)
def test_the_api_file_uses_every_public_attribute(name: str) -> None:
    tree = ast.parse(API.read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {name for node in ast.walk(tree) for name in getattr(node, "kwd_attrs", ())}
    assert attributes_of(CLASSES[name]) <= used


FUNCTIONS = [name for name, thing in PUBLIC.items() if inspect.isfunction(thing)]
VALUES = [name for name, thing in CLASSES.items() if issubclass(thing, Value)]
ERRORS = [name for name, thing in CLASSES.items() if issubclass(thing, BaseException)]


@pytest.mark.parametrize("name", [*FUNCTIONS, *VALUES, *ERRORS])
def test_the_api_file_names_every_parameter(name: str) -> None:
    tree = ast.parse(API.read_text(encoding="utf-8"))
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]
    named = {keyword.arg for call in calls for keyword in call.keywords}
    at_most = max((len(call.args) for call in calls), default=0)
    wanted = parameters_of(PUBLIC[name])
    positional = [one.name for one in wanted if one.kind is one.POSITIONAL_OR_KEYWORD]
    assert {one.name for one in wanted} <= named | set(positional[:at_most])


def test_the_values_are_the_ones_a_user_builds() -> None:
    assert set(VALUES) == {"EndClaim", "Ending", "EvalRollup", "HistoryStep", "Session"}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_matches_by_position_as_the_checkers_believe(name: str) -> None:
    # To a checker it is a dataclass, and `case EndClaim(reason, at)` is as good as by name.
    expected = tuple(one.name for one in parameters_of(PUBLIC[name]))
    assert getattr(PUBLIC[name], "__match_args__", None) == expected


@pytest.mark.parametrize("name", [*CLASSES, *FUNCTIONS])
def test_type_hints_resolve_at_run_time(name: str) -> None:
    # Serializers ask for them: cattrs and pydantic for every NamedTuple, for example.
    thing = PUBLIC[name]
    hints = typing.get_type_hints(thing)
    assert not [hint for hint in hints.values() if isinstance(hint, (str, typing.ForwardRef))]
    if name in FUNCTIONS:
        assert hints.keys() == {"return", *(one.name for one in parameters_of(thing))}
    elif name in VALUES or name in ERRORS:
        asked = typing.get_type_hints(thing.__init__)
        assert asked.keys() >= {one.name for one in parameters_of(thing)}

"""How the house is built: who may import whom, what the root shows, what importing it costs.

Words, then tables, then functions, then edges: a module imports only from its left.
"""

from __future__ import annotations

import ast
import doctest
import importlib.metadata
import inspect
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

import session_lifecycle
from session_lifecycle._names import HOME_OF, HOMES

PACKAGE = Path(session_lifecycle.__file__).parent
ROOT = "session_lifecycle"
PUBLIC = {name: getattr(session_lifecycle, name) for name in session_lifecycle.__all__}
CLASSES = {name: thing for name, thing in PUBLIC.items() if inspect.isclass(thing)}
FUNCTIONS = {name: thing for name, thing in PUBLIC.items() if inspect.isfunction(thing)}
CONSTANTS = PUBLIC.keys() - CLASSES.keys() - FUNCTIONS.keys()


class Room(NamedTuple):
    module: str
    may_import: tuple[str, ...]


GROUND = ("_names", "_words", "_text", "_errors", "_table", "_value")

# From left to right. What is not written is forbidden.
# fmt: off
CORE: tuple[Room, ...] = (
    Room("_names",      ()),
    Room("_words",      ("_names",)),
    Room("_text",       ("_words",)),
    Room("_errors",     ("_names", "_words", "_text")),
    Room("_table",      ()),  # It knows no word of the domain.
    Room("_value",      ("_words", "_text", "_errors", "_table")),
    # The machine does not know why, the reasons do not know how, and text knows neither.
    Room("_machine",    GROUND),
    Room("_reasons",    GROUND),
    Room("_spelling",   ()),
    Room("_coercion",   (*GROUND, "_spelling")),
    Room("_settlement", (*GROUND, "_reasons")),
    # Ending is where they meet.
    Room("_ending",     (*GROUND, "_machine", "_reasons", "_settlement")),
    Room("_session",    (*GROUND, "_machine", "_reasons", "_coercion", "_ending")),
    Room("_history",    (*GROUND, "_machine", "_reasons", "_coercion", "_ending", "_session")),
    Room("_replay",     (*GROUND, "_machine", "_reasons", "_ending", "_session", "_history")),
    Room("_audit",      (*GROUND, "_machine", "_reasons", "_ending", "_session", "_history")),
    # Evals know of no session.
    Room("_rollup",     GROUND),
    Room("_evals",      (*GROUND, "_rollup")),
)
# fmt: on
CORE_NAMES = tuple(room.module for room in CORE)

# Rooms at the edge: one file a library, one file a command. They may import the root and the core.
EDGES = (
    *("__main__", "_cli", "_hypothesis", "_pytest", "_render", "_wire"),
    *("crosswalk", "integrations", "records", "testing"),
)

# The words of one room that have no business in another.
FOREIGN_WORDS = {
    "_machine": {"SessionTerminationReason", "EndClaim"},
    "_reasons": {"SessionEvent", "TransitionVerdict"},
    "_table": {"SessionStatus", "SessionEvent", "SessionTerminationReason"},
}


def parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def name_of(file: Path) -> str:
    """The module's full name: `session_lifecycle`, `session_lifecycle._cli.replay`."""
    parts = (ROOT, *file.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def is_module(name: str) -> bool:
    return name in FILES


def imports(module: str) -> Iterator[str]:
    """Every module that a module imports, wherever it does: under TYPE_CHECKING, in a function."""
    file = FILES[module]
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(parse(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if is_module(inner) else base


def room_of(module: str) -> str:
    """The part of the house a module of the package is in; the root itself is `""`."""
    return module.removeprefix(ROOT).removeprefix(".").split(".")[0]


def is_ours(module: str) -> bool:
    return module == ROOT or module.startswith(f"{ROOT}.")


def rooms_imported_by(module: str) -> set[str]:
    return {room_of(name) for name in imports(module) if is_ours(name)}


# --- imports -------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", CORE, ids=lambda room: room.module)
def test_a_core_module_imports_only_what_it_may(room: Room) -> None:
    assert rooms_imported_by(f"{ROOT}.{room.module}") <= set(room.may_import)


@pytest.mark.parametrize("room", CORE, ids=lambda room: room.module)
def test_the_rules_themselves_lead_left(room: Room) -> None:
    left = CORE_NAMES[: CORE_NAMES.index(room.module)]
    assert set(room.may_import) <= set(left)


def test_every_module_has_a_room() -> None:
    rooms = {room_of(module) for module in FILES}
    assert set(CORE_NAMES) <= rooms
    assert rooms <= {"", *CORE_NAMES, *EDGES}


def test_the_crosswalk_imports_what_it_speaks_of() -> None:
    """Words, claims and what is true of reasons; no session, and none of those who use it."""
    speaks_of = {"_words", "_text", "_errors", "_table", "_reasons", "_ending", "crosswalk"}
    inside = [module for module in FILES if room_of(module) == "crosswalk"]
    assert len(inside) > 20
    assert set().union(*map(rooms_imported_by, inside)) <= speaks_of


def test_only_its_own_edge_imports_a_library() -> None:
    """The core never learns the names of its friends: each third-party library gets one file at the
    edge"""
    found: set[tuple[str, str]] = set()
    for module in FILES:
        for name in imports(module):
            library = name.split(".")[0]
            if library not in {*sys.stdlib_module_names, ROOT}:
                room, _, rest = module.removeprefix(f"{ROOT}.").partition(".")
                inside = f".{rest.split('.')[0]}" if room == "integrations" else ""
                found.add((f"{room}{inside}", library))
    assert found == {
        ("_hypothesis", "hypothesis"),
        ("_pytest", "pytest"),
        ("_pytest", "_pytest"),
        ("records", "attrs"),
        ("integrations.cattrs", "attrs"),
        ("integrations.cattrs", "cattrs"),
        ("integrations.pydantic", "pydantic"),
        ("integrations.pydantic", "pydantic_core"),
        ("integrations.sqlalchemy", "sqlalchemy"),
        ("testing", "hypothesis"),
    }


# What the recorders for voice frameworks have in common.
RECORDERS = ("integrations._delivery", "integrations._given")

# Beside the core, an edge imports itself and these.
NEIGHBOURS: dict[str, tuple[str, ...]] = {
    "_wire": (),
    "records": ("_wire",),
    "integrations.cattrs": ("_wire", "records"),
    "integrations.pydantic": ("_wire",),
    "integrations.sqlalchemy": (),
    **dict.fromkeys(RECORDERS, ()),
    "integrations.livekit": ("crosswalk", *RECORDERS),
    "integrations.pipecat": ("crosswalk", *RECORDERS),
    "testing": ("", "crosswalk", "records"),
    "_hypothesis": ("", "testing"),
    "_pytest": ("testing",),
}


@pytest.mark.parametrize("edge", NEIGHBOURS)
def test_an_edge_knows_the_core_and_its_neighbours(edge: str) -> None:
    whole = f"{ROOT}.{edge}"
    inside = [module for module in FILES if f"{module}.".startswith(f"{whole}.")]
    assert inside
    rooms = set().union(*map(rooms_imported_by, inside))
    assert rooms <= {*CORE_NAMES, *NEIGHBOURS[edge], edge.partition(".")[0]}
    # Of the other edges beside it, none but those.
    beside = {name for module in inside for name in imports(module) if "integrations." in name}
    beside -= {f"{ROOT}.{neighbour}" for neighbour in NEIGHBOURS[edge]}
    assert all(f"{name}.".startswith(f"{whole}.") for name in beside)


def test_nobody_loads_a_vendor_who_does_not_ask_for_it() -> None:
    """importing the root loads no vendor module"""
    program = (
        "import sys, session_lifecycle.crosswalk as crosswalk, session_lifecycle._cli\n"
        "from session_lifecycle import *\n"
        "def loaded(): return sorted(set(sys.modules) & set(\n"
        "    f'session_lifecycle.crosswalk._{vendor}' for vendor in crosswalk.vendors()))\n"
        "print(loaded())\n"
        "crosswalk.translate('livekit', 5)\n"
        "print(loaded())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout == "[]\n['session_lifecycle.crosswalk._livekit']\n", done.stderr


def test_the_root_imports_the_core_only() -> None:
    assert rooms_imported_by(ROOT) <= set(CORE_NAMES)


@pytest.mark.parametrize("module", [name for name in FILES if room_of(name) in ("", *CORE_NAMES)])
def test_the_core_imports_the_standard_library_only(module: str) -> None:
    outside = {name.split(".")[0] for name in imports(module) if not is_ours(name)}
    assert outside <= {*sys.stdlib_module_names, "__future__"}


# Input and output, the clock, logging, randomness, and what would bring them along.
FORBIDDEN = {
    *("asyncio", "contextvars", "importlib", "io", "logging", "multiprocessing", "os", "pathlib"),
    *("random", "secrets", "shutil", "signal", "socket", "subprocess", "sys", "tempfile"),
    *("threading", "time", "urllib", "uuid", "warnings"),
}
CLOCKS = {"now", "utcnow", "today"}


@pytest.mark.parametrize("module", CORE_NAMES)
def test_the_core_has_no_world_around_it(module: str) -> None:
    full = f"{ROOT}.{module}"
    assert FORBIDDEN.isdisjoint(name.split(".")[0] for name in imports(full))
    nodes = list(ast.walk(parse(FILES[full])))
    called = {node.func for node in nodes if isinstance(node, ast.Call)}
    assert CLOCKS.isdisjoint(one.attr for one in called if isinstance(one, ast.Attribute))
    built_in = {one.id for one in called if isinstance(one, ast.Name)}
    assert built_in.isdisjoint({"__import__", "eval", "exec", "input", "open", "print"})


@pytest.mark.parametrize(("module", "words"), FOREIGN_WORDS.items())
def test_a_room_does_not_speak_of_another(module: str, words: set[str]) -> None:
    nodes = list(ast.walk(parse(FILES[f"{ROOT}.{module}"])))
    spoken = {node.id for node in nodes if isinstance(node, ast.Name)}
    spoken |= {
        alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert spoken.isdisjoint(words)


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {module: {name for name in imports(module) if is_module(name)} for module in FILES}
    while graph:
        free = {module for module, needs in graph.items() if not needs & graph.keys()}
        assert free, f"a circle among {sorted(graph)}"
        graph = {module: needs for module, needs in graph.items() if module not in free}


@pytest.mark.parametrize("module", CORE_NAMES)
def test_no_core_module_has_two_ideas_in_it(module: str) -> None:
    lines = FILES[f"{ROOT}.{module}"].read_text(encoding="utf-8").count("\n")
    assert lines <= 350


# --- what importing the root loads ---------------------------------------------------------------

NOT_LOADED = {
    *("argparse", "ast", "asyncio", "dataclasses", "difflib", "inspect", "json", "logging"),
    *("pathlib", "random", "unittest"),
}


def loaded_by(statement: str) -> set[str]:
    """The modules loaded after a statement, in a bare interpreter: no site, no environment."""
    code = (
        f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {statement}; "
        "print(*sorted(sys.modules), sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    return set(done.stdout.split())


def test_the_probe_sees_what_is_loaded() -> None:
    assert "json" in loaded_by("import json")
    assert "json" not in loaded_by("pass")


def test_importing_the_root_loads_nothing_else() -> None:
    known = loaded_by("pass")
    assert loaded_by("import session_lifecycle") - known == {ROOT}


def test_a_name_loads_its_home_and_what_that_needs() -> None:
    added = loaded_by("from session_lifecycle import next_status")
    rooms = {room_of(name) for name in added if is_ours(name)}
    assert rooms == {"", "_machine", *GROUND} - {"_value"}


def test_all_names_together_load_the_standard_library_only() -> None:
    known = loaded_by("import enum, typing")
    added = loaded_by("from session_lifecycle import *") - known
    others = {name for name in added if not is_ours(name)}
    assert {name.split(".")[0] for name in others} <= sys.stdlib_module_names
    # `re` is one more of these, unless this Python's own enum and typing cannot do without it.
    assert others.isdisjoint(NOT_LOADED | {"re"})
    assert {room_of(name) for name in added - others} == {"", *CORE_NAMES}


# --- what the root shows -------------------------------------------------------------------------

# fmt: off
# Sections 1 to 6 and 8 of the specification.
SPECIFIED = (
    # 1
    "SessionTerminationReason", "SessionStatus", "SessionPriority", "SessionDirection",
    "SessionType", "EvalRunStatus", "EvalStatus", "EvalOutcome", "EndActor", "EndPhase",
    "EndOutcome", "EndFault", "RedialAdvice", "ClaimRank", "TransitionVerdict", "CoercionVia",
    "SessionChange", "TranslationGrade", "parse_session_status", "parse_session_event",
    # 2
    "reason_traits", "ReasonTraits",
    # 3
    "coerce_termination_reason", "read_termination_reason", "ReasonReading",
    "parse_termination_reason", "coerce_session_status",
    # 4
    "SessionEvent", "transition", "Transition", "next_status", "can_apply", "allowed_events",
    "source_statuses", "shortest_path", "status_change_events", "is_terminal", "is_live",
    "LIVE_STATUSES", "TERMINAL_STATUSES", "INITIAL_STATUSES",
    # 5
    "EndClaim", "settle", "Ending", "SETTLEMENT_ORDER", "claim_rank", "Session", "start_session",
    "restore_session", "apply_event", "apply_claim", "close_session", "session_change", "replay",
    "HistoryStep", "SessionHistory", "audit_history", "AuditFinding",
    # 6
    "rollup_eval_runs", "EvalRollup", "eval_outcome_counts", "eval_run_outcome", "EMPTY_ROLLUP",
    "merge_rollups", "replace_run", "eval_status_bounds", "latest_attempts",
    # 8
    "SessionLifecycleError", "UnknownReasonError", "UnknownStatusError", "IllegalTransitionError",
    "RollupError",
)
# fmt: on


def test_every_specified_name_is_public() -> None:
    assert len(SPECIFIED) == len(set(SPECIFIED))
    assert set(SPECIFIED) <= set(session_lifecycle.__all__)


def test_all_is_exact() -> None:
    reachable = {
        name
        for name, thing in vars(session_lifecycle).items()
        if not name.startswith("_") and not inspect.ismodule(thing)
    }
    assert len(PUBLIC) == len(reachable) + 1  # They have all been asked for by now.
    assert len(session_lifecycle.__all__) == len(set(session_lifecycle.__all__))
    assert reachable == set(session_lifecycle.__all__) - {"__version__"}


def test_the_root_finds_what_it_shows_to_type_checkers() -> None:
    (block,) = [node for node in parse(FILES[ROOT]).body if isinstance(node, ast.If)]
    shown = {
        room_of(str(node.module)): {alias.name for alias in node.names}
        for node in block.body
        if isinstance(node, ast.ImportFrom)
    }
    assert {home: set(names) for home, names in HOMES.items()} == shown
    assert sum(map(len, HOMES.values())) == len(HOME_OF) == len(session_lifecycle.__all__) - 1


def test_a_name_that_is_not_there_is_refused_as_any_module_would() -> None:
    with pytest.raises(AttributeError, match="module 'session_lifecycle' has no attribute 'settl'"):
        getattr(session_lifecycle, "settl")  # noqa: B009  # A checker would refuse it, too.
    with pytest.raises(ImportError, match="cannot import name 'settl'"):
        exec("from session_lifecycle import settl")


def test_dir_shows_what_may_be_asked_for() -> None:
    code = "import session_lifecycle as s; print(dir(s) == sorted(s.__all__), 'settle' in vars(s))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True False\n"


@pytest.mark.parametrize("home", HOMES)
def test_a_class_has_its_path_whoever_loads_it(home: str) -> None:
    """Also when it was met through another module, and the root was never asked for it."""
    name = next(name for name in HOMES[home] if name in CLASSES or name in FUNCTIONS)
    code = f"from session_lifecycle.{home} import {name}; print({name}.__module__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{ROOT}\n"


@pytest.mark.parametrize("name", [*CLASSES, *FUNCTIONS])
def test_a_public_thing_has_one_canonical_path(name: str) -> None:
    thing = PUBLIC[name]
    assert (thing.__module__, thing.__qualname__) == (ROOT, name)
    assert pickle.loads(pickle.dumps(thing)) is thing


def test_private_classes_do_not_claim_to_be_public() -> None:
    for module in CORE_NAMES:
        for name, thing in vars(sys.modules[f"{ROOT}.{module}"]).items():
            if inspect.isclass(thing) and thing.__module__ == ROOT:
                assert PUBLIC.get(thing.__name__) is thing, f"{module}.{name}"


def test_only_our_errors_are_exported_as_errors() -> None:
    errors = {name for name, thing in CLASSES.items() if issubclass(thing, BaseException)}
    assert errors == {name for name in CLASSES if name.endswith("Error")}
    for name in errors:
        assert issubclass(CLASSES[name], session_lifecycle.SessionLifecycleError)


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


def test_the_version_is_the_one_that_was_built() -> None:
    assert importlib.metadata.version("session-lifecycle") == session_lifecycle.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?(\.dev\d+)?", session_lifecycle.__version__)


# --- docstrings ----------------------------------------------------------------------------------


Definition = ast.ClassDef | ast.FunctionDef


def definitions() -> dict[str, Definition]:
    """Where each public class and function is written down; `inspect` would look on the root."""
    return {
        node.name: node
        for module in CORE_NAMES
        for node in parse(FILES[f"{ROOT}.{module}"]).body
        if isinstance(node, Definition) and node.name in PUBLIC
    }


def test_every_class_and_function_says_what_it_is() -> None:
    written = definitions()
    assert written.keys() == CLASSES.keys() | FUNCTIONS.keys()
    for name, definition in written.items():
        # What was written, not what `NamedTuple` or `Enum` make up.
        docstring = ast.get_docstring(definition) or ""
        assert docstring.split("\n")[0].endswith((".", "?", ":")), name
        for inner in definition.body:
            if isinstance(inner, Definition) and not inner.name.startswith("_"):
                assert ast.get_docstring(inner), f"{name}.{inner.name}"


def test_every_constant_says_what_it_is() -> None:
    documented: set[str] = set()
    for module in CORE_NAMES:
        for node, after in pairwise(parse(FILES[f"{ROOT}.{module}"]).body):
            targets = node.targets if isinstance(node, ast.Assign) else []
            targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                documented |= {one.id for one in targets if isinstance(one, ast.Name)}
    assert documented >= CONSTANTS - {"__version__"}


def examples_of(name: str) -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    # `module=False`: for doctest, a function found on the root belongs to the file it is in.
    found = finder.find(PUBLIC[name], name, module=False, globs=vars(session_lifecycle).copy())
    return [test for test in found if test.examples]


@pytest.mark.parametrize("name", [name for name in [*CLASSES, *FUNCTIONS] if examples_of(name)])
def test_the_examples_are_true(name: str) -> None:
    for test in examples_of(name):
        output: list[str] = []
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        runner.run(test, out=output.append)
        assert runner.failures == 0, "".join(output)


# fmt: off
# Each has a door that refuses, or an answer that surprises: its docstring shows one.
WITH_EXAMPLES = {
    "EndClaim", "coerce_termination_reason", "read_termination_reason", "parse_termination_reason",
    "coerce_session_status", "transition", "next_status", "reason_traits", "settle", "claim_rank",
    "apply_event", "apply_claim", "close_session", "replay", "rollup_eval_runs",
}
# fmt: on


def test_there_are_examples() -> None:
    assert {name for name in PUBLIC if examples_of(name)} >= WITH_EXAMPLES


@pytest.mark.parametrize("module", FILES)
def test_no_example_is_let_off(module: str) -> None:
    source = FILES[module].read_text(encoding="utf-8")
    assert "IGNORE_EXCEPTION_DETAIL" not in source
    assert "doctest: +SKIP" not in source

"""The fuzz targets in the ordinary suite, without atheris, so that none can rot.

Each is called with its seeds, with changes of them, with any bytes, and with what was found. Then
the code is broken under each, and it must find that; and the runner is tried with an engine that
only tries its seeds.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from session_lifecycle import HistoryStep, SessionTerminationReason
from tests.fuzz import TARGETS, __main__
from tests.fuzz.found import FOUND
from tests.fuzz.inputs import dictionary
from tests.fuzz.shrink import failure, shrink

MODULES = {name: importlib.import_module(f"tests.fuzz.{name}") for name in TARGETS}
SEEDS = {name: list(module.seeds()) for name, module in MODULES.items()}

each_target = pytest.mark.parametrize("name", TARGETS)


def bytewise(data: bytes, max_size: int) -> bytes:
    """What libFuzzer does to bytes, as far as a test needs it."""
    return (data[1:] + b'"' if data else b"0")[:max_size]


@each_target
def test_seeds_break_no_law(name: str) -> None:
    assert len(SEEDS[name]) >= 40
    for seed in SEEDS[name]:
        assert len(seed) <= MODULES[name].MAX_LEN
        MODULES[name].check(seed)


@each_target
@settings(max_examples=200)
@given(data=st.binary(max_size=300))
def test_any_bytes_break_no_law(name: str, data: bytes) -> None:
    MODULES[name].check(data)


@each_target
@settings(max_examples=200)
@given(draw=st.data(), seed=st.integers(0, 2**32 - 1))
def test_changes_of_seeds_break_no_law(name: str, draw: st.DataObject, seed: int) -> None:
    module = MODULES[name]
    data = draw.draw(st.sampled_from(SEEDS[name]))
    changed = module.mutate(data, module.MAX_LEN, seed, bytewise)
    assert 0 < len(changed) <= module.MAX_LEN
    assert changed == module.mutate(data, module.MAX_LEN, seed, bytewise)
    module.check(changed)


@each_target
def test_what_was_found_breaks_no_law_any_more(name: str) -> None:
    for data in FOUND[name]:
        MODULES[name].check(data)


def _raises(*_: object, **__: object) -> Any:
    raise KeyError("broken by hand")


def _as_they_arrived(steps: list[HistoryStep]) -> tuple[list[HistoryStep], None]:
    return steps, None


def _coerces_to_error(value: Any) -> SessionTerminationReason:
    return SessionTerminationReason(value if value in tuple(SessionTerminationReason) else "error")


# Where the code is broken under each target, and with what.
BROKEN: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("coercion", "tests.fuzz.coercion.coerce_termination_reason", _coerces_to_error),
    ("coercion", "session_lifecycle._coercion.normal_forms", _raises),
    ("coercion", "session_lifecycle._coercion.clip", lambda text: text),
    ("webhooks", "tests.fuzz.webhooks.webhook_steps", lambda body: ()),
    ("webhooks", "tests.fuzz.webhooks.webhook_session_key", lambda body, key="": "r"),
    ("replay", "session_lifecycle._replay._in_order", _as_they_arrived),
    ("replay", "session_lifecycle._replay.transition", _raises),
    ("replay", "session_lifecycle._cli._read.webhook_steps", _raises),
    ("commands", "session_lifecycle._cli._story.brief", lambda text: f"\x1b[1m{text}"),
    ("commands", "session_lifecycle._cli.replay.story_as_json", _raises),
    ("records", "tests.fuzz.records.read_record", _raises),
    ("records", "session_lifecycle.integrations.cattrs._faults.show", lambda value: "x" * 100),
    ("calls", "session_lifecycle.crosswalk._translate.clip", lambda text: text * 99),
    ("calls", "session_lifecycle.crosswalk._translate.look_up", _raises),
)


@pytest.mark.parametrize(("name", "place", "broken"), BROKEN)
def test_broken_code_breaks_a_law(
    monkeypatch: pytest.MonkeyPatch, name: str, place: str, broken: Callable[..., Any]
) -> None:
    monkeypatch.setattr(place, broken)
    assert any(failure(MODULES[name].check, data) for data in SEEDS[name])


def test_what_breaks_is_made_short() -> None:
    def check(data: bytes) -> None:
        assert not (b"a" in data and b"z" in data)

    assert shrink(check, b"first line\nan a\nthird\n" + b"y" * 50 + b"z\nlast\n") == b"za"
    with pytest.raises(ValueError, match="break no law"):
        shrink(check, b"a")


def test_the_dictionary_is_one_that_libfuzzer_reads() -> None:
    """One entry a line, in quotes, bytes as hexadecimal numbers."""
    entries = dictionary().splitlines()
    assert len(entries) > 300
    assert '"\\x72\\x6f\\x6f\\x6d\\x5f\\x64\\x65\\x6c\\x65\\x74\\x65\\x64"' in entries
    for entry in entries:
        assert bytes.fromhex(entry.removeprefix('"\\x').removesuffix('"').replace("\\x", ""))


# An engine that tries its seeds once, and ends as libFuzzer does: with a file for what it found.
ATHERIS = """
import pathlib, sys
from contextlib import nullcontext

def instrument_imports(include):
    assert include == ["session_lifecycle"]
    assert "session_lifecycle" not in sys.modules
    return nullcontext()

def Mutate(data, max_size):
    return data[:max_size]

def Setup(argv, check, custom_mutator):
    global run
    def run():
        options = dict(o[1:].split("=") for o in argv[1:] if o.startswith("-"))
        assert pathlib.Path(options["dict"]).read_text().startswith('"')
        places = [pathlib.Path(o) for o in argv[1:] if not o.startswith("-")]
        seeds = [file.read_bytes() for place in places for file in sorted(place.iterdir())]
        for number, seed in enumerate(seeds):
            try:
                check(custom_mutator(seed, int(options["max_len"]), number))
                BROKEN
            except Exception:
                pathlib.Path(options["artifact_prefix"] + "crash-1").write_bytes(seed)
                raise SystemExit(77)
        print(f"#{len(seeds)}\\tDONE   cov: 12 ft: 34 corp: 5/6b", file=sys.stderr)
        print(f"Done {len(seeds)} runs in 7 second(s)", file=sys.stderr)

def Fuzz():
    run()
"""


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put an atheris of ours in front, which also does `broken` for each seed."""

    def install(broken: str) -> None:
        (tmp_path / "atheris.py").write_text(ATHERIS.replace("BROKEN", broken), encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.syspath_prepend(str(tmp_path))
        importlib.invalidate_caches()

    return install


def test_the_runner_prints_a_table(
    engine: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    engine("pass")
    assert __main__.main(["webhooks", "--seconds", "1"]) == 0
    count = len(SEEDS["webhooks"])
    assert capsys.readouterr().out.splitlines() == [
        "| target | seeds | seconds | executions | edges | findings |",
        "|---|---:|---:|---:|---:|---:|",
        f"| webhooks | {count} | 7 | {count} | 12 | 0 |",
    ]


def test_the_runner_shrinks_what_the_engine_found(
    engine: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine('assert b"SIP" not in seed')

    def check(data: bytes) -> None:
        assert b"SIP" not in data

    monkeypatch.setattr(MODULES["webhooks"], "check", check)
    assert __main__.main(["webhooks"]) == 1
    out, err = capsys.readouterr()
    assert out.endswith("| 1 |\n")
    assert err.startswith("webhooks: AssertionError at ")
    assert err.endswith("  b'SIP'\n")


def test_an_engine_that_breaks_down_is_a_failure(
    engine: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    engine('raise SystemExit("no more memory")')
    assert __main__.main(["calls"]) == 1
    assert "no more memory" in capsys.readouterr().err


def test_the_runner_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for arguments, says in (
        (["rpelay"], "'rpelay' is no target, expected some of coercion, "),
        (["replay"], "atheris is not installed: pip install --group fuzz"),
    ):
        with pytest.raises(SystemExit):
            __main__.main(arguments)
        assert says in capsys.readouterr().err


def test_every_module_with_a_check_is_a_target() -> None:
    folder = Path(__file__).parent
    helpers = {"inputs", "mutations", "shrink", "found", "engine", "test_targets"}
    modules = {file.stem for file in folder.glob("[!_]*.py")}
    assert modules - helpers == set(TARGETS) == set(FOUND)
    assert all(isinstance(module, ModuleType) for module in MODULES.values())

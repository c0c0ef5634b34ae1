"""One mutant in one forked process: the tests, those that know it best first.

A copy of the tree is made, and pytest and what the tests need are imported once. Each mutant then
gets a child of that process, in which one module of the package is loaded from the mutant's text
and all others from the copy. The child stops at the first test that fails.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from tests.mutation.source import Mutant

ROOT = Path(__file__).parents[2]
PACKAGE = "session_lifecycle"
TREE = (
    *("src", "tests", "docs", "README.md", "CHANGELOG.md", "LICENSE"),
    "pyproject.toml",
)

# The tests that know a module best; without a line here, those that all mutants get.
FIRST = {
    "_reasons.py": ("test_spec_tables.py", "test_reasons_rules.py"),
    "_machine.py": ("test_spec_tables.py", "test_machine_rules.py"),
    "_settlement.py": ("test_spec_tables.py", "test_ending_rules.py"),
    "_words.py": ("test_words_rules.py", "test_spec_tables.py"),
    "_coercion.py": ("test_coercion_rules.py",),
    "_spelling.py": ("test_coercion_rules.py",),
    "_ending.py": ("test_ending_rules.py",),
    "_errors.py": ("test_errors_rules.py", "test_messages.py"),
    "_text.py": ("test_text_rules.py", "test_hostile_input.py"),
    "_value.py": ("test_value_rules.py", "test_ending_rules.py", "test_messages.py"),
    "_table.py": ("test_table.py", "test_spec_tables.py"),
    "_names.py": ("test_structure.py",),
    "_evals.py": ("test_rollup_rules.py",),
    "_rollup.py": ("test_rollup_rules.py",),
    "_session.py": ("test_session_rules.py",),
    "_history.py": ("test_history_rules.py", "test_audit_rules.py"),
    "_replay.py": ("test_history_rules.py",),
    "_audit.py": ("test_audit_rules.py",),
    "integrations/livekit/_webhooks.py": ("integrations/test_livekit.py",),
    "integrations/livekit/_leaves.py": ("integrations/test_livekit_leaves.py",),
    "integrations/livekit/_sip.py": ("integrations/test_livekit_sip.py",),
    "integrations/livekit/_message.py": ("integrations/test_livekit_message.py",),
    "integrations/livekit/_judges.py": ("integrations/test_livekit_judges.py",),
    "crosswalk/_rows.py": ("crosswalk/test_index.py",),
    "crosswalk/_values.py": ("crosswalk/test_translate.py",),
    "crosswalk/_tables.py": ("crosswalk/test_index.py", "crosswalk/test_translate.py"),
    "crosswalk/_translate.py": ("crosswalk/test_translate.py", "crosswalk/test_patterns.py"),
    "crosswalk/_call.py": ("crosswalk/test_call.py",),
    "crosswalk/_drift.py": ("crosswalk/test_drift.py",),
    "crosswalk/_vcon_disposition.py": ("crosswalk/test_vcon.py",),
}
# What is about the command line, the sources or the documents, and what starts processes, which
# would see the package without the change.
OTHERS = (
    *("test_bench", "test_cli", "test_decisions", "test_mutation", "test_render"),
    *("test_rules_quoted", "test_structure", "test_typing"),
)
LAST = ("property",)
# The edges' tests that all mutants meet as well: what the core says in LiveKit's words.
LIVEKIT = (
    *("integrations/test_livekit.py", "integrations/test_livekit_connections.py"),
    *("integrations/test_livekit_leaves.py", "integrations/test_livekit_sip.py"),
)

OPTIONS = (
    "-qq",
    "-x",
    *("--tb=no", "--no-header", "--no-summary", "--hypothesis-profile=mutation"),
    *("-p", "_hypothesis_pytestplugin", "-p", "no:cacheprovider", "-p", "no:terminalreporter"),
    *("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"),
)
# Far more than all the tests take together: a change may make a loop endless.
SECONDS = 120

KILLED, REFUSED, TIMEOUT, SURVIVED = "killed", "refused at import", "timeout", "survived"
# Not a verdict: no test failed, and yet the child did not come to its end.
BROKEN = "broken"


class Fate(NamedTuple):
    """What became of a mutant, and by which tests."""

    mutant: Mutant
    verdict: str
    by: str


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Finds one module, with a text of our own for its file's."""

    def __init__(self, name: str, file: Path, text: str) -> None:
        self.name, self.file, self.text = name, file, text

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.file, loader=self)

    def get_filename(self, fullname: str) -> str:
        return str(self.file)

    def get_data(self, path: str | bytes) -> bytes:
        return self.text.encode()

    def path_stats(self, path: str | bytes) -> dict[str, int]:
        raise OSError  # No cached bytecode: it would be the unchanged module's.


@contextmanager
def copied_tree(folder: Path | None = None) -> Iterator[Path]:
    """A copy of the tree, for as long as it is needed; or in a folder, and left there."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        tree = folder or Path(name)
        ignored = shutil.ignore_patterns("__pycache__", "mutation")
        for part in TREE:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, tree / part, ignore=ignored, dirs_exist_ok=True)
            else:
                shutil.copy2(ROOT / part, tree / part)
        yield tree.resolve()


def stages(tree: Path, module: str) -> list[list[str]]:
    """The test files a mutant of a module meets, in groups; without a module, all of them."""
    tests = tree / "tests"
    first = FIRST.get(module, ())
    files = sorted(file.name for file in tests.glob("test_*.py"))
    core = [
        *(name for name in files if not name.startswith(OTHERS)),
        *LIVEKIT,
    ]
    crosswalk = sorted(f"crosswalk/{file.name}" for file in tests.glob("crosswalk/test_*.py"))
    if not module:
        rest = [core, crosswalk, list(LAST)]
    elif module.startswith("crosswalk/"):
        rest = [crosswalk]  # The core does not import it, and so its tests do not either.
    else:
        rest = [core, list(LAST)]
    others = [[name for name in group if name not in first] for group in rest]
    return [[f"tests/{name}" for name in group] for group in [*([name] for name in first), *others]]


class Runner:
    """Runs mutants, `jobs` at a time."""

    def __init__(self, tree: Path, jobs: int) -> None:
        self.tree = tree
        self.jobs = jobs
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        os.environ.pop("CI", None)

    def _warm_up(self) -> None:
        """Run all the tests without a change, and import what they needed."""
        nothing = Mutant("", "", 0, "nothing", "")
        told = self._fork(lambda: self._in_child(nothing, tell_modules=True))
        answer = _result(*told)
        if not answer.startswith(SURVIVED):
            raise SystemExit(f"the tests fail without any change: {answer}")
        for name in answer.split("\n")[1:]:
            if name.split(".")[0] not in {PACKAGE, "tests", "conftest", "__main__"}:
                try:
                    importlib.import_module(name)
                except Exception:  # What cannot be imported by its name is none of ours.
                    continue

    def check(self, modules: Sequence[str]) -> None:
        """Run the tests without a change, and with each module replaced by its own text."""
        self._warm_up()
        package = self.tree / "src" / PACKAGE
        same = [
            Mutant(module, "", 0, "nothing", (package / module).read_text(encoding="utf-8"))
            for module in modules
        ]
        for fate in self.run(same, quick=True):
            if fate.verdict != SURVIVED:
                raise SystemExit(f"{fate.mutant.module}, unchanged, is {fate.verdict}: {fate.by}")

    def run(self, mutants: Sequence[Mutant], *, quick: bool = False) -> list[Fate]:
        """Every mutant's fate, in their order; every ten seconds, say how far the run is.

        `quick` leaves it at the first file of tests that a mutant meets.
        """
        fates: dict[int, Fate] = {}
        running: dict[int, tuple[int, int]] = {}
        waiting = list(enumerate(mutants))[::-1]
        told = time.monotonic()
        while waiting or running:
            while waiting and len(running) < self.jobs:
                number, mutant = waiting.pop()
                pid, end = self._fork(lambda mutant=mutant: self._in_child(mutant, quick=quick))
                running[pid] = number, end
            pid, status = os.wait()
            number, end = running.pop(pid)
            verdict, _, by = _answer(end, status).partition("\n")
            if verdict == BROKEN:
                raise SystemExit(f"{mutants[number].name}: {by}")
            fates[number] = Fate(mutants[number], verdict, by)
            if verdict == SURVIVED and not quick:
                print(f"alive: {mutants[number].name}", file=sys.stderr)
            if time.monotonic() - told > 10:
                told = time.monotonic()
                print(f"{len(fates)} of {len(mutants)}", file=sys.stderr)
        return [fates[number] for number in sorted(fates)]

    def _fork(self, work: Callable[[], str]) -> tuple[int, int]:
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid:
            os.close(theirs)
            return pid, ours
        os.close(ours)
        try:
            signal.alarm(SECONDS)
            # Collecting what the parent holds costs more than it frees.
            import gc

            gc.disable()
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
                with redirect_stdout(nowhere), redirect_stderr(nowhere):
                    try:
                        answer = work()
                    except BaseException as error:
                        answer = f"{BROKEN}\n{error!r}"
            with os.fdopen(theirs, "w") as pipe:
                pipe.write(answer)
        finally:
            os._exit(0)

    def _in_child(self, mutant: Mutant, *, quick: bool = False, tell_modules: bool = False) -> str:
        import pytest

        os.chdir(self.tree)
        sys.path[:0] = [str(self.tree / "src"), str(self.tree)]
        for name in [name for name in sys.modules if name.split(".")[0] in (PACKAGE, "tests")]:
            del sys.modules[name]
        before = set(sys.modules)
        # The run without a change leaves the bytecode of package and tests to all the others.
        sys.dont_write_bytecode = bool(mutant.text)
        package = self.tree / "src" / PACKAGE
        names = [f"{PACKAGE}.{file.stem}" for file in sorted(package.glob("_[a-z]*.py"))]
        names.append(f"{PACKAGE}.integrations.livekit._webhooks")
        if mutant.text:
            own = f"{PACKAGE}.{mutant.module.removesuffix('.py').replace('/', '.')}"
            sys.meta_path.insert(0, _Finder(own, package / mutant.module, mutant.text))
            names.append(own)
        try:
            for name in names:
                importlib.import_module(name)
        except Exception as error:
            return f"{REFUSED}\n{type(error).__name__}: {error}"
        # What is tested is the copy, and in it the change.
        assert Path(str(sys.modules[PACKAGE].__file__)).parent == package, sys.path
        assert not mutant.text or isinstance(sys.modules[own].__loader__, _Finder), own
        for group in stages(self.tree, mutant.module)[: 1 if quick else None]:
            watch = _Watch()
            code = pytest.main([*OPTIONS, f"--rootdir={self.tree}", *group], plugins=[watch])
            if code and not watch.failed:
                return f"{BROKEN}\npytest itself failed: {code!r}"
            if code:
                return f"{KILLED}\n{watch.failed}"
        new = sorted(set(sys.modules) - before) if tell_modules else []
        return "\n".join([SURVIVED, *new])


class _Watch:
    """Remembers which test failed."""

    failed = ""

    def pytest_runtest_logreport(self, report: object) -> None:
        if getattr(report, "failed", False):
            self.failed = self.failed or str(getattr(report, "nodeid", ""))

    pytest_collectreport = pytest_runtest_logreport


def _result(pid: int, end: int) -> str:
    # Read first: what does not fit into the pipe keeps the child from ending.
    with os.fdopen(end) as pipe:
        answer = pipe.read()
    os.waitpid(pid, 0)
    return answer


def _answer(end: int, status: int) -> str:
    with os.fdopen(end) as pipe:
        answer = pipe.read()
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return TIMEOUT
    return answer or f"{BROKEN}\nthe process ended with {status}"

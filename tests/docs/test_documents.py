"""Every code block runs, every link leads somewhere, the picture is the table."""

from __future__ import annotations

import doctest
import gc
import importlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import session_lifecycle
from session_lifecycle import TRANSITIONS, SessionStatus, TransitionVerdict, records
from session_lifecycle.integrations import cattrs, livekit

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
# One has Schemathesis look for what breaks a schema.
FUZZED = ROOT / "docs" / "how-to" / "serve-with-fastapi.md"
RUN = [pytest.param(page, marks=[pytest.mark.slow] * (page == FUZZED)) for page in PAGES]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
LANGUAGES = {"", "sh", "text", "pycon", "python", "mermaid"}


def blocks(text: str, language: str) -> list[str]:
    return [code for _, found, code in FENCE.findall(text) if found == language]


def after(marker: str) -> str:
    block = FENCE.search(README, README.index(f"<!-- {marker} -->"))
    assert block is not None
    return block[3].strip()


@pytest.mark.parametrize("page", RUN, ids=lambda page: str(page.relative_to(ROOT)))
@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
def test_every_python_block_runs(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    # A directive of the documents' builder, `{glossary}` say, is no code.
    used = {found for _, found, _ in FENCE.findall(text)}
    assert {found for found in used if not found.startswith("{")} <= LANGUAGES
    assert all(">>>" in code for code in blocks(text, "pycon"))
    assert doctest.testfile(str(page), module_relative=False).failed == 0
    if "sqlite" in text:
        gc.collect()  # A page may leave its database in memory open; Python 3.13 warns of it, here.


@pytest.mark.parametrize(
    "module", [session_lifecycle, livekit, records, cattrs], ids=lambda m: m.__name__
)
def test_the_public_docstrings_run(module: ModuleType) -> None:
    for name in module.__all__:
        getattr(module, name)  # The root loads a name when it is asked for.
    ran = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert ran.failed == 0
    assert ran.attempted > 0


def test_the_readmes_first_command_prints_what_the_readme_shows() -> None:
    """The first command sets up and runs `replay` on an example with only Python 3.11+ present."""
    command = shlex.split(after("first-command"))
    assert command[:2] == ["PYTHONPATH=src", "python3"]
    # The package may be an installed wheel here, with src out of the way.
    done = subprocess.run(
        [sys.executable, *command[2:]], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == blocks(README, "text")[0]
    assert done.stderr == ""


def test_the_readmes_second_command_is_what_the_gate_calls() -> None:
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert gate.index("$(readme test-command)") < gate.index("$(readme first-command)")
    assert after("test-command").startswith("python3 -m venv .venv && ")
    assert after("test-command").endswith(".venv/bin/python -m pytest -q -n auto")


def test_the_readmes_picture_is_the_machine() -> None:
    (picture,) = blocks(README, "mermaid")
    drawn: set[tuple[str, str, str]] = set()
    for before, arrow_to, events in re.findall(r"^ *(\S+) --> (\w+)(?:: (.+))?$", picture, re.M):
        for event in filter(None, events.split(", ")):
            sources = (
                [s for s in SessionStatus if s not in session_lifecycle.TERMINAL_STATUSES]
                if before == "live"
                else [SessionStatus(before)]
            )
            drawn |= {(source, event, arrow_to) for source in sources}
    table = {
        (answer.before, answer.event, answer.after)
        for row in TRANSITIONS.values()
        for answer in row.values()
        if answer.verdict is TransitionVerdict.MOVED
    }
    assert drawn == table
    starts = set(re.findall(r"\[\*\] --> (\w+)", picture))
    assert starts == {"queued", "ringing", "active"}


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: str(page.relative_to(ROOT))
)
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_examples_are_what_their_maker_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made with LiveKit's own protocol classes; `test_examples.py` holds the day to its maker."""
    folder = ROOT / "docs" / "examples"
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = importlib.import_module("make_examples")
    for name, make in module.EXAMPLES.items():
        assert (folder / name).read_text(encoding="utf-8") == module.as_lines(make())
    assert {*module.EXAMPLES, "day.jsonl"} == {p.name for p in folder.glob("*.jsonl")}


def test_no_document_names_a_machine() -> None:
    for page in [*PAGES, ROOT / "CHANGELOG.md", ROOT / "pyproject.toml"]:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(home|root|tmp|work|Users)/", text), page.name
        assert os.path.expanduser("~") + "/" not in text

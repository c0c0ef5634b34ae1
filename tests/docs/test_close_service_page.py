"""The page of the example service says what the service is: its files, routes, tables, settings."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "docs" / "examples"
SERVICE = EXAMPLES / "close_service"
PAGE = (EXAMPLES / "close-service.md").read_text(encoding="utf-8")


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return importlib.import_module("close_service")


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_file_is_there_with_its_lines() -> None:
    shown = {}
    for file, lines, _ in table("Files"):
        named = re.fullmatch(r"\[`(\w+\.py)`\]\(close_service/(\w+\.py)\)", file)
        assert named is not None, file
        assert named[1] == named[2]
        shown[named[1]] = int(lines)
    there = {
        file.name: len(file.read_text(encoding="utf-8").splitlines())
        for file in SERVICE.glob("**/*.py")
    }
    assert shown == there


def test_the_routes_are_the_apps_with_what_they_answer(package: ModuleType, tmp_path: Path) -> None:
    app_module = importlib.import_module(f"{package.__name__}.app")
    settings = importlib.import_module(f"{package.__name__}.settings").Settings
    app = app_module.create_app(settings(f"sqlite:///{tmp_path / 'empty.db'}"))
    app.state.engine.dispose()
    answered = {
        (method.upper(), f"`{path}`"): {int(status) for status in operation["responses"]}
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    }
    rows = table("Routes")
    shown = {(row[0], row[1]): {int(status) for status in row[-1].split()} for row in rows}
    assert len(rows) == len(shown) == 9
    # Beside these three, which the page says of all of them.
    assert {route: found - {413, 422, 503} for route, found in answered.items()} == shown
    for route, found in answered.items():
        assert {413, 422, 503} <= found, route
    largest = importlib.import_module(f"{package.__name__}.guard").LARGEST_BODY
    assert f"a body of more than {largest // 1024} KiB" in PAGE


def test_the_tables_are_the_databases(package: ModuleType) -> None:
    tables = importlib.import_module(f"{package.__name__}.tables").Base.metadata.tables
    sentence = re.search(r"Its tables are (.*?)\.", PAGE, re.DOTALL)
    assert sentence is not None
    assert set(re.findall(r"`(\w+)`", sentence[1])) == set(tables)


def test_the_variables_are_what_the_service_reads() -> None:
    rows = {row[0].strip("`"): row for row in table("Start it")}
    code = "".join(file.read_text(encoding="utf-8") for file in SERVICE.glob("*.py"))
    assert set(re.findall(r'environment(?:\.get\(|\[)"(\w+)"', code)) == set(rows)
    assert f'"{rows["DATABASE_URL"][1].strip("`")}"' in code


def test_what_it_proves_is_proved_by_every_test_of_the_service() -> None:
    named = {row[1].strip("`") for row in table("What it proves, and where")}
    there = {file.relative_to(ROOT).as_posix() for file in ROOT.glob("tests/service/test_*.py")}
    assert named == there

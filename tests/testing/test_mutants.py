"""The mutants of the reference store break what they say they break. None is run here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.testing import sqlite_store
from tests.testing.mutants import mutants_of
from tests.testing.prove import known_equivalents, main

STORE = '''
MOVE = """
    UPDATE calls SET status = :status, version = version + 1
    WHERE id = :id AND version = :version
"""
NEW = """
    INSERT INTO calls (id, status) VALUES (:id, 'new')
    ON CONFLICT (id) DO UPDATE SET status = :status
"""
READ = """
    SELECT status, version FROM calls LEFT JOIN ends ON call = id
    WHERE status IN ('a', 'b')
"""


class Store:
    def write(self, db, row):
        if row is None or not row:
            return False
        db.execute("BEGIN")
        db.execute(MOVE, row)
        note(row)
        return load(a=row, b=row, c=row)
'''


def changes_of(text: str) -> list[str]:
    found = mutants_of(text)
    for mutant in found:
        assert ast.dump(ast.parse(mutant.text)) != ast.dump(ast.parse(text))
        assert mutant.text.count("\n") >= text.count("\n") - 2
    return [mutant.name for mutant in found]


def test_sql_and_python_are_changed_one_thing_at_a_time() -> None:
    assert changes_of(STORE) == [
        "MOVE: without status = :status",
        "MOVE: without version = version + 1",
        "MOVE: without id = :id",
        *("MOVE: id = :id, <>", "MOVE: id = :id, >=", "MOVE: id = :id, <="),
        "MOVE: without version = :version",
        *(f"MOVE: version = :version, {other}" for other in ("<>", ">=", "<=")),
        "MOVE: AND -> OR",
        *("NEW: NULL for :id", "NEW: NULL for 'new'", "NEW: DO UPDATE -> DO NOTHING"),
        "READ: without ON call = id",
        *("READ: call = id, <>", "READ: call = id, >=", "READ: call = id, <="),
        *("READ: NULL AS status", "READ: NULL AS version"),
        "READ: LEFT JOIN -> JOIN",
        "READ: without WHERE status IN ('a', 'b')",
        *("READ: without 'a'", "READ: without 'b'", "READ: IN -> NOT IN"),
        'write: db.execute("BEGIN") before if row is None or not row: return False',
        "write: row is None or not row -> not (row is None or not row)",
        "write: row is None or not row -> row is None and not row",
        "write: row is None or not row -> row is None",
        "write: row is None or not row -> not row",
        "write: row is None -> row is not None",
        "write: False -> True",
        'write: without db.execute("BEGIN")',
        'write: db.execute(MOVE, row) before db.execute("BEGIN")',
        "write: without db.execute(MOVE, row)",
        "write: note(row) before db.execute(MOVE, row)",
        *("write: without a=row", "write: without b=row", "write: without c=row"),
    ]


def test_the_mutants_of_the_store_have_names_of_their_own() -> None:
    text = Path(sqlite_store.__file__).read_text(encoding="utf-8")
    found = mutants_of(text)
    assert len(found) > 100
    assert len({mutant.name for mutant in found}) == len(found)
    assert len({mutant.text for mutant in found}) == len(found)
    lines = text.splitlines()
    assert all(lines[mutant.line - 1].strip() for mutant in found)


def test_every_known_survivor_is_there_and_has_a_reason() -> None:
    text = Path(sqlite_store.__file__).read_text(encoding="utf-8")
    listed = known_equivalents()
    assert listed.keys() <= {mutant.name for mutant in mutants_of(text)}
    assert all(reason.endswith(".") for reason in listed.values())


def test_the_command_says_what_it_can(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "--part {ten,walks,mutants}" in capsys.readouterr().out


def test_a_mutant_is_run_in_a_process_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--part", "mutants", "--only", "MOVE: without status"]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[0] == "1 mutants of sqlite_store.py, 1 caught by"
    assert "moves_follow_the_machine" in told
    assert "0 survive, and nobody can tell them from the store" in told
    assert "caught: 1 of the 1 that differ, 100.0 %" in told

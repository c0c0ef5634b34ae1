"""The tests of the tests break what they say they break. No mutant is run here."""

from __future__ import annotations

import ast
from pathlib import Path

import session_lifecycle
from session_lifecycle.crosswalk import vendors
from tests.mutation.cells import enums_of, mutants_of
from tests.mutation.source import Source
from tests.mutation.tables import CORE, CROSSWALK, every_mutant

PACKAGE = Path(session_lifecycle.__file__).parent

WORDS = """
class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"
    GREEN = "green"
"""
TABLE = """
from words import Colour as C
ROWS = (
    Row(1, C.RED, None),
    Row(4, C.BLUE, C.RED),
)
WARM = frozenset({C.RED})
"""


def changes_of(text: str, folder: Path) -> list[str]:
    (folder / "words.py").write_text(WORDS, encoding="utf-8")
    (folder / "table.py").write_text(text, encoding="utf-8")
    enums = enums_of(Source(folder / "words.py", "words.py"))
    assert enums == {"Colour": ["RED", "BLUE", "GREEN"]}
    found = list(mutants_of(Source(folder / "table.py", "table.py"), enums))
    for mutant in found:
        assert ast.dump(ast.parse(mutant.text)) != ast.dump(ast.parse(text))
    return [mutant.change.rpartition(" | ")[2] for mutant in found]


def test_every_cell_of_a_table_is_re_pointed(tmp_path: Path) -> None:
    assert changes_of(TABLE, tmp_path) == [
        "without Row(1, C.RED, None)",
        "without Row(4, C.BLUE, C.RED)",
        "Row(4, C.BLUE, C.RED) before Row(1, C.RED, None)",
        *("1 -> 0", "1 -> 2", "1 -> 3"),
        *("C.RED -> C.BLUE", "C.RED -> C.GREEN"),
        *("None -> C.RED", "None -> C.BLUE", "None -> C.GREEN"),
        *("4 -> 0", "4 -> 3", "4 -> 5"),
        *("C.BLUE -> C.RED", "C.BLUE -> C.GREEN"),
        *("C.RED -> C.BLUE", "C.RED -> C.GREEN"),
        *("without C.RED", "and C.BLUE", "and C.GREEN"),
        *("C.RED -> C.BLUE", "C.RED -> C.GREEN"),
    ]


def test_a_vocabulary_changes_its_values_and_its_order(tmp_path: Path) -> None:
    assert changes_of(WORDS, tmp_path) == [
        *('RED = "redx"', 'BLUE = "bluex"', 'GREEN = "greenx"'),
        'BLUE = "blue" before RED = "red"',
        'GREEN = "green" before BLUE = "blue"',
    ]


def test_a_text_by_its_name_and_a_fraction(tmp_path: Path) -> None:
    text = 'ONE, TWO = 1, 2\nA = "a"\nB = "b"\nROWS = ((0.5, A),)\n'
    assert changes_of(text, tmp_path)[-3:] == ["0.5 -> 0.25", "0.5 -> 1.0", "A -> B"]


def test_no_table_of_the_package_is_left_out() -> None:
    """Every cell of both trait tables, of the rules and of the settlement order above all."""
    assert {f"{room}.py" for room in rooms()} == set(CORE)
    mutants = every_mutant(PACKAGE)
    assert len({mutant.name for mutant in mutants}) == len(mutants)
    changed = {(mutant.module, mutant.table) for mutant in mutants}
    for module, table in (
        *(("_reasons.py", name) for name in ("_SAYS", "_LEADS", "TRAIT_LAWS")),
        *(("_machine.py", name) for name in ("RULES", "INITIAL_STATUSES", "TERMINAL_STATUSES")),
        *(("_settlement.py", name) for name in ("SETTLEMENT_ORDER", "SETTLEMENT_RANKS")),
        *(("_coercion.py", name) for name in ("_PREFIXES", "_LIVEKIT_NAMES")),
        *(("integrations/livekit/_webhooks.py", n) for n in ("_EVENTS", "_JOINS", "_ROOM_ENDS")),
        *(("integrations/livekit/_leaves.py", n) for n in ("_LEAVES", "_CALLERS", "_AGENTS")),
        *(("integrations/livekit/_sip.py", n) for n in ("_ANSWERED", "_UNANSWERED", "_WENT_AWAY")),
        ("integrations/livekit/_message.py", "_PARTS"),
        ("integrations/livekit/_judges.py", "_VERDICTS"),
        ("_session.py", "_CLAIMED_BY_EVENT"),
        ("_evals.py", "_UNFINISHED"),
        ("crosswalk/_tables.py", "VENDORS"),
        ("crosswalk/_call.py", "_RINGS_AGAIN"),
    ):
        assert (module, table) in changed
    actors = [m for m in mutants if m.table == "_SAYS" and " -> A." in m.change]
    assert len(actors) == 46 * 7  # Each of the other seven, in every row.
    lags = [m for m in mutants if m.table == "SETTLEMENT_ORDER" and m.change.endswith(" 3 -> 0")]
    assert len(lags) == 8
    rows = [m for m in mutants if m.table == "_DISPOSITIONS" and m.change.startswith("without D(")]
    assert len(rows) == 46


def test_the_crosswalk_is_covered_but_for_the_vendors() -> None:
    data = {f"_{vendor}.py" for vendor in vendors()}
    files = {file.name for file in (PACKAGE / "crosswalk").glob("*.py")} - {"__init__.py"}
    assert {f"crosswalk/{name}" for name in files - data} == set(CROSSWALK)


def rooms() -> set[str]:
    """The modules of the core: all of the package's own but what is at the edge."""
    edge = {"__init__", "__main__", "_hypothesis", "_pytest", "_render", "_wire"}
    return {file.stem for file in PACKAGE.glob("*.py")} - edge

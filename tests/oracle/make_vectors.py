"""Write the vectors and their schema: `python -m tests.oracle.make_vectors`.

What is written depends on the oracle alone: the same bytes on every Python, one case a line, text
beyond ASCII escaped. The version's rule is on the page (`docs/reference/vectors.md`), and a test
holds each version to its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.oracle import cases_coercion, cases_machine, cases_rollup, cases_settlement
from tests.oracle.case import Case, Group
from tests.oracle.schema import schema
from tests.oracle.spec import section

FOLDER = Path(__file__).parents[2] / "docs" / "reference" / "vectors"

VERSION = "1.0.0"


class Topic(NamedTuple):
    """One file: its name, the section it is about, and its cases."""

    name: str
    section: int
    groups: tuple[Group, ...]
    cases: Callable[[], Iterator[Case]]


TOPICS = (
    Topic("coercion", 3, cases_coercion.GROUPS, cases_coercion.cases),
    Topic("machine", 4, cases_machine.GROUPS, cases_machine.cases),
    Topic("settlement", 5, cases_settlement.GROUPS, cases_settlement.cases),
    Topic("rollup", 6, cases_rollup.GROUPS, cases_rollup.cases),
)


def vectors(topic: Topic) -> dict[str, Any]:
    """Return what a file says."""
    heading, digest = section(topic.section)
    return {
        "topic": topic.name,
        "version": VERSION,
        "specification": {"section": heading, "sha256": digest},
        "groups": {g.name: {"basis": g.basis, "says": g.says} for g in topic.groups},
        "cases": [
            {
                "id": f"{case.group}/{case.name}",
                "does": case.does,
                "given": case.given,
                "expect": case.expect,
            }
            for case in topic.cases()
        ],
    }


def as_text(document: dict[str, Any]) -> str:
    """Return a file's text: one group and one case a line, so that a change shows in a diff."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list):
            body = _lines("[]", map(json.dumps, value))
        elif key == "groups":
            body = _lines("{}", (f"{json.dumps(k)}: {json.dumps(v)}" for k, v in value.items()))
        else:
            body = json.dumps(value)
        parts.append(f"  {json.dumps(key)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(brackets: str, entries: Iterable[str]) -> str:
    inner = ",\n".join(f"    {entry}" for entry in entries)
    return f"{brackets[0]}\n{inner}\n  {brackets[1]}"


def files() -> dict[str, str]:
    """Return every file by its name."""
    found = {f"{topic.name}.json": as_text(vectors(topic)) for topic in TOPICS}
    return found | {"vectors.schema.json": json.dumps(schema(), indent=2) + "\n"}


def main() -> None:
    """Write every file anew."""
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()

"""Every rule of the specification is quoted by a test, and every quotation is the specification's.

`tests/data/spec/rules*.txt` lists the rules, one a line; `domain-sections.md` is the specification
they are taken from. A test that tries a rule quotes it in its docstring, so that a rule nobody
tries, a rule that was reworded, and a rule that was forgotten are each found here.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SPEC = TESTS / "data" / "spec"

# The rules of sections 1 to 4. Losing a line must be noticed, as a lost test must be.
RULES_OF_SECTIONS_1_TO_4 = 88


def normalised(text: str) -> str:
    """Return a text with every run of white space, line breaks among them, as one space."""
    return " ".join(text.split())


def rules() -> list[tuple[str, str]]:
    """Return every rule with the name of the file it is listed in."""
    return [
        (path.name, line)
        for path in sorted(SPEC.glob("rules*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def specification() -> str:
    return (SPEC / "domain-sections.md").read_text(encoding="utf-8")


def is_test(node: ast.AST, prefix: str) -> bool:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return isinstance(node, kinds) and node.name.startswith(prefix)


def docstrings_of(source: str) -> list[str]:
    """Return the docstrings of the tests in a module, and of classes that hold tests."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        holds_tests = is_test(node, "Test") and any(is_test(part, "test") for part in node.body)
        if is_test(node, "test_") or holds_tests:
            found.append(normalised(ast.get_docstring(node) or ""))
    return found


def quotations() -> list[str]:
    return [
        docstring
        for path in sorted(TESTS.rglob("*.py"))
        for docstring in docstrings_of(path.read_text(encoding="utf-8"))
    ]


QUOTATIONS = quotations()
WORDS_OF_THE_SPECIFICATION = normalised(specification())
RULES = rules()
AS_PARAMETERS = pytest.mark.parametrize(
    "rule",
    [rule for _, rule in RULES],
    ids=[f"{name}:{rule[:60]}" for name, rule in RULES],
)


@AS_PARAMETERS
def test_every_rule_is_quoted_by_a_test(rule: str) -> None:
    assert any(rule in quotation for quotation in QUOTATIONS), (
        f"no test quotes this rule: {rule!r}. Write one that tries it, with the rule, word for "
        "word, in its docstring"
    )


@AS_PARAMETERS
def test_every_rule_stands_in_the_specification(rule: str) -> None:
    assert rule in WORDS_OF_THE_SPECIFICATION, (
        f"the specification does not say {rule!r}: quote it word for word, Markdown included"
    )


def test_the_lists_are_whole() -> None:
    counted = Counter(name for name, _ in RULES)
    assert counted["rules.txt"] == RULES_OF_SECTIONS_1_TO_4
    assert [rule for rule, times in Counter(rule for _, rule in RULES).items() if times > 1] == []
    for name, rule in RULES:
        assert rule == normalised(rule), f"{name}: white space is written as one space in {rule!r}"
        assert len(rule) >= 10, f"{name}: {rule!r} is too short to be a rule"


# What sections 1 to 4 say beside their rules and tables: titles, and words between rules.
BETWEEN_THE_RULES = """
## 1. Vocabulary
## 2. Reason traits
Columns:
Why some cells look odd:
## 3. Coercion
: `reason`,
and
Normalisation, in order:
## 4. State machine
`moved`
"""


def test_no_sentence_of_sections_1_to_4_is_left_without_a_test() -> None:
    text = specification().partition("\n## 5. ")[0]
    assert len(text) > 10_000
    # The tables are compared cell by cell elsewhere.
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("|"))
    left = normalised(re.sub(r"(?m)^- ", "", prose))
    # The longest first: a short rule may stand inside a long one.
    rules = [rule for name, rule in RULES if name == "rules.txt"]
    for rule in sorted(rules, key=len, reverse=True):
        left = left.replace(rule, "\n", 1)
    between = {line for line in BETWEEN_THE_RULES.splitlines() if line}
    remains = {part.strip(" :;,.") for part in left.splitlines()} - {""}
    assert remains <= {part.strip(" :;,.") for part in between}


def test_the_collector_reads_tests_and_nothing_else() -> None:
    module = '''
"""A module."""
def helper():
    """A helper."""
def test_one():
    """The first
    rule."""
def test_none(): ...
class TestSome:
    """The second rule."""
    def test_two(self):
        """The third rule."""
class TestNothing:
    """No rule."""
async def test_later():
    """The fourth rule."""
'''
    found = docstrings_of(module)
    assert sorted(found) == [
        "",
        "The first rule.",
        "The fourth rule.",
        "The second rule.",
        "The third rule.",
    ]

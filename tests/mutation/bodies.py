"""The mutants `mutmut` makes of a file's functions, as the whole text of the file where wanted.

In the order in which `mutmut` numbers them, so that its verdicts can be told to whom they belong.
It passes over what has a decorator; here, a property is a function like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import libcst as cst
from mutmut.mutation.file_mutation import create_mutations, deep_replace
from mutmut.mutation.trampoline_templates import mangle_function_name

from tests.mutation.source import Mutant, Source

PROPERTY, HIDDEN = "    @property\n", "    # @property\n"


class Body(NamedTuple):
    """A mutant of a function, and the key under which `mutmut` keeps its verdict, if it does."""

    mutant: Mutant
    key: str


def bodies_of(source: Source, wanted: Callable[[str], bool]) -> Iterator[Body]:
    """Every mutant of every function of a file; those whose key is not wanted without a text.

    To put a text together takes longer than `mutmut` takes for a verdict.
    """
    text = source.text.replace(PROPERTY, HIDDEN)
    module, mutations, _, _ = create_mutations(source.module, text)
    properties = source.text.split(PROPERTY)[1:]
    decorated = {part.split("def ")[1].split("(")[0] for part in properties}
    wrapper = cst.MetadataWrapper(module, unsafe_skip_copy=True)
    lines = wrapper.resolve(cst.metadata.PositionProvider)
    for owner, function in _functions(module):
        name = function.name.value
        mangled = mangle_function_name(name=name, class_name=owner or None)
        own = [one for one in mutations if one.contained_by_top_level_function is function]
        for number, mutation in enumerate(own, 1):
            line = lines[mutation.original_node].start.line
            old, new = map(module.code_for_node, (mutation.original_node, mutation.mutated_node))
            change = " ".join(f"{source.text.splitlines()[line - 1]} | {old} -> {new}".split())
            hidden = bool(owner) and name in decorated
            stem = source.module.removesuffix(".py").replace("/", ".")
            key = "" if hidden else f"session_lifecycle.{stem}.{mangled}__mutmut_{number}"
            again = ""
            if wanted(key):
                changed = deep_replace(function, mutation.original_node, mutation.mutated_node)
                assert isinstance(changed, cst.FunctionDef)
                whole = module.deep_replace(function, changed)
                assert isinstance(whole, cst.Module)
                again = whole.code.replace(HIDDEN, PROPERTY)
            table = f"{owner}.{name}" if owner else name
            yield Body(Mutant(source.module, table, line, change, again), key)


def _functions(module: cst.Module) -> Iterator[tuple[str, cst.FunctionDef]]:
    """The functions of a module and the methods of its classes, with the class's name or `""`."""
    for node in module.body:
        if isinstance(node, cst.FunctionDef):
            yield "", node
        elif isinstance(node, cst.ClassDef) and isinstance(node.body, cst.IndentedBlock):
            for inner in node.body.body:
                if isinstance(inner, cst.FunctionDef):
                    yield node.name.value, inner

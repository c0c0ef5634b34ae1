"""A Sphinx extension: autodoc sees the package as its users do.

Every public name has its home in the root, wherever it is written down. Autodoc would look for what
stands in the source (the docstring below a constant, its type) in the root's own file, and show
what users need not know: the private bases of a class, the numbers of a tuple's fields.
"""

from __future__ import annotations

import enum
import inspect
import pkgutil
import re
from pathlib import Path
from types import ModuleType
from typing import Any

from sphinx.application import Sphinx
from sphinx.domains.python import PyObject
from sphinx.pycode import ModuleAnalyzer

import session_lifecycle
from session_lifecycle import crosswalk
from session_lifecycle.integrations import livekit, sqlalchemy

# Where each public name is at home.
PUBLIC = {
    name: module.__name__
    for module in (session_lifecycle, livekit, crosswalk, sqlalchemy)
    for name in module.__all__
}

# A word between single backticks, as docstrings write code.
_CODE = re.compile(r"(?<![`:\w])`([^`]+)`(?!`)")
_EXAMPLE = re.compile(r"\s*(>>>|\.\.\. )")


def gather_sources(app: Sphinx) -> None:
    """Tell a package's analyzer what those of its private modules know of public names."""
    for package in (session_lifecycle, crosswalk, sqlalchemy):
        _gather(package)


def _gather(package: ModuleType) -> None:
    root = ModuleAnalyzer.for_module(package.__name__)
    root.analyze()
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        name = module.name.rpartition(".")[2]
        if module.ispkg or not name.startswith("_") or name.startswith("__"):
            continue
        part = ModuleAnalyzer.for_module(module.name)
        part.analyze()
        order = len(root.tagorder)
        for key, docs in part.attr_docs.items():
            if (key[0] or key[1]).split(".")[0] in PUBLIC:
                root.attr_docs[key] = docs
        for key, annotation in part.annotations.items():
            if (key[0] or key[1]).split(".")[0] in PUBLIC:
                root.annotations[key] = annotation
        for tag, place in part.tagorder.items():
            root.tagorder.setdefault(tag, order + place)


def link_words(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Make a docstring's code code, linked where it is a public name; and list a word's values."""
    lines[:] = [line for line in lines if not line.startswith("Create new instance of ")]
    for base in getattr(thing, "__bases__", ()) if what == "exception" else ():
        if base.__name__.startswith("_"):
            _, attributes, section = (inspect.getdoc(base) or "").partition("Attributes:")
            lines += [attributes, *section.split("\n"), ""]
    lines[:] = [line if _EXAMPLE.match(line) else _CODE.sub(_linked, line) for line in lines]
    if what == "class" and isinstance(thing, type) and issubclass(thing, enum.Enum):
        values = ", ".join(f"``{member.value}``" for member in thing)
        lines += ["", f"{len(thing)} values: {values}.", ""]


_KEPT: dict[tuple[str, str], list[str]] = {}
_ONE_THING = ("data", "attribute", "property")


def keep(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Keep the docstring of a constant or property, in which napoleon takes a colon for a type."""
    if what in _ONE_THING:
        _KEPT[what, name] = [*lines]


def give_back(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Undo what napoleon did to it."""
    lines[:] = _KEPT.pop((what, name), lines)


def _linked(found: re.Match[str]) -> str:
    word = found[1]
    home = PUBLIC.get(word.split(".")[0])
    return f"``{word}``" if home is None else f":py:obj:`{word} <{home}.{word}>`"


_LINK = re.compile(r"\[([^\]]+)\]\((\.\./[^)#:]+)[^)]*\)")


def unlink_what_is_not_built(app: Sphinx, docname: str, source: list[str]) -> None:
    """Leave of a link to a file beside `docs` its text: it leads somewhere on a code host only."""
    docs = Path(app.srcdir)
    here = (docs / docname).parent

    def shown(link: re.Match[str]) -> str:
        inside = (here / link[2]).resolve().is_relative_to(docs.resolve())
        return link[0] if inside else link[1]

    source[0] = _LINK.sub(shown, source[0])


_LAST_LINE = re.compile(r"(```pycon\n(?:(?!```).*\n)*?)\n```")


def trim_examples(app: Sphinx, docname: str, source: list[str]) -> None:
    """Leave out the empty line that tells doctest where an example ends."""
    source[0] = _LAST_LINE.sub(r"\1```", source[0])


def sign(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, signature: str, returned: str
) -> tuple[str, str] | None:
    """Leave out how an enum is called: it is looked up by value, as every enum is."""
    if what == "class" and isinstance(thing, type) and issubclass(thing, enum.Enum):
        return "", ""
    return None


def name_bases(app: Sphinx, name: str, thing: Any, options: Any, bases: list[type]) -> None:
    """Name the public bases of a class only; a private one is followed to those it has."""
    shown: list[type] = []
    for base in bases:
        private = getattr(base, "__name__", "").startswith("_")
        shown += base.__bases__ if private else (base,)
    bases[:] = shown


def skip(app: Sphinx, what: str, name: str, thing: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out the fields of a tuple, which its docstring names, and an enum's members."""
    if type(thing).__name__ == "_tuplegetter" or isinstance(thing, enum.Enum):
        return True
    return True if inspect.ismemberdescriptor(thing) else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"
    app.connect("builder-inited", gather_sources)
    # Before napoleon, which reads the sections.
    app.connect("autodoc-process-docstring", link_words, priority=300)
    app.connect("autodoc-process-docstring", keep, priority=400)
    app.connect("autodoc-process-docstring", give_back, priority=600)
    app.connect("source-read", unlink_what_is_not_built)
    app.connect("source-read", trim_examples)
    app.connect("autodoc-process-signature", sign)
    app.connect("autodoc-process-bases", name_bases)
    app.connect("autodoc-skip-member", skip)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""Where the packages of vendors have their words, and how to read them there.

Nothing here imports a package: some pull in hundreds of megabytes, and code that only a broken
import can reach would make the list unreadable for a reason that has nothing to do with the list.
The sources are parsed instead (`ast`), a protobuf module's descriptor is decoded from its bytes,
and botocore's model is JSON.

A reader is told a file and a name in it; its docstring says what the name is the name of. Which
list is where stands in the table of test_installed_packages.py.
"""

from __future__ import annotations

import ast
import gzip
import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from tests.vendors import Words


class Moved(LookupError):
    """The package is there, and what is to be read is not where it was.

    Not an empty list, which would pass for a vendor who took back all words.
    """


class Package:
    """An installed distribution, as files.

    Attributes:
        found: what the metadata say.
        name: what it is called on the index.
        version: the release that is installed.
    """

    def __init__(self, found: Distribution) -> None:
        self.found = found
        self.name = found.metadata["Name"]
        self.version = found.version

    def path(self, file: str) -> Path:
        path = Path(str(self.found.locate_file(file)))
        if not path.is_file():
            raise Moved(f"{self.name} {self.version} has no file {file}")
        return path

    def tree(self, file: str) -> ast.Module:
        return parsed(self.path(file))

    def below(self, place: str) -> list[str]:
        """The Python files in a folder, or the one file."""
        if not place.endswith("/"):
            return [place]
        files = [str(file) for file in self.found.files or ()]
        return sorted(file for file in files if file.startswith(place) and file.endswith(".py"))


@cache
def parsed(path: Path) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of a vendor's backslashes, which are not ours to mend.
        return ast.parse(path.read_text(encoding="utf-8"))


def installed(name: str) -> Package | None:
    try:
        return Package(distribution(name))
    except PackageNotFoundError:
        return None


# --- Readers -------------------------------------------------------------------------------------


def class_body(body: list[ast.stmt], name: str) -> list[ast.stmt]:
    for part in name.split("."):
        classes = [node for node in body if isinstance(node, ast.ClassDef) and node.name == part]
        if not classes:
            raise Moved(f"no class {name}")
        body = classes[0].body
    return body


def constants(body: list[ast.stmt]) -> Iterator[tuple[str, str | int]]:
    for node in body:
        match node:
            case ast.Assign([ast.Name(name)], ast.Constant(str() | int() as value)):
                yield name, value


def members(package: Package, file: str, name: str) -> Words:
    """A class, by its path, that has the words as constants: an enum, or a plain class.

    The values are the words; where they are numbers, the names are.
    """
    found = list(constants(class_body(package.tree(file).body, name)))
    return {
        value if isinstance(value, str) else constant: value if isinstance(value, int) else None
        for constant, value in found
    }


def amd_members(package: Package, file: str, name: str) -> Words:
    """An enum of LiveKit Agents whose `machine-vm` is AMD_MACHINE_VM in the protocol."""
    words = members(package, file, name)
    return {f"AMD_{word.upper().replace('-', '_')}": None for word in words}


def prefixed(package: Package, file: str, name: str) -> Words:
    """The constants of a module whose names begin with `name`."""
    found = constants(package.tree(file).body)
    return {str(value): None for constant, value in found if constant.startswith(name)}


def literals(package: Package, file: str, name: str) -> Words:
    """An alias, or an attribute annotated in a class: the strings in its `Literal[...]`."""
    *path, last = name.split(".")
    body = package.tree(file).body
    for node in class_body(body, ".".join(path)) if path else body:
        match node:
            case ast.Assign([ast.Name(id)], found) | ast.AnnAssign(ast.Name(id), found) if (
                id == last
            ):
                return dict.fromkeys(literal_strings(found))
    raise Moved(f"no {name} in {file}")


def literal_strings(annotation: ast.expr) -> Iterator[str]:
    for node in ast.walk(annotation):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("Literal"):
            for one in ast.walk(node.slice):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.value


def described(package: Package, file: str, name: str) -> Words:
    """An attribute whose words stand only in the description of its `Field(...)`.

    Either "Reason the call failed - a, b, or c.", or a table with a word in backquotes a row.
    """
    *path, last = name.split(".")
    for node in class_body(package.tree(file).body, ".".join(path)):
        match node:
            case ast.AnnAssign(ast.Name(id), _, ast.Call(keywords=keywords)) if id == last:
                told = {one.arg: one.value for one in keywords}
                text: str = ast.literal_eval(told["description"])
                rows = re.findall(r"\| *`([^`]+)` *\|", text)
                listed = re.sub(r"^.*? - |\.$", "", text)
                return dict.fromkeys(rows or re.split(r", (?:or )?", listed))
    raise Moved(f"no {name} in {file}")


def classes(package: Package, file: str, name: str) -> Words:
    """The classes at the top of a module whose whole names match; not those in a `with`."""
    found = [node.name for node in package.tree(file).body if isinstance(node, ast.ClassDef)]
    return {one: None for one in found if re.fullmatch(name, one)}


def registered(package: Package, file: str, name: str) -> Words:
    """The events that a file, or a folder's files, register by a name that matches."""
    words: Words = {}
    for one in package.below(file):
        for node in ast.walk(package.tree(one)):
            match node:
                case ast.Call(ast.Attribute(attr="_register_event_handler"), [ast.Constant(event)]):
                    if re.search(name, str(event)):
                        words[str(event)] = None
    return words


def shape(package: Package, file: str, name: str) -> Words:
    """The values of an enum shape in a service's model, which botocore ships as gzipped JSON."""
    shapes = json.loads(gzip.decompress(package.path(file).read_bytes()))["shapes"]
    if name not in shapes:
        raise Moved(f"no shape {name} in {file}")
    return dict.fromkeys(map(str, shapes[name]["enum"]))


def proto_enum(package: Package, file: str, name: str) -> Words:
    """An enum in a module written by protoc: there only its serialized descriptor has numbers."""
    for node in ast.walk(package.tree(file)):
        match node:
            case ast.Call(ast.Attribute(attr="AddSerializedFile"), [ast.Constant(bytes() as raw)]):
                for enum in proto_fields(raw, 5):  # FileDescriptorProto.enum_type
                    if proto_text(enum) == name:
                        values = proto_fields(enum, 2)  # EnumDescriptorProto.value
                        return {proto_text(value): proto_number(value) for value in values}
    raise Moved(f"no enum {name} in {file}")


def proto_fields(message: bytes, wanted: int) -> list[bytes]:
    """The field of a message that has the number, as often as it is there."""
    found: list[bytes] = []
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        number, kind = divmod(varint(), 8)
        begin = at
        if kind == 0:
            varint()
        else:
            size = varint() if kind == 2 else {1: 8, 5: 4}[kind]
            begin, at = at, at + size
        if number == wanted:
            found.append(message[begin:at])
    return found


def proto_text(descriptor: bytes) -> str:
    [name] = proto_fields(descriptor, 1)  # Of an enum and of its values alike.
    return name.decode()


def proto_number(value: bytes) -> int:
    [raw] = proto_fields(value, 2) or [b"\0"]  # EnumValueDescriptorProto.number
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(raw))


# --- Places --------------------------------------------------------------------------------------

Reader = Callable[[Package, str, str], Words]


class Source(NamedTuple):
    """One place where a package has the words of one field; some fields have several places."""

    package: str
    field: str
    read: Reader
    file: str
    name: str


# Not the classes that pipecat has for one step of a pipeline: `TTSStoppedFrame` ends no session.
TERMINAL = "(Fatal)?(Cancel|End|Error|Stop)(Worker)?Frame"
# Pipecat registers a hundred events; these are the ones that sound like an end.
ENDING = (
    "(cancelled|close|closed|disconnect|disconnected|ended|error|failed|finished|leave|left"
    "|stopped|timeout)$"
)


def of(package: str, folder: str, *rows: tuple[str, Reader, str, str]) -> tuple[Source, ...]:
    """The rows of one package, below a folder of it: field, reader, file, and name."""
    return tuple(
        Source(package, field, read, folder + file, name) for field, read, file, name in rows
    )


def by_field(sources: Iterable[Source]) -> dict[tuple[str, str], list[Source]]:
    """The places of each field in each package."""
    found: dict[tuple[str, str], list[Source]] = {}
    for source in sources:
        found.setdefault((source.field, source.package), []).append(source)
    return found


def words_of(package: Package, places: Iterable[Source]) -> Words:
    """The words of a field in all its places: a new one is new wherever it comes first."""
    words: Words = {}
    for source in places:
        found = source.read(package, source.file, source.name)
        if not found:
            raise Moved(f"no words in {source.file}: {source.name}")
        words |= {word: number for word, number in found.items() if word not in words}
    return words

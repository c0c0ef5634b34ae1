"""How a converter makes a record, by the strict door or by the total one, and writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from itertools import islice
from typing import Any, cast

import attrs
from cattrs import AttributeValidationNote, BaseConverter, ClassValidationError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from session_lifecycle._text import show
from session_lifecycle._wire import is_mapping
from session_lifecycle._words import SessionTerminationReason
from session_lifecycle.integrations.cattrs._readers import (
    MOST_FAULTS,
    NOTHING,
    RESTRICTED,
    Reader,
    UnfitError,
    foreign_writer,
    may_be_none,
    reader_of,
    writer_of,
)
from session_lifecycle.records import (
    ClaimRecord,
    CloseRequest,
    Conversation,
    EvalRun,
    EvalScore,
    EvalSummary,
    EventRecord,
)

REQUESTS: tuple[type[Any], ...] = (CloseRequest, EventRecord, ClaimRecord)
ANSWERS: tuple[type[Any], ...] = (Conversation, EvalSummary, EvalRun, EvalScore)
RECORDS = frozenset(REQUESTS + ANSWERS)
_EXTRA = "extra"


def _truth(value: Any) -> bool:
    try:
        return bool(value)
    except Exception:
        return True  # It says something.


# What is read where a field that must be there cannot be read, as JSON has it. A run that nobody
# can read must not be green: without a status it has failed, without readable scores it has one
# without a verdict, and if it says anything of being critical, a gate had better look.
# fmt: off
_FALLBACKS: Mapping[tuple[type[Any], str], Callable[[Any], Any]] = {
    (EvalRun,     "status"):               lambda _: "",
    (EvalRun,     "scores"):               lambda _: [{}],
    (EvalRun,     "is_critical_snapshot"): _truth,
    (ClaimRecord, "claim"):                lambda _: SessionTerminationReason.UNKNOWN.value,
}
# fmt: on


@cache
def fields_of(record: Any) -> Mapping[str, attrs.Attribute[Any]]:
    """Return a record's fields by name, `extra` left out."""
    return {field.name: field for field in attrs.fields(record) if field.name != _EXTRA}


def reader_for(converter: BaseConverter, record: Any, name: str, strict: bool) -> Reader:
    """Return how a field of a record is read."""
    restricted = RESTRICTED.get((record, name)) if strict or record is CloseRequest else None

    def nested(value: Any, inner: Any) -> Any:
        return structure_hook(converter, inner, strict)(value, inner)

    return restricted or reader_of(fields_of(record)[name].type, nested)


def _hook(read: Callable[[Any], Any], optional: bool) -> Callable[[Any, Any], Any]:
    if optional:
        return lambda value, _: None if value is None else read(value)
    return lambda value, _: read(value)


@lru_cache(maxsize=256)
def structure_hook(
    converter: BaseConverter, record: Any, strict: bool
) -> Callable[[Any, Any], Any]:
    """Return how a converter makes a record, by the strict door or by the total one."""
    fields = fields_of(record)
    readers = {name: reader_for(converter, record, name, strict) for name in fields}
    expected = {name: reader.expected for name, reader in readers.items()}
    known = f"are {', '.join(fields)}" if len(fields) > 1 else f"is {', '.join(fields)}"
    overrides: dict[str, Any] = {
        name: override(struct_hook=_hook(reader.read, may_be_none(fields[name].type)))
        for name, reader in readers.items()
    }
    overrides[_EXTRA] = override(omit=True)
    shape = make_dict_structure_fn(
        record,
        converter,
        _cattrs_forbid_extra_keys=False,
        _cattrs_prefer_attrib_converters=False,
        _cattrs_detailed_validation=True,
        **overrides,
    )

    def by_strict_door(sent: Any, _: Any) -> Any:
        # Of a close, the whole body may be left out.
        given: Any = {} if sent is None and record is CloseRequest else sent
        failures: list[Exception] = []
        unknown = (key for key in _object(given) if key not in fields)
        strange = list(islice(unknown, MOST_FAULTS))
        try:
            made = shape(given, record)
        except ClassValidationError as error:
            failures += _explained(error, given, expected)
        else:
            if not strange:
                return made
        failures += [_unknown(key, given[key], known) for key in strange]
        group = cast("Any", ClassValidationError)  # To a checker it takes what its base takes.
        raise group(f"While structuring {record.__name__}", failures, record)

    def by_total_door(given: Any, _: Any) -> Any:
        unread: set[str] = set()
        try:
            made = shape(_object(given), record)
        except ClassValidationError as error:
            unread = {note.name for _, note in error.group_exceptions()[0]}
            readable = {key: value for key, value in given.items() if key not in unread}
            for name in unread:
                fallback = _FALLBACKS.get((record, name))
                if fallback is not None and (name in given or record is EvalRun):
                    readable[name] = fallback(given.get(name))
                elif fields[name].default is attrs.NOTHING:
                    raise error.derive(_explained(error, given, expected)) from None
            made = shape(readable, record)
        if unread or not given.keys() <= fields.keys():
            extra = {k: v for k, v in given.items() if k in unread or k not in fields}
            made = attrs.evolve(made, extra=extra)
        return made

    return by_strict_door if strict else by_total_door


def _explained(
    error: ClassValidationError, given: Mapping[str, Any], expected: Mapping[str, str]
) -> list[Exception]:
    """Return what went wrong, where a missing value is a `KeyError`, with what was expected."""
    noted, others = error.group_exceptions()
    found: list[Exception] = [*others]
    for one, note in noted:
        if note.name in given:
            found.append(one)
        else:
            missing = UnfitError(NOTHING, expected[note.name])
            missing.add_note(note)
            found.append(missing)
    return found


def _object(given: Any) -> Mapping[str, Any]:
    if not is_mapping(given):
        raise UnfitError(given, "an object")
    return cast("Mapping[str, Any]", given)


def _unknown(key: object, value: object, known: str) -> UnfitError:
    error = UnfitError(value, f"no field of this name: there {known}")
    name = key if type(key) is str else show(key)
    note = cast("Any", AttributeValidationNote)  # To a checker it is made like any other str.
    error.add_note(note("An unknown field", name, object))
    return error


@lru_cache(maxsize=256)
def unstructure_hook(converter: BaseConverter, record: Any) -> Callable[[Any], Any]:
    """Return how a converter writes a record."""
    fields = fields_of(record)
    plain: dict[str, Any] = {
        name: override(unstruct_hook=hook)
        for name, hook in ((n, writer_of(field.type, converter)) for n, field in fields.items())
        if hook is not None
    }
    write = make_dict_unstructure_fn(
        record,
        converter,
        _cattrs_omit_if_default=record in REQUESTS,
        extra=override(omit=True),
        **plain,
    )

    write_foreign = foreign_writer(converter)

    def hook(made: Any) -> dict[str, Any]:
        found = write(made)
        for key, value in made.extra.items():
            # A field that has been given a value since it could not be read says that value.
            if key not in fields or getattr(made, key) == _stand_in(made, key, value):
                found[key] = write_foreign(value)
        return found

    return hook


def _stand_in(made: Any, name: str, value: Any) -> Any:
    """Return what a field holds whose value could not be read."""
    if name == "scores":
        return (EvalScore(),)
    record = made.__class__
    fallback = _FALLBACKS.get((record, name))
    return fields_of(record)[name].default if fallback is None else fallback(value)

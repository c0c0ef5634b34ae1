"""The two doors: one that reads whatever there is, and one that tells a client what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain, islice
from typing import Any, Generic, NamedTuple, TypeVar

from cattrs import BaseConverter

from session_lifecycle._wire import plain_dict
from session_lifecycle.integrations.cattrs._faults import (
    Fault,
    InvalidRequestError,
    Path,
    faults_at,
    faults_of,
)
from session_lifecycle.integrations.cattrs._hooks import (
    RECORDS,
    fields_of,
    reader_for,
    structure_hook,
)
from session_lifecycle.integrations.cattrs._readers import MOST_FAULTS, NOTHING, UnfitError
from session_lifecycle.records import EvalRun, EvalSummary

_T = TypeVar("_T")


class RecordReading(NamedTuple, Generic[_T]):
    """A record, and what of it could not be read.

    Attributes:
        record: the record; `None` if something is missing without which there is none.
        faults: what could not be read. If there is a record, the values are in its `extra`.
    """

    record: _T | None
    faults: tuple[Fault, ...]


@cache
def _own_converter() -> BaseConverter:
    from session_lifecycle.integrations.cattrs._converters import make_converter

    return make_converter()


def parse_request(given: object, record: type[_T], *, converter: BaseConverter | None = None) -> _T:
    """Return the record that a client's JSON says, or say everything that is wrong with it.

    Strict: a field we do not know, a missing one, and a value of another type are faults. A reason
    may be any text of at most 64 characters; a request's events and statuses must be known.

    Args:
        given: the decoded JSON; of a close, `None` for a body that was left out.
        record: the class: `CloseRequest`, another record, or a class of yours that the converter
            can structure.
        converter: a converter that `configure_converter` has taught; by default one for JSON.

    Raises:
        InvalidRequestError: with all faults at once.

    >>> from session_lifecycle.records import CloseRequest
    >>> parse_request({"reason": "Agent-Initiated"}, CloseRequest)
    CloseRequest(reason=agent_initiated)
    >>> parse_request({"reason": 5, "resaon": "error"}, CloseRequest)
    Traceback (most recent call last):
        ...
    session_lifecycle.integrations.cattrs.InvalidRequestError: $.reason is 5, expected one of ...
    """
    own = _own_converter() if converter is None else converter
    try:
        made: _T = _hook_of(own, record, True)(given, record)
    except Exception as error:
        raise InvalidRequestError(faults_of(error, given)) from error
    return made


def read_record(
    given: object, record: type[_T], *, converter: BaseConverter | None = None
) -> RecordReading[_T]:
    """Return the record in a row, a webhook or an answer, and what of it could not be read.

    Total: whatever is given, nothing is raised. A word we do not know stays the text it is; a field
    we do not know, and the value of one that cannot be read, goes into the record's `extra` and
    from there back on the wire. Without an `id`, say, there is no conversation.

    Args:
        given: decoded JSON, or a row as a mapping.
        record: which record.
        converter: a converter that `configure_converter` has taught; by default one for JSON.

    >>> from session_lifecycle.records import EvalRun
    >>> run, faults = read_record({"status": "completed", "started_at": "noon"}, EvalRun)
    >>> run.status, run.started_at, run.extra
    (<EvalRunStatus.COMPLETED: 'completed'>, None, {'started_at': 'noon'})
    >>> print(faults[0])
    $.started_at is 'noon', expected RFC 3339 text with a zone, like '2026-11-23T10:00:00Z'
    """
    own = _own_converter() if converter is None else converter
    # A copy: what fails when it is read fails here, and once.
    whole = plain_dict(given) if record in RECORDS else None
    sent = given if whole is None else whole
    try:
        made = _hook_of(own, record, False)(sent, record)
    except Exception as error:
        return RecordReading(None, faults_of(error, sent))
    if record not in RECORDS:
        return RecordReading(made, ())
    faults = chain(_missing(whole, record), _set_aside(own, made, ()))
    return RecordReading(made, tuple(islice(faults, MOST_FAULTS)))


def _missing(given: dict[str, object] | None, record: object) -> Iterator[Fault]:
    """Tell of a run's status that is not there: there is a run all the same, which has failed."""
    if record is EvalRun and given is not None and "status" not in given:
        yield from faults_at(("status",), UnfitError(NOTHING, "text"), NOTHING)


def _hook_of(converter: BaseConverter, record: Any, strict: bool) -> Callable[[Any, Any], Any]:
    if record in RECORDS:
        return structure_hook(converter, record, strict)
    return converter.structure


def _set_aside(converter: BaseConverter, made: Any, path: Path) -> Iterator[Fault]:
    """Walk a record, and say what of it was set aside."""
    record = made.__class__
    extra = made.extra
    for name in fields_of(record):
        here, value = (*path, name), getattr(made, name)
        if name in extra:
            # It is read once more, to hear what was wrong with it, and within it.
            try:
                reader_for(converter, record, name, False).read(extra[name])
            except Exception as error:
                yield from faults_at(here, error, extra[name])
        elif type(value) is EvalSummary:
            yield from _set_aside(converter, value, here)
        elif name == "scores":
            for index, score in enumerate(value):
                yield from _set_aside(converter, score, (*here, index))

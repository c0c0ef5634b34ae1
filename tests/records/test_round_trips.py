"""Every record of the corpus goes through every edge, and comes back with nothing lost.

What is expected is written out in the corpus. Everything is compared with its types: to Python a
member equals its text, and `True` equals 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import attrs
import cattrs
import pytest
from cattrs import ClassValidationError
from pydantic import ValidationError
from sqlalchemy import Engine

from session_lifecycle.integrations.cattrs import (
    InvalidRequestError,
    configure_converter,
    make_converter,
    parse_request,
    read_record,
)
from session_lifecycle.records import ClaimRecord, CloseRequest, EventRecord
from tests.integrations.sqlalchemy.conftest import (  # noqa: F401  # Fixtures are found by name.
    _postgres_database,
    engine,
    postgres_server,
    postgres_url,
    sqlite_url,
)
from tests.records.corpus import CONVERSATIONS, Entry, exactly
from tests.records.corpus_more import EVERYTHING
from tests.records.models import MODELS
from tests.records.rows import COLUMNS, read, store

REQUESTS = (CloseRequest, EventRecord, ClaimRecord)
entries = pytest.mark.parametrize("entry", EVERYTHING, ids=lambda entry: entry.name)


class Edge(NamedTuple):
    """A converter, and how JSON text becomes what it is given and comes of what it writes."""

    converter: Any
    decode: Callable[[str], Any]
    encode: Callable[[Any], str | bytes]


def _edge_of(library: Any) -> Edge:
    converter = make_converter(library)
    # `object` is no class that a converter changes: what comes is what the library's decoder gives.
    return Edge(converter, lambda text: converter.loads(text, Any), converter.dumps)


def _plain() -> Edge:
    converter = cattrs.Converter()
    configure_converter(converter)
    return Edge(converter, json.loads, lambda made: json.dumps(converter.unstructure(made)))


EDGES = {
    "plain": _plain(),
    "json": _edge_of("json"),
    "orjson": _edge_of("orjson"),
    "msgspec": _edge_of("msgspec"),
}


def fields_in(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the record's own fields among paths, each once: `$.scores[1].passed` is `$.scores`."""
    found = [re.match(r"\$\.\w+|\$", path) for path in paths]
    return tuple(dict.fromkeys(match.group() for match in found if match))


PLAIN = {str, int, float, bool, type(None)}


def leaves(value: Any) -> Iterator[type[Any]]:
    if isinstance(value, dict):
        yield from leaves([*value, *value.values()])
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner)
    else:
        yield type(value)


# --- cattrs --------------------------------------------------------------------------------------


@entries
def test_a_converter_reads_what_the_corpus_says(entry: Entry) -> None:
    for name, edge in EDGES.items():
        given = edge.decode(json.dumps(entry.given))
        reading = read_record(given, type(entry.record), converter=edge.converter)
        assert exactly(reading.record) == exactly(entry.record), name
        assert fields_in(tuple(fault.path for fault in reading.faults)) == entry.unread, name


@entries
def test_a_converter_writes_what_the_corpus_says(entry: Entry) -> None:
    for name, edge in EDGES.items():
        written = json.loads(edge.encode(entry.record))
        assert exactly(written) == exactly(dict(entry.written)), name
        # Plain already, before any library sees it: no member, no id, no time.
        assert set(leaves(edge.converter.unstructure(entry.record))) <= PLAIN, name


@entries
def test_a_record_comes_back(entry: Entry) -> None:
    """Written, as text, and read: the same record; and written again, the same JSON."""
    for name, edge in EDGES.items():
        text = edge.encode(entry.record)
        given = edge.decode(text if isinstance(text, str) else text.decode())
        back = read_record(given, type(entry.record), converter=edge.converter).record
        assert back == entry.record, name
        assert exactly(back) == exactly(entry.record), name
        assert edge.encode(back) == text, name


@entries
def test_nothing_that_was_sent_is_lost(entry: Entry) -> None:
    """Each field as it was sent, or as the corpus says that it is spelled; a report leaves out what
    is null, as others do."""
    for edge in EDGES.values():
        given = edge.decode(json.dumps(entry.given))
        record = read_record(given, type(entry.record), converter=edge.converter).record
        written = json.loads(edge.encode(record))
        for name, value in entry.given.items():
            if value is not None or type(entry.record) not in REQUESTS:
                assert exactly(written[name]) == exactly(entry.written[name])


@entries
def test_a_converters_own_loading(entry: Entry) -> None:
    """`structure`, and so `loads`: answers by the total door, requests by the strict one."""
    kind = type(entry.record)
    for name, edge in EDGES.items():
        given = edge.decode(json.dumps(entry.given))
        if kind in REQUESTS and entry.refused:
            with pytest.raises(ClassValidationError):
                edge.converter.structure(given, kind)
        else:
            assert exactly(edge.converter.structure(given, kind)) == exactly(entry.record), name


@entries
def test_the_strict_door(entry: Entry) -> None:
    kind = type(entry.record)
    for name, edge in EDGES.items():
        given = edge.decode(json.dumps(entry.given))
        if not entry.refused:
            made = parse_request(given, kind, converter=edge.converter)
            assert exactly(made) == exactly(entry.record), name
            continue
        with pytest.raises(InvalidRequestError) as caught:
            parse_request(given, kind, converter=edge.converter)
        found = fields_in(tuple(fault.path for fault in caught.value.faults))
        assert set(entry.unread) <= set(found), name


@entries
def test_the_edges_agree(entry: Entry) -> None:
    """A record written by one library is read alike by every other."""
    texts = [edge.encode(entry.record) for edge in EDGES.values()]
    assert len({json.dumps(json.loads(text), sort_keys=True) for text in texts}) == 1


def test_the_corpus_has_every_field() -> None:
    """Every field is set in some entry, and none in another."""
    for kind in {type(entry.record) for entry in EVERYTHING}:
        given = [set(entry.given) for entry in EVERYTHING if type(entry.record) is kind]
        names = set(attrs.fields_dict(kind)) - {"extra"}
        assert names <= set.union(*given)
    required = {"id", "organization_id", "end_user_id", "channel", "status"}
    assert set.intersection(*(set(entry.given) for entry in CONVERSATIONS)) == required


# --- pydantic ------------------------------------------------------------------------------------


@entries
def test_a_model_takes_it_and_gives_it_back(entry: Entry) -> None:
    """A strict model refuses exactly the fields that a record sets aside."""
    kind = type(entry.record)
    model, text = MODELS[kind], json.dumps(entry.given)
    if entry.unread:
        with pytest.raises(ValidationError) as caught:
            model.model_validate_json(text)
        found = dict.fromkeys(f"$.{error['loc'][0]}" for error in caught.value.errors())
        # A report may say any event, and any claim; what the rows of events are is not asked here.
        assert tuple(sorted(found)) == tuple(sorted(entry.unread))
        return
    made = model.model_validate_json(text)
    for written in (made.model_dump_json(), json.dumps(made.model_dump(mode="json"))):
        assert exactly(read_record(json.loads(written), kind).record) == exactly(entry.record)
    # And in Python: what a model holds is what a record holds.
    held = read_record(made.model_dump(), kind)
    assert exactly(held.record) == exactly(entry.record)


@entries
def test_what_a_record_is_written_as_a_model_takes(entry: Entry) -> None:
    if not entry.unread:
        written = make_converter().dumps(entry.record)
        made = MODELS[type(entry.record)].model_validate_json(written)
        back = read_record(json.loads(made.model_dump_json()), type(entry.record)).record
        assert exactly(back) == exactly(entry.record)


# --- rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", COLUMNS, ids=lambda kind: kind.__name__)
def test_rows(engine: Engine, kind: type[Any]) -> None:  # noqa: F811
    """Stored and selected: on PostgreSQL and on SQLite."""
    stored = [entry for entry in EVERYTHING if type(entry.record) is kind]
    with engine.begin() as connection:
        store(connection, kind, [entry.record for entry in stored])
    with engine.begin() as connection:
        rows = read(connection, kind)
    assert len(rows) == len(stored) > 2
    for entry, (row, extra) in zip(stored, rows, strict=True):
        whole = read_record({**row, **extra}, kind)
        assert exactly(whole.record) == exactly(entry.record), entry.name
        unread = () if entry.name == "no status" else entry.unread  # A column has one, if empty.
        assert fields_in(tuple(fault.path for fault in whole.faults)) == unread, entry.name
        if not extra:
            # A row as SQLAlchemy gives it is a mapping, and that is enough.
            assert exactly(read_record(row, kind).record) == exactly(entry.record), entry.name

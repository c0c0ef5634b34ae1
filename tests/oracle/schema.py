"""The JSON Schema of the vectors: one document, one definition for each question and answer."""

from __future__ import annotations

from typing import Any

from tests.oracle.rollup import COUNTS, HEADLINES, OUTCOMES
from tests.oracle.settlement import RANKS
from tests.oracle.spec import EVENTS, OUTCOME, REASONS, STATUSES, TERMINAL

Schema = dict[str, Any]

# Which questions each file asks.
ASKS = {
    "coercion": ("read_reason", "read_status", "read_event"),
    "machine": ("describe_status", "transition"),
    "settlement": ("settle",),
    "rollup": ("rollup", "merge", "replace", "latest", "read_strictly", "build"),
}

BOOLEAN: Schema = {"type": "boolean"}
TEXT: Schema = {"type": "string"}
PLACE: Schema = {"type": "integer", "minimum": 0}
# With a zone, and to the millisecond or the microsecond.
TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{3}|\d{6})Z$"}
ANY_TIME: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{3}|\d{6})(Z|[+-]\d\d:\d\d)?$",
}


def ref(name: str) -> Schema:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def one_of(words: object) -> Schema:
    """Return the schema of a word among these."""
    return {"enum": list(words)}  # type: ignore[call-overload]


def maybe(schema: Schema) -> Schema:
    """Return a schema that allows null as well."""
    return {"anyOf": [schema, {"type": "null"}]}


def array(items: Schema, **more: object) -> Schema:
    """Return the schema of an array."""
    return {"type": "array", "items": items, **more}


def record(**fields: Schema) -> Schema:
    """Return the schema of an object that has all these fields and no other."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


WORDS: dict[str, Schema] = {
    "reason": one_of(REASONS),
    "status": one_of(STATUSES),
    "terminal_status": one_of(TERMINAL),
    "event": one_of(EVENTS),
    "verdict": one_of(("moved", "already", "late", "illegal")),
    "via": one_of(("exact", "normalized", "alias", "absent", "unrecognized")),
    "rank": one_of(RANKS),
    "outcome": one_of(dict.fromkeys(OUTCOME.values())),
    "eval_status": one_of(HEADLINES),
    "eval_outcome": one_of(OUTCOMES),
}

PARTS: dict[str, Schema] = {
    "claim": record(
        reason=ref("reason"),
        at=maybe(ANY_TIME),
        source=TEXT,
        status=maybe(ref("status")),
        raw=maybe(TEXT),
    ),
    # A row of a service that has drifted: any value may stand in a cell.
    "run": record(
        status={},
        is_critical={},
        scores=maybe(array(record(passed={}))),
    ),
    "attempt": record(key=TEXT, order={"type": "integer"}),
    "counts": record(**{name: {"type": "integer"} for name in COUNTS}),
    "counted": record(counts=ref("counts"), eval_status=ref("eval_status")),
}

# By question: what is given, and what is answered.
QUESTIONS: dict[str, tuple[Schema, Schema]] = {
    "read_reason": (
        record(value={}),
        record(reason=ref("reason"), raw={}, via=ref("via"), accepted=BOOLEAN),
    ),
    "read_status": (record(value={}), record(status=maybe(ref("status")))),
    "read_event": (record(value={}), record(event=maybe(ref("event")))),
    "describe_status": (record(status=ref("status")), record(live=BOOLEAN, initial=BOOLEAN)),
    "transition": (
        record(status=ref("status"), event=ref("event")),
        record(
            verdict=ref("verdict"),
            after=ref("status"),
            allowed=array(ref("event"), uniqueItems=True),
        ),
    ),
    "settle": (
        record(claims=array(ref("claim")), not_before=maybe(ANY_TIME)),
        {
            "oneOf": [
                record(
                    order=array(PLACE, uniqueItems=True, minItems=1),
                    ranks=array(ref("rank"), minItems=1),
                    reason=ref("reason"),
                    status=ref("terminal_status"),
                    outcome=ref("outcome"),
                    source=TEXT,
                    at=maybe(TIME),
                ),
                record(refused=one_of(("no claims", "time without a zone", "live status"))),
            ]
        },
    ),
    "rollup": (
        record(runs=array(ref("run")), require_scores=BOOLEAN),
        record(
            counts=ref("counts"),
            eval_status=ref("eval_status"),
            worst=one_of(("none", "failed", "passed")),
            best=one_of(("none", "failed", "passed")),
            outcomes=array(ref("eval_outcome")),
            outcome_counts=record(**dict.fromkeys(OUTCOMES, PLACE)),
        ),
    ),
    "merge": (
        record(shards=array(array(ref("run"))), require_scores=BOOLEAN),
        ref("counted"),
    ),
    "replace": (
        record(
            runs=array(ref("run")),
            old=maybe(PLACE),
            new=maybe(ref("run")),
            require_scores=BOOLEAN,
        ),
        ref("counted"),
    ),
    "latest": (
        record(attempts=array(ref("attempt"))),
        record(kept=array(PLACE, uniqueItems=True)),
    ),
    "read_strictly": (record(runs=array(ref("run"))), record(accepted=BOOLEAN)),
    "build": (record(counts=ref("counts")), record(valid=BOOLEAN)),
}


def schema() -> Schema:
    """Return the whole document."""
    named = {"type": "string", "pattern": "^[a-z_]+/."}
    cases = {
        f"{question}_case": record(id=named, does={"const": question}, given=given, expect=expect)
        for question, (given, expect) in QUESTIONS.items()
    }
    group = record(basis=one_of(("specification", "decision")), says=TEXT)
    groups = {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z_]+$"},
        "additionalProperties": group,
        "minProperties": 1,
    }
    read = record(section=TEXT, sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"})
    files = {
        f"{topic}_file": record(
            topic={"const": topic},
            version={"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
            specification=read,
            groups=groups,
            cases=array({"oneOf": [ref(f"{question}_case") for question in asks]}, minItems=1),
        )
        for topic, asks in ASKS.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:session-lifecycle:vectors",
        "title": "Vectors for services in any language",
        "oneOf": [ref(name) for name in files],
        "$defs": WORDS | PARTS | cases | files,
    }

"""The API's objects as classes of other libraries, each as its users write them.

One table of fields, of which each library makes classes by its own function: they are what the same
fields written out would be. Ids are UUIDs, times are `datetime`, words are our plain enums. All are
used as they come, without options. What each does with JSON, and does not:

    ours      keeps the fields and words it does not know, and what it cannot read, and writes all
              of it back; reads words in any spelling, and times into UTC. An error is only what has
              no id, organisation, user, channel or status
    pydantic  reads digits as numbers and as times, and "no" as false; drops the fields it does not
              know. A word it does not know is an error, and with it all that is around it
    msgspec   checks types as it parses, in C; drops the fields it does not know. A word it does not
              know is an error, and so is any value of another type
    cattrs    calls `UUID`, `int`, `float`, `str`, `bool` and the enums on what it finds, so that
              "no" is true; drops the fields it does not know. A word it does not know is an error

None of the others refuses a time without a zone, and their objects can be changed; ours cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Any, NamedTuple, get_args
from uuid import UUID

from session_lifecycle import (
    EvalRunStatus,
    EvalStatus,
    SessionDirection,
    SessionPriority,
    SessionStatus,
    SessionType,
)
from tests.bench.harness import NotInstalledError

Fields = dict[str, Any]

SCORE: Fields = {
    "value": float | None,
    "raw_value": Any,
    "label": str | None,
    "passed": bool | None,
    "confidence": float | None,
    "rationale": str | None,
    "severity": str | None,
    "blocking": bool | None,
}
RUN: Fields = {
    "status": EvalRunStatus,
    "id": UUID | None,
    "session_id": UUID | None,
    "evaluator_id": UUID | None,
    "scope": SessionType | None,
    "started_at": datetime | None,
    "finished_at": datetime | None,
    "error_text": str | None,
    "threshold_snapshot": float | None,
    "severity_snapshot": str | None,
    "is_critical_snapshot": bool | None,
}
SUMMARY: Fields = {
    **dict.fromkeys(("total", "succeeded", "failed", "pending"), int),
    **dict.fromkeys(("critical_total", "critical_succeeded"), int),
    **dict.fromkeys(("critical_failed", "critical_pending"), int),
    "eval_status": EvalStatus,
}
CONVERSATION: Fields = {
    "id": UUID,
    "organization_id": UUID,
    "end_user_id": UUID,
    "channel": str,
    "status": SessionStatus,
    "priority": SessionPriority | None,
    "direction": SessionDirection | None,
    "session_type": SessionType | None,
    "message_count": int | None,
    "started_at": datetime | None,
    "created_at": datetime | None,
    "updated_at": datetime | None,
    "external_session_id": str | None,
    "subject": str | None,
    "assigned_agent_id": UUID | None,
    "retention_policy_id": UUID | None,
    "summary": str | None,
    "metadata": dict[str, Any] | None,
    "context_variables": dict[str, Any] | None,
    "first_message_at": datetime | None,
    "last_message_at": datetime | None,
    "ended_at": datetime | None,
    "closed_at": datetime | None,
    "ttl_expires_at": datetime | None,
    "retention_expires_at": datetime | None,
    "archived_at": datetime | None,
    "memory_synced": bool | None,
    "duration_ms": int | None,
    "summary_preview": str | None,
    "has_recording": bool | None,
}


class Side(NamedTuple):
    """How a library reads a judged conversation from JSON, and writes it."""

    loads: Callable[[bytes], Any]
    dumps: Callable[[Any], bytes | str]


def conversation(make: Callable[[str, Fields], Any]) -> Any:
    """Return the class of a conversation, made by a library's function for making classes."""
    return make("Conversation", CONVERSATION | {"eval_summary": make("Summary", SUMMARY) | None})


def _judged(make: Callable[[str, Fields], Any]) -> Any:
    run = make("Run", RUN | {"scores": list[make("Score", SCORE)]})
    return make("Judged", {"conversation": conversation(make), "eval_runs": list[run]})


def may_be_left_out(kind: Any) -> bool:
    """Say whether a field of this type has the default `None`."""
    return kind is Any or NoneType in get_args(kind)


def pydantic_model(name: str, fields: Fields) -> Any:
    """Make a plain pydantic model."""
    from pydantic import create_model

    given: Fields = {n: (k, None if may_be_left_out(k) else ...) for n, k in fields.items()}
    return create_model(name, **given)


def _struct(name: str, fields: Fields) -> Any:
    from msgspec import defstruct

    given = [(n, k, None) if may_be_left_out(k) else (n, k) for n, k in fields.items()]
    return defstruct(name, given, kw_only=True)


def _attrs_class(name: str, fields: Fields) -> Any:
    from attrs import NOTHING, field, make_class

    given = {
        n: field(type=k, default=None if may_be_left_out(k) else NOTHING) for n, k in fields.items()
    }
    return make_class(name, given, slots=True, kw_only=True)


@cache
def ours(library: str) -> Side:
    """Our records in a class of the user's, by the converter for a JSON library."""
    try:
        from attrs import field, make_class

        from session_lifecycle.integrations.cattrs import make_converter
        from session_lifecycle.records import Conversation, EvalRun

        converter: Any = make_converter(library)
    except ModuleNotFoundError as error:
        raise NotInstalledError(f"{error.name} is not installed") from error
    fields = {"conversation": Conversation, "eval_runs": tuple[EvalRun, ...]}
    given = {name: field(type=kind) for name, kind in fields.items()}
    judged = make_class("Judged", given, frozen=True, slots=True)
    return Side(lambda body: converter.loads(body, judged), converter.dumps)


@cache
def theirs(library: str) -> Side:
    """The same in classes of another library.

    Raises:
        NotInstalledError: if it is not there.
    """
    try:
        return _THEIRS[library]()
    except ModuleNotFoundError as error:
        raise NotInstalledError(f"{error.name} is not installed") from error


def _pydantic() -> Side:
    judged = _judged(pydantic_model)
    return Side(judged.model_validate_json, judged.model_dump_json)


def _msgspec() -> Side:
    from msgspec import json

    # Made once, as its documentation advises: `msgspec.json.decode` makes one at each call.
    return Side(json.Decoder(_judged(_struct)).decode, json.Encoder().encode)


def _cattrs() -> Side:
    from cattrs.preconf.orjson import make_converter
    from orjson import OPT_UTC_Z

    converter, judged = make_converter(), _judged(_attrs_class)
    converter.register_structure_hook(UUID, lambda text, _: UUID(text))  # It has none.
    return Side(
        lambda body: converter.loads(body, judged),
        lambda value: converter.dumps(value, option=OPT_UTC_Z),
    )


_THEIRS = {"pydantic": _pydantic, "msgspec": _msgspec, "cattrs": _cattrs}

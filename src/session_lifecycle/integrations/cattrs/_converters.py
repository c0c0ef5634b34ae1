"""Converters that know records and words: one of yours, or a new one for a JSON library."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, overload

from cattrs import BaseConverter

from session_lifecycle._coercion import coerce_termination_reason
from session_lifecycle._text import show
from session_lifecycle._words import SessionTerminationReason
from session_lifecycle.integrations.cattrs._hooks import (
    RECORDS,
    REQUESTS,
    structure_hook,
    unstructure_hook,
)
from session_lifecycle.integrations.cattrs._readers import (
    WORDS,
    may_be_none,
    one_of,
    vocabulary_of,
    word_or_text,
    write_word,
)

if TYPE_CHECKING:
    from cattrs.preconf.json import JsonConverter
    from cattrs.preconf.msgspec import MsgspecJsonConverter
    from cattrs.preconf.orjson import OrjsonConverter


def configure_converter(converter: BaseConverter) -> None:
    """Teach a converter our records and words. Its other hooks stay as they are.

    `CloseRequest`, `EventRecord` and `ClaimRecord` are structured by the strict door, the other
    records by the total one (see the module). In classes of yours a field may be

    - `SessionTerminationReason`: whatever it is, a reason is read, if need be `unknown`;
    - another of our words, `SessionStatus` say: in any spelling, and what is none is refused;
    - `SessionStatus | str`, with `| None` or without: a member, or text that is no such word.

    Args:
        converter: a converter of any kind, the preconfigured ones of cattrs among them.
    """
    for record in RECORDS:
        _teach_record(converter, record)
    for words in WORDS:
        read: Callable[[Any], Any] = one_of(words).read
        if words is SessionTerminationReason:
            read = coerce_termination_reason
        converter.register_structure_hook(words, _taking_a_type(read))
    converter.register_structure_hook_factory(_is_word_or_text, _word_or_text)
    converter.register_unstructure_hook_factory(_is_word_or_text, _written_word)


def _teach_record(converter: BaseConverter, record: Any) -> None:
    # Factories: nothing is generated before it is used.
    def is_record(kind: Any) -> bool:
        return kind is record

    def structure(kind: Any) -> Callable[[Any, Any], Any]:
        return structure_hook(converter, kind, kind in REQUESTS)

    def unstructure(kind: Any) -> Callable[[Any], Any]:
        return unstructure_hook(converter, kind)

    converter.register_structure_hook_factory(is_record, structure)
    converter.register_unstructure_hook_factory(is_record, unstructure)


def _taking_a_type(read: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda value, _: read(value)


def _is_word_or_text(kind: Any) -> bool:
    return vocabulary_of(kind) is not None


def _written_word(_: Any) -> Callable[[Any], Any]:
    return write_word


def _word_or_text(kind: Any) -> Callable[[Any, Any], Any]:
    read, optional = word_or_text(vocabulary_of(kind)).read, may_be_none(kind)
    return lambda value, _: None if value is None and optional else read(value)


@overload
def make_converter(library: Literal["json"] = "json") -> JsonConverter: ...
@overload
def make_converter(library: Literal["orjson"]) -> OrjsonConverter: ...
@overload
def make_converter(library: Literal["msgspec"]) -> MsgspecJsonConverter: ...
def make_converter(library: str = "json") -> Any:
    """Return a converter for JSON that knows our records and words.

    Its `loads` and `dumps` are those of the library: `"json"`, the standard library's; `"orjson"`
    or `"msgspec"`, where they are installed, which are faster.

    Args:
        library: which one.

    Raises:
        ValueError: if `library` is none of the three.
        ModuleNotFoundError: if it is not installed.

    >>> from session_lifecycle.records import CloseRequest
    >>> converter = make_converter()
    >>> converter.loads('{"reason": "operator-busy"}', CloseRequest)
    CloseRequest(reason='operator-busy')
    >>> converter.dumps(CloseRequest("roomDeleted"))
    '{"reason": "room_deleted"}'
    """
    converter: Any
    if library == "json":
        from cattrs.preconf.json import make_converter as make_json

        converter = make_json()
    elif library == "orjson":
        from cattrs.preconf.orjson import make_converter as make_orjson

        converter = make_orjson()
    elif library == "msgspec":
        from cattrs.preconf.msgspec import make_converter as make_msgspec

        converter = make_msgspec()
    else:
        raise ValueError(f"library is {show(library)}, expected 'json', 'orjson' or 'msgspec'")
    configure_converter(converter)
    return converter

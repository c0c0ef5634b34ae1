"""Bytes into lines, and lines into JSON objects; a line that cannot be read has a cause."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

MAX_LINE = 1 << 20

_DECODER = json.JSONDecoder()


class BadLineError(ValueError):
    """A line that cannot be read; the message is its cause."""


def lines(stream: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield each line and its length in bytes; of one over 1 MiB only the first part."""
    while line := stream.readline(MAX_LINE + 1):
        whole, size = line, len(line)
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE + 1)
            size += len(line)
        yield whole, size


def text_of_line(line: bytes) -> str:
    """Return the text of a line, without the white space around it.

    Raises:
        BadLineError: with the cause.
    """
    if len(line) > MAX_LINE:
        raise BadLineError(f"longer than {MAX_LINE} bytes")
    try:
        return line.decode().removeprefix("\ufeff").strip()
    except UnicodeDecodeError as error:
        raise BadLineError(f"not UTF-8: byte {error.start + 1} of the line") from None


def decode(line: bytes) -> dict[str, Any] | None:
    """Return the JSON object in a line, `None` for a blank one.

    Raises:
        BadLineError: with the cause.
    """
    text = text_of_line(line)
    if not text:
        return None
    try:
        body: object
        body, end = _DECODER.raw_decode(text)
    except json.JSONDecodeError as error:
        raise BadLineError(f"not JSON: {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise BadLineError(f"not JSON we can read: {type(error).__name__}") from None
    if end != len(text):
        raise BadLineError(f"not JSON: more than one value, the second at column {end + 1}")
    if type(body) is not dict:
        raise BadLineError(f"a JSON {type(body).__name__}, expected an object")
    return cast("dict[str, Any]", body)

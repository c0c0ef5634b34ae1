"""The shortest bytes that still fail in the same way: lines first, then ever smaller pieces."""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[[bytes], None]


def failure(check: Check, data: bytes) -> str:
    """Return how a target fails for these bytes: the type, and the line of ours; `""` if not."""
    try:
        check(data)
    except Exception as error:
        place, trace = "", error.__traceback__
        while trace is not None:
            place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
            trace = trace.tb_next
        return f"{type(error).__name__} at {place}"
    return ""


def shrink(check: Check, data: bytes) -> bytes:
    """Return the shortest bytes found that fail as `data` does."""
    wanted = failure(check, data)
    if not wanted:
        raise ValueError("these bytes break no law")
    data = _fewer(check, data.splitlines(keepends=True), wanted)
    return _fewer(check, [bytes([byte]) for byte in data], wanted)


def _fewer(check: Check, parts: list[bytes], wanted: str) -> bytes:
    size = max(1, len(parts) // 2)
    while True:
        place = shorter = 0
        while place < len(parts):
            rest = parts[:place] + parts[place + size :]
            if failure(check, b"".join(rest)) == wanted:
                parts, shorter = rest, 1
            else:
                place += size
        if size == 1 and not shorter:
            return b"".join(parts)
        size = max(1, size // 2)

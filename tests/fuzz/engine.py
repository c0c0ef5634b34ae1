"""One target under atheris, for `python -m tests.fuzz`, which starts it and reads what it says.

`python -m tests.fuzz.engine TARGET OPTION...`, with libFuzzer's own options and corpus. libFuzzer
ends the process: with status 0 when the time is over, with another when a law is broken.
"""

from __future__ import annotations

import importlib
import sys

import atheris

from tests.fuzz import TARGETS


def main() -> None:
    """Fuzz until libFuzzer ends the process."""
    name, *options = sys.argv[1:]
    if name not in TARGETS:
        raise SystemExit(f"{name!r} is no target, expected one of {', '.join(TARGETS)}")
    # Only the package is watched for new edges; what the oracles do is no progress.
    with atheris.instrument_imports(include=["session_lifecycle"]):
        target = importlib.import_module(f"tests.fuzz.{name}")

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        return bytes(target.mutate(data, max_size, seed, atheris.Mutate))

    atheris.Setup([sys.argv[0], *options], target.check, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

"""A framework that is not here is said loudly, and is a failure where it is required."""

from __future__ import annotations

import os

import pytest

from tests.voice import FRAMEWORKS, REQUIRED, missing


@pytest.mark.parametrize("folder", FRAMEWORKS)
def test_the_framework_is_here(folder: str) -> None:
    if folder in missing():
        reason = (
            f"NO CALL OF {folder} IS TRIED: {FRAMEWORKS[folder]} is not installed; "
            "`pip install --group voice` brings it"
        )
        if os.environ.get(REQUIRED):
            pytest.fail(f"{reason}, and {REQUIRED} is set")
        pytest.skip(reason)

"""Without a framework its folder is left alone; test_installed.py says so, and fails in CI."""

from __future__ import annotations

from tests.voice import missing

collect_ignore_glob = [f"{name}/*" for name in missing()]

"""Print the reference pages' tables from the code: `python docs/reference/make_reference.py`.

What stands between `<!-- printed: NAME -->` and `<!-- end -->` on a page beside this file is what
the printer of that name returns; the prose around it is written by hand. A test compares the pages
with what would be printed, so that a change of a table shows in the diff of a page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import print_api  # noqa: E402
import print_cli  # noqa: E402
import print_laws  # noqa: E402
import print_reading  # noqa: E402
import print_settling  # noqa: E402
import print_tables  # noqa: E402
import print_vendors  # noqa: E402

PRINTERS: Mapping[str, Callable[[], str]] = {
    "trait-columns": print_tables.trait_columns,
    "traits": print_tables.traits,
    "trait-laws": print_tables.trait_laws,
    "statuses": print_tables.statuses,
    "rules": print_tables.rules,
    "matrix": print_tables.matrix,
    "ranks": print_settling.ranks,
    "steps": print_settling.steps,
    "doors": print_reading.doors,
    "spellings": print_reading.spellings,
    "aliases": print_reading.aliases,
    "other-words": print_reading.other_words,
    "counts": print_reading.counts,
    "outcomes": print_reading.outcomes,
    "headlines": print_reading.headlines,
    "commands": print_cli.commands,
    "names": print_api.names,
    "shares": print_vendors.shares,
    "lifecycle-laws": print_laws.lifecycle_laws,
    "rollup-laws": print_laws.rollup_laws,
}

_BLOCK = re.compile(r"(<!-- printed: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages() -> list[Path]:
    """Return the pages that have something printed on them."""
    found = sorted([*HERE.glob("*.md"), *HERE.glob("*/*.md")])
    return [page for page in found if _BLOCK.search(page.read_text(encoding="utf-8"))]


def printed(page: Path) -> str:
    """Return a page's text with every printed part as the code has it now."""
    text = page.read_text(encoding="utf-8")
    return _BLOCK.sub(lambda block: f"{block[1]}\n{PRINTERS[block[2]]()}\n\n{block[3]}", text)


def main() -> None:
    """Write every page anew."""
    for name, text in (print_api.entry_pages() | print_vendors.vendor_pages()).items():
        (HERE / name).write_text(text, encoding="utf-8")
    for page in pages():
        page.write_text(printed(page), encoding="utf-8")


if __name__ == "__main__":
    main()

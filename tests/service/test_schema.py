"""The OpenAPI tells the truth: Schemathesis, all its checks, all its phases, nothing left out.

Its own command line runs against the service, as anybody would run it; what it reports is read for
what it did, not only for what it found: a run that skips an endpoint or a check proves nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import URL

from tests.service.conftest import KEYS, LIVEKIT_KEY, LIVEKIT_SECRET, Service, answered
from tests.service.conftest import settings as configured

pytestmark = pytest.mark.slow

EXAMPLES = 20
PHASES = ("examples", "coverage", "fuzzing", "stateful")
# Every check of Schemathesis 4.32. A check that a newer one adds runs as well, by `--checks all`.
CHECKS = {
    "allow_header_conformance",
    "content_type_conformance",
    "ensure_resource_availability",
    "ignored_auth",
    "missing_required_header",
    "negative_data_rejection",
    "not_a_server_error",
    "object_level_authorization",
    "positive_data_acceptance",
    "response_headers_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
    "use_after_free",
}
WEBHOOK = "POST /v1/livekit/webhook"
# LiveKit's reports follow from nothing that the API answered.
UNLINKED = {WEBHOOK}


class Run(NamedTuple):
    """What Schemathesis did.

    Attributes:
        report: its report.
        cases: how often each phase had each endpoint answer with each status.
        checks: which checks each endpoint went through.
        links: how often each declared link was followed.
    """

    report: dict[str, Any]
    cases: Counter[tuple[str, str, int]]
    checks: dict[str, set[str]]
    links: Counter[str]


def run(service: Service, folder: Path, *arguments: str, phases: Iterable[str] = PHASES) -> Run:
    # The same each time: of seeds by chance, one in three did not reach every endpoint by links.
    seed = "1"
    command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]
    command += ["run", f"{service.base}/openapi.json", "--checks", "all"]
    command += ["--phases", ",".join(phases), "--max-examples", str(EXAMPLES), "--seed", seed]
    command += ["--report", "json,ndjson", "--report-json-path", "report.json"]
    command += ["--report-ndjson-path", "events.ndjson", *arguments]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "livekit_hooks",
        "PYTHONPATH": str(Path(__file__).parent),
        "LIVEKIT_API_KEY": LIVEKIT_KEY,
        "LIVEKIT_API_SECRET": LIVEKIT_SECRET,
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((folder / "report.json").read_text())
    cases: Counter[tuple[str, str, int]] = Counter()
    checks: defaultdict[str, set[str]] = defaultdict(set)
    links: Counter[str] = Counter()
    for line in (folder / "events.ndjson").read_text().splitlines():
        event = json.loads(line).get("ScenarioFinished")
        if event is None:
            continue
        recorder = event["recorder"]
        for key, met in recorder.get("interactions", {}).items():
            case = recorder["cases"][key]["value"]
            label = f"{case['method']} {case['path']}"
            if met.get("response"):
                cases[event["phase"], label, met["response"]["status_code"]] += 1
            checks[label] |= {check["name"] for check in recorder["checks"].get(key, [])}
            transition = recorder["cases"][key].get("transition")
            if transition:
                links[transition["id"]] += 1
    return Run(report, cases, checks, links)


@pytest.fixture
def on_sqlite(sqlite_url: URL) -> Iterator[Service]:
    running = Service(configured(sqlite_url))
    yield running
    running.stop()


def operations(service: Service) -> set[str]:
    paths = answered(service.nobody.get("/openapi.json"))["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def test_the_service_keeps_its_contract(service: Service, tmp_path: Path) -> None:
    ran = run(service, tmp_path, "-H", f"x-api-key: {KEYS['ours']}")
    report, named = ran.report, operations(service)
    assert len(named) == 9
    # Nothing was found, and nothing kept it from looking.
    assert (report["failures"], report["errors"]) == ([], [])
    assert (report["stop_reason"], report["complete"]) == ("completed", True)
    assert (report["filtered"], report["baseline"]) == (0, None)
    counts = {name: report["operations"][name] for name in ("total", "selected", "tested")}
    assert set(counts.values()) == {len(named)}
    assert {name: phase["status"] for name, phase in report["phases"].items()} == dict.fromkeys(
        PHASES, "success"
    )
    warnings = {name: told for name, told in report["warnings"].items() if told}
    # It guesses ids of handoffs that belong to other conversations; the links have the right ones.
    assert set(warnings) <= {"missing_test_data"}, warnings
    # Every endpoint, in every phase, through every check.
    for phase in PHASES:
        met = {label for at, label, _ in ran.cases if at == phase}
        assert named - (UNLINKED if phase == "stateful" else set()) <= met, phase
    for label in named:
        assert ran.checks[label] >= CHECKS, label
    # Not only refusals: what can be answered without a handoff at hand was.
    accepted = {label for _, label, status in ran.cases if status < 300}
    assert accepted >= named - {label for label in named if "/handoffs" in label}
    assert {status for _, _, status in ran.cases} <= {200, 201, 401, 404, 405, 409, 413, 422}
    assert ran.links


def test_schemathesis_finds_no_way_into_another_organisation(
    on_sqlite: Service, tmp_path: Path
) -> None:
    """Its check of object-level authorisation needs two users who both use the API."""
    users = [
        {"name": name, "fixedHeaders": [{"name": "x-api-key", "value": key}]}
        for name, key in KEYS.items()
    ]
    (tmp_path / "users.json").write_text(json.dumps({"auth": users}))
    (tmp_path / "schemathesis.toml").write_text(
        '[auth.wfc]\npath = "users.json"\npeers = ["ours", "theirs"]\n'
    )
    ran = run(on_sqlite, tmp_path, "--output-sanitize", "false", phases=["fuzzing"])
    assert (ran.report["failures"], ran.report["errors"]) == ([], [])
    sent = (tmp_path / "events.ndjson").read_text()
    assert all(key in sent for key in KEYS.values())


@pytest.mark.parametrize("broken", ["status", "coercion"])
def test_a_contract_that_lies_is_found_out(on_sqlite: Service, tmp_path: Path, broken: str) -> None:
    """That a run is green says something only if a lie turns it red."""
    schema = on_sqlite.app.openapi()  # Kept by the app, and changed in place.
    if broken == "status":
        del schema["paths"]["/v1/v2/conversations/{conversation_id}/close"]["post"]["responses"][
            "422"
        ]
    else:
        schema["components"]["schemas"]["Start"]["properties"]["channel"]["pattern"] = "^[A-Z]+$"
    with pytest.raises(AssertionError, match=r"found \d+ unique failure"):
        run(on_sqlite, tmp_path, "-H", f"x-api-key: {KEYS['ours']}", phases=["coverage"])

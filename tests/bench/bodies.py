"""What crosses the wire: conversations with their eval runs, as a service answers them in JSON.

Each is another one, with every field of the API set: a closed call of eight minutes, judged by five
evaluators of three scores each, one of ten conversations by a failing one. About 7 kB of compact
UTF-8 each, some letters of it beyond ASCII.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

_BEGUN = datetime(2026, 11, 23, 8, 0, 0, 271_828, UTC)
_SUMMARY = (
    "Zoë Müller called about the renewal of her contract. The agent confirmed her address, "
    "explained the two plans, and moved her to the yearly one. She asked for the invoice by email, "
    "and will be called back about the second line in December."
)
_RUNS, _SCORES = 5, 3


def bodies(first: int, count: int) -> list[bytes]:
    """Return so many bodies, from the one with this number."""
    return [_body(number) for number in range(first, first + count)]


def _body(number: int) -> bytes:
    fails = number % 10 == 7
    judged = {
        "conversation": _conversation(number, fails),
        "eval_runs": [_run(number, place, fails and place == 1) for place in range(_RUNS)],
    }
    return json.dumps(judged, ensure_ascii=False, separators=(",", ":")).encode()


def _id(number: int, place: int) -> str:
    # Spread over all bits, as random ones are.
    return str(UUID(int=(number * 64 + place + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128))


def _at(number: int, seconds: float) -> str:
    at = _BEGUN + timedelta(seconds=number * 7 + seconds)
    return at.isoformat().replace("+00:00", "Z")


def _conversation(number: int, fails: bool) -> dict[str, Any]:
    return {
        "id": _id(number, 0),
        "organization_id": _id(1, 1),
        "end_user_id": _id(number, 2),
        "channel": "voice",
        "status": ("closed", "closed", "closed", "expired", "error")[number % 5],
        "priority": ("normal", "low", "high", "urgent")[number % 4],
        "direction": ("inbound", "outbound")[number % 2],
        "session_type": ("live", "live", "test", "simulation")[number % 4],
        "message_count": 24 + number % 40,
        "started_at": _at(number, 1.5),
        "created_at": _at(number, 0),
        "updated_at": _at(number, 483),
        "external_session_id": f"call-{number:07d}",
        "subject": "Renewal of a contract",
        "assigned_agent_id": _id(number % 97, 3),
        "retention_policy_id": _id(1, 4),
        "summary": _SUMMARY,
        "metadata": {"campaign": "renewals", "attempt": 1 + number % 3, "tags": ["yearly", "de"]},
        "context_variables": {
            "customer": "Zoë Müller",
            "balance": number / 4,
            "verified": True,
            "plan": {"id": "plan-2", "lines": 2},
        },
        "first_message_at": _at(number, 2.25),
        "last_message_at": _at(number, 479),
        "ended_at": _at(number, 481.5),
        "closed_at": _at(number, 482),
        "ttl_expires_at": _at(number, 3_600),
        "retention_expires_at": _at(number, 30 * 86_400),
        "archived_at": _at(number, 7 * 86_400),
        "memory_synced": number % 3 != 0,
        "duration_ms": 480_000 + number % 1_000,
        "summary_preview": _SUMMARY[:140],
        "has_recording": number % 2 == 0,
        "eval_summary": {
            "total": _RUNS,
            "succeeded": _RUNS - fails,
            "failed": int(fails),
            "pending": 0,
            "critical_total": 2,
            "critical_succeeded": 2 - fails,
            "critical_failed": int(fails),
            "critical_pending": 0,
            "eval_status": "failed" if fails else "passed",
        },
    }


def _run(number: int, place: int, fails: bool) -> dict[str, Any]:
    return {
        "status": "completed",
        "id": _id(number, 8 + place),
        "session_id": _id(number, 0),
        "evaluator_id": _id(place, 5),
        "scope": "live",
        "started_at": _at(number, 500 + place),
        "finished_at": _at(number, 503.5 + place),
        "error_text": None,
        "threshold_snapshot": 0.75,
        "severity_snapshot": ("minor", "major")[place < 2],
        "is_critical_snapshot": place < 2,
        "scores": [_score(number + score, not (fails and score == 2)) for score in range(_SCORES)],
    }


def _score(number: int, passed: bool) -> dict[str, Any]:
    value = (number % 20 + 80) / 100 if passed else (number % 20 + 40) / 100
    return {
        "value": value,
        "raw_value": round(value * 5, 1),
        "label": "kept to the script" if passed else "left the script",
        "passed": passed,
        "confidence": 0.9375,
        "rationale": "The agent named the price before it asked for consent, as it should have.",
        "severity": "major",
        "blocking": False,
    }

"""How a vendor's module is made, whatever it says: data only, dated, and every row in order."""

from __future__ import annotations

import ast
import datetime
from pathlib import Path

import pytest

from session_lifecycle import SessionTerminationReason, is_live, is_terminal, reason_traits
from session_lifecycle import TranslationGrade as G
from session_lifecycle.crosswalk import _tables, translate, vendors, vocabulary

FOLDER = Path(_tables.__file__).parent
R = SessionTerminationReason
LOGIC = {"__init__", "_call", "_drift", "_rows", "_tables", "_translate", "_values"}
LOGIC |= {"_vcon_disposition"}

FIELDS = [(vendor, field) for vendor in vendors() for field in vocabulary(vendor).fields]
ROWS = [row for _, field in FIELDS for row in field.rows]
IDS = [f"{vendor}-{field.name}" for vendor, field in FIELDS]


def test_the_vendors_are_these():
    """LiveKit, SIP response codes, Q.850 causes, Twilio, Vapi, Retell, ElevenLabs, Pipecat, Telnyx,
    Plivo, Vonage, Bandwidth, SignalWire, Amazon Connect, FreeSWITCH, Asterisk, Daily, WebSocket
    close codes, IETF vCon, Feather v1."""
    assert set(vendors()) == {
        *("livekit", "sip", "q850", "twilio", "vapi", "retell", "elevenlabs", "pipecat", "telnyx"),
        *("plivo", "vonage", "bandwidth", "signalwire", "amazon_connect", "freeswitch", "asterisk"),
        *("daily", "websocket", "vcon", "feather_v1"),
    }
    # standards first, then platforms
    assert vendors() == (
        *("sip", "q850", "websocket", "vcon", "livekit", "pipecat", "daily"),
        *("vapi", "retell", "elevenlabs", "feather_v1"),
        *("twilio", "telnyx", "plivo", "vonage", "bandwidth", "signalwire"),
        *("amazon_connect", "freeswitch", "asterisk"),
    )
    assert {path.stem for path in FOLDER.glob("*.py")} - LOGIC == {f"_{v}" for v in vendors()}


@pytest.mark.parametrize("vendor", vendors())
def test_a_module_is_data_and_nothing_else(vendor: str):
    """One data-only module a vendor, loaded on first use, its header the source and the date
    read"""
    tree = ast.parse((FOLDER / f"_{vendor}.py").read_text(encoding="utf-8"))
    header = " ".join((ast.get_docstring(tree) or "").split())
    assert "Source" in header
    assert "read 2026-" in header or "Read 2026-" in header
    for node in tree.body[1:]:
        assert isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign), ast.dump(
            node
        )
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call)}  # type: ignore[attr-defined]
    assert calls <= {"Row", "Field", "same"}


@pytest.mark.parametrize(("vendor", "field"), FIELDS, ids=IDS)
def test_a_field_is_dated_and_sourced(vendor, field):
    """Row: code, our reason, grade, implied status, note where the grade is not `exact`, retired
    date."""
    assert field.rows
    assert field.kind in {"reason", "status", "detector", "event"}
    assert field.title
    assert field.version
    assert field.source
    assert datetime.date.fromisoformat(field.read) >= datetime.date(2026, 11, 1)
    assert field.name == field.name.lower().replace(" ", "_")
    codes = [row.code for row in field.rows]
    assert len(codes) == len(set(codes))
    assert {code for _, code in field.also} <= set(codes)
    assert not {spelling for spelling, _ in field.also} & set(codes)


@pytest.mark.parametrize(("vendor", "field"), FIELDS, ids=IDS)
def test_what_a_row_may_say(vendor, field):
    """note where the grade is not `exact`; `not_an_end` for words like migration"""
    for row in field.rows:
        assert type(row.reason) is SessionTerminationReason, row
        assert type(row.grade) is G, row
        assert row.grade is not G.UNLISTED, row
        assert row.note or (row.grade is G.EXACT and row.reason is not R.UNKNOWN), row
        assert row.note == row.note.strip(), row
        assert not row.note.endswith("."), row
        assert "\n" not in row.note, row
        if row.grade is G.NOT_AN_END:
            kept = {"MIGRATION": R.MIGRATION, "DUPLICATE_IDENTITY": R.DUPLICATE_IDENTITY}
            assert row.reason is (
                kept.get(row.code, R.UNKNOWN) if vendor == "livekit" else R.UNKNOWN
            ), row
            assert row.status is None or is_live(row.status), row
            assert row.claim() is None
        else:
            assert row.status is None or is_terminal(row.status), row
            assert row.status is not reason_traits(row.reason).status, row


def test_an_ambiguous_word_names_what_decides():
    """Grade `ambiguous` and say which field decides, rather than pick."""
    silent = [row for row in ROWS if row.grade is G.AMBIGUOUS and "decide" not in row.note]
    assert silent == []


def test_each_word_is_found_as_it_is_written():
    """codes verbatim"""
    for vendor, field in FIELDS:
        for row in field.rows:
            found = translate(vendor, row.code, field=field.name)
            assert found == row, (vendor, row)
            assert translate(vendor, row.code).grade is not G.UNLISTED
        for spelling, code in field.also:
            assert translate(vendor, spelling, field=field.name).code == code


def test_no_pattern_shadows_a_row():
    """Prefix or pattern rows only where the vendor's own words have variable parts, stated once,
    tested for never shadowing an exact row."""
    for vendor, field in FIELDS:
        codes = [row.code for row in field.rows]
        for code in codes:
            assert translate(vendor, code, field=field.name).code == code


def test_no_table_is_silent_about_a_word():
    """Every value of every listed vocabulary has a row"""
    assert len(ROWS) > 1500
    assert len({(row.vendor, row.field) for row in ROWS}) == len(FIELDS)


def test_the_numbers_in_the_documents():
    """A number, a claim or a promise in README or docs stands only if a command in the repository
    shows it."""
    root = Path(__file__).parents[2]
    about = f"{len(ROWS) // 100 * 100:,} words"
    for page in ("README.md", "docs/explanation/words-that-lie.md"):
        assert about in (root / page).read_text(encoding="utf-8"), about
    standards = {"sip", "q850", "websocket", "vcon"}
    assert set(vendors()[:4]) == standards
    assert len(vendors()) - 4 == 16
    assert "sixteen vendors and four standards" in (root / "README.md").read_text(encoding="utf-8")
    assert f"{len(ROWS):,} in {len(FIELDS)} fields" in (root / "CHANGELOG.md").read_text("utf-8")

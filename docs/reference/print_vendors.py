"""Printed from the crosswalk: a page a vendor, and how well each vendor's words fit."""

from __future__ import annotations

from collections import Counter

from print_tables import table

from session_lifecycle import SessionTerminationReason
from session_lifecycle import TranslationGrade as Grade
from session_lifecycle.crosswalk import (
    Translation,
    VendorField,
    VendorVocabulary,
    vendors,
    vocabulary,
)

KINDS = {
    "reason": "why it ended",
    "status": "where it stands",
    "detector": "who or what picked up",
    "event": "what just happened",
}
GRADES = tuple(grade for grade in Grade if grade is not Grade.UNLISTED)


def vendor_pages() -> dict[str, str]:
    """Return the pages under `vendors/`, one a vendor, by their paths."""
    return {f"vendors/{vendor}.md": _page(vocabulary(vendor)) for vendor in vendors()}


def shares() -> str:
    """Print for each vendor how many of its words have which grade, and say nothing of why."""
    rows = [_share(vocabulary(vendor)) for vendor in vendors()]
    columns = ("vendor", "words", *map(str, GRADES), "`unknown`", "share of the last three*")
    return table(columns, rows)


def _share(words: VendorVocabulary) -> tuple[str, ...]:
    grades = Counter(row.grade for row in words.rows)
    unknown = [row for row in words.rows if row.is_end and _is_unknown(row)]
    vague = [
        row for row in words.rows if row in unknown or row.grade in (Grade.AMBIGUOUS, Grade.BROADER)
    ]
    return (
        f"[{words.title}]({words.vendor}.md)",
        f"{len(words.rows):,}",
        *(str(grades[grade]) for grade in GRADES),
        str(len(unknown)),
        f"{len(vague) / len(words.rows):.0%}",
    )


def _is_unknown(row: Translation) -> bool:
    return row.reason is SessionTerminationReason.UNKNOWN


def _page(words: VendorVocabulary) -> str:
    parts = [f"# {words.title}"]
    parts.append(
        f'What `translate("{words.vendor}", code)` answers, printed from the table. '
        "[What the grades mean](index.md)."
    )
    for field in words.fields:
        parts += [f"## `{field.name}`", _about(field), _rows(field)]
        if field.also:
            parts.append(_also(field))
    return "\n\n".join(parts) + "\n"


def _about(field: VendorField) -> str:
    return (
        f"{_text(field.title)}: {KINDS[field.kind]}. {_text(field.version)}, "
        f"read {field.read} in: {_text(field.source)}"
    )


def _rows(field: VendorField) -> str:
    rows = [
        (
            _verbatim(row.code) + (f" (last in {_text(row.retired)})" if row.retired else ""),
            f"`{row.reason}`" + (f", `{row.status}`" if row.status else "")
            if row.is_end
            else (f"goes on, `{row.status}`" if row.status else "goes on"),
            str(row.grade),
            _text(row.note),
        )
        for row in field.rows
    ]
    return table(("their word", "means", "grade", "note"), rows)


def _also(field: VendorField) -> str:
    pairs = ", ".join(f"{_verbatim(other)} is {_verbatim(code)}" for other, code in field.also)
    return f"Other spellings: {pairs}."


def _verbatim(word: str) -> str:
    return f"`{word}`"


def _text(text: str) -> str:
    """Text of a table, with nothing in it that Markdown would read as its own."""
    for mark in "\\<*_|[]`":
        text = text.replace(mark, f"\\{mark}")
    return text

"""Printed from the command line's own parsers, not from their `--help`.

How `argparse` lays help out differs from one Python to the next; what it lays out does not.
"""

from __future__ import annotations

import argparse
import re
from itertools import groupby

from print_tables import table

from session_lifecycle import _cli

_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
_SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_<>[]{}|#"})


def commands() -> str:
    """Print every command: how it is called, what it does, and its arguments."""
    parser = _cli.build_parser()
    sections = [_arguments(parser)]
    for name, command, says in _commands(parser):
        sections += [f"## {name}", _sentence(says), _usage(command)]
        sections += [_told(command.description), _arguments(command), _told(command.epilog)]
    return "\n\n".join(filter(None, sections))


def _commands(
    parser: argparse.ArgumentParser,
) -> list[tuple[str, argparse.ArgumentParser, str]]:
    (found,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    says = {choice.dest: choice.help or "" for choice in found._choices_actions}
    return [(name, command, says[name]) for name, command in found.choices.items()]


def _sentence(text: str) -> str:
    end = "" if text.endswith((".", "?")) else "."
    return f"{_capital(text)}{end}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _usage(parser: argparse.ArgumentParser) -> str:
    options = [a for a in _shown(parser) if a.option_strings]
    positionals = [a for a in _shown(parser) if not a.option_strings]
    parts = [parser.prog]
    parts += [_called(a) if a.required else f"[{_called(a)}]" for a in options]
    parts += [_value(a) for a in positionals]
    lines, line = [], ""
    for part in parts:
        if line and len(line) + 1 + len(part) > 88:
            lines.append(line)
            line = "   "
        line += f" {part}" if line else part
    return "\n".join(("```text", *lines, line, "```"))


def _called(action: argparse.Action) -> str:
    return f"{action.option_strings[-1]} {_value(action)}".rstrip()


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    name = action.metavar or (action.dest.upper() if action.option_strings else action.dest)
    if action.choices and not action.metavar:
        name = f"{{{','.join(map(str, action.choices))}}}"
    if isinstance(name, tuple):
        return " ".join(name)
    shapes = {"+": f"{name} [{name} ...]", "*": f"[{name} ...]", "?": f"[{name}]"}
    return shapes.get(str(action.nargs), name)


def _shown(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    hidden = argparse._HelpAction | argparse._SubParsersAction
    return [
        action
        for action in parser._actions
        if not isinstance(action, hidden) and action.help is not argparse.SUPPRESS
    ]


def _arguments(parser: argparse.ArgumentParser) -> str:
    rows = []
    for action in _shown(parser):
        names = [f"{name} {_value(action)}".rstrip() for name in action.option_strings]
        names = names or [_value(action)]
        facts = {name: str(value) for name, value in vars(action).items()}
        text = (action.help or "") % (facts | {"prog": parser.prog})
        rows.append((", ".join(f"`{name}`" for name in names), " ".join(_plain(text).split())))
    return table(("argument", "what it is"), rows) if rows else ""


def _told(text: str | None) -> str:
    """Return a help text as Markdown: its indented lines as they stand, the others as prose."""
    parts: list[str] = []
    paragraphs = (text or "").strip("\n").split("\n")
    for indented, group in groupby(paragraphs, key=lambda line: line.startswith("  ")):
        lines = list(group)
        if indented:
            parts.append("\n".join(("```text", *(line[2:] for line in lines), "```")))
        else:
            parts.append(_capital(_plain("\n".join(lines)).strip("\n")))
    return "\n\n".join(filter(None, parts))


def _plain(text: str) -> str:
    return _OPTION.sub(r"`\g<0>`", text.translate(_SPECIAL))

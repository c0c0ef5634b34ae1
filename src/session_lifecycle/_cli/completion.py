"""`session-lifecycle completion`: shell completion, printed from the parser it completes."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_HELP = """\
Prints a completion script for a shell: commands, options, and the words that options take."""

_EXAMPLES = """\
examples:
  eval "$(session-lifecycle completion bash)"     in ~/.bashrc
  eval "$(session-lifecycle completion zsh)"      in ~/.zshrc, after compinit
"""

_SCRIPT = """\
_session_lifecycle() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
    local command="" options="" at
    for ((at = 1; at < COMP_CWORD; at++)); do
        case ${{COMP_WORDS[at]}} in
            {commands}) command=${{COMP_WORDS[at]}}; break ;;
        esac
    done
    COMPREPLY=()
    case "$command $before" in
{values}
    esac
    case "$command" in
{options}
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$word"))
    elif [[ -z $command ]]; then
        COMPREPLY=($(compgen -W "{names}" -- "$word"))
    fi
}}
complete -o default -F _session_lifecycle session-lifecycle
"""

_ZSH = "autoload -U +X bashcompinit && bashcompinit\n"


def add_to(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "completion",
        help="print shell completion",
        description=_HELP,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("shell", choices=("bash", "zsh"), help="which shell")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Run the command and return its exit status."""
    print((_ZSH if arguments.shell == "zsh" else "") + _script(arguments.parser), end="")
    return 0


def _script(parser: ArgumentParser) -> str:
    commands = _commands(parser)
    names = list(commands)
    options = {"": _flags(parser)} | {name: _flags(commands[name]) for name in names}
    values = [
        f'        {pattern}) COMPREPLY=($(compgen -W {shlex.quote(" ".join(words))} -- "$word")); '
        "return ;;"
        for name, command in commands.items()
        for pattern, words in _choices(name, command)
    ]
    return _SCRIPT.format(
        commands=" | ".join(names),
        names=" ".join(names),
        values="\n".join(values),
        options="\n".join(
            f'        {shlex.quote(name)}) options="{" ".join(flags)}" ;;'
            for name, flags in options.items()
        ),
    )


def _commands(parser: ArgumentParser) -> dict[str, ArgumentParser]:
    actions = parser._actions  # pyright: ignore[reportPrivateUsage]
    (choices,) = [cast(object, action.choices) for action in actions if action.choices]
    return cast("dict[str, ArgumentParser]", choices)


def _flags(parser: ArgumentParser) -> list[str]:
    actions = parser._actions  # pyright: ignore[reportPrivateUsage]
    return [flag for action in actions for flag in action.option_strings if flag.startswith("--")]


def _choices(name: str, parser: ArgumentParser) -> Iterator[tuple[str, list[str]]]:
    """Yield what precedes a word of a list, as a shell pattern, with the list."""
    for action in parser._actions:  # pyright: ignore[reportPrivateUsage]
        if action.choices is not None:
            for before in action.option_strings or [name]:
                yield shlex.quote(f"{name} {before}"), [str(choice) for choice in action.choices]

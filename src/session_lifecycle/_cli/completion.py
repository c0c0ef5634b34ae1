"""`session-lifecycle completion`: shell completion, printed from the parser it completes."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from session_lifecycle._words import SessionEvent, SessionStatus, SessionTerminationReason

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

_HELP = """\
Prints a completion script for a shell: commands, options, and the words that options take."""

_EXAMPLES = """\
examples:
  eval "$(session-lifecycle completion bash)"     in ~/.bashrc
  eval "$(session-lifecycle completion zsh)"      in ~/.zshrc, after compinit

exit status: 0, or 2 if the call is wrong"""

# What is typed as --option=value is three words to bash (= is one of them), and one to zsh.
_SCRIPT = """\
_session_lifecycle() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
    local command="" options="" words="" prefix="" at
    for ((at = 1; at < COMP_CWORD; at++)); do
        case ${{COMP_WORDS[at]}} in
            {commands}) command=${{COMP_WORDS[at]}}; break ;;
        esac
    done
    if [[ $word == "=" ]]; then
        word=""
    elif [[ $before == "=" ]]; then
        before=${{COMP_WORDS[COMP_CWORD-2]}}
    elif [[ $word == --*=* ]]; then
        before=${{word%%=*}} prefix=${{word%%=*}}= word=${{word#*=}}
    fi
    COMPREPLY=()
    case "$command $before" in
{values}
    esac
    case "$command" in
{options}
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$word"))
    elif [[ -n $words ]]; then
        COMPREPLY=($(compgen -W "$words" -- "$word"))
    fi
}}
complete -o default -F _session_lifecycle session-lifecycle
"""

# Nothing is known of such a value, and it is no file: a session, a time.
_NO_FILES = "compopt +o default 2>/dev/null"

_ZSH = "autoload -U +X bashcompinit && bashcompinit\n"

# What a word to explain may be.
_EXPLAINED = sorted({*SessionTerminationReason, *SessionStatus, *SessionEvent})


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
    words = {"": list(commands), "explain": _EXPLAINED} | {
        name: positional for name, command in commands.items() if (positional := _words(command))
    }
    options = {"": parser} | commands
    return _SCRIPT.format(
        commands=" | ".join(commands),
        values="\n".join(
            f"        {shlex.quote(f'{name} {flag}')}) {reply}; return ;;"
            for name, command in commands.items()
            for flag, reply in _values(command)
        ),
        options="\n".join(
            f"        {shlex.quote(name)}) options={shlex.quote(' '.join(_flags(command)))} "
            f"words={shlex.quote(' '.join(words.get(name, [])))} ;;"
            for name, command in options.items()
        ),
    )


def _commands(parser: ArgumentParser) -> dict[str, ArgumentParser]:
    (choices,) = [cast(object, action.choices) for action in _actions(parser) if action.choices]
    return cast("dict[str, ArgumentParser]", choices)


def _actions(parser: ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # pyright: ignore[reportPrivateUsage]


def _flags(parser: ArgumentParser) -> list[str]:
    actions = _actions(parser)
    return [flag for action in actions for flag in action.option_strings if flag.startswith("--")]


def _words(parser: ArgumentParser) -> list[str]:
    """What a positional argument may be."""
    return [
        str(choice)
        for action in _actions(parser)
        if not action.option_strings
        for choice in action.choices or ()
    ]


def _values(parser: ArgumentParser) -> Iterator[tuple[str, str]]:
    """Yield each option that takes a value, with how to complete it."""
    for action in _actions(parser):
        for flag in action.option_strings:
            if action.choices is not None:
                words = shlex.quote(" ".join(str(choice) for choice in action.choices))
                yield flag, f'COMPREPLY=($(compgen -P "$prefix" -W {words} -- "$word"))'
            elif action.nargs != 0:
                yield flag, _NO_FILES

"""What all commands share: how bad input is refused, and how a command is added to the parser."""

import argparse
from collections.abc import Callable
from typing import NoReturn, TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


class Refused(Exception):  # noqa: N818 - what happened to the input
    """Input that a command cannot use; the message is one line."""


class Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong, and exits with 2."""

    def error(self, message: str) -> NoReturn:
        """Print the message without the usage."""
        self.exit(2, f"{self.prog}: {message} (--help says more)\n")


def add(commands: Commands, name: str, run: Callable[[argparse.Namespace], int], text: str) -> Parser:
    """Add the command ``name``, which ``run`` does; ``text`` is its help."""
    parser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    parser.set_defaults(run=run)
    return parser


def positive(text: str) -> float:
    """Read a number between 0 and 1, as a resolution is; ``ArgumentTypeError`` otherwise."""
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"δ is a number between 0 and 1, not {text!r}") from None
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(f"δ must be between 0 and 1, not {text}")
    return number

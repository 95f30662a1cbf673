"""The command line of the checks: ``python -m checks COMMAND``; ``pytest checks/`` runs them."""

import os
import sys

from .cli import diff, listing, new, plan, release, show, store
from .cli.command import Parser, Refused


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments say; return 0, what the command returns, or 2 for input that cannot be used."""
    parser = Parser(prog="python -m checks", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (listing, show, plan, new, diff, store, release):
        command.register(commands)
    chosen = parser.parse_args(arguments)
    try:
        returned: int = chosen.run(chosen)
        sys.stdout.flush()
    except Refused as refused:
        print(f"python -m checks: {' '.join(str(refused).split())}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, as in "list | head", has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return returned


if __name__ == "__main__":
    sys.exit(main())

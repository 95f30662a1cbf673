"""The report of a run made again: ``python -m checks.report verdicts.json DIR``."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from .words import SCHEMA_VERSION


class NoVerdictsError(Exception):
    """What is given is no verdicts.json of this version."""


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments say; return 0, or 2 with a line on what is wrong and what is accepted."""
    parser = argparse.ArgumentParser(prog="python -m checks.report", description=__doc__)
    parser.add_argument("verdicts", type=Path, metavar="verdicts.json", help="what pytest checks/ --report DIR wrote")
    parser.add_argument("directory", type=Path, metavar="DIR", help="where pages, tables and figures go")
    chosen = parser.parse_args(arguments)
    directory: Path = chosen.directory
    try:
        verdicts = read(chosen.verdicts)
        directory.mkdir(parents=True, exist_ok=True)
        from .write import render  # it takes a second to import, and what is wrong is said without it

        written = render(verdicts, directory)
    except NoVerdictsError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{directory}: cannot be written ({error.strerror}); name a directory", file=sys.stderr)
        return 2
    print(f"report: {', '.join(map(str, written))}")
    return 0


def read(path: Path) -> dict[str, Any]:
    """Return the verdicts; ``NoVerdictsError`` if the file is not there, not JSON or not of this version."""
    wanted = f"give a verdicts.json of schema version {SCHEMA_VERSION}, as pytest checks/ --report DIR writes"
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise NoVerdictsError(f"{path}: cannot be read ({error.strerror}); {wanted}") from None
    except ValueError as error:
        raise NoVerdictsError(f"{path}: is not JSON ({' '.join(str(error).split())}); {wanted}") from None
    if not (isinstance(found, dict) and "schema_version" in found and isinstance(found.get("claims"), list)):
        raise NoVerdictsError(f"{path}: holds no verdicts; {wanted}")
    if found["schema_version"] != SCHEMA_VERSION:
        raise NoVerdictsError(f"{path}: has schema version {found['schema_version']}; {wanted}")
    return found


if __name__ == "__main__":
    sys.exit(main())

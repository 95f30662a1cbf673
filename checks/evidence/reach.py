"""Which claims a file can change: those whose modules import it, directly or not."""

import ast
from functools import cache
from pathlib import Path

from checks.harness.registry import discover

ROOT = Path(__file__).resolve().parents[2]


def claims_that_reach(file: str) -> list[str]:
    """Return the labels of the project's claims in whose import closure a file, relative to the project, stands."""
    return [claim.label for claim in discover() if file in closure(f"{claim.__module__.replace('.', '/')}.py")]


@cache
def closure(file: str) -> frozenset[str]:
    """Return the project's files that a file imports, directly or not, and itself; read from the source."""
    found, waiting = set[str](), [file]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += imported(at)
    return frozenset(found)


@cache
def imported(file: str) -> tuple[str, ...]:
    """Return the project's files that a file imports, packages on the way to them included."""
    package = file.split("/")[:-1]
    names: list[str] = []
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names += [base, *(f"{base}.{alias.name}" for alias in node.names)]  # a name may be a module
    parts = [name.split(".") for name in names]
    candidates = ["/".join(part[:n]) for part in parts for n in range(1, len(part) + 1)]
    return tuple(
        path
        for candidate in dict.fromkeys(candidates)
        for path in (f"{candidate}.py", f"{candidate}/__init__.py")
        if (ROOT / path).is_file()
    )

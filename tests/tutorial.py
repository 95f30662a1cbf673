"""A tutorial as its reader follows it: commands are given, code is put in the place of what has the same name."""

import ast
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def blocks(page: str) -> list[tuple[str, str, bool]]:
    """Return language and text of every fenced block in order, and whether its command is said to fail."""
    found = re.findall(r"^(% the next command fails\n\n)?```(\S*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [(language, text, bool(fails)) for fails, language, text in found]


def give(command: str, directory: Path) -> tuple[int, str]:
    """Give a command in a directory, as in an activated environment; return its exit status and what it printed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    result = subprocess.run(
        command, shell=True, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    return result.returncode, result.stdout


def shows(shown: str, printed: str) -> bool:
    """Tell whether what is shown is what was printed; "…" stands for anything, on a line of its own for any lines."""
    parts = [re.escape(line.rstrip()).replace("…", ".*") for line in shown.splitlines()]
    pattern = "".join("(?:.*\n)*?" if part == ".*" else f"{part}\n" for part in parts)
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed.splitlines())) is not None


def replaced(source: str, fragment: str) -> str:
    """Return a file of one class with a fragment in the place of what has the same name; new attributes follow it."""
    lines, added = source.splitlines(), ast.parse(textwrap.dedent(fragment)).body
    if isinstance(added[0], ast.Import | ast.ImportFrom):
        found = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
        return _put(lines, found[0].lineno, found[-1].end_lineno, fragment)
    last = 0
    for node in added:
        own = ast.get_source_segment(textwrap.dedent(fragment), node)
        first, end, indent = _place(source, node, last)
        source = _put(source.splitlines(), first, end, textwrap.indent(own, indent))
        last = first + len(own.splitlines()) - 1
    return source


def _place(source: str, node: ast.stmt, last: int) -> tuple[int, int, str]:
    """Return first and last line of what a statement replaces, and its indentation; an empty range after ``last``."""
    tree = ast.parse(source)
    (claim,) = (one for one in tree.body if isinstance(one, ast.ClassDef))
    if isinstance(node, ast.Expr):  # the file's docstring
        return tree.body[0].lineno, tree.body[0].end_lineno, ""
    if isinstance(node, ast.ClassDef):  # its head and docstring
        return claim.lineno, claim.body[0].end_lineno, ""
    for one in claim.body:
        if _name(one) == _name(node):
            return one.lineno, one.end_lineno, "    "
    return last + 1, last, "    "


def _name(node: ast.stmt) -> str:
    return node.name if isinstance(node, ast.FunctionDef) else ast.unparse(getattr(node, "targets", [node])[0])


def _put(lines: list[str], first: int, last: int, text: str) -> str:
    return "\n".join([*lines[: first - 1], *text.rstrip("\n").splitlines(), *lines[last:]]) + "\n"

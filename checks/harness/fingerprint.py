"""What code a simulation runs: a digest of the parts of its claim, and of the project's modules, that it can reach."""

import ast
import hashlib
import importlib.util
import inspect
import platform
import sys
import sysconfig
import textwrap
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

_LIBRARIES = ("numpy", "scipy")
_INSTALLED = tuple(Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib", "purelib", "platlib"))


def fingerprint(claim: type[Any], method: str) -> str | None:
    """Return a digest of the code behind a block's result, None where its source cannot be read.

    It covers, docstrings and comments left out: ``method`` of the kind; ``simulation`` with every attribute of the
    class and every name of its module that is reached from there by name; whole modules that are imported, with the
    project's modules that those import; and the versions of Python, NumPy and SciPy. So a changed prediction leaves it
    as it is. What is reached by ``getattr`` or ``importlib`` is not seen.
    """
    try:
        reached = _Reached(claim)
    except (OSError, TypeError, SyntaxError):  # no source: typed at a prompt, or made by a function
        return None
    libraries = [platform.python_version(), platform.machine(), *map(version, _LIBRARIES)]
    text = "\n".join([*libraries, _code(inspect.getsource(getattr(claim, method))), *sorted(reached.code)])
    return hashlib.sha256(text.encode()).hexdigest()


class _Reached:
    """The code that is reached from a claim's simulation."""

    def __init__(self, claim: type[Any]) -> None:
        if "<locals>" in claim.__qualname__:
            raise TypeError("a class made by a function may depend on what that was called with")
        self.module = inspect.getmodule(claim)
        tree = ast.parse(Path(inspect.getfile(claim)).read_bytes())
        self.names = {name: node for node in tree.body for name in _defined(node)}
        body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == claim.__qualname__)
        self.attributes = {name: node for node in body.body for name in _defined(node)}
        self.code: set[str] = set()
        self._seen: set[ast.stmt] = set()
        for name in ("simulation", "block"):
            self._follow(self.attributes.get(name))

    def _follow(self, node: ast.stmt | None) -> None:
        if node is None or node in self._seen:
            return
        self._seen.add(node)
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in _imported(node, self.module.__package__ if self.module else None):
                self.code.update(_module_code(name))
            self.code.add(_code(node))
            return
        self.code.add(_code(node))
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                self._follow(self.names.get(part.id))
            elif isinstance(part, ast.Attribute):
                self._follow(self.attributes.get(part.attr))  # self.x, or C.x; too much does no harm


@cache
def _module_code(name: str) -> frozenset[str]:
    """Return the code of a module of the project, and of all that it imports from the project."""
    code: dict[str, str] = {}
    waiting = [name]
    while waiting:
        name = waiting.pop()
        path = _source(name)
        if name in code or path is None:
            continue
        tree = ast.parse(path.read_bytes())
        code[name] = f"{name}\n{_code(tree)}"
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        waiting += [package] if package else []
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                waiting += _imported(node, package)
    return frozenset(code.values())


def _imported(node: ast.Import | ast.ImportFrom, package: str | None) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    origin = f"{'.' * node.level}{node.module or ''}"
    origin = importlib.util.resolve_name(origin, package) if node.level else origin
    return [origin, *(f"{origin}.{alias.name}" for alias in node.names)]


def _source(name: str) -> Path | None:
    """Return the file of a module of the project; None for libraries, the harness, and what is no module."""
    if name.startswith("checks.harness") or name.partition(".")[0] in sys.stdlib_module_names:
        return None
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    path = Path(spec.origin).resolve()
    return None if any(path.is_relative_to(root) for root in _INSTALLED) else path


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    return [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]


def _code(source: ast.AST | str) -> str:
    tree = ast.parse(textwrap.dedent(source)) if isinstance(source, str) else source
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            body[0] = ast.Pass()
    return ast.dump(tree)

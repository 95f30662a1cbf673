"""What code a simulation runs: a digest of the parts of its claim, and of the project's modules, that it can reach."""

import ast
import hashlib
import importlib.util
import platform
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

from .claim import Claim

HARNESS = Path(__file__).parent
_LIBRARY = "library "
_OF_BLOCKS = ("blocks.py", "seeds.py", "intervals.py", "kinds")  # what the harness does to get a block's result
_INSTALLED = tuple(Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib", "purelib", "platlib"))

JUDGING = {
    *("label", "title", "source", "assumptions", "uses", "refutation", "derivation"),
    *("cases", "examples", "prediction", "quantities", "scale", "resolution", "sharpening", "mutants"),
    *("bias", "drift", "side", "terms", "exponents", "log_power", "correction", "outside_window", "most", "pilot"),
}
"""Attributes of a claim that judge what is simulated; they count only where the simulation refers to them."""


class Fingerprint:
    """The code behind the blocks of a claim: its ``digest``, and the ``files`` it was read from.

    Comments, docstrings and annotations of judging are left out, so a changed prediction changes nothing. It covers the
    whole class (and its bases outside the harness) but for what judges, everything at the top of their modules, but for
    other claims and for functions and constants that nothing refers to, every module of the project that is imported
    from there, the harness's own code for blocks, and the versions of Python and of every library that is imported.
    What is reached by ``importlib`` or read from a file is not seen. ``also`` names what judges and yet counts.
    """

    def __init__(self, claim: type[Any], *also: str) -> None:
        self.files: set[Path] = set()
        self._code: set[str] = {platform.python_version(), platform.machine(), version("numpy")}
        for base in claim.__mro__:
            if base.__module__.startswith("checks.harness.") or base.__module__ in sys.stdlib_module_names | {
                "builtins"
            }:
                continue
            self._class(base, JUDGING.difference(also))
        for name in _OF_BLOCKS:
            path = HARNESS / name
            for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
                self._code.add(f"{file.name}\n{_parsed(file, file.stat().st_mtime_ns, '')[0]}")
        for top in [code.removeprefix(_LIBRARY) for code in self._code if code.startswith(_LIBRARY)]:
            self._code.add(" ".join((top, *map(version, _distributions().get(top, [])))))
        self.digest = hashlib.sha256("\n".join(sorted(self._code)).encode()).hexdigest()

    def _class(self, base: type[Any], judging: set[str]) -> None:
        if "<locals>" in base.__qualname__:
            raise ValueError("a class made by a function may depend on what that was called with")
        module = sys.modules[base.__module__]
        path = Path(str(module.__file__)).resolve()
        self.files.add(path)
        reached = _Reached(ast.parse(path.read_bytes()), base, vars(module), judging)
        self._code |= {_code(node) for node in reached.nodes}
        for name in reached.imports(module.__package__ or ""):
            for file, code in _module(name, base.__module__.partition(".")[0]).items():
                self._code.add(code)
                self.files |= {file} if file.suffix == ".py" else set()


class _Reached:
    """The statements of a module, and of one of its classes, that its simulation can reach."""

    def __init__(self, tree: ast.Module, base: type[Any], names: dict[str, Any], judging: set[str]) -> None:
        self.nodes: set[ast.AST] = set()
        self._by_name: dict[str, list[ast.stmt]] = {}
        self._of_class: dict[str, list[ast.stmt]] = {}
        always: list[ast.stmt] = []
        for node in tree.body:
            bound = _bound(node)
            if isinstance(node, ast.ClassDef) and node.name == base.__name__:
                always += [*node.bases, *node.decorator_list]  # type: ignore[list-item]
                for part in node.body:
                    own = _bound(part)
                    for name in own:
                        self._of_class.setdefault(name, []).append(part)
                    always += [] if own and judging.issuperset(own) else [part]
                continue
            for name in bound:
                self._by_name.setdefault(name, []).append(node)
            if isinstance(node, ast.ClassDef) and _is_claim(names.get(node.name)):
                continue
            if not bound or "*" in bound or getattr(node, "decorator_list", None):
                always.append(node)
        for node in always:
            self._follow(node)

    def _follow(self, node: ast.AST) -> None:
        if node in self.nodes:
            return
        self.nodes.add(node)
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                found = self._by_name.get(part.id, [])
            elif isinstance(part, ast.Attribute):  # self.x, or C.x; too much does no harm
                found = self._of_class.get(part.attr, [])
            else:
                continue
            for other in found:
                self._follow(other)

    def imports(self, package: str) -> Iterator[str]:
        """Yield the modules that the statements import."""
        for node in self.nodes:
            yield from _imports(node, package)


def _module(name: str, own: str) -> dict[Path, str]:
    """Return the code of a module of the project, and of all that it imports, by file; of libraries the name."""
    code: dict[Path, str] = {}
    waiting, seen = [name], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or name.startswith("checks.harness"):
            continue
        waiting += [name.rpartition(".")[0]] if "." in name else []
        path = _source(name, top in (own, "numerics"), tuple(sys.path))
        if path is None:
            code[Path(top)] = f"{_LIBRARY}{top}"
            continue
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        text, imported = _parsed(path, path.stat().st_mtime_ns, package)
        code[path] = f"{name}\n{text}"
        waiting += imported
    return code


@cache
def _parsed(path: Path, changed: int, package: str) -> tuple[str, tuple[str, ...]]:
    """Return the code of a file as it was last changed, and what it imports."""
    tree = ast.parse(path.read_bytes())
    return _code(tree), tuple(_imports(tree, package or "checks.harness.kinds"))


@cache
def _distributions() -> dict[str, list[str]]:
    return {top: sorted(set(names)) for top, names in packages_distributions().items()}


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = f"{'.' * node.level}{node.module or ''}"
            origin = importlib.util.resolve_name(origin, package) if node.level else origin
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names if alias.name != "*")


@cache
def _source(name: str, own: bool, searched: tuple[str, ...]) -> Path | None:
    """Return the file of a module of the project; None for libraries, and for what is no module."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    path = Path(spec.origin).resolve()
    return None if not own and any(path.is_relative_to(root) for root in _INSTALLED) else path


def _bound(node: ast.stmt) -> list[str]:
    """Return the names that a simple statement binds; none for a compound one, which always counts."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [node.target.id] if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else []


def _is_claim(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, Claim) and bool(getattr(thing, "label", ""))


def _code(tree: ast.AST) -> str:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            body[0] = ast.Pass()  # type: ignore[index]
    return ast.dump(tree)

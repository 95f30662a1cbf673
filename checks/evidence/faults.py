"""Small faults for source code: one numeric literal or one operator changed, never a comment, text or annotation."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

OPERATORS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Pow: ("**", "*"),
    ast.MatMult: ("@", "*"),
    ast.Mod: ("%", "*"),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
}
_COMMENT = re.compile(rb"#[^\n]*")


@dataclass(frozen=True)
class Fault:
    """A change of the bytes from ``start`` to ``stop`` of a file, at a line that runs in a statement's ``lines``."""

    line: int
    lines: tuple[int, ...]
    start: int
    stop: int
    sound: str
    faulty: str

    def plant(self, source: bytes) -> bytes:
        """Return the source with the fault."""
        return source[: self.start] + self.faulty.encode() + source[self.stop :]


def faults(source: bytes) -> list[Fault]:
    """Return every single-literal and single-operator fault of a module, in the order of the file.

    A literal n becomes n + 1, a float twice itself (0.0 becomes 1.0); an operator its opposite (``+`` and ``-``, ``*``
    and ``/``, ``<`` and ``<=``, ``**`` becomes ``*``).
    Worked value: ``x = 2 * y  # 3`` has two, ``x = 3 * y`` and ``x = 2 / y``.
    """
    offsets = [0]
    for text in source.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(text))

    def begin(node: ast.expr) -> int:
        return offsets[node.lineno - 1] + node.col_offset

    def end(node: ast.expr) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return offsets[node.end_lineno - 1] + node.end_col_offset

    def between(left: ast.expr, right: ast.expr, operator: ast.AST) -> tuple[int, int, str, str]:
        sound, faulty = OPERATORS[type(operator)]
        gap = _COMMENT.sub(lambda found: b" " * len(found.group()), source[end(left) : begin(right)])
        start = end(left) + gap.index(sound.encode())
        return start, start + len(sound), sound, faulty

    found = []
    for node, lines in _nodes(ast.parse(source), ()):
        spans = []
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            whole = isinstance(node.value, int) or node.value == 0
            value = node.value + 1 if whole else 2 * node.value  # type: ignore[operator]
            spans.append((begin(node), end(node), source[begin(node) : end(node)].decode(), repr(value)))
        elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            spans.append(between(node.left, node.right, node.op))
        elif isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
            spans.append(between(node.target, node.value, node.op))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            spans.append((begin(node), begin(node) + 1, "-", "+"))
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for left, right, operator in zip(sides, sides[1:], node.ops, strict=False):
                if type(operator) in OPERATORS:
                    spans.append(between(left, right, operator))
        for start, stop, sound, faulty in spans:
            found.append(Fault(source.count(b"\n", 0, start) + 1, lines, start, stop, sound, faulty))
    return sorted(found, key=lambda fault: fault.start)


def _nodes(node: ast.AST, lines: tuple[int, ...]) -> Iterator[tuple[ast.AST, tuple[int, ...]]]:
    """Yield the nodes below, annotations left out, with the lines on which their innermost statement can run."""
    for name, field in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for child in field if isinstance(field, list) else [field]:
            if not isinstance(child, ast.AST):
                continue
            own = lines
            if isinstance(child, ast.stmt | ast.expr):
                own = (child.lineno,) if isinstance(child, ast.stmt) else (*lines, child.lineno)
            yield child, own
            yield from _nodes(child, own)

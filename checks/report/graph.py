"""The graph of which claim uses which, in layers: what is used stands left of what uses it; and its SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .words import Values

_HEIGHT, _BETWEEN, _DOWN, _MARGIN = 24, 64, 36, 8  # pixels
_LETTER, _BESIDE = 7, 34  # the width of a letter of 12 pixels, and of the mark and the space around
_SWEEPS = 8


@dataclass(frozen=True)
class Node:
    """A claim in the drawing, with the corner of its box in pixels."""

    label: str
    x: int
    y: int
    width: int
    height: int = _HEIGHT


@dataclass(frozen=True)
class Drawing:
    """Boxes, and the curves from what is used to what uses it."""

    nodes: tuple[Node, ...]
    curves: tuple[str, ...]
    width: int
    height: int


def drawing(claims: Sequence[Values]) -> Drawing:
    """Lay out the claims that use others or are used; claims used without a row of their own are drawn too."""
    uses = {claim["label"]: list(claim["uses"]) for claim in claims}
    edges = [(used, label) for label, all_used in uses.items() for used in all_used]
    joined = dict.fromkeys(label for edge in edges for label in edge)
    layers = _ordered(_layers(list(joined), uses), edges)
    rows = max(map(len, layers), default=0)
    wide = _LETTER * max(map(len, joined), default=0) + _BESIDE
    across = wide + _BETWEEN
    nodes = {
        label: Node(label, _MARGIN + across * column, _MARGIN + _DOWN * row + _DOWN * (rows - len(layer)) // 2, wide)
        for column, layer in enumerate(layers)
        for row, label in enumerate(layer)
    }
    curves = tuple(_curve(nodes[used], nodes[label]) for used, label in edges)
    width = 2 * _MARGIN + across * (len(layers) - 1) + wide if layers else 0
    return Drawing(tuple(nodes.values()), curves, width, 2 * _MARGIN + _DOWN * rows)


def _layers(labels: Sequence[str], uses: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Put each label one layer behind the last of those that it uses; claims cannot use each other in a circle."""
    depth: dict[str, int] = {}

    def visit(label: str) -> int:
        if label not in depth:
            depth[label] = 0  # of a circle, which the court refuses
            depth[label] = max((visit(used) + 1 for used in uses.get(label, ())), default=0)
        return depth[label]

    for label in labels:
        visit(label)
    return [[label for label in labels if depth[label] == k] for k in range(max(depth.values(), default=-1) + 1)]


def _ordered(layers: list[list[str]], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Order each layer by the mean height of its neighbours, back and forth: few curves cross then."""
    neighbours: dict[str, list[str]] = {}
    for used, label in edges:
        neighbours.setdefault(used, []).append(label)
        neighbours.setdefault(label, []).append(used)
    height = {label: row - len(layer) / 2 for layer in layers for row, label in enumerate(layer)}
    for sweep in range(_SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            mean = {one: sum(height[k] for k in neighbours[one]) / len(neighbours[one]) for one in layer}
            layer.sort(key=lambda one: mean[one])
            height |= {label: row - len(layer) / 2 for row, label in enumerate(layer)}
    return layers


def _curve(start: Node, end: Node) -> str:
    x, y = start.x + start.width, start.y + start.height // 2
    to_x, to_y = end.x, end.y + end.height // 2
    bend = max(24, (to_x - x) // 2)
    return f"M{x},{y} C{x + bend},{y} {to_x - bend},{to_y} {to_x},{to_y}"

"""The scales of a figure's axes: logarithmic where the numbers span decades, and of both signs where they need it."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from .digits import short
from .plots import DISTRIBUTION, IN_ORDER, Panel, points_of, spans_decades

_NOISE = 1e-6
"""Below this fraction of the largest prediction a number is as good as 0: a logarithm of it would say nothing."""


def scale_panel(axes: Axes, panel: Panel) -> None:
    """Scale the upper panel; where theory is the diagonal both axes are alike."""
    points = points_of(panel)
    if panel.line == "diagonal":
        theory = [p.theory for p in points]
        name = _name(theory)
        limits = _limits([*theory, *(p.y for p in points), *(v for p in points for v in (p.low, p.high))], name)
        for axis in ("x", "y"):
            getattr(axes, f"set_{axis}scale")(name, **_threshold(theory, name))
            getattr(axes, f"set_{axis}lim")(*limits)
        _tick(axes, "xy", _threshold(theory, name), *limits)
        return
    x = [p.x for p in points]
    y = [v for p in points for v in (p.y, p.theory)]
    far = spans_decades(x) and panel.abscissa != IN_ORDER
    axes.set_xscale("log" if min(x) > 0 and (far or panel.abscissa == "size") else "linear")
    several = spans_decades(y) and panel.ordinate != DISTRIBUTION
    name = "log" if min(y) > 0 and (several or panel.ordinate == "error") else "linear"
    axes.set_yscale(name)
    axes.set_xlim(*_limits(x, axes.get_xscale()))
    ends = [v for p in points for v in (p.low, p.high, p.theory - p.allowance, p.theory + p.allowance)]
    axes.set_ylim(*_limits([*y, *ends], name))
    if panel.abscissa == "size":
        _tick_sizes(axes, sorted(set(x)))


def scale_like(axes: Axes, upper: Axes, panel: Panel) -> None:
    """Give the lower panel the abscissa of the upper one."""
    threshold = _threshold([p.theory for p in points_of(panel)], upper.get_xscale())
    axes.set_xscale(upper.get_xscale(), **threshold)
    axes.set_xlim(upper.get_xlim())
    _tick(axes, "x", threshold, *upper.get_xlim())


def scale_difference(axes: Axes, panel: Panel) -> None:
    """Scale the lower panel, where the band is to be seen as well as the points, and write down the largest."""
    points = points_of(panel)
    reach = max(point.allowance for point in points)
    low, high = min(p.y for p in points), max(p.y for p in points)
    far = max(abs(low), abs(high))
    if far > 10 * reach:
        threshold = 10.0 ** math.floor(math.log10(reach or 1e-16))
        axes.set_yscale("symlog", linthresh=threshold)
        axes.set_ylim(min(5 * low, -2 * threshold), max(5 * high, 2 * threshold))
        _tick(axes, "y", {"linthresh": threshold}, low, high)
    else:
        axes.set_ylim(min(1.15 * low, -1.35 * reach), max(1.15 * high, 1.35 * reach))
    note = f"nearest: {short(low + 0.0)}" if panel.side else f"largest: {short(far)}"
    axes.text(1, 1.02, note, transform=axes.transAxes, ha="right", va="bottom", fontsize=8)


def _tick_sizes(axes: Axes, sizes: Sequence[float]) -> None:
    """Write the sizes themselves, each other one of many."""
    shown = sizes[:: math.ceil(len(sizes) / 8)]
    axes.set_xticks(shown, [f"{size:g}" for size in shown])
    axes.set_xticks([], minor=True)


def _tick(axes: Axes, directions: str, threshold: dict[str, float], low: float, high: float) -> None:
    """Mark 0 and powers of ten on a scale of both signs, none of them so near to 0 that their words touch."""
    for direction in directions if threshold else "":
        getattr(axes, f"set_{direction}ticks")(_ticks(threshold["linthresh"], low, high))
        getattr(axes, f"set_{direction}ticks")([], minor=True)


def _ticks(threshold: float, low: float, high: float) -> list[float]:
    """Return 0 and about four powers of ten on each side that has points."""
    first = round(math.log10(threshold))
    ticks = [0.0]
    for sign, end in ((1, high), (-1, -low)):
        last = math.floor(math.log10(end)) if end > threshold else first
        step = max(1, math.ceil((last - first) / 4))
        ticks += [sign * 10.0**power for power in range(last, first - 1, -step)]
    return sorted(ticks)


def _name(values: Sequence[float]) -> str:
    if not spans_decades(values):
        return "linear"
    return "log" if min(values) > _NOISE * max(values) else "symlog"


def _threshold(values: Sequence[float], name: str) -> dict[str, float]:
    """Return where a scale of both signs is linear: four decades below the largest, or at the smallest."""
    if name != "symlog":
        return {}
    sizes = [abs(value) for value in values if value]
    return {"linthresh": 10.0 ** math.floor(math.log10(max(min(sizes), 1e-4 * max(sizes))))}


def _limits(values: Sequence[float], name: str) -> tuple[float, float]:
    if name == "log":
        positive = [value for value in values if value > 0]
        low, high = min(positive), max(positive)
        room = max(1.1, (high / low) ** 0.04)
        return low / room, high * room
    low, high = min(values), max(values)
    if name == "symlog":
        edge = max(abs(low), abs(high))
        return min(3 * low, -1e-4 * edge), max(3 * high, 1e-4 * edge)
    room = 0.05 * (high - low) or abs(high) / 10 or 1.0
    return low - room, high + room

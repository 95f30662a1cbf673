"""Figures: theory as a line, simulation as points with intervals, and their difference below; as SVG and PDF."""

import io
import itertools
import math
import os
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from .plots import Panel, Plot, Series, points_of
from .scales import scale_difference, scale_like, scale_panel

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's, which colour-blind readers can tell apart; the markers differ too."""

MARKERS = "os^DvPX<>*"
MANY = 250
"""Points from which they are drawn as an image within the figure: as single marks they would be megabytes."""

_GREY, _BAND = "#555555", "#BBBBBB"
_WORTH_A_PROCESS = 6
"""Figures that take as long as a process needs to start."""

_WIDTH, _UPPER, _LOWER, _LEGEND_LINE = 7.0, 3.1, 1.5, 0.18  # inches
_LEFT, _RIGHT, _BELOW, _GAP, _TOP = 1.05, 0.2, 0.5, 0.25, 0.2
_STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "axes.unicode_minus": True,
    "axes.formatter.limits": (-3, 4),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "verdicts",
}


def draw(plotted: Plot) -> dict[str, bytes]:
    """Return the figure as "svg" and "pdf", the same bytes whenever the numbers are the same."""
    with _style():
        figure = _figure(plotted)
        svg, pdf = io.BytesIO(), io.BytesIO()
        # The resolution is that of points drawn as an image. Without metadata there is no date.
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        FigureCanvasSVG(figure).print_figure(svg, format="svg", dpi=110, metadata=nothing)
        nothing = dict.fromkeys(("Creator", "Producer", "CreationDate"))
        FigureCanvasPdf(figure).print_figure(pdf, format="pdf", dpi=200, metadata=nothing)
    return {"svg": svg.getvalue(), "pdf": pdf.getvalue()}


def draw_all(plots: Sequence[Plot]) -> list[dict[str, bytes]]:
    """Return the figures of many plots, drawn by as many processes as there are processors if that pays."""
    workers = min(os.cpu_count() or 1, len(plots) // _WORTH_A_PROCESS)
    if workers > 1:
        try:
            with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                return list(pool.map(draw, plots, chunksize=4))
        except BrokenExecutor:  # a worker was killed, for want of memory say: it can still be done one by one
            pass
    return [draw(plotted) for plotted in plots]


@contextmanager
def _style() -> Iterator[None]:
    """Draw by our own settings, whatever the user's are; a character without a glyph is a box, not an error."""
    with style.context(["default", _STYLE]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


def _figure(plotted: Plot) -> Figure:
    entries = _legend(plotted.upper)
    columns = _columns(entries)
    lines = math.ceil(len(entries) / columns)
    between = _GAP if plotted.shared else _GAP + _BELOW
    below = _BELOW + 0.1 + _LEGEND_LINE * lines
    height = below + _LOWER + between + _UPPER + _TOP
    figure = Figure(figsize=(_WIDTH, height))
    width = (_WIDTH - _LEFT - _RIGHT) / _WIDTH
    lower = figure.add_axes((_LEFT / _WIDTH, below / height, width, _LOWER / height))
    bottom = (below + _LOWER + between) / height
    upper = figure.add_axes((_LEFT / _WIDTH, bottom, width, _UPPER / height))
    scale_panel(upper, plotted.upper)
    _draw(upper, plotted.upper)
    _draw(lower, plotted.lower)
    scale_difference(lower, plotted.lower)
    if plotted.shared:
        scale_like(lower, upper, plotted.upper)
        upper.tick_params(labelbottom=False)
    else:
        upper.set_xlabel(_text(plotted.upper.abscissa))
        lower.set_xticks(sorted({point.x for point in points_of(plotted.lower)}))
        lower.margins(x=0.2)
    lower.set_xlabel(_text(plotted.lower.abscissa))
    upper.set_ylabel(_text(plotted.upper.ordinate))
    lower.set_ylabel(_text(plotted.lower.ordinate).replace(")/", ")\n/"))
    for axes in (upper, lower):
        axes.yaxis.set_label_coords(-0.75 / (_WIDTH - _LEFT - _RIGHT), 0.5)
    figure.legend(handles=entries, loc="lower center", ncols=columns, frameon=False, fontsize=8)
    return figure


def _draw(axes: Axes, panel: Panel) -> None:
    if panel.line == "diagonal":
        low, high = axes.get_xlim()
        axes.plot([low, high], [low, high], color=_GREY, lw=1.2, zorder=1)
        _exclude(axes, [low, high], [low, high], panel.side)
    if panel.line == "band":
        reach = max(point.allowance for point in points_of(panel))
        axes.axhspan(-reach, reach, color=_BAND, alpha=0.4, lw=0, zorder=0)
        axes.axhline(0, color=_GREY, lw=1.2, zorder=1)
    for number, series in enumerate(panel.series):
        colour, _ = _look(number)
        if panel.line == "joined":
            _theory(axes, series, colour, panel.side)
        _marks(axes, series, number, many=len(points_of(panel)) > MANY, ends=panel.line != "band")


def _theory(axes: Axes, series: Series, colour: str, side: str) -> None:
    """Draw the prediction as a line, and its allowance as a band."""
    x, theory = [p.x for p in series.points], [p.theory for p in series.points]
    axes.plot(x, theory, color=colour, lw=1.2, zorder=1)
    if any(p.allowance for p in series.points):
        low, high = [p.theory - p.allowance for p in series.points], [p.theory + p.allowance for p in series.points]
        axes.fill_between(x, low, high, color=colour, alpha=0.2, lw=0, zorder=0)
    _exclude(axes, x, theory, side)


def _marks(axes: Axes, series: Series, number: int, *, many: bool, ends: bool) -> None:
    """Draw the simulated numbers, those that refute filled."""
    colour, marker = _look(number)
    if ends:
        places = [p.x for p in series.points]
        low, high = [p.low for p in series.points], [p.high for p in series.points]
        ends_of = [((x, a), (x, b)) for x, a, b in zip(places, low, high, strict=True)]
        axes.add_collection(LineCollection(ends_of, colors=colour, lw=1, zorder=2, rasterized=many), autolim=False)
    for fill, kept in (("none", False), (colour, True)):
        shown = [point for point in series.points if (point.verdict == "refuted") is kept]
        x, y = [p.x for p in shown], [p.y for p in shown]
        size = 3 if many else 5
        axes.plot(x, y, marker, ms=size, mfc=fill, mec=colour, mew=1, ls="", zorder=3, clip_on=many, rasterized=many)


def _exclude(axes: Axes, x: list[float], bound: list[float], side: str) -> None:
    """Hatch where no simulated number may be."""
    if side:
        low, high = axes.get_ylim()
        end = high if side == "upper" else low
        axes.fill_between(x, bound, end, facecolor="none", edgecolor="#999999", hatch="///", lw=0, zorder=0)
        axes.set_ylim(low, high)


def _legend(panel: Panel) -> list[Any]:
    several, joined = len(panel.series) > 1, panel.line == "joined"
    handles: list[Any] = []
    for number, series in enumerate(panel.series):
        colour, marker = _look(number)
        name = series.name if several else f"simulation with interval{f': {series.name}' if series.name else ''}"
        line = "-" if joined and several else ""
        handles.append(
            Line2D([], [], color=colour, marker=marker, mfc="none", ms=5, ls=line, lw=1.2, label=_text(name))
        )
    if joined:
        colour = _GREY if several else COLOURS[0]
        handles.append(Line2D([], [], color=colour, lw=1.2, label="theory"))
        if several:
            handles.append(_mark("none", "simulation with interval"))
    if panel.line == "diagonal":
        handles.append(Line2D([], [], color=_GREY, lw=1.2, label="simulation = theory"))
    if any(point.verdict == "refuted" for point in points_of(panel)):
        handles.append(_mark(_GREY, "refuted (filled)"))
    if panel.side:
        label = f"excluded by the {panel.side} bound"
        handles.append(Patch(facecolor="none", edgecolor="#999999", hatch="///", lw=0, label=label))
    label = "as near to the bound as D" if panel.side else "within ±D, what would be detected"
    handles.append(Patch(facecolor=_BAND, alpha=0.4, lw=0, label=label))
    return handles


def _mark(fill: str, label: str) -> Line2D:
    return Line2D([], [], color=_GREY, marker="o", mfc=fill, ms=5, ls="", label=label)


def _columns(entries: list[Any]) -> int:
    """Return how many columns of the legend fit; a character takes about 0.066 inches."""
    widths = [0.066 * len(str(entry.get_label())) + 0.6 for entry in entries]
    for columns in range(len(entries), 1, -1):
        rows, longer = divmod(len(entries), columns)
        ends = [k * rows + min(k, longer) for k in range(columns + 1)]
        if sum(max(widths[a:b]) for a, b in itertools.pairwise(ends)) <= _WIDTH - 0.2:
            return columns
    return 1


def _look(number: int) -> tuple[str, str]:
    return COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]


def _text(text: str, most: int = 80) -> str:
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    return cut.replace("$", r"\$")

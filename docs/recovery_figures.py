"""The headline experiment of signal recovery: theory as lines and contours; simulated runs, kept as CSV, as points.

``python docs/recovery_figures.py`` simulates them again (ten minutes); building the docs only draws.
"""

import csv
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from functools import cache
from itertools import product
from math import isnan, nan
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from numerics.ascent import Tokens, step_sizes
from numerics.recovery_runs import final_alignments, uniform_alignments
from numerics.reduced_ascent import ascend
from theory.subspace_recovery import headline
from theory.subspace_recovery.objective import Model

DOCS = Path(__file__).parent
DATA, MAP, PATHS = (DOCS / f"data/recovery{name}.csv" for name in ("", "-map", "-paths"))
BETA, RUNS = 1.0, 30
SCHEDULE = headline.Schedule(scale=1.0, exponent=0.7, offset=100.0)

# The headline: M = 1000, and as many steps as the theory asks for to reach LEVEL, but between LEAST and MOST.
INFORMATIVE, NUISANCE = 1000, (100, 1000, 10_000)
STRENGTHS, DIMENSIONS = (0.25, 0.5, 1.0, 2.0), (50, 200, 1000)
LEVEL, LEAST, MOST = 0.9965, 100, 3000
COLUMNS = ("M", "K", "theta", "d", "steps", "predicted", "predicted_spread", "mean", "spread")

# The map, at one number of steps, and runs step by step.
MAP_INFORMATIVE, MAP_DIMENSION, MAP_STEPS, MAP_RUNS = 250, 20, 1000, 12
MAP_NUISANCE = (125, 250, 500, 1000, 2000, 4000)
MAP_STRENGTHS = (0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5)
PATH, PATH_RUNS, EVERY = (1000, 1000, 0.5, 50, 1000), 10, 10


@cache
def predicted(informative: int, nuisance: int, strength: float, dimension: int, steps: int) -> tuple[float, float]:
    """Return the theory's final alignment of a cell, mean and spread; not a number where it makes no prediction."""
    total = informative + nuisance
    model = Model.of(BETA, strength, Fraction(informative, total), Fraction(dimension, total))
    try:
        found = headline.final_alignment(model, dimension, total, SCHEDULE, steps)
    except ValueError:  # too much noise for its formula
        return nan, nan
    return float(found.mean.mid()), found.spread


@cache
def steps_of(nuisance: int, strength: float, dimension: int) -> int:
    """Return the steps of a cell: the least multiple of 50 that reaches the level in theory, within the bounds."""
    low, high = LEAST // 50, MOST // 50
    while low < high:
        middle = (low + high) // 2
        enough = predicted(INFORMATIVE, nuisance, strength, dimension, 50 * middle)[0] >= LEVEL
        low, high = (low, middle) if enough else (middle + 1, high)
    return 50 * low


def sizes(steps: int) -> np.ndarray:
    """Return the steps of the schedule."""
    return step_sizes(SCHEDULE.scale, SCHEDULE.exponent, steps, SCHEDULE.offset)


def simulated(
    informative: int, nuisance: int, strength: float, dimension: int, steps: int, runs: int = RUNS
) -> list[float]:
    """Return a row of the data."""
    rng = np.random.default_rng([informative, nuisance, round(100 * strength), dimension])
    tokens = Tokens(informative, nuisance, dimension, strength, BETA)
    found = final_alignments(rng, runs, tokens, sizes(steps))
    theory = predicted(informative, nuisance, strength, dimension, steps)
    return [informative, nuisance, strength, dimension, steps, *theory, float(found.mean()), float(found.std(ddof=1))]


def _of_map(nuisance: int, strength: float) -> list[float]:
    return simulated(MAP_INFORMATIVE, nuisance, strength, MAP_DIMENSION, MAP_STEPS, MAP_RUNS)


def paths() -> list[list[float]]:
    """Return rows of the step, the predicted mean of |m| and |m| of some runs."""
    informative, nuisance, strength, dimension, steps = PATH
    rng = np.random.default_rng(5)
    tokens = Tokens(informative, nuisance, dimension, strength, BETA)
    m, rows = uniform_alignments(rng, PATH_RUNS, dimension), []
    for begin in range(0, steps, EVERY):
        m = ascend(rng, m, tokens, sizes(steps)[begin : begin + EVERY])
        rows.append([begin + EVERY, predicted(*PATH[:4], begin + EVERY)[0], *np.abs(m)])
    return rows


def simulate() -> None:
    """Write the data, cells side by side."""
    cells = [(INFORMATIVE, *cell, steps_of(*cell)) for cell in product(NUISANCE, STRENGTHS, DIMENSIONS)]
    cells.sort(key=lambda cell: -cell[1] * cell[-1])
    with ProcessPoolExecutor() as pool:
        _write(DATA, COLUMNS, sorted(pool.map(simulated, *zip(*cells, strict=True))))
        _write(MAP, COLUMNS, pool.map(_of_map, *zip(*product(MAP_NUISANCE, MAP_STRENGTHS), strict=True)))
    _write(PATHS, ("step", "predicted", *(f"run{i}" for i in range(1, PATH_RUNS + 1))), paths())


def _write(path: Path, columns, rows) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([f"{number:.4g}" for number in row] for row in rows)


def data(path: Path = DATA) -> list[dict[str, float]]:
    """Return the rows of the data."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def draw(directory: Path) -> list[Path]:
    """Write the figures as SVG and the table of the headline as Markdown; return the paths of the figures."""
    directory.mkdir(exist_ok=True)
    (directory / "recovery-table.md").write_text(table(), encoding="utf-8")
    figures = {"recovery-paths": _paths, "recovery-map": _map}
    found = []
    for name, drawn in figures.items():
        figure = Figure(figsize=(4.8, 3.4), layout="constrained")
        drawn(figure, figure.add_subplot())
        found.append(directory / f"{name}.svg")
        FigureCanvasSVG(figure).print_figure(found[-1], format="svg", metadata={"Date": None, "Creator": None})
    return found


def table() -> str:
    """Return the headline as Markdown: steps, simulated mean ± spread of |m|, and the predicted mean below."""
    rows = {(row["K"], row["theta"], row["d"]): row for row in data()}
    lines = [f"| K | θ | {' | '.join(f'd = {d}' for d in DIMENSIONS)} |", "| --- | --- | --- | --- | --- |"]
    for nuisance, strength in product(NUISANCE, STRENGTHS):
        cells = [rows[nuisance, strength, dimension] for dimension in DIMENSIONS]
        lines.append(f"| {nuisance} | {strength:g} | {' | '.join(map(_cell, cells))} |")
    return "\n".join(lines) + "\n"


def _cell(row: dict[str, float]) -> str:
    theory = "none" if isnan(row["predicted"]) else f"{row['predicted']:.4f}"
    return f"{row['mean']:.4f} ± {row['spread']:.4f}<br>predicted {theory}<br>{row['steps']:.0f} steps"


def _paths(_: Figure, axes: Axes) -> None:
    rows = data(PATHS)
    steps = [row["step"] for row in rows]
    for i in range(1, PATH_RUNS + 1):
        axes.plot(steps, [row[f"run{i}"] for row in rows], color="#0072B2", linewidth=0.7, alpha=0.7)
    for i in (1, 2, 3):  # the flow from where three of the runs are at the first point
        axes.plot(steps, _flowed(rows[0][f"run{i}"], steps), "--", color="#D55E00", linewidth=1.2)
    axes.plot(steps, [row["predicted"] for row in rows], color="black", linewidth=1.8, label="predicted mean")
    axes.plot([], [], "--", color="#D55E00", linewidth=1.2, label="limiting flow from three starts")
    axes.plot([], [], color="#0072B2", linewidth=0.7, label=f"{PATH_RUNS} runs")
    axes.set(xlabel="step", ylabel="alignment |m|", ylim=(0, 1))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8, frameon=False, loc="lower right")


def _flowed(start: float, steps: list[float]) -> list[float]:
    informative, nuisance, strength, dimension, _ = PATH
    total = informative + nuisance
    model = Model.of(BETA, strength, Fraction(informative, total), Fraction(dimension, total))
    times = np.cumsum(sizes(int(steps[-1])))
    return [headline.along_flow(model, start, times[int(step) - 1] - times[int(steps[0]) - 1]) for step in steps]


def _map(figure: Figure, axes: Axes) -> None:
    rows = {(row["K"], row["theta"]): row for row in data(MAP)}

    def table(column: str) -> np.ndarray:
        return np.array([[rows[nuisance, strength][column] for strength in MAP_STRENGTHS] for nuisance in MAP_NUISANCE])

    places = np.arange(len(MAP_STRENGTHS)), np.arange(len(MAP_NUISANCE))
    shades: QuadMesh = axes.pcolormesh(*places, table("mean"), cmap="Blues", vmin=0, vmax=1, shading="nearest")
    lines = axes.contour(*places, table("predicted"), levels=[0.5, 0.9, 0.99], colors="#D55E00", linewidths=1.4)
    axes.clabel(lines, fontsize=8, fmt="%g")
    axes.set_xticks(places[0], [f"{strength:g}" for strength in MAP_STRENGTHS])
    axes.set_yticks(places[1], [str(nuisance) for nuisance in MAP_NUISANCE])
    axes.set(xlabel="strength θ", ylabel="nuisance tokens K")
    figure.colorbar(shades, ax=axes, label="final alignment")


if __name__ == "__main__":
    simulate()

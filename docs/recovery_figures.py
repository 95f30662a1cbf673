"""The headline experiment of signal recovery: theory as lines and contours, simulated runs, kept in a CSV, as points.

``python docs/recovery_figures.py`` simulates them again (some minutes); building the docs only draws.
"""

import csv
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from functools import cache
from itertools import product
from math import nan
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from numerics.ascent import Tokens, step_sizes
from numerics.recovery_runs import final_alignments
from theory.subspace_recovery import headline
from theory.subspace_recovery.objective import Model

DOCS = Path(__file__).parent
DATA = DOCS / "data/recovery.csv"
INFORMATIVE, BETA, RUNS = 1000, 1.0, 30
NUISANCE, STRENGTHS, DIMENSIONS = (100, 1000, 10_000), (0.25, 0.5, 1.0, 2.0), (50, 200, 1000)
SCALE, EXPONENT, OFFSET = 1.0, 0.7, 100.0
LEVEL, LEAST, MOST = 0.9965, 100, 3000
"""A run has the steps that the theory asks for to reach ``LEVEL``, but between ``LEAST`` and ``MOST``."""
COLUMNS = ("K", "theta", "d", "steps", "predicted", "predicted_spread", "mean", "spread")
COLOURS, MARKERS = ("#E69F00", "#D55E00", "#0072B2"), ("s", "^", "o")


@cache
def predicted(nuisance: int, strength: float, dimension: int, steps: int) -> tuple[float, float]:
    """Return the theory's final alignment of a cell, mean and spread; not a number where it makes no prediction."""
    total = INFORMATIVE + nuisance
    model = Model.of(BETA, strength, Fraction(INFORMATIVE, total), Fraction(dimension, total))
    schedule = headline.Schedule(SCALE, EXPONENT, OFFSET)
    try:
        found = headline.final_alignment(model, dimension, total, schedule, steps)
    except ValueError:  # too much noise for its formula
        return nan, nan
    return float(found.mean.mid()), found.spread


@cache
def steps_of(nuisance: int, strength: float, dimension: int) -> int:
    """Return the steps of a cell: the least multiple of 50 that reaches the level in theory, within the bounds."""
    low, high = LEAST // 50, MOST // 50
    while low < high:
        middle = (low + high) // 2
        enough = predicted(nuisance, strength, dimension, 50 * middle)[0] >= LEVEL
        low, high = (low, middle) if enough else (middle + 1, high)
    return 50 * low


def simulated(nuisance: int, strength: float, dimension: int, runs: int = RUNS) -> list[float]:
    """Return a row of the data."""
    steps = steps_of(nuisance, strength, dimension)
    rng = np.random.default_rng([nuisance, round(100 * strength), dimension])
    tokens = Tokens(INFORMATIVE, nuisance, dimension, strength, BETA)
    found = final_alignments(rng, runs, tokens, step_sizes(SCALE, EXPONENT, steps, OFFSET))
    theory = predicted(nuisance, strength, dimension, steps)
    return [nuisance, strength, dimension, steps, *theory, float(found.mean()), float(found.std(ddof=1))]


def simulate() -> None:
    """Write the data, the cells side by side."""
    cells = sorted(product(NUISANCE, STRENGTHS, DIMENSIONS), key=lambda cell: -cell[0] * steps_of(*cell))
    with ProcessPoolExecutor() as pool:
        rows = sorted(pool.map(simulated, *zip(*cells, strict=True)))
    with DATA.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([f"{number:.4g}" for number in row] for row in rows)


if __name__ == "__main__":
    simulate()

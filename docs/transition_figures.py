"""The figures of the page on the transition: theory as lines, simulated numbers, kept in a CSV, as points.

``python docs/transition_figures.py`` simulates them again (half a minute); building the docs only draws.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from numerics.ensembles.reduced import outlier
from theory.random_matrices import fluctuations, overlaps, spiked

DOCS = Path(__file__).parent
DATA = DOCS / "data/transition.csv"
SIZES = (100, 1000, 100_000)
ASPECT = 0.5
STRENGTHS = tuple(k / 10 for k in range(1, 31))
SAMPLES = 20_000
COLUMNS = ("n", "d", "theta", "location", "overlap", "row", "latent", "n_var_location", "n_var_overlap")
COLOURS, MARKERS = ("#E69F00", "#D55E00", "#0072B2"), ("s", "^", "o")
EDGE = float(spiked.location(0, ASPECT))


def simulated(n: int, strength: float, samples: int = SAMPLES) -> list[float]:
    """Return a row of the data: means of location and overlaps, and n times two variances."""
    d = round(ASPECT * n)
    drawn = outlier(np.random.default_rng([n, round(10 * strength)]), samples, d, n, strength)
    means = [float(getattr(drawn, name).mean()) for name in ("eigenvalue", "overlap", "row", "latent")]
    return [n, d, strength, *means, n * float(drawn.eigenvalue.var()), n * float(drawn.overlap.var())]


def simulate() -> None:
    """Write the data."""
    with DATA.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for n in SIZES:
            for strength in STRENGTHS:
                writer.writerow([f"{number:.6g}" for number in simulated(n, strength)])


def data() -> list[dict[str, float]]:
    """Return the rows of the data."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def draw(directory: Path) -> list[Path]:
    """Write the figures as SVG and return their paths."""
    directory.mkdir(exist_ok=True)
    fine = np.linspace(0.005, 3, 600)
    above = fine[fine**2 > 1.02 * ASPECT]
    figures = {
        "location": (
            "top eigenvalue",
            [("location", lambda t: float(spiked.location(t, ASPECT)), fine, "")],
        ),
        "overlap": (
            "squared overlap",
            [
                ("overlap", lambda t: float(overlaps.overlap(t, ASPECT)), fine, "with u"),
                ("row", lambda t: float(overlaps.row_overlap(t, ASPECT)), fine, "with the row uᵀX"),
                ("latent", lambda t: float(overlaps.latent_overlap(t, ASPECT)), fine, "with the latent score"),
            ],
        ),
        "spread": (
            "n × variance",
            [
                ("n_var_location", lambda t: float(fluctuations.variance(t, ASPECT)), above, "of the top eigenvalue"),
                ("n_var_overlap", lambda t: float(fluctuations.overlap_variance(t, ASPECT)), above, "of the overlap"),
            ],
        ),
    }
    return [_figure(directory / f"transition-{name}.svg", *parts) for name, parts in figures.items()]


def _figure(path: Path, ordinate: str, panels: list[tuple[str, Callable[[float], float], np.ndarray, str]]) -> Path:
    figure = Figure(figsize=(3.2 * len(panels) + 0.6, 3.1), layout="constrained")
    rows = data()
    for place, (column, theory, abscissae, title) in enumerate(panels, start=1):
        axes = figure.add_subplot(1, len(panels), place)
        axes.axvline(ASPECT**0.5, color="#999999", linewidth=0.8, linestyle=":")
        axes.plot(abscissae, [theory(float(t)) for t in abscissae], color="black", linewidth=1.2, label="limit, n → ∞")
        for n, colour, marker in zip(SIZES, COLOURS, MARKERS, strict=True):
            points = [(row["theta"], row[column]) for row in rows if row["n"] == n]
            label = f"n = {n:,}".replace(",", " ")
            axes.plot(*zip(*points, strict=True), marker, color=colour, markersize=3.2, fillstyle="none", label=label)
        if "var" in column:
            axes.set_yscale("log")
        axes.set(title=title, xlabel="strength θ", ylabel=ordinate if place == 1 else "")
        axes.title.set_fontsize(10)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].legend(fontsize=8, frameon=False)
    FigureCanvasSVG(figure).print_figure(path, format="svg", metadata={"Date": None, "Creator": None})
    return path


if __name__ == "__main__":
    simulate()

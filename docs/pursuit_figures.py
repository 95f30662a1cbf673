"""The figures on Principal Component Pursuit and on contaminated keys, from simulated numbers that a CSV keeps.

``python docs/pursuit_figures.py`` simulates them again (a minute); building the docs only draws.
"""

import csv
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from numerics.pursuit import pursuit
from numerics.pursuit_certificate import planted

DOCS = Path(__file__).parent
DATA = DOCS / "data/pursuit.csv"
SIZE, SAMPLES = 50, 6
RANKS = tuple(range(1, 19, 2))
SHARES = tuple(k / 20 for k in range(1, 9))
FOUND = 1e-3
"""A pair counts as found if L is off by less than this fraction of its norm."""
COLUMNS = ("n", "rank", "sparsity", "found", "error")
SHADES = LinearSegmentedColormap.from_list("found", ["#FFFFFF", "#56B4E9", "#0072B2", "#00324F"])


def simulated(rank: int, share: float, samples: int = SAMPLES) -> list[float]:
    """Return a row of the data: the share of planted pairs that the pursuit finds, and the median relative error."""
    rng = np.random.default_rng([SIZE, rank, round(1000 * share)])
    pairs = [planted(rng, SIZE, rank, share) for _ in range(samples)]
    clean = np.array([pair.low_rank for pair in pairs])
    found = pursuit(clean + np.array([pair.sparse for pair in pairs]), accuracy=1e-5, most=250)
    errors = np.linalg.norm(found.low_rank - clean, axis=(1, 2)) / np.linalg.norm(clean, axis=(1, 2))
    return [SIZE, rank, share, float((errors < FOUND).mean()), float(np.median(errors))]


def simulate() -> None:
    """Write the data."""
    with DATA.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for rank in RANKS:
            for share in SHARES:
                writer.writerow([f"{number:.4g}" for number in simulated(rank, share)])


def data() -> list[dict[str, float]]:
    """Return the rows of the data."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def draw(directory: Path) -> list[Path]:
    """Write the figures as SVG and return their paths."""
    directory.mkdir(exist_ok=True)
    phases = Figure(figsize=(5.2, 3.8), layout="constrained")
    axes = phases.add_subplot()
    phases.colorbar(_phases(axes), ax=axes, label=f"found, share of {SAMPLES}")
    solved = Figure(figsize=(5.2, 3.4), layout="constrained")
    _solved(solved.add_subplot())
    return [_written(phases, directory / "pursuit-phases.svg"), _written(solved, directory / "pursuit-blocks.svg")]


def _phases(axes: Axes) -> QuadMesh:
    found = {(row["rank"], row["sparsity"]): row["found"] for row in data()}
    table = np.array([[found[rank, share] for rank in RANKS] for share in SHARES])
    ranks = np.arange(RANKS[0], RANKS[-1] + 3, 2) - 1
    shares = np.array([*SHARES, SHARES[-1] + 1 / 20]) - 1 / 40
    shades = axes.pcolormesh(ranks, shares, table, cmap=SHADES, vmin=0, vmax=1, rasterized=False)
    axes.plot([RANKS[0], 0.05 * SIZE], [0.1, 0.1], color="#D55E00")
    axes.plot([0.05 * SIZE] * 2, [shares[0], 0.1], color="#D55E00", label="to rank n/20 and 10 % of spikes (B11)")
    axes.set(xlabel="rank", ylabel="share of spikes", title=f"n = {SIZE}, λ = 1/√n")
    axes.title.set_fontsize(10)
    axes.legend(fontsize=7, loc="upper right")
    return shades


def _solved(axes: Axes) -> None:
    """Draw the three regimes of the solved case in λ and the size of its blocks, for n = 60."""
    n, blocks = 60, np.linspace(1, 20, 200)
    axes.fill_between(blocks, 1 / blocks, 2, color="#E69F00", alpha=0.35, linewidth=0, label="S = 0")
    axes.fill_between(blocks, 1 / n, 1 / blocks, color="#0072B2", alpha=0.35, linewidth=0, label="spikes removed")
    axes.fill_between(blocks, 1 / (3 * n), 1 / n, color="#999999", alpha=0.35, linewidth=0, label="L = 0")
    axes.axhline(n**-0.5, color="black", linestyle="--", linewidth=1)
    axes.text(20, n**-0.5 * 1.07, "λ = 1/√n", ha="right", fontsize=8)
    axes.set(xlabel="side of a block of spikes, k", ylabel="λ", yscale="log", xlim=(1, 20), ylim=(1 / (3 * n), 2))
    axes.set_title(f"one direction plus blocks of spikes, n = {n} (B11.blocks)", fontsize=10)
    axes.legend(fontsize=8, loc="upper right")


def _written(figure: Figure, path: Path) -> Path:
    FigureCanvasSVG(figure).print_figure(path, format="svg", metadata={"Date": None, "Creator": None})
    return path


if __name__ == "__main__":
    simulate()

"""The figures on training across prompts: theory as lines, simulated overlaps, kept in a CSV, as colours and points.

``python docs/training_figures.py`` simulates them again (two minutes); building the docs only draws.
"""

import csv
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from numerics.trained_prompts import drawn_minimisers
from theory.attention_pca import trained_overlaps, trained_prompts, training_contrast
from theory.random_matrices import overlaps

DOCS = Path(__file__).parent
DATA = DOCS / "data/training.csv"
SIZES = {0.5: (100, 200), 1.5: (150, 100)}
"""d and n by γ."""
PROMPTS = (1, 2, 3, 4, 6, 8, 12, 16)
STRENGTHS = tuple(k / 10 for k in range(1, 21))
SAMPLES = 12
COLUMNS = ("gamma", "d", "n", "P", "theta", "overlap", "deviation")
SHADES = LinearSegmentedColormap.from_list("overlap", ["#FFFFFF", "#56B4E9", "#0072B2", "#00324F"])
COLOURS, MARKERS = ("#E69F00", "#D55E00", "#0072B2"), ("s", "^", "o")


def simulated(aspect: float, prompts: int, strength: float, samples: int = SAMPLES) -> list[float]:
    """Return a row of the data: mean and deviation of the squared overlap of the trained direction with u."""
    d, n = SIZES[aspect]
    rng = np.random.default_rng([d, prompts, round(10 * strength)])
    overlap = drawn_minimisers(rng, samples, prompts, d, n, strength).overlap
    return [aspect, d, n, prompts, strength, float(overlap.mean()), float(overlap.std(ddof=1))]


def simulate() -> None:
    """Write the data."""
    with DATA.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for aspect in SIZES:
            for prompts in PROMPTS:
                for strength in STRENGTHS:
                    writer.writerow([f"{number:.4g}" for number in simulated(aspect, prompts, strength)])


def data() -> list[dict[str, float]]:
    """Return the rows of the data."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def draw(directory: Path) -> list[Path]:
    """Write the figures as SVG and return their paths."""
    directory.mkdir(exist_ok=True)
    phases = Figure(figsize=(7.4, 3.5), layout="constrained")
    for place, aspect in enumerate(SIZES, start=1):
        axes = phases.add_subplot(1, 2, place)
        shades = _phases(axes, aspect)
        axes.set(title=f"γ = {aspect:g}", xlabel="prompts P", ylabel="strength θ" if place == 1 else "")
    phases.colorbar(shades, ax=phases.axes, label="squared overlap with u, trained")
    phases.axes[0].legend(fontsize=7, loc="upper right")
    curves = Figure(figsize=(4.6, 3.4), layout="constrained")
    _curves(curves.add_subplot(), 0.5)
    return [_written(phases, directory / "training-phases.svg"), _written(curves, directory / "training-overlap.svg")]


def _phases(axes: Axes, aspect: float) -> QuadMesh:
    rows = [row for row in data() if row["gamma"] == aspect]
    found = {(row["P"], row["theta"]): row["overlap"] for row in rows}
    table = np.array([[found[prompts, strength] for prompts in PROMPTS] for strength in STRENGTHS])
    edges = np.arange(len(PROMPTS) + 1) - 0.5, np.array([*STRENGTHS, STRENGTHS[-1] + 0.1]) - 0.05
    shades = axes.pcolormesh(*edges, table, cmap=SHADES, vmin=0, vmax=1, rasterized=False)
    lines = {
        "θ_c, training on P prompts": ("#D55E00", "-", trained_prompts.threshold_squared),
        "√γ, one prompt's PCA": ("#000000", ":", lambda aspect, _: aspect),
        "√(γ/P), pooled PCA": ("#000000", "--", lambda aspect, prompts: aspect / prompts),
    }
    for name, (colour, style, squared) in lines.items():
        known = [(i, prompts) for i, prompts in enumerate(PROMPTS) if prompts > aspect or not name.startswith("θ")]
        for i, prompts in known:
            height = float(squared(aspect, prompts)) ** 0.5
            label = name if i == known[0][0] else None
            axes.plot([i - 0.5, i + 0.5], [height, height], style, color=colour, linewidth=1.8, label=label)
    for i, prompts in enumerate(PROMPTS):
        if prompts <= aspect:
            axes.text(i, 0.5, "memorised", rotation=90, ha="center", va="center", fontsize=8)
    axes.set_xticks(range(len(PROMPTS)), [str(prompts) for prompts in PROMPTS])
    return shades


def _curves(axes: Axes, aspect: float) -> None:
    fine = [float(strength) for strength in np.linspace(0.02, 2, 300)]
    axes.plot(fine, [float(overlaps.overlap(t, aspect)) for t in fine], ":", color="black", label="one prompt's PCA")
    for prompts, colour, marker in zip((2, 4, 16), COLOURS, MARKERS, strict=True):
        axes.plot(
            fine, [float(trained_overlaps.overlap(t, aspect, prompts)) for t in fine], color=colour, linewidth=1.2
        )
        pooled = [float(training_contrast.overlap("pooled", t, aspect, prompts)) for t in fine]
        axes.plot(fine, pooled, "--", color=colour, linewidth=0.7)
        points = [(row["theta"], row["overlap"]) for row in data() if (row["gamma"], row["P"]) == (aspect, prompts)]
        axes.plot(
            *zip(*points, strict=True), marker, color=colour, markersize=3.2, fillstyle="none", label=f"P = {prompts}"
        )
    axes.axhline(1, color="#999999", linewidth=0.8)
    axes.set(xlabel="strength θ", ylabel="squared overlap with u", title=f"γ = {aspect:g}; dashed: pooled PCA")
    axes.title.set_fontsize(10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8, frameon=False, loc="lower right")


def _written(figure: Figure, path: Path) -> Path:
    FigureCanvasSVG(figure).print_figure(path, format="svg", metadata={"Date": None, "Creator": None})
    return path


if __name__ == "__main__":
    simulate()

"""What a figure shows: the comparisons of a claim as points of two panels, and the CSV of the same numbers."""

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .values import share, short_case
from .words import Values

MANY_SERIES = 8
FEW_PREDICTIONS = 3
"""Where theory says the same number almost always, a diagonal shows nothing: comparisons are drawn one by one."""

DISTRIBUTION = "distribution function"
IN_ORDER = "comparison, the smallest number first"


@dataclass(frozen=True)
class Point:
    """A simulated number with its interval, above the abscissa x, and what the theory says there, ± the allowance.

    In the lower panel ``y`` is the difference and the allowance is what would have been detected.
    """

    x: float
    y: float
    low: float
    high: float
    theory: float
    allowance: float = 0.0
    verdict: str = "supported"


@dataclass(frozen=True)
class Series:
    """Points of one name."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Panel:
    """Series over one abscissa; ``line`` says how theory is drawn: "joined", as the "diagonal", or as a "band" ±1."""

    abscissa: str
    ordinate: str
    series: tuple[Series, ...]
    line: str
    side: str = ""


@dataclass(frozen=True)
class Plot:
    """Theory and simulation above, and below their difference in units of what would have been detected."""

    upper: Panel
    lower: Panel

    @property
    def shared(self) -> bool:
        """Whether both panels have the same abscissa."""
        return self.upper.abscissa == self.lower.abscissa


def plot(claim: Values) -> Plot:
    """Choose what to draw: sizes of an extrapolation, a distribution, one parameter, else theory on the abscissa."""
    rows = claim["cases"]
    if all(row["points"] for row in rows):
        return _over_sizes(claim)
    if claim["kind"] == "Law":
        grouped = _by(rows, lambda row: short_case(row["params"]))
        if len(grouped) <= MANY_SERIES:
            return _over("x", grouped, lambda row: float(row["quantity"][2:-1]), "joined", DISTRIBUTION)
    elif name := _parameter(rows):
        others = _by(rows, lambda row: _others(row, name))
        return _over(name, others if len(others) > 1 else {"": rows}, lambda row: float(row["params"][name]), "joined")
    if len(rows) > FEW_PREDICTIONS and len({row["theory"] for row in rows}) <= FEW_PREDICTIONS:
        return _in_order(rows)
    return _over("theory", _families(rows), lambda row: float(row["theory"]), "diagonal")


def as_csv(plotted: Plot, comment: Sequence[str]) -> str:
    """Return the numbers of both panels, a comment above."""
    text = io.StringIO()
    text.writelines(f"# {' '.join(line.split())}\n" for line in comment)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ("panel", "abscissa", "ordinate", "series", "x", "y", "low", "high", "theory", "allowance", "verdict")
    )
    for name, panel in (("upper", plotted.upper), ("lower", plotted.lower)):
        for series in panel.series:
            for p in series.points:
                place = (name, panel.abscissa, panel.ordinate, series.name)
                writer.writerow((*place, p.x, p.y, p.low, p.high, p.theory, p.allowance, p.verdict))
    return text.getvalue()


def points_of(panel: Panel) -> list[Point]:
    """Return the points of all series."""
    return [point for series in panel.series for point in series.points]


def spans_decades(values: Iterable[float], decades: float = 2) -> bool:
    """Tell whether the sizes of the values other than 0 span more than as many decades."""
    sizes = [abs(value) for value in values if value]
    return bool(sizes) and max(sizes) / min(sizes) > 10**decades


def family(quantity: str) -> str:
    """Return the name with its numbers replaced: "R(v_1)" and "R(v_2)" are of the family "R(v_k)"."""
    return re.sub(r"(\d+(\.\d+)?(e[+-]?\d+)?|[₀-₉]+)", "k", quantity)


def _others(row: Values, name: str) -> str:
    others = {k: v for k, v in row["params"].items() if k != name}
    return short_case(others) if others else ""


def _families(rows: Sequence[Values]) -> dict[str, list[Values]]:
    names: dict[str, set[str]] = {}
    for row in rows:
        names.setdefault(family(row["quantity"]), set()).add(row["quantity"])
    named = {quantity: kin if len(members) > 1 else quantity for kin, members in names.items() for quantity in members}
    return _by(rows, lambda row: named[row["quantity"]])


def _by(rows: Sequence[Values], name: Any) -> dict[str, list[Values]]:
    grouped: dict[str, list[Values]] = {}
    for row in rows:
        grouped.setdefault(name(row), []).append(row)
    return grouped


def _parameter(rows: Sequence[Values]) -> str:
    """Return the parameter to draw over, of which there are four values or more in each of a few series; or nothing."""
    if len({row["quantity"] for row in rows}) != 1:
        return ""
    best, most = "", 3
    for name in rows[0]["params"]:
        values = [row["params"].get(name) for row in rows]
        if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            continue
        rest = _by(rows, lambda row, name=name: str({k: v for k, v in row["params"].items() if k != name}))
        fewest = min(len({row["params"][name] for row in series}) for series in rest.values())
        if len(rest) <= MANY_SERIES and fewest > most:
            best, most = name, fewest
    return best


def _over(abscissa: str, grouped: dict[str, list[Values]], x: Any, line: str, ordinate: str = "simulation") -> Plot:
    side = next((row["side"] for rows in grouped.values() for row in rows), "")
    upper, lower = [], []
    for name, rows in grouped.items():
        ordered = sorted(rows, key=x) if line == "joined" else rows
        upper.append(Series(name, tuple(_compared(x(row), row) for row in ordered)))
        lower.append(Series(name, tuple(_difference(x(row), row) for row in ordered)))
    return Plot(Panel(abscissa, ordinate, tuple(upper), line, side), _differences(abscissa, lower, side))


def _in_order(rows: Sequence[Values]) -> Plot:
    """Draw the comparisons of each family of quantities and prediction side by side, the smallest number first."""
    families = _families(rows)
    grouped = {
        name if len(same) == 1 else f"{name} (theory {value:g})".strip(): sorted(kin, key=lambda row: row["simulation"])
        for name, found in families.items()
        for same in [_by(found, lambda row: row["theory"])]
        for value, kin in same.items()
    }
    number = {id(row): k for kin in grouped.values() for k, row in enumerate(kin, start=1)}
    return _over(IN_ORDER, grouped, lambda row: float(number[id(row)]), "joined")


def _over_sizes(claim: Values) -> Plot:
    """Draw what is extrapolated: for a rate the error and the predicted slope, for a limit the number and its limit."""
    rate = claim["kind"] == "Rate"
    upper, lower = [], []
    for number, row in enumerate(claim["cases"], start=1):
        name = _others(row, "sizes")
        form = _rate(row, claim["settings"].get("log_power", 0)) if rate else lambda size, row=row: row["theory"]
        points = [(size, abs(value) if rate else value, h) for size, value, h in row["points"]]
        upper.append(Series(name, tuple(Point(n, y, y - h, y + h, form(n)) for n, y, h in points)))
        lower.append(Series(name, (_difference(number, row),)))
    ordinate = "error" if rate else "simulation"
    return Plot(Panel("size", ordinate, tuple(upper), "joined"), _differences("case", lower, ""))


def _rate(row: Values, log_power: float) -> Any:
    """Return the predicted form C n^{−p} (log n)^k through the largest size."""
    size, value, _ = row["points"][-1]

    def form(n: float) -> float:
        logarithms = (math.log(n) / math.log(size)) ** log_power if log_power else 1.0
        return float(abs(value) * (n / size) ** -row["theory"] * logarithms)

    return form


def _differences(abscissa: str, series: list[Series], side: str) -> Panel:
    words = {
        "": "(simulation − theory)/D",
        "upper": "(bound − simulation)/scale",
        "lower": "(simulation − bound)/scale",
    }
    return Panel(abscissa, words[side], tuple(series), "band", side)


def _compared(x: float, row: Values) -> Point:
    low, high = row["interval"]
    return Point(x, row["simulation"], low, high, row["theory"], row["theory_radius"] + row["bias"], row["verdict"])


def _difference(x: float, row: Values) -> Point:
    if not row["side"]:
        y = share(row)
        return Point(x, y, y, y, 0.0, 1.0, row["verdict"])
    y = (row["theory"] - row["simulation"]) / row["scale"] * (1 if row["side"] == "upper" else -1)
    return Point(x, y, y, y, 0.0, row["detectable"] / row["scale"], row["verdict"])

"""What is computed from a comparison for tables and figures, and the names of files."""

import re
from collections.abc import Sequence
from typing import Any

from .words import Values, apart, checked


def half(row: Values) -> float:
    """Return the half-width of the interval of the simulation."""
    low, high = row["interval"]
    return float(high - low) / 2


def share(row: Values) -> float:
    """Return (simulation − theory)/D with its sign."""
    return apart(row) if row["simulation"] >= row["theory"] else -apart(row)


def short_case(params: Values, most: int = 6) -> str:
    """Return the parameters of a case for a narrow column: four digits, long lists cut, whole in the CSV file."""
    return ", ".join(f"{name} = {_short(value, most)}" for name, value in params.items()) or "the only case"


def _short(value: Any, most: int) -> str:
    if isinstance(value, float):
        return f"{value:.4g}".replace("-", "−")
    if isinstance(value, Sequence) and not isinstance(value, str):
        shown = [_short(one, most) for one in value[:most]]
        return f"({', '.join(shown)}{', …' if len(value) > most else ''})"
    return str(value)


def file_names(claims: Sequence[Values]) -> dict[str, str]:
    """Return the file name, without an ending, of each checked claim by its label."""
    names: dict[str, str] = {}
    for claim in claims:
        if checked(claim):
            name = re.sub(r"[^\w.-]", "_", claim["label"])
            names[claim["label"]] = f"{name}-{len(names)}" if name in names.values() else name
    return names

"""What is left out is rounding, and a sampler that leaves out more is seen to."""

from dataclasses import replace

import numpy as np
import pytest

from numerics.ensembles import whole
from numerics.ensembles.bidiagonal import squared_entries
from numerics.ensembles.reduced import outlier
from numerics.ensembles.whole import left_out


def test_worked_values() -> None:
    found = left_out(0, 4, 1000, 1000, 0.0, "top")
    assert found["eigenvalue"].value < 1e-13
    assert found["overlap"].value < 1e-10
    assert all(0 < measured.error < 1e-8 for measured in found.values())


@pytest.mark.parametrize(
    ("d", "n", "strength", "end"), [(6, 10, 1.5, "top"), (300, 200, 2.0, "top"), (100, 400, -0.8, "bottom")]
)
def test_against_the_whole_matrix(d: int, n: int, strength: float, end: str) -> None:
    sampled = outlier(np.random.default_rng(3), 3, d, n, strength, end=end)
    diagonal, below = (np.sqrt(entries) for entries in squared_entries(np.random.default_rng(3), 3, d, n, strength))
    shifts, turns = [], []
    for k in range(3):
        rows = len(diagonal)
        bidiagonal = np.zeros((rows, rows + 1))
        bidiagonal[range(rows), range(rows)] = diagonal[:, k]
        under = below[: rows - 1, k]
        bidiagonal[range(1, rows), range(rows - 1)] = under
        values, vectors = np.linalg.eigh(bidiagonal @ bidiagonal.T / n)
        at = -1 if end == "top" else 0
        shifts.append(abs(sampled.eigenvalue[k] / values[at] - 1))
        turns.append(abs(sampled.overlap[k] - vectors[0, at] ** 2))
    found = left_out(3, 3, d, n, strength, end)
    assert found["eigenvalue"].value == pytest.approx(max(shifts), abs=1e-12)
    assert found["overlap"].value == pytest.approx(max(turns), abs=1e-12)


@pytest.mark.parametrize("name", ["eigenvalue", "overlap"])
def test_a_sampler_that_is_off_is_seen(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def off(*arguments, **options):
        found = outlier(*arguments, **options)
        return replace(found, **{name: getattr(found, name) * (1 + 1e-6)})

    monkeypatch.setattr(whole, "outlier", off)
    found = left_out(1, 3, 50, 80, 2.0, "top")
    other = found["overlap" if name == "eigenvalue" else "eigenvalue"]
    assert found[name].value - found[name].error > 1e-7
    assert other.value < 1e-12


def test_added_rows_and_bad_input_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="end must be"):
        left_out(0, 2, 20, 30, 1.0, "middle")
    with pytest.raises(ValueError, match="d ≤ n"):
        left_out(0, 2, 30, 20, 1.0, "bottom")
    monkeypatch.setattr(whole, "planned_rows", lambda *_, **__: 1)
    with pytest.raises(ArithmeticError, match="rows were added"):
        left_out(0, 2, 20, 30, 1.0, "top")

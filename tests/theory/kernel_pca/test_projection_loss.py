"""The projection loss in ball arithmetic, against mpmath at another precision."""

import pytest
from mpmath import mp, mpf

from theory.kernel_pca.projection_loss import INSTANCE, derivation, loss, relative


def test_every_step_holds() -> None:
    steps = derivation().steps
    assert {step.residual for step in steps if step.kind == "exact"} == {"0"}
    assert any(step.kind == "certified" for step in steps)


def test_two_keys_by_hand() -> None:
    """One component: u = (φ(k_1) − φ(k_2))/‖…‖, and of one query the best axis is its own."""
    with mp.workdps(30):
        e, q = mp.e, mpf(2)
        g = [2, 1 + e]
        gq = 1 + mp.exp(q)
        size = mp.exp(q * q) / gq**2
        norm = mpf(1) / g[0] ** 2 + e / g[1] ** 2 - 2 / (g[0] * g[1])
        along = 1 / (g[0] * gq) - mp.exp(q) / (g[1] * gq)
        found = loss([[0], [1]], [[2]], 1)
        assert float(found.size) == pytest.approx(float(size))
        assert float(found.best) == pytest.approx(float(size))
        assert float(found.captured) == pytest.approx(float(along**2 / norm))


def test_worked_values() -> None:
    assert float(loss([[0], [1]], [[0]], 1).size) == pytest.approx(0.25)
    assert relative(*INSTANCE, 1, 0) == 1
    assert relative(*INSTANCE, 1, 3) < 0
    found = loss(*INSTANCE, 2)
    assert found.captured < found.best


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="components"):
        loss(*INSTANCE, 0)
    with pytest.raises(ValueError, match="at most N − 1"):
        loss(*INSTANCE, 3)
    with pytest.raises(ValueError, match="length of the keys"):
        loss([[0], [1]], [[0, 1]], 1)
    with pytest.raises(ValueError, match="one length"):
        loss([[0], [1, 2]], [[0]], 1)
    with pytest.raises(ValueError, match="finite"):
        loss([[0], [float("nan")]], [[0]], 1)
    with pytest.raises(ValueError, match="factor"):
        relative(*INSTANCE, 1, float("inf"))

"""The chain of bounds against worked values and against mpmath's eigenvalues, near to where it is sharp, too."""

import math

import mpmath
import pytest

from theory.kernel_pca import spectrum


def test_every_exact_step_holds() -> None:
    exact = [step for step in spectrum.derivation().steps if step.kind == "exact"]
    assert exact
    assert {step.residual for step in exact} == {"0"}


def test_worked_values() -> None:
    found = spectrum.chain([[0], [1]])
    assert (float(found["1/min g"]), float(found["norm"])) == pytest.approx((0.5, 1))
    assert float(spectrum.pair([[0], [1]])) == pytest.approx(0.0888, abs=1e-4)
    found = spectrum.equidistant(4, math.sqrt(2 * math.log(2)), 4)
    assert [float(x) for x in found.values()] == pytest.approx([5, 1 / 5, 1 / 25])


def largest(keys: list[list[float]]) -> tuple[float, float]:
    """Return λ_max of K̃ and of K_φ."""
    n = len(keys)
    raw = mpmath.matrix(n, n)
    for i, x in enumerate(keys):
        for j, y in enumerate(keys):
            raw[i, j] = mpmath.exp(mpmath.fdot(x, y) / mpmath.sqrt(len(x)))
    scaled = mpmath.diag([1 / mpmath.fsum(raw[i, j] for j in range(n)) for i in range(n)])
    project = mpmath.eye(n) - mpmath.ones(n) / n
    features = scaled * raw * scaled
    return tuple(float(max(mpmath.eigsy(m, eigvals_only=True))) for m in (project * features * project, features))


@pytest.mark.parametrize("keys", [[[0.5, -1], [0.25, 2], [-1.5, 0.5]], [[1, 0], [0, 1]], [[2, 1], [2, 1], [0, 0.5]]])
def test_the_chain_holds(keys) -> None:
    centred, features = largest(keys)
    found = spectrum.chain(keys)
    assert centred <= features * (1 + 1e-12)
    assert features <= float(found["1/min g"]) * (1 + 1e-12)
    assert float(found["1/min g"]) < float(found["norm"]) <= 1


def test_two_keys_against_the_eigenvalue() -> None:
    keys = [[0.5, -1], [0.25, 2]]
    assert float(spectrum.pair(keys)) == pytest.approx(largest(keys)[0])
    with pytest.raises(ValueError, match="two keys"):
        spectrum.pair([[0], [1], [2]])


def test_equidistant_keys_reach_the_bound() -> None:
    keys = [[1.5 * (i == j) for i in range(4)] for j in range(3)]
    found = spectrum.equidistant(3, 1.5, 4)
    assert largest(keys) == pytest.approx((float(found["λ_max(K̃)"]), float(found["λ_max(K_φ)"])))
    assert float(spectrum.chain(keys)["1/min g"]) == pytest.approx(float(found["λ_max(K_φ)"]))


def test_one_is_the_best_constant() -> None:
    near, n = 0.02, 5
    keys = [[near]] + [[-(near**-1.5)]] * (n - 1)
    centred, features = largest(keys)
    assert features > 0.99
    assert centred == pytest.approx(1 - 1 / n, abs=0.01)


@pytest.mark.parametrize(
    "call",
    [
        lambda: spectrum.chain([[1]]),
        lambda: spectrum.chain([[1], [1, 2]]),
        lambda: spectrum.chain([[1], [float("nan")]]),
        lambda: spectrum.equidistant(1, 1, 4),
        lambda: spectrum.equidistant(4, 1, 3),
        lambda: spectrum.equidistant(2, -1, 3),
        lambda: spectrum.equidistant(2, float("inf"), 3),
        lambda: spectrum.equidistant(2, 1, 0),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match="must"):
        call()

import numpy as np
import pytest
from scipy.special import airy

from numerics import tracy_widom as laws


def determinant(s: float, sign: int, nodes: int = 60, length: float = 30.0) -> float:
    """Return det(1 − σ Ai(s + x + y)) by the rule of Gauss and Legendre."""
    t, w = np.polynomial.legendre.leggauss(nodes)
    x, root = (1 + t) * length / 2, np.sqrt(w * length / 2)
    return float(np.linalg.det(np.eye(nodes) - sign * np.outer(root, root) * airy(s + x[:, None] + x)[0]))


@pytest.mark.parametrize("s", [-4.5, -2.0, -0.3, 1.0, 3.0])
def test_determinants_agree(s) -> None:
    minus, plus = determinant(s, 1), determinant(s, -1)
    assert abs(laws.cdf(s, 1) - minus) < 1e-13
    assert abs(laws.cdf(s, 2) - minus * plus) < 1e-13
    assert abs(laws.cdf(s / 2 ** (2 / 3), 4) - (minus + plus) / 2) < 1e-13


def test_worked_values() -> None:
    assert abs(laws.cdf(-2, 2) - 0.413224142505123) < 1e-14
    assert abs(laws.log_cdf(-12, 2) + 144.44712613231406) < 1e-11
    assert abs(laws.survival(5, 2) / 5.3177932633324264e-10 - 1) < 1e-12
    assert abs(laws.log_survival(12, 1) + 31.5548267863608) < 1e-12
    assert abs(laws.quantile(0.5, 1) + 1.268574616581071) < 1e-13
    assert abs(laws.transcendent(0.0) - 0.3670615515480784) < 1e-15
    assert abs(laws.moments(2)["mean"].value + 1.7710868074116) < 1e-12


@pytest.mark.parametrize("beta", laws.BETAS)
def test_density_is_the_derivative(beta) -> None:
    s, h = np.linspace(-6, 5, 40), 1e-5
    slope = (laws.cdf(s + h, beta) - laws.cdf(s - h, beta)) / (2 * h)
    np.testing.assert_allclose(laws.density(s, beta), slope, atol=1e-9)


@pytest.mark.parametrize("beta", laws.BETAS)
def test_tails_complement_each_other(beta) -> None:
    s = np.linspace(-5, 3, 200)
    np.testing.assert_allclose(laws.cdf(s, beta) + laws.survival(s, beta), 1, atol=4e-15)
    wide = np.linspace(-12, 12, 400)
    assert np.isfinite(laws.log_cdf(wide, beta)).all()
    assert (np.diff(laws.log_survival(wide[wide > -3], beta)) < 0).all()


@pytest.mark.parametrize("beta", laws.BETAS)
def test_quantiles_invert(beta) -> None:
    p = np.array([1e-14, 1e-6, 0.01, 0.3, 0.5, 0.9, 0.9999])
    np.testing.assert_allclose(laws.cdf(laws.quantile(p, beta), beta), p, rtol=1e-12)
    small = np.array([1e-12, 1e-5, 0.4])
    np.testing.assert_allclose(laws.survival(laws.quantile(small, beta, upper=True), beta), small, rtol=1e-11)
    s = np.linspace(-4, 1, 50)
    np.testing.assert_allclose(laws.quantile(laws.cdf(s, beta), beta), s, atol=1e-12)


def test_errors_cover_another_table() -> None:
    found = laws.measured(laws.cdf, -1.0, 1)
    assert found.value == laws.cdf(-1.0, 1)
    assert 0 < found.error < 1e-12


def test_shapes() -> None:
    assert laws.cdf(np.zeros((2, 3)), 1).shape == (2, 3)
    assert np.shape(laws.cdf(0, 1)) == ()


def test_bad_input() -> None:
    for s in (np.nan, np.inf, 12.5, [-13.0, 0.0]):
        with pytest.raises(ValueError, match="s must be within"):
            laws.cdf(s, 1)
    for beta in (0, 3):
        with pytest.raises(ValueError, match="β must be 1, 2 or 4"):
            laws.cdf(0.0, beta)
    for p in (0, 1, -1, np.nan):
        with pytest.raises(ValueError, match="within \\(0, 1\\)"):
            laws.quantile(p, 1)
    with pytest.raises(ValueError, match="reached"):
        laws.quantile(1e-300, 1)

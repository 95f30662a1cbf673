"""The bound against the known 1/L term, and its integrals against an independent quadrature."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from theory.attention_pca import softmax_prompt


def coupled(coupling: Fraction) -> tuple[list[Fraction], list[Fraction]]:
    """Return a spectrum and a parameter with b = ``coupling``, a square."""
    root = {Fraction(1, 4): Fraction(1, 2), Fraction(4, 9): Fraction(2, 3), Fraction(1, 100): Fraction(1, 10)}[coupling]
    return [Fraction(2), Fraction(1)], [Fraction(0), root]


def test_every_exact_step_holds() -> None:
    steps = [step for step in softmax_prompt.derivation().steps if step.kind == "exact"]
    assert [step.residual for step in steps] == ["0"] * 19


@pytest.mark.parametrize("coupling", [Fraction(1, 100), Fraction(1, 4), Fraction(4, 9)])
@pytest.mark.parametrize("length", [64, 1024, 10**6])
def test_the_bound_is_above_the_leading_term_and_of_its_order(coupling: Fraction, length: int) -> None:
    # R_L − R = (κt + b(2 − b)κ³ρ)/L + o(1/L), κ = (1 − 2b²)^{−1/2}; here t = 3 and ρ = 1.
    b = float(coupling)
    kappa = (1 - 2 * b**2) ** -0.5
    leading = (3 * kappa + b * (2 - b) * kappa**3) / length
    bound = float(softmax_prompt.bias_bound(*coupled(coupling), length))
    assert bound > leading
    if length == 10**6:
        assert bound < 5 * leading


@pytest.mark.parametrize(("coupling", "length"), [(Fraction(1, 4), 64), (Fraction(4, 9), 1024)])
def test_the_integrals_against_an_independent_quadrature(coupling: Fraction, length: int) -> None:
    b, L = mpmath.mpf(coupling.numerator) / coupling.denominator, mpmath.mpf(length)
    kappa = 1 / mpmath.sqrt(1 - 2 * b**2)

    def rare(g: mpmath.mpf) -> mpmath.mpf:
        return mpmath.exp(-L * mpmath.exp(-((b * g) ** 2)) / 8)

    def v(g: mpmath.mpf) -> mpmath.mpf:
        return 2 * (rare(g) * (1 + (b * g) ** 2 + 2 * mpmath.log(2 * L)) - 2 * rare(g) * mpmath.log(rare(g)))

    def average(f) -> mpmath.mpf:
        return mpmath.quad(lambda g: 2 * f(g) * mpmath.npdf(g), [0, 2, 4, 6, 9, 14, 20])

    more = 4 * kappa / L + average(rare)
    mean_square = 4 * (kappa + b**2 * kappa**3) / L + average(v)
    cross = 2 * (b * kappa**3 + mpmath.mpf(3) / 2 * b**3 * kappa**5) / L + average(lambda g: g * (rare(g) + v(g)) / 2)
    expected = (3 - 1) * more + 1 * (mean_square + 2 * (1 - b) * cross)
    assert float(softmax_prompt.bias_bound(*coupled(coupling), length)) == pytest.approx(float(expected), rel=1e-6)


def true_excess(b: float, length: int) -> tuple[float, float]:
    """Return G and F_∞ − F by quadrature, with 1/U^k written as ∫ s^{k−1} e^{−sU} ds/Γ(k): no bound is used."""
    z = np.linspace(-10, 14, 481)
    s = np.exp(np.linspace(-60, 60, 1201))[:, None]
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
    step = np.log(s[1, 0] / s[0, 0])

    def given(g: float) -> np.ndarray:
        sigma = b * g
        u = np.exp(sigma * z - sigma**2 / 2)
        damped = density * np.exp(-s * u)
        psi, first = damped.sum(axis=1), (damped * (z - sigma) * u).sum(axis=1)
        squares, spread = (damped * u**2).sum(axis=1), (damped * (z - sigma) ** 2 * u**2).sum(axis=1)
        ds, rest = s[:, 0] * step, length * psi ** (length - 1)
        more = (rest * squares * s[:, 0] * ds).sum()
        mean = (rest * first * ds).sum()
        pairs = length * (length - 1) * psi ** max(length - 2, 0) * first**2
        mean_square = ((rest * spread + pairs) * s[:, 0] * ds).sum()
        return np.array([more, mean_square - 2 * (1 - b) * g * mean])

    grid = np.linspace(0, 8, 33)
    weights = 2 * np.exp(-(grid**2) / 2) / np.sqrt(2 * np.pi) * (grid[1] - grid[0])
    weights[0] /= 2
    more, excess = sum(weight * given(g) for weight, g in zip(weights, grid, strict=True))
    return float(more), float(excess)


@pytest.mark.parametrize("length", [1, 16, 256])
def test_the_bound_is_above_the_true_distance(length: int) -> None:
    b = Fraction(4, 9)
    more, excess = true_excess(float(b), length)
    if length == 1:  # one key: M is its z, so G = 1 and F = −1
        assert (more, excess) == pytest.approx((1, 2 * float(b) - float(b) ** 2 + 1), abs=1e-8)
    distance = (3 - 1) * more + 1 * excess
    assert 0 < distance < float(softmax_prompt.bias_bound(*coupled(b), length))


def test_the_enclosure_is_tight() -> None:
    bound = softmax_prompt.bias_bound([2, 1, Fraction(1, 2)], [Fraction(3, 10), Fraction(1, 4), 0], 2048)
    assert float(bound.rad()) < 1e-6 * float(bound.mid())


@pytest.mark.parametrize("parameter", [[0, 0], [1, 0], [Fraction(3, 5), Fraction(1, 10)]])
def test_the_bound_holds_for_weak_coupling_only(parameter: list[Fraction]) -> None:
    with pytest.raises(ValueError, match="needs 0 < b"):
        softmax_prompt.bias_bound([2, 1], parameter, 100)


def test_a_prompt_needs_a_key() -> None:
    with pytest.raises(ValueError, match="L must be an integer"):
        softmax_prompt.bias_bound(*coupled(Fraction(1, 4)), 0)

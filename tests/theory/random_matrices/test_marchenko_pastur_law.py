from fractions import Fraction

import mpmath
import pytest
from scipy.integrate import quad

from theory.random_matrices import marchenko_pastur_law as law

RATIOS = [1e-3, 0.25, 1 - 1e-6, 1.0, 1 + 1e-6, 4.0, 1e3]


def reference(x, ratio: float):
    """Return F(x) by quadrature of the density in the angle u, x = 1 + γ − 2√γ cos u, with 30 digits."""
    with mpmath.workdps(50):
        c = mpmath.mpf(ratio)
        root = mpmath.sqrt(c)
        end = mpmath.acos((1 + c - mpmath.mpf(x)) / (2 * root))

        def weight(u):
            return 2 * mpmath.sin(u) ** 2 / (mpmath.pi * ((1 - root) ** 2 + 4 * root * mpmath.sin(u / 2) ** 2))

        near = abs(1 - root)  # where the weight bends, for γ near 1
        inner = [p for p in (near / 10, near, 3 * near, 10 * near, 100 * near, 1000 * near, end / 2) if 0 < p < end]
        return max(0, 1 - 1 / c) + mpmath.quad(weight, [0, *sorted(inner), end])


@pytest.mark.parametrize(
    "derive", [law.derivation, law.atom_derivation, law.quantile_derivation], ids=lambda derive: derive.__name__
)
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert law.atom(4) == Fraction(3, 4)
    assert law.atom(1) == law.atom(0.5) == 0
    assert float(law.density(2, 1)) == pytest.approx(0.5 / mpmath.pi, rel=1e-15)
    assert float(law.cdf(2, 1)) == pytest.approx(float(0.5 + 1 / mpmath.pi), rel=1e-15)
    assert float(law.quantile(float(0.5 + 1 / mpmath.pi), 1)) == pytest.approx(2, rel=1e-14)
    assert law.share_drift(1000) == Fraction(1, 4000)
    assert float(law.order_drift(0.5, 101, 1)) == pytest.approx(0.00425036, rel=1e-5)


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("share", [1e-9, 1e-3, 0.1, 0.5, 0.9, 0.999, 1 - 1e-9])
def test_the_distribution_function_is_the_integral_to_1e_15(ratio: float, share: float) -> None:
    low, high = (1 - ratio**0.5) ** 2, (1 + ratio**0.5) ** 2
    x = low + (high - low) * share
    found = law.cdf(x, ratio)
    assert float(found.rad()) < 1e-20
    with mpmath.workdps(40):
        assert abs(mpmath.mpf(found.mid().str(35, radius=False)) - reference(x, ratio)) < 1e-15


def test_the_closed_form_with_an_arcsine() -> None:
    # γ = 1 (Wishart by a quarter circle): F(x) = (1/2π)(√(x(4 − x)) + 4 arcsin(√x/2))
    for x in (1e-300, 1e-12, 0.01, 1.0, 3.0, 4 - 1e-12):
        with mpmath.workdps(60):
            exact = (mpmath.sqrt(mpmath.mpf(x) * (4 - mpmath.mpf(x))) + 4 * mpmath.asin(mpmath.sqrt(x) / 2)) / 2
            exact /= mpmath.pi
        assert float(law.cdf(x, 1)) == pytest.approx(float(exact), rel=1e-15)


@pytest.mark.parametrize("ratio", [0.25, 1.0, 4.0])
def test_the_density_integrates_to_differences(ratio: float) -> None:
    low, high = sorted(float(law.quantile(float(law.atom(ratio)) + p * min(1, 1 / ratio), ratio)) for p in (0.2, 0.7))
    mass, _ = quad(lambda x: float(law.density(x, ratio)), low, high)
    assert mass == pytest.approx(0.5 * min(1, 1 / ratio), rel=1e-9)


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("p", [1e-12, 0.3, 0.9995, 1 - 1e-12])
def test_quantiles_invert(ratio: float, p: float) -> None:
    x = law.quantile(p, ratio)
    if p <= law.atom(ratio):
        assert x == 0
    else:
        middle, radius = (Fraction(int(q.p), int(q.q)) for q in (x.mid().fmpq(), x.rad().fmpq()))
        low, high = middle - radius, middle + radius
        assert 0 < high - low < high * Fraction(1, 10**18)
        assert law.cdf(low, ratio) <= p
        assert law.cdf(high, ratio) >= p


def test_ends_of_the_law() -> None:
    assert float(law.quantile(0, 0.25)) == 0.25
    assert float(law.quantile(1, 0.25)) == 2.25
    assert law.quantile(0, 4) == law.quantile(0.75, 4) == 0
    assert [float(law.cdf(x, 4)) for x in (-1, 0, 0.5, 1, 9, 10)] == [0, 0.75, 0.75, 0.75, 1, 1]
    assert [float(law.density(x, 4)) for x in (-1, 0, 1, 9)] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: law.cdf(1, -1), "γ = d/n must be positive"),
        (lambda: law.cdf(float("nan"), 1), "x must be a finite"),
        (lambda: law.density(0, 1), "infinite at x = 0"),
        (lambda: law.quantile(1.5, 1), r"p must be a probability, in \[0, 1\]"),
        (lambda: law.quantile(-0.1, 1), r"p must be a probability, in \[0, 1\]"),
        (lambda: law.atom(0), "γ = d/n must be positive"),
        (lambda: law.share_drift(0), "d must be an integer of at least 1"),
        (lambda: law.order_drift(0.5, 10, 4), "between the atom 3/4 and 1"),
        (lambda: law.order_drift(1, 10, 1), "between the atom 0 and 1"),
    ],
)
def test_bad_input_is_refused(call, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        call()


@pytest.mark.parametrize(
    ("aspect", "share", "height"),
    [(0.5, 0.5760042151038685, 0.42108439934779235), (2.0, 0.6591549430918954, 0.15915494309189532)],
)
def test_values_of_scikit_rmt(aspect: float, share: float, height: float) -> None:
    # scikit-rmt 2.1.1, which does not install beside NumPy 2: MarchenkoPasturDistribution(ratio).cdf(1), .pdf(1)
    assert float(law.cdf(1, aspect)) == pytest.approx(share, abs=1e-15)
    assert float(law.density(1, aspect)) == pytest.approx(height, abs=1e-15)

"""The population objective against integration in mpmath, and what it is where it is known."""

from fractions import Fraction

import mpmath
import pytest
from flint import arb

from theory.subspace_recovery import objective
from theory.subspace_recovery.objective import Model

POINTS = [
    ("rademacher", 1.0, 1.5, 0.5, 0.75),
    ("rademacher", 0.5, 2.0, 0.125, -1.0),
    ("constant", 1.25, 0.75, 0.75, -0.5),
    ("gaussian", 0.75, 1.0, 0.25, 0.5),
]
NAMES = ("latent", "beta", "theta", "share", "m")


@pytest.mark.parametrize("derivation", [objective.derivation, objective.limit_derivation])
def test_every_exact_step_holds(derivation) -> None:
    exact = [step for step in derivation().steps if step.kind == "exact"]
    assert exact
    assert {step.residual for step in exact} == {"0"}


def moments(latent: str, beta: float, theta: float, share: float, m: float) -> dict[str, mpmath.mpf]:
    """Return E e^σ, E x₁ e^σ, E x₂ e^σ and E e^{2σ}, σ = β q·x, in two dimensions, u = e_1, by quadrature."""
    line = [-14, -7, 0, 7, 14]

    def over_noise(function):
        return mpmath.quad(lambda g: mpmath.npdf(g) * function(g), line)

    def over_signs(function):
        if latent == "gaussian":
            return over_noise(function)
        return (function(1) + function(-1)) / 2 if latent == "rademacher" else mpmath.mpf(function(1))

    def mixed(along, across, power):
        """Return E e^{power σ} (along θs + across[0] g + across[1]) over all tokens, g = q·z."""
        heat = over_noise(lambda g: mpmath.exp(power * beta * g))
        tilt = over_noise(lambda g: mpmath.exp(power * beta * g) * g)

        def of(s):
            lift = mpmath.exp(power * beta * theta * s * m)
            return lift * ((theta * s * along + across[1]) * heat + across[0] * tilt)

        return share * over_signs(of) + (1 - share) * of(0)

    return {
        "mass": mixed(0, (0, 1), 1),
        "first": mixed(1, (m, 0), 1),
        "second": mixed(0, (mpmath.sqrt(1 - mpmath.mpf(m) ** 2), 0), 1),
        "double": mixed(0, (0, 1), 2),
    }


@pytest.mark.parametrize(NAMES, POINTS)
def test_output_objective_and_squares_of_weights_against_quadrature(latent, beta, theta, share, m) -> None:
    model = Model.of(beta, theta, share, Fraction(1, 2), latent)
    with mpmath.workdps(20):
        found = moments(latent, beta, theta, share, m)
        first, second = found["first"] / found["mass"], found["second"] / found["mass"]
        squares = found["double"] / found["mass"] ** 2
    along, across = (float(objective.at(part, model, m)) for part in objective.output(latent))
    assert along == pytest.approx(float(first), rel=1e-10)
    assert across * (1 - m * m) ** 0.5 == pytest.approx(float(second), rel=1e-10, abs=1e-12)
    assert float(objective.at(objective.squares_of_weights(latent), model, m)) == pytest.approx(
        float(squares), rel=1e-10
    )
    total = first**2 + second**2 + squares / 2
    assert float(objective.at(objective.objective(latent), model, m)) == pytest.approx(float(total), rel=1e-10)


@pytest.mark.parametrize(NAMES, POINTS)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_slopes_against_numerical_differentiation(latent, beta, theta, share, m, order) -> None:
    model = Model.of(beta, theta, share, Fraction(1, 4), latent)
    generating = {
        "rademacher": mpmath.cosh,
        "constant": mpmath.exp,
        "gaussian": lambda x: mpmath.exp(x * x / 2),
    }[latent]

    def J(m):
        x = beta * theta * m
        below = 1 - share + share * generating(x)
        w = share * mpmath.diff(generating, x) / below
        above = mpmath.exp(beta**2) * (1 - share + share * generating(2 * x))
        return beta**2 + 2 * beta * theta * m * w + theta**2 * w**2 + above / below**2 / 4

    with mpmath.workdps(40):
        right = mpmath.diff(J, mpmath.mpf(m), order)
    assert float(objective.slope(model, m, order)) == pytest.approx(float(right), rel=1e-10)


def test_worked_values() -> None:
    certain = Model.of(1, 1, 1, latent="constant")
    assert all(objective.at(objective.mean_weight("constant"), certain, m).overlaps(1) for m in (-1, 0, 0.5))
    half = Model.of(1, 1, Fraction(1, 2))
    assert float(objective.slope(half, 0, 2)) == pytest.approx(2.5)
    assert float(objective.at(objective.output_square("rademacher"), half, 0)) == 1


def test_no_signal_no_slope() -> None:
    for model in (Model.of(2, 0, Fraction(1, 2), 1), Model.of(2, 1, 0, 1)):
        assert objective.slope(model, Fraction(1, 3)).contains(0)
        assert float(objective.at(objective.output_square("rademacher"), model, Fraction(1, 3))) == pytest.approx(4)


def test_symmetric_signs_make_it_even() -> None:
    for latent in ("rademacher", "gaussian"):
        model = Model.of(1, 1, Fraction(1, 2), 1, latent)
        left, right = (objective.at(objective.objective(latent), model, m) for m in (-0.5, 0.5))
        assert left.overlaps(right)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((0, 1, 0.5), "β > 0"),
        ((1, -1, 0.5), "θ ≥ 0"),
        ((1, 1, 1.5), "0 ≤ π ≤ 1"),
        ((1, 1, -0.5), "0 ≤ π ≤ 1"),
        ((1, 1, 0.5, -1), "δ ≥ 0"),
        ((float("inf"), 1, 0.5), "β must be a finite real number"),
        ((1, float("nan"), 0.5), "θ must be a finite real number"),
        ((1, 1, 0.5, 0, "uniform"), "unknown latent sign 'uniform'"),
    ],
)
def test_numbers_out_of_range_are_refused(numbers, message) -> None:
    with pytest.raises(ValueError, match=message):
        Model.of(*numbers)


def test_an_unknown_sign_or_alignment_is_refused() -> None:
    for expression in (objective.mean_weight, objective.output, objective.squares_of_weights, objective.objective):
        with pytest.raises(ValueError, match="unknown latent sign"):
            expression("uniform")
    with pytest.raises(ValueError, match="alignment m must be a finite real number"):
        objective.slope(Model.of(1, 1, 1), float("nan"))
    with pytest.raises(ValueError, match="alignment m must be finite"):
        objective.slope(Model.of(1, 1, 1), arb("nan"))
    for level in (1.5, -2):
        with pytest.raises(ValueError, match=r"must be in \[−1, 1\]"):
            objective.slope(Model.of(1, 1, 1), level)
    for multiple in (0, -1, 1.5):
        with pytest.raises(ValueError, match="multiple of x must be an integer"):
            objective.generating_at("constant", multiple)

"""The mean of a step by differences of the risk, its noise by exact enumeration, worked values, bad input."""

from fractions import Fraction
from itertools import product

import pytest

from theory.attention_pca import fresh_prompts
from theory.attention_pca.finite_prompt import fresh_risk

NORMAL = {0: 1, 2: 1, 4: 3, 6: 15, 8: 105, 10: 945, 12: 10395}
"""The moments of a standard normal number."""


@pytest.mark.parametrize("derivation", [fresh_prompts.derivation, fresh_prompts.angle_derivation])
def test_every_exact_step_holds(derivation) -> None:
    residuals = [step.residual for step in derivation().steps if step.kind == "exact"]
    assert residuals == ["0"] * len(residuals) != []


def test_worked_values() -> None:
    assert fresh_prompts.force([2, 1], [1, 1], 1, 1) == 144
    (variance,) = fresh_prompts.variances([1, Fraction(1, 2)], 1, 1, [Fraction(1, 20)])
    assert abs(float(variance) - 2.92) < 1e-12
    assert abs(float(fresh_prompts.transform([1, Fraction(1, 2)], 1, 1, [Fraction(1, 20)], 1)) - 3.92**-0.5) < 1e-12
    assert fresh_prompts.variances([1], 3, 1, [0.1]) == []
    still = fresh_prompts.variances([1, Fraction(1, 2)], 1, 1, [Fraction(1, 20)], noise=0 * fresh_prompts.NOISE)
    assert [float(variance) for variance in still] == [0]
    assert float(fresh_prompts.transform([1, 0], 3, 1, [0.1], 5)) == 1  # no variance, no noise


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_mean_slope_is_that_of_the_risk(k: int) -> None:
    spectrum, point, width = [3, 2, Fraction(1, 2)], [Fraction(1, 3), -1, 2], Fraction(1, 1000)

    def at(steps: int) -> Fraction:
        return fresh_risk(spectrum, [entry + steps * width * (i + 1 == k) for i, entry in enumerate(point)], 3)

    difference = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * width)  # exact for a quartic
    assert fresh_prompts.force(spectrum, point, 3, k) == difference


def test_the_noise_of_one_key_by_moments_of_normal_numbers() -> None:
    # Σ = diag(λ, κ), L = 1, μ = (p, 0): the slope across in q = (√λ a, √κ b) and x = (√λ c, √κ f).
    lam, kap, p = Fraction(1), Fraction(1, 4), Fraction(2, 3)
    # ν·g = −2[(μ·q)(ν·x)(x·e) + (ν·q)(μ·x)(x·e)], e = q − x(μ·x)(μ·q); with λ = 1, √κ = 1/2
    half = Fraction(1, 2)
    Poly = dict[tuple[int, ...], Fraction]

    def times(*factors: Poly) -> Poly:
        found: Poly = {(0, 0, 0, 0): Fraction(1)}
        for factor in factors:
            found, old = {}, found
            for (m, u), (n, v) in product(old.items(), factor.items()):
                power = tuple(i + j for i, j in zip(m, n, strict=True))
                found[power] = found.get(power, Fraction(0)) + u * v
        return found

    def plus(*terms: Poly) -> Poly:
        found: Poly = {}
        for power, value in (item for term in terms for item in term.items()):
            found[power] = found.get(power, Fraction(0)) + value
        return found

    def letter(i: int, factor: Fraction) -> Poly:
        return {tuple(int(i == j) for j in range(4)): factor}

    q1, q2, x1, x2 = letter(0, Fraction(1)), letter(1, half), letter(2, Fraction(1)), letter(3, half)
    gain = times(x1, q1, {(0, 0, 0, 0): -(p**2)})
    along = plus(times(x1, plus(q1, times(x1, gain))), times(x2, plus(q2, times(x2, gain))))
    slope = times(plus(times(q1, x2), times(q2, x1)), along, {(0, 0, 0, 0): -2 * p})
    square = times(slope, slope)
    expected = Fraction(0)
    for powers, value in square.items():
        if all(power % 2 == 0 for power in powers):
            for power in powers:
                value *= NORMAL[power]
            expected += value
    f = fresh_prompts
    known = {f.eigenvalue: lam, f.other: kap, f.p: p, f.t: lam + kap, f.t2: lam**2 + kap**2, f.L: 1}
    assert f.exactly.evaluate(f.NOISE, known) == expected


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: fresh_prompts.force([2, 1], [1, 1], 1, 3), "k must be"),
        (lambda: fresh_prompts.force([2, 1], [1, 1], 0, 1), "prompt length"),
        (lambda: fresh_prompts.force([1, 2], [1, 1], 1, 1), "descending"),
        (lambda: fresh_prompts.variances([0, 0], 1, 1, [1]), "must be positive"),
        (lambda: fresh_prompts.variances([1, 0], 1, 1, [0]), "rates must be positive"),
        (lambda: fresh_prompts.variances([1, 0], 1, 1, []), "rates"),
        (lambda: fresh_prompts.variances([1, 0], 1, 0, [1]), "start"),
        (lambda: fresh_prompts.variances([1, 0], 1, 1, [float("nan")]), "finite"),
        (lambda: fresh_prompts.transform([1, 0], 1, 1, [1], -1), "weight"),
    ],
)
def test_bad_input_is_refused(call, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        call()

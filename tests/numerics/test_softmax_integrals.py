"""The stated error covers what is wrong: closed forms, adaptive quadrature, drawn prompts, an identity of Stein."""

from math import cosh, exp, log, pi, sqrt

import numpy as np
import pytest
from scipy import integrate, stats

from numerics.softmax_integrals import Integrals, _given, softmax_integrals
from numerics.softmax_parts import evaluate


def drawn(coupling: float, length: int, prompts: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    g, z = rng.standard_normal(prompts), rng.standard_normal((prompts, length))
    scores = coupling * g[:, None] * z
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    output = (weights * z).sum(axis=1)
    return {
        "G": (weights**2).sum(axis=1),
        "V": (output - coupling * g) ** 2,
        "drift": g * (output - coupling * g),
        "mean_square": output**2,
        "F": 2 * g * output - output**2,
        "squares": g**2 * (weights**2).sum(axis=1),
        "cubes": g**2 * (weights**3).sum(axis=1),
        "products": g**2 * (weights**2).sum(axis=1) ** 2,
    }


def parts(found: Integrals) -> dict[str, float]:
    return {name: getattr(found, name).value for name in vars(found)}


@pytest.mark.parametrize("coupling", [0.0, 0.02, 0.3, 1.0, 2.5])
def test_one_key_is_its_own_mean(coupling: float) -> None:
    found = softmax_integrals(coupling, 1)
    right = {
        "G": 1,
        "V": 1 + coupling**2,
        "drift": -coupling,
        "mean_square": 1,
        "F": -1,
        "squares": 1,
        "cubes": 1,
        "products": 1,
    }
    for name, value in right.items():
        measured = getattr(found, name)
        assert abs(measured.value - value) <= measured.error + 1e-14
        assert measured.error < 1e-7


@pytest.mark.parametrize("coupling", [0.2, 1.0])
def test_two_keys_against_adaptive_quadrature(coupling: float) -> None:
    def square(n: float, g: float) -> float:
        return (1 - 1 / (2 * cosh(coupling * g * n / sqrt(2)) ** 2)) * exp(-(n * n + g * g) / 2) / (2 * pi)

    right = 4 * integrate.dblquad(square, 0, 10, 0, 10, epsabs=1e-11)[0]
    assert softmax_integrals(coupling, 2).G.value == pytest.approx(right, rel=1e-9)


@pytest.mark.parametrize(("coupling", "length", "prompts"), [(0.6, 10, 100_000), (1.5, 10, 100_000), (1.0, 1000, 4000)])
def test_drawn_prompts(coupling: float, length: int, prompts: int) -> None:
    found = parts(softmax_integrals(coupling, length))
    for name, values in drawn(coupling, length, prompts).items():
        assert abs(values.mean() - found[name]) < 4.5 * stats.sem(values), name


@pytest.mark.parametrize(("sigma", "length"), [(0.1, 5.0), (3.0, 2.0), (5.0, 1e10), (20.0, 1e100), (34.0, 1e250)])
def test_the_mean_obeys_steins_identity_given_the_query(sigma: float, length: float) -> None:
    found = _given(sigma, length, 0.3)
    assert found.drift - found.G == pytest.approx(log(sigma), abs=1e-11)


def test_long_prompts_at_weak_coupling() -> None:
    found = softmax_integrals(0.5, 1e30)
    assert found.G.value * 1e30 == pytest.approx(sqrt(2), rel=1e-9)
    excess = found.excess(3.0, 2.0)
    assert excess.value * 1e30 == pytest.approx(3 * sqrt(2) + 2 * 0.75 * 2**1.5, rel=1e-9)
    assert 0 < excess.error < 1e-9 * excess.value


def test_the_shortfall_is_that_of_f() -> None:
    found = softmax_integrals(1.2, 50)
    assert 2 * 1.2 - 1.2**2 - found.F.value == pytest.approx(found.shortfall.value, rel=1e-10)


def test_lengths_of_hundreds_of_digits() -> None:
    found = softmax_integrals(1.0, 1e300)
    assert 0 < found.G.error < 1e-9 * found.G.value
    assert found.G.value == pytest.approx(1.165e-187, rel=1e-3)


@pytest.mark.parametrize("coupling", [-0.1, 1e-4, float("nan"), float("inf")])
def test_a_coupling_that_is_not_one_is_refused(coupling: float) -> None:
    with pytest.raises(ValueError, match="coupling b must be 0 or between"):
        softmax_integrals(coupling, 10)


@pytest.mark.parametrize("length", [0, 0.5, 1.5, -3, float("nan"), float("inf"), 1e301])
def test_a_length_that_is_not_one_is_refused(length: float) -> None:
    with pytest.raises(ValueError, match="length L must be 1 or between 2 and 1e"):
        softmax_integrals(1.0, length)


@pytest.mark.parametrize("coupling", [0.6, 1.0, 1.5])
def test_another_transform_of_the_same_integrals_in_a_long_prompt(coupling: float) -> None:
    one, other = softmax_integrals(coupling, 1e5), evaluate(coupling, 100_000, "fresh")  # that one from E[2gM − M²]
    assert one.F.value == pytest.approx(other["F"].value, abs=1e-9)
    assert one.G.value == pytest.approx(other["G"].value, abs=1e-9)

"""The normal form against explicit rational matrices, and Wick's pairings against moments known otherwise."""

from itertools import chain, product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Matrix, Rational, Symbol, adjoint, cos

from theory.words import expectation, matrix, scalar, vector

mu, v, x, y = map(vector, ("μ", "v", "x", "y"))
A, Sigma = matrix("A"), matrix("Σ", symmetric=True)

D = 2
VALUES = {
    mu: Matrix([2, -3]),
    v: Matrix([5, 1]),
    A: Matrix([[1, 2], [-1, 3]]),
    Sigma: Matrix([[2, 1], [1, 4]]),
}


def explicit(word: list[Symbol]) -> Integer:
    """Return the trace of a word of explicit matrices."""
    result = Matrix.eye(D) if not word else prod(map(value, word[1:]), start=value(word[0]))
    return result.trace()


def value(letter: Symbol) -> Matrix:
    return VALUES[letter] if letter in VALUES else VALUES[adjoint(letter)].T


def multiplied(word: list[Symbol]) -> Symbol:
    return prod(word, start=Integer(1))


matrices = st.lists(st.sampled_from([A, adjoint(A), Sigma]), max_size=3)
outer = st.builds(lambda m, c, r: [*m, c, adjoint(r)], matrices, st.sampled_from([mu, v]), st.sampled_from([mu, v]))
words = st.builds(lambda parts, tail: [*chain.from_iterable(parts), *tail], st.lists(outer, max_size=2), matrices)


@given(words, words)
def test_words_with_one_normal_form_have_one_value(first: list[Symbol], second: list[Symbol]) -> None:
    if scalar(multiplied(first)) == scalar(multiplied(second)):
        assert explicit(first) == explicit(second)


@given(words, st.integers(0, 8))
def test_rotation_and_transposition_do_not_change_the_normal_form(word: list[Symbol], turn: int) -> None:
    turned = word[turn % len(word) :] + word[: turn % len(word)] if word else word
    transposed = [adjoint(letter) for letter in reversed(word)]
    assert scalar(multiplied(turned)) == scalar(multiplied(word)) == scalar(multiplied(transposed))


def test_different_scalars_have_different_normal_forms() -> None:
    scalars = [mu * adjoint(mu) * Sigma, mu * adjoint(mu) * Sigma * Sigma, A * Sigma, A * Sigma * Sigma, A * A, A]
    assert len({scalar(word) for word in scalars}) == len(scalars)


def test_the_trace_of_the_identity_is_the_dimension() -> None:
    assert str(scalar(Integer(3))) == "3*d"


@pytest.mark.parametrize("word", [mu, adjoint(mu), mu * mu, A * mu, Sigma + mu])
def test_what_is_not_a_scalar_is_refused(word: Symbol) -> None:
    with pytest.raises(ValueError, match="not a scalar"):
        scalar(word)


@pytest.mark.parametrize("word", [Sigma**-1, Sigma ** Rational(1, 2), adjoint(mu) * Sigma**-1 * mu, cos(A)])
def test_what_is_not_a_positive_power_of_a_letter_is_refused(word: Symbol) -> None:
    with pytest.raises(ValueError, match="letters and their positive powers"):
        scalar(word)


@pytest.mark.parametrize("name", ["Aᵀ", "A·B", "tr(A)"])
def test_names_do_not_hold_the_marks_of_the_normal_form(name: str) -> None:
    with pytest.raises(ValueError, match="may not hold the marks"):
        matrix(name)


def test_factors_have_to_be_real_as_transposition_would_conjugate_them() -> None:
    with pytest.raises(ValueError, match="declared real"):
        scalar(Symbol("c") * Sigma)


@pytest.mark.parametrize(("make", "name"), [(vector, "X"), (vector, ""), (matrix, "x")])
def test_names_tell_vectors_from_matrices(make, name: str) -> None:
    with pytest.raises(ValueError, match="lower case"):
        make(name)


def test_a_quadratic_form_has_its_trace_for_mean() -> None:
    assert expectation(adjoint(x) * A * x, Sigma, x) == scalar(A * Sigma)


def test_the_fourth_moment_is_isserlis() -> None:
    square = adjoint(x) * x * adjoint(x) * x
    assert expectation(square, Sigma, x) == scalar(Sigma) ** 2 + 2 * scalar(Sigma * Sigma)


def test_odd_moments_vanish() -> None:
    assert expectation(adjoint(x) * mu * adjoint(x) * x, Sigma, x) == 0


def test_independent_tokens_are_not_paired_with_each_other() -> None:
    assert expectation(adjoint(x) * y, Sigma, x, y) == 0
    assert expectation(adjoint(x) * y * adjoint(y) * x, Sigma, x, y) == scalar(Sigma * Sigma)


@pytest.mark.parametrize("power", [1, 2, 3])
def test_moments_of_the_norm_against_sums_over_coordinates(power: int) -> None:
    # In the eigenbasis ‖x‖² = Σ λ_i z_i², and E z^{2k} = (2k − 1)!!.
    spectrum = [3, 1, 2]
    counted = sum(
        prod(spectrum[i] for i in indices)
        * prod(prod(range(1, 2 * indices.count(i), 2)) for i in set(indices))
        for indices in product(range(3), repeat=power)
    )  # fmt: skip
    traces = {scalar(Sigma**k): sum(value**k for value in spectrum) for k in (1, 2, 3)}
    assert expectation((adjoint(x) * x) ** power, Sigma, x).subs(traces) == counted

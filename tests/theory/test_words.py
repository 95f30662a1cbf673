"""The normal form against explicit rational matrices."""

import copy
import pickle
from itertools import chain
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Matrix, Rational, Symbol, adjoint, cos

from theory.words import cut, matrix, product, scalar, terms, transposed, vector

mu, v = map(vector, ("μ", "v"))
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


def test_a_scalar_is_real_has_its_letters_and_survives_a_copy() -> None:
    form = scalar(adjoint(v) * A * mu)
    assert form.is_real
    assert form.chain == (adjoint(v), A, mu)
    for copied in (copy.deepcopy(form), pickle.loads(pickle.dumps(form))):
        assert copied == form
        assert copied.chain == form.chain


def test_a_polynomial_in_scalars_is_told_apart_into_factors_and_chains() -> None:
    c = Symbol("c")
    found = list(terms((scalar(Sigma) + c) ** 2))
    assert sorted(found, key=str) == sorted([(1, [(Sigma,), (Sigma,)]), (2 * c, [(Sigma,)]), (c**2, [])], key=str)
    assert sum(factor * product(chains) for factor, chains in found) == ((scalar(Sigma) + c) ** 2).expand()


@pytest.mark.parametrize("expression", [Sigma, adjoint(mu) * Sigma * mu, 1 / scalar(Sigma), cos(scalar(Sigma))])
def test_what_is_not_a_polynomial_in_scalars_is_refused(expression: Symbol) -> None:
    with pytest.raises(ValueError, match="not a polynomial in scalars"):
        list(terms(expression))


def test_a_cyclic_word_is_cut_where_a_row_follows_a_column() -> None:
    assert cut((v, adjoint(mu), A)) == [(adjoint(mu), A, v)]
    assert cut((adjoint(mu), v, adjoint(v), mu)) == [(adjoint(mu), v), (adjoint(v), mu)]
    assert cut((A, Sigma)) == [(A, Sigma)]
    assert transposed((adjoint(mu), A, v)) == (adjoint(v), adjoint(A), mu)

"""Wick's pairings against moments known otherwise; Wishart expectations against sums over the entries of X."""

from fractions import Fraction
from itertools import product
from math import prod

import pytest
from sympy import Expr, Integer, Matrix, Poly, Rational, Symbol, adjoint, cancel, symbols

from theory.isserlis import expectation, wishart
from theory.words import Scalar, matrix, scalar, vector

mu, u, v, x, y = map(vector, ("μ", "u", "v", "x", "y"))
A = matrix("A")
Gamma, S, Sigma = (matrix(name, symmetric=True) for name in ("Γ", "S", "Σ"))
n, L = symbols("n L", positive=True, integer=True)


def form(*letters: Symbol) -> Expr:
    """Return uᵀ … u."""
    return scalar(prod(letters, start=adjoint(u)) * u)


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


def test_a_token_inside_a_scalar_is_averaged_too() -> None:
    assert expectation(scalar(adjoint(x) * A * x) * mu * adjoint(mu), Sigma, x) == scalar(A * Sigma) * scalar(
        adjoint(mu) * mu
    )


# Wishart expectations.

D = 2
GAMMA = Matrix([[2, 1], [1, 3]])
VALUES = {
    u: Matrix([1, -2]),
    v: Matrix([3, 1]),
    A: Matrix([[1, 2], [-1, 3]]),
}


def explicit(polynomial: Expr, values: dict[Symbol, Matrix]) -> Expr:
    """Return a polynomial in scalars at explicit matrices."""

    def value(letter: Symbol) -> Matrix:
        return values[letter] if letter in values else values[adjoint(letter)].T

    scalars = [symbol for symbol in polynomial.free_symbols if isinstance(symbol, Scalar)]
    return polynomial.subs({s: prod(map(value, s.chain[1:]), start=value(s.chain[0])).trace() for s in scalars})


def entrywise(polynomial: Expr, covariances: dict[frozenset[Symbol], Integer]) -> Expr:
    """Return the expectation of a polynomial in centred Gaussian numbers, by Isserlis' theorem on its monomials."""
    gaussians = sorted(set().union(*covariances), key=str)

    def moment(factors: list[Symbol]) -> Expr:
        if not factors:
            return Integer(1)
        first, *others = factors
        return sum(
            covariances.get(frozenset((first, other)), 0) * moment(others[:i] + others[i + 1 :])
            for i, other in enumerate(others)
        )

    return sum(
        coefficient * moment([g for g, power in zip(gaussians, powers, strict=True) for _ in range(power)])
        for powers, coefficient in Poly(polynomial, *gaussians).terms()
    )


def columns(size: int) -> tuple[Matrix, dict[frozenset[Symbol], Integer]]:
    """Return X with independent columns N(0, Γ), and the covariances of its entries."""
    X = Matrix(D, size, lambda i, a: Symbol(f"x{i}{a}"))
    return X, {frozenset((X[i, a], X[j, a])): GAMMA[i, j] for i, j, a in product(range(D), range(D), range(size))}


POLYNOMIALS = {
    "uᵀSv": scalar(adjoint(u) * S * v),
    "uᵀSASv": scalar(adjoint(u) * S * A * S * v),
    "uᵀSAᵀSAv": scalar(adjoint(u) * S * adjoint(A) * S * A * v),
    "uᵀS³u": form(S, S, S),
    "uᵀS²u · uᵀSu": form(S, S) * form(S),
    "tr S (uᵀSu)²": scalar(S) * form(S) ** 2,
    "tr S · uᵀS²v": scalar(S) * scalar(adjoint(u) * S * S * v),
    "tr S · tr S²": scalar(S) * scalar(S * S),
    "tr SASAᵀ": scalar(S * A * S * adjoint(A)),
    "tr SAS · uᵀAu/3 + 1": scalar(S * A * S) * form(A) / 3 + 1,
    "uᵀS³u · uᵀSu": form(S, S, S) * form(S),
    "tr S² · tr AS²": scalar(S * S) * scalar(A * S * S),
}


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("name", POLYNOMIALS)
def test_wishart_expectations_against_sums_over_entries(name: str, size: int) -> None:
    X, covariances = columns(size)
    sampled = explicit(POLYNOMIALS[name], {**VALUES, S: X * X.T / size})
    derived = explicit(wishart(POLYNOMIALS[name], S, Gamma, n), {**VALUES, Gamma: GAMMA}).subs(n, size)
    assert derived == entrywise(sampled, covariances)
    assert derived == explicit(wishart(POLYNOMIALS[name], S, Gamma, size), {**VALUES, Gamma: GAMMA})


def test_tokens_with_a_wishart_covariance_against_sums_over_entries() -> None:
    # q = Xz/√n with z ~ N(0, I_n) is N(0, S) given X; here q enters four times.
    size = 2
    X, covariances = columns(size)
    z = Matrix(symbols("z0 z1"))
    q = X * z
    sampled = (VALUES[u].T * q)[0] ** 2 * (q.T * X * X.T * q)[0] / Integer(size) ** 3
    known = {**covariances, **{frozenset((entry,)): Integer(1) for entry in z}}
    nested = wishart(expectation(adjoint(u) * x * adjoint(x) * u * adjoint(x) * S * x, S, x), S, Gamma, n)
    assert explicit(nested, {**VALUES, Gamma: GAMMA}).subs(n, size) == entrywise(sampled.expand(), known)


def same(first: Expr, second: Expr) -> bool:
    """Compare two rational functions of scalars and sizes in normal form."""
    return cancel(first - second) == 0


alpha, eta, tau = form(Gamma, Gamma), form(Gamma), scalar(Gamma)


@pytest.mark.parametrize(
    ("moment", "known"),
    [
        (form(S), eta),
        (form(S, S), (1 + 1 / n) * alpha + tau * eta / n),
        (form(S, S) * form(S), alpha * eta * (n + 2) * (n + 3) / n**2 + tau * eta**2 * (n + 2) / n**2),
        (scalar(S) * form(S) ** 2, (n + 2) * (n * tau * eta**2 + 4 * alpha * eta) / n**2),
        (scalar(S) ** 2, tau**2 + 2 * scalar(Gamma * Gamma) / n),
    ],
)
def test_known_moments_for_symbolic_dimension_and_size(moment: Expr, known: Expr) -> None:
    assert same(wishart(moment, S, Gamma, n), known)


def test_the_self_query_linear_head_is_a_moment_of_the_sample() -> None:
    # The query is any of the L keys: (1/L) Σ_q ‖q − Sμμᵀq‖² = tr (I − Sμμᵀ) S (I − μμᵀS), S = (1/L) Σ x xᵀ.
    outer = mu * adjoint(mu)
    risk = wishart(scalar((1 - S * outer) * S * (1 - outer * S)), S, Sigma, L)
    t, a, b = scalar(Sigma), scalar(adjoint(mu) * Sigma * Sigma * mu), scalar(adjoint(mu) * Sigma * mu)
    known = t - 2 * ((1 + 1 / L) * a + t * b / L) + a * b * (L + 2) * (L + 3) / L**2 + t * b**2 * (L + 2) / L**2
    assert same(risk, known)


def test_one_sample_in_one_dimension_has_the_moments_of_chi_square() -> None:
    moments = [wishart(scalar(S**k), S, Gamma, 1) for k in range(1, 6)]
    at_one = [m.subs({s: 1 for s in m.free_symbols if isinstance(s, Scalar)}) for m in moments]
    assert at_one == [prod(range(1, 2 * k, 2)) for k in range(1, 6)]


def test_what_has_no_sample_is_constant() -> None:
    assert wishart(scalar(A) + 2, S, Gamma, n) == scalar(A) + 2
    assert wishart(Integer(3), S, Gamma, n) == 3


@pytest.mark.parametrize("size", [0, -1, Rational(1, 2), 1.5, Fraction(3, 2), Symbol("m")])
def test_a_sample_size_that_is_not_one_is_refused(size: Expr) -> None:
    with pytest.raises(ValueError, match="sample size n must be"):
        wishart(scalar(S), S, Gamma, size)


@pytest.mark.parametrize(("sample", "covariance"), [(A, Gamma), (S, A), (S, S), (u, Gamma)])
def test_matrices_that_are_not_symmetric_or_the_same_are_refused(sample: Symbol, covariance: Symbol) -> None:
    with pytest.raises(ValueError, match="two symmetric matrices"):
        wishart(scalar(A), sample, covariance, n)


def test_a_word_is_not_taken_for_a_scalar() -> None:
    with pytest.raises(ValueError, match="not a polynomial in scalars"):
        wishart(S * S, S, Gamma, n)

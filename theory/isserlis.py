r"""Gaussian and Wishart expectations of words, exact for symbolic dimension and sample size.

Both are Isserlis' theorem, or integration by parts, $E\,x\,g(x) = \Gamma\,E\,\nabla g(x)$: an end of a chain that is a
Gaussian vector is joined by the covariance to every other end that is the same vector, one after the other.
``expectation`` takes words and returns a polynomial in scalars, ``wishart`` takes and returns such polynomials. So
products of scalars need no word of their own, and expectations nest: over the tokens of a prompt, given the covariance
$S$ that they have, and then over $S$, is ``wishart(expectation(word, S, x), S, Gamma, n)``.
"""

from collections.abc import Iterator, Sequence

from sympy import Add, Dummy, Expr, Integer, Symbol, adjoint, sympify

from .words import Chain, Letter, cut, product, scalar, terms, transposed


def expectation(expression: Expr, covariance: Symbol, *tokens: Symbol) -> Expr:
    r"""Return $E\,\mathrm{tr}(\text{expression})$ over independent centred Gaussian vectors, by Wick's pairings.

    All ``tokens`` have the same ``covariance``. Source: L. Isserlis, doi:10.1093/biomet/12.1-2.134. Worked value: for
    $x \sim N(0, \Sigma)$, $E\,x^\top x\,x^\top x = (\mathrm{tr}\,\Sigma)^2 + 2\,\mathrm{tr}\,\Sigma^2$.
    """
    mean = scalar(expression)
    for token in tokens:
        mean = Add(
            *(
                factor * product(paired)
                for factor, chains in terms(mean)
                for paired in _pairings(*_told_apart(chains, token), covariance)
            )
        )
    return mean


def wishart(polynomial: Expr, sample: Symbol, covariance: Symbol, n: Expr | int) -> Expr:
    r"""Return $E$ of a polynomial in scalars over the sample covariance $S = XX^\top/n$, wherever $S$ is a letter.

    ``sample``: $S$, $X$ is $d \times n$ with i.i.d. columns $N(0, \Gamma)$; ``covariance``: $\Gamma$; ``n``: the number
    of columns, a symbol or an integer ≥ 1. Every other letter is constant, and d is symbolic. The result is a
    polynomial in scalars without $S$.
    One $S$ after the other is written $x_a x_a^\top/n$, and its $x_a$ joined to the other end of the same $S$ (n equal
    terms) or to either end of another $S$, which then is of the sample a too; what is left of both is $S/n$.
    Errors: ``ValueError`` for what is not a polynomial in scalars (``scalar`` makes them of words), matrices that are
    not symmetric or the same, n < 1. Source: L. Isserlis, doi:10.1093/biomet/12.1-2.134.
    Worked value: $E\,u^\top S^2u = (1 + 1/n)\,u^\top\Gamma^2u + \mathrm{tr}\,\Gamma\;u^\top\Gamma u/n$.
    """
    size = sympify(n)
    if not size.is_positive or (size.is_number and not size.is_Integer):
        raise ValueError(f"the sample size n must be a positive symbol or an integer of at least 1, not {n!r}")
    if sample == covariance or not (sample.is_hermitian and covariance.is_hermitian):
        raise ValueError(f"S and its covariance must be two symmetric matrices, not {sample} and {covariance}")
    mean = sympify(polynomial)
    while any(sample in chain for _, chains in terms(mean) for chain in chains):
        mean = Add(
            *(
                factor * weight * product(joined)
                for factor, chains in terms(mean)
                for weight, joined in _by_parts(chains, sample, covariance, 1 / size)
            )
        )
    return mean


def _told_apart(chains: Sequence[Chain], token: Symbol) -> tuple[list[Chain], list[Symbol]]:
    """Give every end that is the token a name of its own; return the chains and these ends."""
    ends: list[Symbol] = []
    row = adjoint(token)

    def named(letter: Letter) -> Letter:
        if letter not in (token, row):
            return letter
        ends.append(Dummy("x", commutative=False))
        return ends[-1] if letter == token else adjoint(ends[-1])

    return [tuple(map(named, chain)) for chain in chains], ends


def _pairings(chains: list[Chain], ends: list[Symbol], covariance: Symbol) -> Iterator[list[Chain]]:
    """Yield, for every way to pair the ends, the chains joined by the covariance."""
    if not ends:
        yield chains
        return
    first, *others = ends
    for i, other in enumerate(others):
        yield from _pairings(_joined(chains, first, other, covariance), others[:i] + others[i + 1 :], covariance)


_A, _B, _C, _D = (Dummy(name, commutative=False) for name in "abcd")


def _by_parts(
    chains: list[Chain], sample: Symbol, covariance: Symbol, inverse_size: Expr
) -> Iterator[tuple[Expr, list[Chain]]]:
    """Integrate by parts over the first S: yield weights and chains with one S less; the chains if there is none."""
    samples = sum(chain.count(sample) for chain in chains)
    if not samples:
        yield Integer(1), chains
        return
    opened = _opened(chains, sample, 0, _A, _B)
    yield Integer(1), _joined(opened, _A, _B, covariance)
    for number in range(samples - 1):
        both = _opened(opened, sample, number, _C, _D)
        yield inverse_size, _joined(_joined(both, _A, _C, covariance), _B, _D, sample)
        yield inverse_size, _joined(_joined(both, _A, _D, covariance), _B, _C, sample)


def _opened(chains: list[Chain], sample: Symbol, number: int, left: Symbol, right: Symbol) -> list[Chain]:
    """Replace the S of that number by ``left`` · ``right``ᵀ, whereby its chain is cut open."""
    i, j = [(i, j) for i, chain in enumerate(chains) for j, letter in enumerate(chain) if letter == sample][number]
    parts = cut((*chains[i][:j], left, adjoint(right), *chains[i][j + 1 :]))
    return [*chains[:i], *parts, *chains[i + 1 :]]


def _joined(chains: list[Chain], first: Symbol, second: Symbol, link: Letter) -> list[Chain]:
    """Join two ends by a symmetric letter; the two ends of one chain close it to a trace."""
    head, rest = _ending(chains, first)
    if head[0] == adjoint(second):
        return [*rest, (link, *head[1:-1])]
    tail, rest = _ending(rest, second)
    return [*rest, (*head[:-1], link, *transposed(tail)[1:])]


def _ending(chains: list[Chain], end: Symbol) -> tuple[Chain, list[Chain]]:
    """Return the chain that has the end, turned so that it is the last letter, and the other chains."""
    row = adjoint(end)
    i = next(i for i, chain in enumerate(chains) if end == chain[-1] or row == chain[0])
    turned = chains[i] if chains[i][-1] == end else transposed(chains[i])
    return turned, [*chains[:i], *chains[i + 1 :]]

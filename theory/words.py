r"""Scalars built of vectors and matrices of symbolic dimension, brought to a normal form.

A *word* is a product of non-commuting letters such as $\mu^\top \Sigma\,\Sigma\,\mu$. A name in lower case is a
column vector, any other a matrix, a number a multiple of the identity; transposition is SymPy's ``adjoint`` (all
letters are real). Two words denote the same scalar for every dimension if one becomes the other by rotation under the
trace and by transposition, so the least word of that orbit is a normal form, and an identity between scalars becomes an
identity between polynomials.
"""

from collections.abc import Iterator
from typing import TypeAlias

from sympy import Add, Expr, Mul, Symbol
from sympy.functions.elementary.complexes import adjoint

Letter: TypeAlias = Expr
Chain: TypeAlias = tuple[Letter, ...]  # u' W v read as (u', …, v); a closed chain (no vectors) is a trace

DIMENSION = Symbol("d", positive=True, integer=True)


def vector(name: str) -> Symbol:
    """Return the column vector ``name`` (lower case); ``ValueError`` otherwise."""
    _refuse_marks(name)
    if not name[:1].islower():
        raise ValueError(f"a vector's name is in lower case, not {name!r}")
    return Symbol(name, commutative=False)


def matrix(name: str, *, symmetric: bool = False) -> Symbol:
    """Return the matrix ``name`` (not in lower case), equal to its transpose if ``symmetric``."""
    _refuse_marks(name)
    if name[:1].islower():
        raise ValueError(f"a matrix's name is not in lower case, as {name!r} is")
    return Symbol(name, commutative=False, hermitian=True if symmetric else None)


def _refuse_marks(name: str) -> None:
    if set(name) & set("ᵀ·()"):
        raise ValueError(f"a letter's name may not hold the marks ᵀ · ( ), as {name!r} does")


def scalar(expression: Expr) -> Expr:
    r"""Return the trace of ``expression`` as a polynomial in commuting symbols, one for each chain.

    Errors: ``ValueError`` for a word that is not a scalar. Worked value: the trace of $\Sigma\mu\mu^\top\Sigma$ and the
    scalar $\mu^\top\Sigma\Sigma\mu$ are the same symbol.
    """
    return Add(*(factor * _product(chains) for factor, chains in _words(expression)))


def expectation(expression: Expr, covariance: Symbol, *tokens: Symbol) -> Expr:
    r"""Return $E\,\mathrm{tr}(\text{expression})$ over independent centred Gaussian vectors, by Wick's pairings.

    All ``tokens`` have the same ``covariance``. Source: L. Isserlis, doi:10.1093/biomet/12.1-2.134. Worked value: for
    $x \sim N(0, \Sigma)$, $E\,x^\top x\,x^\top x = (\mathrm{tr}\,\Sigma)^2 + 2\,\mathrm{tr}\,\Sigma^2$.
    """
    return Add(
        *(
            factor * _product(pairing)
            for factor, chains in _words(expression)
            for pairing in _pairings(chains, covariance, tokens)
        )
    )


def _words(expression: Expr) -> Iterator[tuple[Expr, list[Chain]]]:
    """Yield the factor and the chains of every term."""
    for term in Add.make_args(expression.expand()):
        commuting, powers = term.args_cnc()
        factor = Mul(*commuting)
        if not factor.is_real:  # else transposition would conjugate it
            raise ValueError(f"the symbols of the factor {factor} have to be declared real")
        letters: list[Letter] = []
        for base, power in (p.as_base_exp() for p in powers):
            if not (power.is_Integer and power > 0 and isinstance(base, Symbol | adjoint)):
                raise ValueError(f"a word is made of letters and their positive powers, not of {base**power}")
            letters += [base] * int(power)
        yield factor, _chains(tuple(letters))


def _is_column(letter: Letter) -> bool:
    return isinstance(letter, Symbol) and letter.name[0].islower()


def _is_row(letter: Letter) -> bool:
    return _is_column(adjoint(letter))


def _chains(word: Chain) -> list[Chain]:
    """Cut a cyclic word between every column and the row that follows it."""
    if any(_is_row(letter) != _is_column(word[i - 1]) for i, letter in enumerate(word)):
        raise ValueError(f"not a scalar: {_spell(word)}")
    rows = [i for i, letter in enumerate(word) if _is_row(letter)]
    if not rows:
        return [word]
    return [(word + word)[i:j] for i, j in zip(rows, [*rows[1:], rows[0] + len(word)], strict=True)]


def _transpose(chain: Chain) -> Chain:
    return tuple(adjoint(letter) for letter in reversed(chain))


def _pairings(chains: list[Chain], covariance: Symbol, tokens: tuple[Symbol, ...]) -> Iterator[list[Chain]]:
    """Yield, for every way to pair the ends that are the same token, the chains joined by the covariance."""
    if not tokens:
        yield chains
        return
    token, row = tokens[0], adjoint(tokens[0])
    first = next((c for c in chains if c and (c[-1] == token or c[0] == row)), None)
    if first is None:
        yield from _pairings(chains, covariance, tokens[1:])
        return
    rest = list(chains)
    rest.remove(first)
    head = first if first[-1] == token else _transpose(first)
    if head[0] == row:  # the two ends of one chain close it to a trace
        yield from _pairings([*rest, (covariance, *head[1:-1])], covariance, tokens)
    for i, other in enumerate(rest):
        for tail in (other, _transpose(other)):
            if tail and tail[0] == row:
                joined = (*head[:-1], covariance, *tail[1:])
                yield from _pairings([*rest[:i], *rest[i + 1 :], joined], covariance, tokens)


def _product(chains: list[Chain]) -> Expr:
    return Mul(*map(_symbol, chains))


def _symbol(chain: Chain) -> Expr:
    if not chain:  # the trace of the identity
        return DIMENSION
    if _is_row(chain[0]):
        return Symbol(min(_spell(chain), _spell(_transpose(chain))))
    rotations = (c[i:] + c[:i] for c in (chain, _transpose(chain)) for i in range(len(c)))
    return Symbol(f"tr({min(map(_spell, rotations))})")


def _spell(chain: Chain) -> str:
    return "·".join(c.name if isinstance(c, Symbol) else f"{adjoint(c).name}ᵀ" for c in chain)

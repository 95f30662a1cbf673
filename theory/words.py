r"""Scalars built of vectors and matrices of symbolic dimension, brought to a normal form.

A *word* is a product of non-commuting letters such as $\mu^\top \Sigma\,\Sigma\,\mu$. A name in lower case is a
column vector, any other a matrix, a number a multiple of the identity; transposition is SymPy's ``adjoint`` (all
letters are real). Two words denote the same scalar for every dimension if one becomes the other by rotation under the
trace and by transposition, so the least word of that orbit is a normal form, and an identity between scalars becomes an
identity between polynomials.
"""

from collections.abc import Iterable, Iterator
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


class Scalar(Symbol):
    r"""A chain in normal form: a real commuting symbol that knows its letters, as $\mu^\top\Sigma\mu$.

    Polynomials in scalars are what ``scalar`` and the expectations of ``theory.isserlis`` return, and what an
    expectation over a matrix takes. What is substituted for a scalar has no letters: substitute last.
    """

    __slots__ = ("chain",)

    chain: Chain

    def __new__(cls, chain: Chain) -> "Scalar":
        """Return the symbol of a chain that is not empty; its name is the same for all forms of the chain."""
        closed = not _is_row(chain[0])
        forms = [c[i:] + c[:i] for c in (chain, transposed(chain)) for i in (range(len(c)) if closed else (0,))]
        least = min(forms, key=_spell)
        self = Symbol.__xnew__(cls, f"tr({_spell(least)})" if closed else _spell(least), real=True)
        self.chain = least
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[Chain], dict[str, bool]]:
        """Return what a copy is made of."""
        return (self.chain,), {}


def scalar(expression: Expr) -> Expr:
    r"""Return the trace of ``expression`` as a polynomial in scalars, one symbol for each chain.

    Errors: ``ValueError`` for a word that is not a scalar. Worked value: the trace of $\Sigma\mu\mu^\top\Sigma$ and the
    scalar $\mu^\top\Sigma\Sigma\mu$ are the same symbol.
    """
    return Add(*(factor * product(chains) for factor, chains in _words(expression)))


def product(chains: Iterable[Chain]) -> Expr:
    """Return the product of chains as a monomial in scalars. Worked value: the empty chain is tr I, the symbol d."""
    return Mul(*(Scalar(chain) if chain else DIMENSION for chain in chains))


def terms(polynomial: Expr) -> Iterator[tuple[Expr, list[Chain]]]:
    r"""Yield the factor and the chains of every term of a polynomial in scalars.

    Errors: ``ValueError`` for what is not a polynomial in scalars, as a word of which ``scalar`` was not taken.
    Worked value: $2 (\mathrm{tr}\,\Sigma)^2/n$ has one term, of the factor $2/n$ and the chains Σ and Σ.
    """
    for term in Add.make_args(polynomial.expand()):
        factors, chains = [], []
        for factor in Mul.make_args(term):
            base, power = factor.as_base_exp()
            if isinstance(base, Scalar) and power.is_Integer and power > 0:
                chains += [base.chain] * int(power)
            elif factor.has(Scalar) or not factor.is_commutative:
                raise ValueError(f"not a polynomial in scalars, as scalar() makes them of words: {factor}")
            else:
                factors.append(factor)
        yield Mul(*factors), chains


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
        yield factor, cut(tuple(letters))


def _is_column(letter: Letter) -> bool:
    return isinstance(letter, Symbol) and letter.name[0].islower()


def _is_row(letter: Letter) -> bool:
    return _is_column(adjoint(letter))


def cut(word: Chain) -> list[Chain]:
    r"""Return the chains of a cyclic word, which is cut between a column and the row that follows it.

    Errors: ``ValueError`` unless every column is followed by a row and every row preceded by a column.
    Worked value: $v\,u^\top A$ is cut to the one chain $u^\top A\,v$.
    """
    if any(_is_row(letter) != _is_column(word[i - 1]) for i, letter in enumerate(word)):
        raise ValueError(f"not a scalar: {_spell(word)}")
    rows = [i for i, letter in enumerate(word) if _is_row(letter)]
    if not rows:
        return [word]
    return [(word + word)[i:j] for i, j in zip(rows, [*rows[1:], rows[0] + len(word)], strict=True)]


def transposed(chain: Chain) -> Chain:
    """Return the transpose of a chain, which is the same scalar. Worked value: that of u'Av is v'A'u."""
    return tuple(adjoint(letter) for letter in reversed(chain))


def _spell(chain: Chain) -> str:
    return "·".join(c.name if isinstance(c, Symbol) else f"{adjoint(c).name}ᵀ" for c in chain)

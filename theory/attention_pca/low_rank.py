r"""Heads of rank r and the full interaction: where PCA comes from, and where it is lost.

The interaction is $A = UU^\top$ with $U \in \mathbb{R}^{d\times r}$, and the infinite-prompt limit of either head is
$T(q) = \Sigma A^\top q$.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from sympy import Expr, Symbol, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, exact
from ..exact import Number
from ..isserlis import expectation
from ..words import matrix, scalar, vector

Sigma = matrix("Σ", symmetric=True)
U, V, W, K = map(matrix, ("U", "V", "W", "K"))
_q = vector("q")

trace, captured, quartic = symbols("t tr(C) tr(BC)", positive=True)

RISK: Expr = trace - 2 * captured + quartic
r"""The risk with $B = U^\top\Sigma U$ and $C = U^\top\Sigma^2U$."""

VALUE: Expr = trace - captured
r"""The risk where $U$ is stationary; there $C$ is similar to the diagonal matrix of the eigenvalues that it selects."""


def _risk(head: Expr) -> Expr:
    """Return E‖q − Kq‖² for a matrix word K."""
    error = _q - head * _q
    return expectation(adjoint(error) * error, Sigma, _q)


def _risk_at(point: Expr) -> Expr:
    first, second = adjoint(point) * Sigma * point, adjoint(point) * Sigma * Sigma * point
    chains = {trace: scalar(Sigma), captured: scalar(second), quartic: scalar(first * second)}
    return RISK.subs(chains, simultaneous=True)


def _general_limit() -> Step:
    return argument(
        "By A1.1 both heads tend to T(q) = ΣAᵀq, and the infinite-prompt objective is the risk of that limit."
    )


def derivation() -> Derivation:
    """Derive objective, stationary points and minimisers of the head of rank r."""
    s = Symbol("s", real=True)
    ci, cj, bij = symbols("c_i c_j b_ij")
    gradient = -4 * Sigma * Sigma * U + 2 * Sigma * Sigma * U * _B() + 2 * Sigma * U * _C()
    return Derivation(
        result="R(U) = t − 2 tr C + tr BC; stationary iff the column space of U is invariant under Σ and UᵀΣU = I on "
        "it; minimum Σ_{k>r} λ_k at UUᵀ = V_rΛ_r⁻¹V_rᵀ, unique iff λ_r > λ_{r+1}",
        steps=(
            _general_limit(),
            exact(
                "E‖q − ΣUUᵀq‖² = t − 2 tr(UᵀΣ²U) + tr(UᵀΣU UᵀΣ²U)",
                _risk(Sigma * U * adjoint(U)),
                _risk_at(U),
            ),
            exact(
                "d/ds at s = 0 of R(U + sV) is tr VᵀG with G = −4Σ²U + 2Σ²UB + 2ΣUC",
                _risk_at(U + s * V).expand().diff(s).subs(s, 0),
                scalar(adjoint(V) * gradient),
            ),
            argument(
                "Σ ≻ 0. R depends on UUᵀ only, so U may have full column rank (of a smaller rank otherwise: U = U'O "
                "with OOᵀ = I, and G = 0 implies the same equation for U'). Then B ≻ 0 and C ≻ 0."
            ),
            exact(
                "tr WᵀUᵀG = 2 tr Wᵀ[(B − 1)C + C(B − 1)] for every W: at a stationary point (B − 1)C + C(B − 1) = 0",
                scalar(adjoint(W) * adjoint(U) * gradient),
                scalar(2 * adjoint(W) * ((_B() - 1) * _C() + _C() * (_B() - 1))),
            ),
            exact(
                "where C is diagonal, the entries of (B − 1)C + C(B − 1) are (c_i + c_j)(B − 1)_ij",
                bij * cj + ci * bij,
                (ci + cj) * bij,
            ),
            argument(
                "c_i + c_j > 0, so B = 1. Then G = 0 reads Σ(UC − ΣU) = 0, that is ΣU = UC: the column space is "
                "invariant under Σ. Conversely ΣU = UC and B = 1 give G = 0. Rotated so that C is diagonal, the "
                "columns of U are v_k/√λ_k for a set of eigenvectors, with the eigenvalues λ_k in C."
            ),
            exact(
                "at B = 1 the value is t − tr C",
                RISK.subs(quartic, captured),
                VALUE,
            ),
            argument(
                "ΣUUᵀ has rank at most r, and E‖q − Kq‖² = ‖Σ^½ − KΣ^½‖² (Frobenius), so by the theorem of Eckart and "
                "Young (doi:10.1007/BF02288367) R ≥ Σ_{k>r} λ_k, with equality iff KΣ^½ is a best approximation of "
                "rank r of Σ^½, which is unique iff λ_r > λ_{r+1} (with λ_{d+1} = 0). V_rΛ_r^½V_rᵀ is one; as Σ ≻ 0 it "
                "means UUᵀ = V_rΛ_r⁻¹V_rᵀ, which is stationary with tr C = λ_1 + … + λ_r."
            ),
        ),
    )


def full_derivation() -> Derivation:
    """Derive that the unconstrained interaction reconstructs every query."""
    return Derivation(
        result="min over A of R = 0, attained exactly at A = Σ⁻¹, where T(q) = q",
        steps=(
            _general_limit(),
            exact(
                "E‖q − Kq‖² = tr (1 − K)Σ(1 − K)ᵀ with K = ΣAᵀ",
                _risk(K),
                scalar((1 - K) * Sigma * adjoint(1 - K)),
            ),
            argument(
                "It is ≥ 0, being an expectation of a square, and as Σ ≻ 0 it vanishes iff 1 − K = 0, iff A = Σ⁻¹. The "
                "minimiser has full rank, T is the identity and no direction is preferred: what makes A1.4 and A1.6 "
                "select leading eigenvectors is the rank."
            ),
        ),
    )


def _B() -> Expr:
    return adjoint(U) * Sigma * U


def _C() -> Expr:
    return adjoint(U) * Sigma * Sigma * U


def selected(spectrum: Iterable[Number], chosen: Iterable[int]) -> Fraction:
    r"""Return the risk $t - \sum_{k\in S} \lambda_k$ where the columns of U are $v_k/\sqrt{\lambda_k}$, k in S.

    ``spectrum``: the d eigenvalues of Σ, positive and descending; ``chosen``: S, different numbers from 1 to d;
    ``ValueError`` otherwise. Source: arXiv:2605.18315 (reconstruction). Worked value: (3, 2, 1), S = {1, 3} gives 2.
    """
    eigenvalues, numbers = _positive(spectrum), list(chosen)
    if len(set(numbers)) != len(numbers) or not set(numbers) <= set(range(1, len(eigenvalues) + 1)):
        raise ValueError(f"the chosen eigenvectors must be different numbers from 1 to {len(eigenvalues)}")
    kept = sum((eigenvalues[k - 1] for k in numbers), Fraction(0))
    return exactly.evaluate(VALUE, {trace: sum(eigenvalues, Fraction(0)), captured: kept})


def risk(spectrum: Iterable[Number], columns: Sequence[Sequence[Number]]) -> Fraction:
    r"""Return the risk of $A = UU^\top$, exactly, by evaluating ``RISK``.

    ``spectrum``: the d eigenvalues of Σ, descending; ``columns``: the r columns of U, d coordinates each along the
    eigenvectors; ``ValueError`` for a spectrum that is not one, or another length. Source: arXiv:2605.18315
    (reconstruction). Worked value: spectrum (2, 1), the one column (1, 1) gives 8.
    """
    eigenvalues = exactly.spectrum(spectrum)
    vectors = [exactly.vector(column, "columns", length=len(eigenvalues)) for column in columns]

    def form(power: int) -> list[list[Fraction]]:
        weights = [value**power for value in eigenvalues]
        return [[sum((w * x * y for w, x, y in zip(weights, u, v, strict=True)), Fraction(0)) for v in vectors]
                for u in vectors]  # fmt: skip

    first, second = form(1), form(2)
    both = sum((x * y for u, v in zip(first, second, strict=True) for x, y in zip(u, v, strict=True)), Fraction(0))
    kept = sum((second[i][i] for i in range(len(vectors))), Fraction(0))
    return exactly.evaluate(RISK, {trace: sum(eigenvalues, Fraction(0)), captured: kept, quartic: both})


def full_risk(spectrum: Iterable[Number], interaction: Sequence[Sequence[Number]]) -> Fraction:
    r"""Return the risk of any interaction A, $\mathrm{tr}\,(1 - \Sigma A^\top)\Sigma(1 - \Sigma A^\top)^\top$, exactly.

    ``interaction``: the d rows of A along the eigenvectors; else as ``risk``. Worked value: spectrum (2, 1) and A = 0
    give 3, A = diag(1/2, 1) gives 0.
    """
    eigenvalues = exactly.spectrum(spectrum)
    rows = [exactly.vector(row, "interaction", length=len(eigenvalues)) for row in interaction]
    return sum(
        (
            weight * ((i == k) - eigenvalues[i] * rows[k][i]) ** 2  # (ΣAᵀ)_ik = λ_i A_ki
            for k, weight in enumerate(eigenvalues)
            for i in range(len(eigenvalues))
        ),
        Fraction(0),
    )


def minimum(spectrum: Iterable[Number], rank: int) -> Fraction:
    r"""Return the least risk of a head of rank r, $\sum_{k>r}\lambda_k$, exactly.

    ``spectrum`` as for ``selected``; ``rank``: r from 1 to d; ``ValueError`` otherwise. Worked value: (3, 2, 1), r = 2
    gives 1.
    """
    eigenvalues = _positive(spectrum)
    return selected(eigenvalues, range(1, _rank(rank, eigenvalues) + 1))


def minimiser(spectrum: Iterable[Number], rank: int) -> list[Fraction]:
    r"""Return the diagonal of the minimiser $UU^\top = V_r\Lambda_r^{-1}V_r^\top$ in the eigenbasis, exactly.

    Shapes and errors as ``minimum``; unique if $\lambda_r > \lambda_{r+1}$. Worked value: (4, 2, 1), r = 2 gives
    (1/4, 1/2, 0).
    """
    eigenvalues = _positive(spectrum)
    kept = _rank(rank, eigenvalues)
    return [1 / value if k < kept else Fraction(0) for k, value in enumerate(eigenvalues)]


def _positive(spectrum: Iterable[Number]) -> list[Fraction]:
    eigenvalues = exactly.spectrum(spectrum)
    if eigenvalues[-1] == 0:
        raise ValueError("spectrum must be positive: v/√λ does not exist at λ = 0")
    return eigenvalues


def _rank(rank: int, eigenvalues: list[Fraction]) -> int:
    if not (isinstance(rank, int) and 1 <= rank <= len(eigenvalues)):
        raise ValueError(f"rank r must be an integer from 1 to d = {len(eigenvalues)}, not {rank!r}")
    return rank

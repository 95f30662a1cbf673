r"""Risks of degree four in μ that are functions of $t$, $a$ and $b$: stationary points, minimum and Hessian.

With $t = \mathrm{tr}\,\Sigma$, $a = \mu^\top\Sigma^2\mu$ and $b = \mu^\top\Sigma\mu$, every risk of the linear head is
$R = t - 2(c_1a + c_2tb) + c_3ab + c_4tb^2$, with coefficients that depend on the sizes alone: in an infinite prompt
$(1, 0, 1, 0)$. Whatever $\Sigma \succeq 0$ and $d$, the stationary points follow from
$c_1, c_3 > 0$, $c_2, c_4 \ge 0$ and $2c_1c_4 \ge c_2c_3$.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sympy import Expr, symbols

from .. import exact as exactly
from ..exact import Number
from .gradient import eigenvalue
from .objective import a, b, invariants, t

other = symbols("κ", positive=True)

Sizes = Mapping[Expr, int]
Values = dict[Expr, Fraction | int]


@dataclass(frozen=True)
class Quartic:
    r"""The risk $t - 2(c_1a + c_2tb) + c_3ab + c_4tb^2$, given by its coefficients."""

    c1: Expr
    c2: Expr
    c3: Expr
    c4: Expr

    @property
    def risk(self) -> Expr:
        """The risk in t, a and b."""
        return t - 2 * (self.c1 * a + self.c2 * t * b) + self.c3 * a * b + self.c4 * t * b**2

    @property
    def bracket(self) -> Expr:
        r"""What vanishes, at a stationary point, for every λ > 0 in whose eigenspace μ has a part."""
        return eigenvalue * (self.c3 * b - 2 * self.c1) + self.c3 * a + 2 * self.c4 * t * b - 2 * self.c2 * t

    @property
    def gain(self) -> Expr:
        """Half the slope of −R in b at 0, where a = λb."""
        return self.c1 * eigenvalue + self.c2 * t

    @property
    def cost(self) -> Expr:
        """The coefficient of b² where a = λb."""
        return self.c3 * eigenvalue + self.c4 * t

    @property
    def squared_norm(self) -> Expr:
        """‖μ‖² of the stationary points in the eigenspace of λ."""
        return self.gain / (eigenvalue * self.cost)

    @property
    def value(self) -> Expr:
        """The risk there."""
        return t - self.gain**2 / self.cost

    @property
    def margin(self) -> Expr:
        """What must not be negative: then stationary points are eigenvectors, and the top one is best."""
        return 2 * self.c1 * self.c4 - self.c2 * self.c3

    @property
    def across(self) -> Expr:
        """The curvature there along a unit eigenvector of another eigenvalue κ, or orthogonal to μ at κ = λ."""
        return 2 * other * (eigenvalue - other) * (self.c1 * self.c3 * eigenvalue + self.margin * t) / self.cost

    @property
    def along(self) -> Expr:
        """The curvature there along μ."""
        return 8 * eigenvalue * self.gain

    @property
    def at_zero(self) -> Expr:
        """The curvature at 0 along a unit eigenvector of the eigenvalue λ."""
        return -4 * eigenvalue * self.gain


GENERAL = Quartic(*symbols("c_1 c_2 c_3 c_4", positive=True))
"""The risk with symbols for its coefficients."""


def risk(form: Quartic, spectrum: Iterable[Number], parameter: Iterable[Number], sizes: Sizes) -> Fraction:
    r"""Return the risk at μ exactly, by evaluating ``form.risk``.

    ``spectrum``: the d eigenvalues of Σ, descending; ``parameter``: the d coordinates of μ along the eigenvectors;
    ``sizes``: the values of the symbols in the coefficients, integers of at least 1. ``ValueError`` otherwise.
    Worked value: coefficients (1, 0, 1, 0), spectrum (2, 1), μ = (1, 1) gives 3 − 10 + 15 = 8.
    """
    known: Values = dict(zip((t, a, b), invariants(spectrum, parameter), strict=True))
    return exactly.evaluate(form.risk, {**known, **_checked(sizes)})


def points(form: Quartic, spectrum: Iterable[Number], sizes: Sizes) -> list[tuple[Fraction, Fraction]]:
    r"""Return the risk and $\lVert\mu\rVert^2$ at the stationary points along $v_1, v_2, \dots$, exactly.

    There is none where $\lambda_k = 0$. Arguments and errors as ``risk``; ``ValueError`` if Σ = 0.
    Worked value: coefficients (1, 0, 1, 0), spectrum (2, 1) gives [(1, 1/2), (2, 1)].
    """
    eigenvalues = exactly.spectrum(spectrum)
    if eigenvalues[0] == 0:
        raise ValueError("spectrum must have a positive eigenvalue: at Σ = 0 the risk is 0 everywhere")
    known: Values = {t: sum(eigenvalues, Fraction(0)), **_checked(sizes)}
    at = [{**known, eigenvalue: value} for value in eigenvalues if value > 0]
    return [(exactly.evaluate(form.value, here), exactly.evaluate(form.squared_norm, here)) for here in at]


def curvatures(form: Quartic, spectrum: Iterable[Number], k: int, sizes: Sizes) -> list[Fraction]:
    r"""Return the curvatures along $v_1, \dots, v_d$ at the stationary point along $v_k$, exactly; at 0 for k = 0.

    Arguments and errors as ``risk``; ``ValueError`` unless 0 ≤ k ≤ d and, for k ≥ 1, $\lambda_k > 0$.
    Worked value: coefficients (1, 0, 1, 0), spectrum (2, 1) gives [−4, 8] at k = 2.
    """
    eigenvalues = exactly.spectrum(spectrum)
    if not 0 <= k <= len(eigenvalues) or (k and eigenvalues[k - 1] == 0):
        raise ValueError(f"k must be 0 or the number of a positive eigenvalue of {len(eigenvalues)}, not {k}")
    known: Values = {t: sum(eigenvalues, Fraction(0)), **_checked(sizes)}
    if k == 0:
        return [exactly.evaluate(form.at_zero, {**known, eigenvalue: value}) for value in eigenvalues]
    chosen = {**known, eigenvalue: eigenvalues[k - 1]}
    return [
        exactly.evaluate(form.along if j == k else form.across, {**chosen, other: value})
        for j, value in enumerate(eigenvalues, start=1)
    ]


def _checked(sizes: Sizes) -> dict[Expr, int]:
    return {symbol: exactly.count(size, f"size {symbol}") for symbol, size in sizes.items()}

r"""Fredholm determinants of the operator with the kernel Ai(s + x + y) on L²(0, ∞), with a bound of every error.

$B_s$ is symmetric, $\pm B_s$ give all three Tracy–Widom laws: ``tracy_widom``. The determinant of the $m \times m$
matrix of Gauss and Legendre's quadrature on (0, L) *is* that of an operator of rank m, and what is lost is bounded in
the trace norm: ``certificate``.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

from flint import arb, arb_mat, ctx
from sympy import I, expand_complex, symbols

from ..derivation import Step, argument, definition, exact

_MOST = 400  # nodes


class TooCoarseError(ArithmeticError):
    """Precision or nodes do not suffice for a bound; more of them may."""


@contextmanager
def bits(number: int) -> Iterator[None]:
    """Compute with that many bits, and as before afterwards."""
    before = ctx.prec
    ctx.prec = number
    try:
        yield
    finally:
        ctx.prec = before


def middle(ball: arb) -> Fraction:
    """Return the middle of a ball. Worked value: 7/2 ± 1 gives 7/2."""
    mantissa, exponent = ball.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


@dataclass(frozen=True)
class Rule:
    """How many nodes on (0, L), and the trace norm of what they leave out."""

    nodes: int
    length: arb
    tail: arb
    interpolation: arb


def airy_bound(x: arb, y: arb, tau: arb) -> arb:
    r"""Return $e^{\tau^3/3 - \tau x + y^2/4\tau}/2\sqrt{\pi\tau}$, which is at least $|{\rm Ai}(x + iy)|$ for τ > 0.

    Source: the integral of Airy along Im t = τ. Worked value: x = 0, y = 0, τ = 0.8 gives 0.374 ≥ Ai(0) = 0.355.
    """
    return (tau**3 / 3 - tau * x + y**2 / (4 * tau)).exp() / (2 * (arb.pi() * tau).sqrt())


def tail_bound(z: arb) -> arb:
    r"""Return a bound of the trace norm of $B_s(1 - P_L)$, z = s + L ≥ 4, $P_L$ the projection on L²(0, L).

    ``ValueError`` for smaller z. Worked value: z = 4 gives 4.4e-4.
    """
    if not z >= 4:
        raise ValueError(f"the bound needs s + L ≥ 4, not {z}")
    root = z.sqrt()
    rate = root - 1 / z
    return z.airy_ai() * (root + 1 / z) * (arb.pi() / 8).sqrt() / rate**2


def interpolation_bound(s: arb, length: arb, nodes: int, rho: arb, tau: arb) -> arb:
    r"""Return a bound of the trace norm of $P_LB_sP_L$ less its interpolation at the nodes, for any ρ > 1, τ > 0."""
    a, b = (rho + 1 / rho) / 2, (rho - 1 / rho) / 2
    peak = airy_bound(s + length / 2, length * b / 2, tau) * (tau**3 * (a / b) ** 2).exp()
    return 8 * length * peak * rho ** (-nodes) / (1 - 1 / rho)


def certificate() -> tuple[Step, ...]:
    """Return the steps that bound what the determinant of the quadrature loses."""
    u, tau, x, y, L, a, b, c, z, Ai, slope = symbols("u τ x y L a b c z Ai Ai'", real=True)
    t = u + I * tau
    phase = expand_complex(I * (t**3 / 3 + (x + I * y) * t)).as_real_imag()[0]
    height = (L * b) ** 2 / (16 * tau)
    return (
        definition(
            "B_s: the kernel Ai(s + x + y) on L²(0, ∞). P_L: the projection on L²(0, L). x_i, w_i: nodes and weights "
            "of Gauss and Legendre on (0, L), i = 1, …, m. I: interpolation there by polynomials of degree < m. "
            "B̃: the kernel I_x I_y Ai(s + x + y) on L²(0, L). M_ij = √(w_i w_j) Ai(s + x_i + x_j). σ = ±1."
        ),
        argument(
            "The quadrature is exact for degree 2m − 1, so Lagrange's polynomials over √w_i are orthonormal: in them "
            "B̃ is the matrix M. Hence det(1 − σB̃) = det(1 − σM), and the norm of (1 − σB̃)⁻¹ is the larger of 1 "
            "and that of (1 − σM)⁻¹. Likewise ‖If‖² = Σ w_i f(x_i)² ≤ L max|f|²."
        ),
        argument(
            "With E = B_s − B̃ and N = ‖(1 − σB̃)⁻¹‖: det(1 − σB_s) = det(1 − σM) det(1 − σ(1 − σB̃)⁻¹E), and "
            "|det(1 − X) − 1| ≤ e^‖X‖₁ − 1, so the relative error is at most e^(N‖E‖₁) − 1."
        ),
        exact(
            "Re i(t³/3 + (x + iy)t) at t = u + iτ is τ³/3 − τx + y²/4τ − τ(u + y/2τ)²",
            phase,
            tau**3 / 3 - tau * x + y**2 / (4 * tau) - tau * (u + y / (2 * tau)) ** 2,
        ),
        argument(
            "Airy's integral over Im t = τ > 0 so bounds |Ai(x + iy)| by e^(τ³/3 − τx + y²/4τ)/2√(πτ). For y in (0, "
            "L) replaced by L(1 + η)/2, η on the ellipse with the foci ±1 and the half axes a, b = (ρ ± 1/ρ)/2, with "
            "c = cos of its angle: x ≥ s + L/2 + Lac/2, y² = L²b²(1 − c²)/4."
        ),
        exact(
            "−τLac/2 + L²b²(1 − c²)/16τ = L²b²/16τ + τ³a²/b² − (L²b²/16τ)(c + 4aτ²/Lb²)²",
            -tau * L * a * c / 2 + height * (1 - c**2),
            height + tau**3 * a**2 / b**2 - height * (c + 4 * a * tau**2 / (L * b**2)) ** 2,
        ),
        argument(
            "So |Ai(s + x + y)| ≤ M_ρ = exp(τ³/3 − τ(s + L/2) + L²b²/16τ + τ³a²/b²)/2√(πτ) for x in (0, L) and y on "
            "the ellipse. Chebyshev's coefficients in y are at most 2M_ρ ρ^(−j); I is exact for j < m, and "
            "‖(1 − I)T_j‖ ≤ 2√L. As a sum of operators of rank one, the kernel less its interpolation in y has a trace "
            "norm ≤ 4L M_ρ ρ^(−m)/(1 − 1/ρ); the interpolation in x, of what is interpolated in y, loses as much."
        ),
        exact(
            "d/dz (Ai'² − zAi²) = −Ai², as Ai'' = zAi",
            2 * slope * z * Ai - Ai**2 - 2 * z * Ai * slope,
            -(Ai**2),
        ),
        argument(
            "Ai'² − zAi² tends to 0, so it is positive: −Ai'/Ai ≥ √z. So for z = s + L ≥ 4, r = √z and v ≥ 0: "
            "Ai(z + v) ≤ Ai(z)e^(−rv), and |Ai'(z + v)| = ∫ tAi(t) dt over t > z + v ≤ Ai(z)e^(−rv)(r + v/r + 1/r²) ≤ "
            "Ai(z)(r + 1/r²)e^(−κv), κ = r − 1/r²."
        ),
        argument(
            "B_s(1 − P_L) = −∫_L^∞ Ai'(s + t + ·) ⊗ 1_(L, t) dt has a trace norm ≤ ∫_L^∞ ‖Ai'(s + t + ·)‖ √(t − L) dt "
            "≤ Ai(z)(r + 1/r²)(π/8)^½/κ², and B_s − P_L B_s P_L at most twice that."
        ),
    )


def slopes() -> tuple[Step, ...]:
    """Return the steps that give the derivative of the determinants, with its error."""
    return (
        argument(
            "tr B_s^k is the integral of ΠAi(u_i + u_(i+1)) over u in (s/2, ∞)^k, so its derivative in s is −(k/2) "
            "B_s^k(0, 0). With log det(1 − σB_s) = −Σ σ^k tr B_s^k/k, for small B_s and then all s by continuation: "
            "d/ds log det(1 − σB_s) = (σ/2)[(1 − σB_s)⁻¹B_s](0, 0) = (σ/2)(Ai(s) + σ⟨b, (1 − σB_s)⁻¹b⟩), b = Ai(s + ·)."
        ),
        argument(
            "With b̃ = I P_L b, whose coordinates are √w_i Ai(s + x_i), and N‖E‖₁ < 1: ‖(1 − σB_s)⁻¹‖ ≤ N/(1 − N‖E‖₁), "
            "and (1 − σB_s)⁻¹ − (1 − σB̃)⁻¹ = σ(1 − σB_s)⁻¹E(1 − σB̃)⁻¹. ‖b − b̃‖ is at most 8LM_ρ ρ^(−m)/(1 − 1/ρ), as "
            "L ≥ 1/4, plus Ai(z)/√(2√z), z = s + L."
        ),
    )


@cache
def _nodes(count: int, precision: int) -> tuple[tuple[arb, arb], ...]:
    with bits(precision):
        return tuple(arb.legendre_p_root(count, k, weight=True) for k in range(count))


def rule(s: arb, precision: int) -> Rule:
    """Return nodes and length whose bounds are both below 2^−precision, as balls of the present working precision.

    ``ValueError`` if that takes more than 400 nodes. Worked value: s = −2 and 100 bits take 92 nodes.
    """
    near = float(s.mid())
    length = next(k / 2 for k in range(1, 10**4) if k / 2 + near > 4.5 and _log_tail(k / 2 + near) < -precision)
    for nodes in range(8, _MOST, 4):
        exponent, rho, tau = min(_log_interpolation(near, length, nodes, tau) for tau in _TAUS)
        if exponent < -precision:
            ball = arb(length)
            return Rule(nodes, ball, tail_bound(s + ball), interpolation_bound(s, ball, nodes, arb(rho), arb(tau)))
    raise ValueError(f"s = {near} to {precision} bits needs more than {_MOST} nodes")


_TAUS = tuple(k / 2 for k in range(1, 13))


def _log_tail(z: float) -> float:
    """Return about log₂ of ``tail_bound``, a little above."""
    return -2 / 3 * z**1.5 * math.log2(math.e)


def _log_interpolation(s: float, length: float, nodes: int, tau: float) -> tuple[float, float, float]:
    """Return log₂ of ``interpolation_bound`` in floats, for about the best ρ: only where to look, no bound."""
    rho = max(1.25, math.sqrt(32 * tau * nodes) / length)
    a, b = (rho + 1 / rho) / 2, (rho - 1 / rho) / 2
    exponent = tau**3 / 3 - tau * (s + length / 2) + (length * b) ** 2 / (16 * tau) + tau**3 * (a / b) ** 2
    exponent += math.log(8 * length / (1 - 1 / rho)) - nodes * math.log(rho) - math.log(4 * math.pi * tau) / 2
    return exponent * math.log2(math.e), rho, tau


@dataclass(frozen=True, eq=False)
class Discrete:
    """The symmetric matrix √(w_i w_j) Ai(s + x_i + x_j), the vector √w_i Ai(s + x_i), and what they leave out."""

    matrix: arb_mat
    vector: arb_mat
    at_zero: arb
    lost: arb
    lost_of_vector: arb


def discrete(s: arb, precision: int) -> Discrete:
    """Return the discrete form of B_s at the present working precision, its errors about 2^−precision."""
    used = rule(s, precision)
    half = used.length / 2
    points = [(half * (1 + x), (half * w).sqrt()) for x, w in _nodes(used.nodes, ctx.prec)]
    size = range(used.nodes)
    matrix = arb_mat(used.nodes, used.nodes)
    for i in size:
        x, v = points[i]
        for j in range(i + 1):
            y, w = points[j]
            matrix[i, j] = matrix[j, i] = v * w * (s + x + y).airy_ai()
    vector = arb_mat(used.nodes, 1, [w * (s + x).airy_ai() for x, w in points])
    end = s + used.length
    # the column y = 0: at most M(ρ) ρ^{−m} off where it is interpolated, and Ai falls faster than e^{−√z} beyond L
    beyond = end.airy_ai() / (2 * end.sqrt()).sqrt()
    return Discrete(matrix, vector, s.airy_ai(), 2 * used.tail + used.interpolation, used.interpolation + beyond)


def determinant(B: Discrete, sign: int) -> arb:
    """Return det(1 − σB_s), σ = ±1; ``TooCoarseError`` if precision or nodes are too few for a bound."""
    return _system(B, sign).det() * (1 + _within((_norm(B, sign) * B.lost).expm1()))


def slope(B: Discrete, sign: int) -> arb:
    r"""Return d/ds of log det(1 − σB_s); errors as ``determinant``."""
    norm = _norm(B, sign)
    share = norm * B.lost
    product = (B.vector.transpose() * _solution(B, sign))[0, 0]
    length = (B.vector.transpose() * B.vector)[0, 0].sqrt()
    off = norm / (1 - share)  # bounds the norm of the resolvent of B_s
    loss = B.lost_of_vector * off * (2 * length + B.lost_of_vector) + length**2 * off * share
    return sign * (B.at_zero + sign * (product + _within(loss))) / 2


def _solution(B: Discrete, sign: int) -> arb_mat:
    try:
        return _system(B, sign).solve(B.vector)
    except ZeroDivisionError:
        raise TooCoarseError("the matrix is singular at this precision") from None


def _system(B: Discrete, sign: int) -> arb_mat:
    return _identity(B.matrix.nrows()) - sign * B.matrix


@lru_cache(maxsize=2)  # for both the determinant and its slope
def _norm(B: Discrete, sign: int) -> arb:
    """Bound the norm of the inverse of the system, by that of Frobenius; what is lost must be below its inverse."""
    with bits(ctx.prec // 2):
        try:
            inverse = _system(B, sign).inv()
        except ZeroDivisionError:
            raise TooCoarseError("the matrix is singular at this precision") from None
        norm = sum((entry**2 for entry in inverse.entries()), arb(0)).sqrt().max(arb(1))
    if not norm * B.lost < 1:
        raise TooCoarseError("the discretisation is too coarse for a bound")
    return norm


def _identity(size: int) -> arb_mat:
    return arb_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])


def _within(bound: arb) -> arb:
    """Return a ball around 0 of at least that radius."""
    return arb(0, bound.abs_upper())
